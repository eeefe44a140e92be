import { valueAt } from './validate.ts';
import { isObject, type KubernetesObject } from './version.ts';

/** What a Secret holds, and what kubectl remembers of it. */
const fields: ReadonlySet<string> = new Set(['data', 'stringData']);
const remembered = 'kubectl.kubernetes.io/last-applied-configuration';

/** Whether values of the object are left out of records. */
export const isSecret = (object: KubernetesObject | undefined): object is KubernetesObject =>
  object !== undefined && object.kind === 'Secret' && object.apiVersion === 'v1';

/** The object as records have it: of a Secret its keys, and none of its values. */
export function withheld<T extends KubernetesObject>(object: T): T | KubernetesObject {
  if (!isSecret(object)) return object;
  return mapped(object, (key, value) => {
    if (fields.has(key) && isObject(value)) return mapped(value, () => '');
    if (key !== 'metadata' || !isObject(value)) return value;
    const annotations = valueAt(value, ['annotations']);
    return mapped(value, (name, part) =>
      name === 'annotations' && isObject(annotations)
        ? mapped(annotations, (annotation, text) => (annotation === remembered ? '' : text))
        : part,
    );
  });
}

/** Entries, not assignment: a key named __proto__ stays an own property. */
const mapped = (object: KubernetesObject, map: (key: string, value: unknown) => unknown): KubernetesObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(key, value)]));
