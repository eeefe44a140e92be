import { type Document, type FieldPath, renderPath } from '../document.ts';
import { valueAt } from '../validate.ts';

/** What becomes of the verdicts because of a field that has no equivalent, or another one. */
export type Consequence =
  /** The policy that is made denies everything that it matches, until somebody has settled this. */
  | 'refuses'
  /** What is made admits less than the source did. */
  | 'stricter'
  /** No verdict depends on it. */
  | 'none';

/** One field of a source that is not simply carried over. */
export interface ImportEntry {
  /** `lost`: it has no equivalent. `changed`: it has one that is not the same. */
  readonly kind: 'lost' | 'changed';
  readonly file: string;
  /** As Kubernetes writes it; empty for the whole document. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  /** The value in short; empty for a list or a mapping. */
  readonly found: string;
  readonly why: string;
  /** What a person can do. */
  readonly remedy?: string;
  readonly consequence: Consequence;
}

/**
 * A source document that keeps account of what was read of it: whatever nobody asked for is reported in the end, so that no
 * field is dropped in silence, also of versions that are yet to come.
 */
export class Reading {
  readonly document: Document;
  readonly #taken = new Set<string>();
  readonly #entries: ImportEntry[] = [];

  constructor(document: Document) {
    this.document = document;
  }

  get entries(): readonly ImportEntry[] {
    return this.#entries;
  }

  /** The value, without taking it. */
  peek(path: FieldPath): unknown {
    return valueAt(this.document.value, path);
  }

  /** The value; all of it counts as read. */
  take(path: FieldPath): unknown {
    this.#taken.add(renderPath(path));
    return this.peek(path);
  }

  /** A text that is not empty. Anything else stays for the report. */
  text(path: FieldPath): string | undefined {
    const value = this.peek(path);
    if (value === undefined || value === null || typeof value === 'string') this.take(path);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** True or false. Anything else stays for the report. */
  flag(path: FieldPath): boolean | undefined {
    const value = this.peek(path);
    if (typeof value === 'boolean') this.take(path);
    return typeof value === 'boolean' ? value : undefined;
  }

  /** The paths of a list's items, none of which is read by that. */
  items(path: FieldPath): readonly FieldPath[] {
    const value = this.peek(path);
    if (!Array.isArray(value)) return [];
    if (value.length === 0) this.take(path);
    return [...value.keys()].map((index) => [...path, index]);
  }

  has(path: FieldPath): boolean {
    const value = this.peek(path);
    return value !== undefined && value !== null;
  }

  /** Reports a field that has no equivalent. */
  lost(path: FieldPath, why: string, remedy: string, consequence: Consequence): void {
    this.#note('lost', path, { why, remedy, consequence });
  }

  /** Reports a field whose equivalent is not the same. */
  changed(path: FieldPath, why: string, consequence: Consequence = 'stricter'): void {
    this.#note('changed', path, { why, consequence });
  }

  /** Reports everything that was not read; to be called when the translation is done. */
  finish(): void {
    for (const path of leaves(this.document.value, []))
      if (!this.#isTaken(path) && !this.#isEmptyPart(path))
        this.lost(
          path,
          'nobody here knows what it asks for',
          'find out, write it with the fields that there are, and take the rule "not-translated" out',
          'refuses',
        );
  }

  #note(kind: ImportEntry['kind'], path: FieldPath, told: Pick<ImportEntry, 'why' | 'remedy' | 'consequence'>): void {
    const value = this.take(path);
    const found = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : '';
    this.#entries.push({
      kind,
      file: this.document.file,
      path: renderPath(path),
      ...this.document.locate(path),
      found: shorten(String(found)),
      ...told,
    });
  }

  /** `evaluation: {}` says nothing. */
  #isEmptyPart(path: FieldPath): boolean {
    const value = this.peek(path);
    return typeof value === 'object' && !Array.isArray(value) && parts.has(String(path.at(-1)));
  }

  #isTaken(path: FieldPath): boolean {
    for (let length = path.length; length > 0; length -= 1)
      if (this.#taken.has(renderPath(path.slice(0, length)))) return true;
    return false;
  }
}

/** Mappings of the sources that mean nothing where they are empty, or null. */
const parts: ReadonlySet<string> = new Set(
  'metadata spec evaluation admission background autogen podControllers validatingAdmissionPolicy validationConfigurations cosign keyless key ctlog source intoto additionalExtensions certificate annotations rfc3161timestamp'.split(
    ' ',
  ),
);

/** Paths of everything that holds nothing further. */
function leaves(value: unknown, path: FieldPath): FieldPath[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.length === 0 ? [path] : entries.flatMap(([step, inner]) => leaves(inner, [...path, step]));
}

/** Secrets do not appear in messages, also where they ought not to have been written. */
const shorten = (text: string): string => {
  if (text.includes('PRIVATE KEY')) return 'a private key';
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 80)}...` : line;
};
