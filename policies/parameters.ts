import type { Known } from './known.ts';
import type { ObjectsNeed } from './lookup.ts';
import type { RuleError } from './rule.ts';
import { valueAt } from './validate.ts';
import type { KubernetesObject } from './version.ts';

/** Where a policy's parameter objects come from, as a binding's `paramRef` says it. */
export interface ParameterSource {
  readonly apiVersion: string;
  readonly kind: string;
  /** By name, or every object that the selector selects. */
  readonly name?: string;
  readonly selects?: (labels: unknown) => boolean;
  /** Undefined: of the reviewed object's own namespace, for a namespaced kind. */
  readonly namespace?: string;
  /** Undefined where nobody knows the kind: the objects themselves tell. */
  readonly scope?: 'Cluster' | 'Namespaced';
  /** What becomes of a policy whose parameters are not there. */
  readonly notFound: 'Allow' | 'Deny';
  /** What is wrong with a parameter object, where the policy says what it must be. */
  readonly fault?: (object: KubernetesObject) => string | undefined;
  /** The object with its defaults filled in. */
  readonly complete?: (object: KubernetesObject) => KubernetesObject;
  /** What stands in where there is no object: a policy with a schema has defaults. */
  readonly fallback?: KubernetesObject;
}

/** Parameters that no object brings: the defaults of a schema. */
export interface ConstantParameters {
  readonly constant: KubernetesObject;
}

/** The parameter objects of one review: one evaluation each; none means that the policy says nothing. */
export type Parameters =
  | { readonly kind: 'known'; readonly objects: readonly (KubernetesObject | null)[] }
  | { readonly kind: 'needs'; readonly need: ObjectsNeed }
  | RuleError;

export function parametersOf(
  source: ParameterSource | ConstantParameters | undefined,
  namespace: string | undefined,
  known: Known,
): Parameters {
  if (source === undefined) return { kind: 'known', objects: [null] };
  if ('constant' in source) return { kind: 'known', objects: [source.constant] };
  const where = source.scope === 'Cluster' ? undefined : (source.namespace ?? namespace);
  const expected = `${source.kind} ${source.name === undefined ? 'objects that the selector selects' : `"${source.name}"`}`;
  if (source.scope === 'Namespaced' && where === undefined) {
    const found = 'the object lies in no namespace, and the parameters are looked for in its own';
    return { kind: 'error', code: 'PARAMETERS_NOT_FOUND', found, expected };
  }
  const need: ObjectsNeed = {
    kind: 'objects',
    apiVersion: source.apiVersion,
    objectKind: source.kind,
    ...(where === undefined || source.scope === undefined ? {} : { namespace: where }),
    ...(source.name === undefined ? {} : { name: source.name }),
  };
  const read = known.objects(need);
  if (read === undefined) return { kind: 'needs', need };
  if (read.kind === 'gap') return { kind: 'error', code: read.code, found: read.detail, expected };
  const all = read.kind === 'found' ? read.value : [];
  const objects = all.filter(
    (object) => isIn(where, object) && (source.selects?.(valueAt(object, ['metadata', 'labels'])) ?? true),
  );
  if (objects.length > 0) return complete(source, objects, expected);
  if (source.notFound === 'Allow' && source.fallback !== undefined)
    return { kind: 'known', objects: [source.fallback] };
  return source.notFound === 'Allow'
    ? { kind: 'known', objects: [] }
    : { kind: 'error', code: 'PARAMETERS_NOT_FOUND', found: 'no such object', expected };
}

/** What has no namespace is everywhere. */
function isIn(namespace: string | undefined, object: KubernetesObject): boolean {
  const own = valueAt(object, ['metadata', 'namespace']);
  return own === undefined || own === namespace;
}

/** Defaults are filled in before anything is found wrong, as the API server does with its own objects. */
function complete(source: ParameterSource, objects: readonly KubernetesObject[], expected: string): Parameters {
  const completed = objects.map((object) => source.complete?.(object) ?? object);
  for (const object of completed) {
    const fault = source.fault?.(object);
    if (fault !== undefined) return { kind: 'error', code: 'PARAMETERS_WRONG', found: fault, expected };
  }
  return { kind: 'known', objects: completed };
}
