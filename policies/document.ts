import { type Document as YamlDocument, isAlias, isScalar, visit } from 'yaml';
import { faultsOf, type ParsedDocument, parseText } from './document-text.ts';
import { limits } from './limits.ts';
import type { Problem, ProblemCode } from './problem.ts';

/** One document of a YAML or JSON text, with the way back from a field to its place. */
export interface Document {
  readonly file: string;
  /** Position among the documents of the file, from 0. */
  readonly index: number;
  readonly value: unknown;
  /** The comment above it, without its number signs. */
  readonly comment?: string;
  locate(path: FieldPath): Position | undefined;
  /** Where a field was written that another document lent to this one; undefined of its own. */
  readonly lent?: (path: FieldPath) => Lent | undefined;
}

/** A field of another document. */
export interface Lent {
  readonly document: Document;
  readonly path: FieldPath;
}

/** Keys and indexes from the document's root. */
export type FieldPath = readonly (string | number)[];

/** Counted from 1, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Documents {
  readonly documents: readonly Document[];
  readonly problems: readonly Problem[];
}

/**
 * Reads every document of a YAML 1.2 (core schema) or JSON text. Duplicate keys, custom tags and alias bombs are
 * problems with their line and column, few of each document; the other documents of the text are still returned.
 */
export function parseDocuments(text: string, file: string): Documents {
  if (text.length > limits.documentTextBytes) {
    const detail = `the text has ${text.length} bytes; at most ${limits.documentTextBytes} are read`;
    return { documents: [], problems: [{ code: 'DOCUMENT_TOO_LARGE', file, path: '', detail }] };
  }
  const documents: Document[] = [];
  const problems: Problem[] = [];
  for (const [index, parsed] of parseText(text).entries()) {
    const read = readDocument(parsed, file, index);
    problems.push(...read.problems);
    if (read.document !== undefined) documents.push(read.document);
  }
  return { documents, problems };
}

function readDocument({ yaml, at }: ParsedDocument, file: string, index: number) {
  const problem = (offset: number | undefined, detail: string, code: ProblemCode = 'DOCUMENT_UNREADABLE'): Problem => ({
    code,
    file,
    path: '',
    ...at(offset),
    detail,
  });
  const broken = faultsOf(yaml)
    .slice(0, limits.faultsShown)
    .map(({ offset, message }) =>
      // The library says of what nests too deep for it only how it found out.
      /call stack/.test(message) ? problem(offset, tooDeep, 'DOCUMENT_TOO_LARGE') : problem(offset, firstLine(message)),
    );
  if (broken.length > 0) return { problems: broken };
  const hostile = bombs(yaml);
  if (hostile !== undefined) return { problems: [problem(hostile.offset, hostile.detail, 'DOCUMENT_TOO_LARGE')] };
  const ambiguous = ambiguousKey(yaml);
  if (ambiguous !== undefined) return { problems: [problem(ambiguous.offset, ambiguous.detail)] };
  if (isEmpty(yaml.contents)) return { problems: [] };
  const expanded = expand(yaml);
  if (expanded === undefined)
    return {
      problems: [
        problem(yaml.range?.[0], `aliases that expand to more than ${limits.yamlAliases} nodes`, 'DOCUMENT_TOO_LARGE'),
      ],
    };
  const locate = (path: FieldPath) => at(nodeOffset(yaml, path));
  const comment = yaml.contents?.commentBefore ?? yaml.commentBefore;
  const above = typeof comment === 'string' ? { comment } : {};
  return { problems: [], document: { file, index, value: expanded.value, ...above, locate } satisfies Document };
}

const tooDeep = `nested deeper than ${limits.documentDepth} levels`;

/** A few aliases of aliases multiply; the library counts what they expand to, and throws. */
function expand(yaml: YamlDocument): { readonly value: unknown } | undefined {
  try {
    return { value: yaml.toJS({ maxAliasCount: limits.yamlAliases }) };
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

const isEmpty = (contents: unknown): boolean =>
  contents === null || (isScalar(contents) && contents.value === null && contents.source === '');

/** Nesting and aliases are counted on the syntax tree, before anything is expanded from it. */
function bombs(yaml: YamlDocument): { offset: number | undefined; detail: string } | undefined {
  let aliases = 0;
  let hostile: { offset: number | undefined; detail: string } | undefined;
  visit(yaml, {
    Node(_, node, ancestors) {
      const offset = node.range?.[0];
      if (isAlias(node)) {
        aliases += 1;
        const named = node.resolve(yaml);
        if (named !== undefined && ancestors.includes(named))
          hostile = { offset, detail: 'an alias within what it names' };
      }
      if (aliases > limits.yamlAliases) hostile = { offset, detail: `more than ${limits.yamlAliases} aliases` };
      if (ancestors.length > limits.documentDepth * 2) hostile = { offset, detail: tooDeep };
      return hostile === undefined ? undefined : visit.BREAK;
    },
  });
  return hostile;
}

/**
 * A key that is written twice, which the library finds in quadratic time only; or `<<`, where YAML 1.1 puts other mappings
 * in: a reader of 1.1, as kubectl is, would see containers that are not seen here.
 */
function ambiguousKey(yaml: YamlDocument): { offset: number | undefined; detail: string } | undefined {
  let found: { offset: number | undefined; detail: string } | undefined;
  visit(yaml, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const offset = key.range?.[0];
        if (key.value === '<<' && key.type === 'PLAIN')
          found = {
            offset,
            detail: 'a merge key "<<", which kubectl follows and YAML 1.2 does not know; write it out',
          };
        else if (seen.has(key.value))
          found = { offset, detail: `the key ${JSON.stringify(String(key.value).slice(0, 64))} is written twice` };
        if (found !== undefined) return visit.BREAK;
        seen.add(key.value);
      }
      return undefined;
    },
  });
  return found;
}

/** The offset of the deepest node that exists along the path: a missing field points at its parent. */
function nodeOffset(yaml: YamlDocument, path: FieldPath): number | undefined {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node: unknown = yaml.getIn(path.slice(0, depth), true);
    const offset = rangeStart(node);
    if (offset !== undefined) return offset;
  }
  return undefined;
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined;
  const start: unknown = node.range[0];
  return typeof start === 'number' ? start : undefined;
}

const firstLine = (message: string): string =>
  message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message;

/** `['spec', 'containers', 0, 'image']` as Kubernetes writes it: `spec.containers[0].image`. */
export function renderPath(path: FieldPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}
