import { documentFiles } from '../../host/files.ts';
import { isObject, type KubernetesObject, parseDocuments, valueAt } from '../../policies/index.ts';
import { readSource } from './text.ts';
import { type Unreadable, unreadableBy } from './manifests.ts';

/** What a cluster holds, as files tell it. */
export interface Dump {
  readonly objects: readonly KubernetesObject[];
  readonly unreadable: readonly Unreadable[];
}

/**
 * Reads what `kubectl get -A -o json` or `-o yaml` wrote, lists within lists too. JSON is not read as YAML is: a dump is many times as large
 * as a manifest, and no line of it is ever shown.
 */
export async function readDump(paths: readonly string[], input: AsyncIterable<unknown>): Promise<Dump> {
  const objects: KubernetesObject[] = [];
  const unreadable: Unreadable[] = [];
  for (const path of new Set(paths)) {
    const listed = path === '-' ? ({ kind: 'files', files: ['-'] } as const) : await documentFiles(path);
    if (listed.kind === 'unreadable') {
      unreadable.push({ file: listed.path, message: listed.detail });
      continue;
    }
    if (listed.files.length === 0) unreadable.push({ file: path, message: 'has no .yaml, .yml or .json file' });
    for (const file of listed.files) {
      const read = await readSource(file, input);
      if (read.kind === 'unreadable') unreadable.push({ file, message: read.detail });
      else collectText(read.text, file, objects, unreadable);
    }
  }
  return { objects, unreadable };
}

function collectText(text: string, file: string, objects: KubernetesObject[], unreadable: Unreadable[]): void {
  const json = jsonOf(text);
  const { documents, problems } =
    json === undefined ? parseDocuments(text, file) : { documents: [{ value: json }], problems: [] };
  unreadable.push(...problems.map(unreadableBy));
  for (const { value } of documents)
    collect(value, undefined, objects, () => unreadable.push({ file, message: stranger }));
}

/** Undefined of what is no JSON. */
function jsonOf(text: string): unknown {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Items of a PodList and its like leave out what the list says for all of them. */
function collect(
  value: unknown,
  inherited: KubernetesObject | undefined,
  objects: KubernetesObject[],
  trouble: () => void,
): void {
  if (!isObject(value)) return trouble();
  const object: KubernetesObject =
    value.kind === undefined && inherited !== undefined ? { ...inherited, ...value } : value;
  const { apiVersion, kind } = object;
  const items = valueAt(object, ['items']);
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return trouble();
  if (items === undefined) return void objects.push(object);
  // kubectl writes null where there is none.
  if (!Array.isArray(items)) return items === null ? undefined : trouble();
  const shared = kind === 'List' ? undefined : { apiVersion, kind: kind.replace(/List$/, '') };
  for (const item of items) collect(item, shared, objects, trouble);
}

const stranger = 'has something that is no object with apiVersion and kind';
