import { documentFiles } from '../../host/files.ts';
import {
  type Document,
  type FieldPath,
  isObject,
  type KubernetesObject,
  type Position,
  parseDocuments,
  type Problem,
  valueAt,
} from '../../policies/index.ts';
import { readSource } from './text.ts';

/** One object of a manifest, with the way back into its file. */
export interface Manifest {
  readonly file: string;
  readonly object: KubernetesObject;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  /** `metadata.name`, or `metadata.generateName` and a star. */
  readonly name: string;
  /** What a template engine says it made the document from: `# Source: shop/templates/web.yaml`, as helm writes. */
  readonly template?: string;
  /** Where a field of the object stands; the object's own start for an empty path. */
  readonly place: (path: FieldPath) => Position | undefined;
}

/** A file or a document that is no object; the others are judged all the same. */
export interface Unreadable {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

export interface Manifests {
  readonly manifests: readonly Manifest[];
  readonly unreadable: readonly Unreadable[];
  /** Files that were opened. */
  readonly files: number;
  /** A line of one of them, counted from 1. */
  readonly line: (file: string, number: number) => string | undefined;
}

/** Reads every object of files, folders and standard input (`-`), in the order given; items of lists are objects of their own. */
export async function readManifests(paths: readonly string[], input: AsyncIterable<unknown>): Promise<Manifests> {
  const manifests: Manifest[] = [];
  const unreadable: Unreadable[] = [];
  const lines = new Map<string, readonly string[]>();
  for (const path of new Set(paths)) {
    const listed = path === '-' ? ({ kind: 'files', files: ['-'] } as const) : await documentFiles(path, 'with');
    if (listed.kind === 'unreadable') {
      unreadable.push({ file: listed.path, message: listed.detail });
      continue;
    }
    if (listed.files.length === 0) unreadable.push({ file: path, message: 'has no .yaml, .yml or .json file' });
    for (const file of listed.files) {
      if (lines.has(file)) continue;
      const read = await readSource(file, input);
      lines.set(file, read.kind === 'text' ? read.text.split(/\r?\n/) : []);
      if (read.kind === 'unreadable') unreadable.push({ file, message: read.detail });
      else collect(read.text, file, manifests, unreadable);
    }
  }
  return { manifests, unreadable, files: lines.size, line: (file, number) => lines.get(file)?.[number - 1] };
}

/** A problem of a text, as what could not be read of it. */
export const unreadableBy = ({ file, line, column, detail, code }: Problem): Unreadable => ({
  file,
  ...(line === undefined ? {} : { line }),
  ...(column === undefined ? {} : { column }),
  message: `${detail} (${code})`,
});

function collect(text: string, file: string, manifests: Manifest[], unreadable: Unreadable[]): void {
  const { documents, problems } = parseDocuments(text, file);
  unreadable.push(...problems.map(unreadableBy));
  for (const document of documents) collectObject(document, [], undefined, manifests, unreadable);
}

function collectObject(
  document: Document,
  at: FieldPath,
  listed: KubernetesObject | undefined,
  manifests: Manifest[],
  unreadable: Unreadable[],
): void {
  const value = valueAt(document.value, at);
  const trouble = (message: string) => {
    unreadable.push({ file: document.file, ...document.locate(at), message });
  };
  if (!isObject(value)) {
    trouble(
      `is ${value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`}; an object with apiVersion and kind is wanted`,
    );
    return;
  }
  // Items of a PodList and its like leave out what the list says for all of them.
  const object: KubernetesObject = value.kind === undefined && listed !== undefined ? { ...listed, ...value } : value;
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== 'string' || apiVersion === '' || typeof kind !== 'string' || kind === '') {
    trouble(
      `has no ${typeof apiVersion === 'string' && apiVersion !== '' ? 'kind' : 'apiVersion'}; an object with apiVersion and kind is wanted`,
    );
    return;
  }
  const items = valueAt(object, ['items']);
  // Whatever its kind is called, kubectl takes an object with items for a list of them.
  if (Array.isArray(items)) {
    const inherited = kind === 'List' ? undefined : { apiVersion, kind: kind.replace(/List$/, '') };
    for (const index of items.keys())
      collectObject(document, [...at, 'items', index], inherited, manifests, unreadable);
    return;
  }
  // kubectl writes null where there is none.
  if (items === null && kind.endsWith('List')) return;
  const namespace = valueAt(object, ['metadata', 'namespace']);
  manifests.push({
    file: document.file,
    object,
    apiVersion,
    kind,
    name: nameOf(object),
    ...(typeof namespace === 'string' ? { namespace } : {}),
    ...templateOf(document),
    place: (path) => document.locate([...at, ...path]),
  });
}

function templateOf({ comment = '' }: Document): { readonly template?: string } {
  const [, template] = /^ ?Source: (\S.*)$/m.exec(comment) ?? [];
  return template === undefined ? {} : { template: template.trim() };
}

function nameOf(object: KubernetesObject): string {
  const name = valueAt(object, ['metadata', 'name']);
  const prefix = valueAt(object, ['metadata', 'generateName']);
  if (typeof name === 'string') return name;
  return typeof prefix === 'string' ? `${prefix}*` : '';
}
