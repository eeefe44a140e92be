import type { Node } from './ast.ts';
import type { Checked } from './check.ts';
import { type CostRange, exactly, union, unknownRange } from './cost-range.ts';
import type { SizeOfPath } from './environment.ts';
import { codePoints } from './size.ts';
import type { CelType } from './typing.ts';

/** The sizes of what is in a list or a map that the expression itself makes. */
export interface EntrySize {
  readonly of: 'list' | 'map';
  readonly key: CostRange;
  readonly value: CostRange;
}

interface Local {
  readonly path: Path;
  readonly size: CostRange | undefined;
  readonly entry: EntrySize | undefined;
}

/** A variable and what is read of it: fields, `@items`, `@indices`, `@keys`, `@values`; empty where nothing declared is read. */
type Path = readonly string[];

/** What is known of the sizes of an expression's parts before anything is evaluated (cel-go, checker.coster). */
export class Sizes {
  readonly #checked: Checked;
  readonly #declared: SizeOfPath | undefined;
  readonly #sizes: Map<Node, CostRange> = new Map();
  readonly #entries: Map<Node, EntrySize> = new Map();
  readonly #paths: Map<Node, Path> = new Map();
  /** The meanings that a name has had, innermost scope last. */
  readonly #locals: Map<string, Local[]> = new Map();

  constructor(checked: Checked, declared: SizeOfPath | undefined) {
    this.#checked = checked;
    this.#declared = declared;
  }

  typeOf(node: Node): CelType | undefined {
    return this.#checked.types.get(node);
  }

  /** Notes which path a node reads. */
  setPath(node: Node, path: Path): void {
    this.#paths.set(node, path);
  }

  pathOf(node: Node): Path {
    const local = node.kind === 'ident' ? this.#local(node.name) : undefined;
    return local?.path ?? this.#paths.get(node) ?? [];
  }

  setSize(node: Node, size: CostRange | undefined): void {
    if (size) this.#sizes.set(node, size);
  }

  setEntry(node: Node, entry: EntrySize | undefined): void {
    if (entry) this.#entries.set(node, entry);
  }

  /** Characters, bytes, elements or entries; one for a scalar, undefined where nothing bounds them. */
  sizeOf(node: Node): CostRange | undefined {
    return (
      this.#sizes.get(node) ??
      writtenSize(node) ??
      this.declared(this.pathOf(node)) ??
      (isScalar(this.typeOf(node)) ? exactly(1) : undefined) ??
      (node.kind === 'ident' ? this.#local(node.name)?.size : undefined)
    );
  }

  known(node: Node): CostRange {
    return this.sizeOf(node) ?? unknownRange;
  }

  /** What a declaration says of a path; nothing of accumulators, which are not declared. */
  declared(path: Path): CostRange | undefined {
    const size = path.length === 0 ? undefined : this.#declared?.(path);
    return size && { min: BigInt(size.min), max: BigInt(size.max) };
  }

  entryOf(node: Node): EntrySize | undefined {
    return this.#entries.get(node) ?? (node.kind === 'ident' ? this.#local(node.name)?.entry : undefined);
  }

  /** Declares what a name is bound to while `inside` runs. */
  bound<T>(name: string, to: Node, inside: () => T): T {
    return this.#within([[name, { path: this.pathOf(to), size: this.sizeOf(to), entry: this.entryOf(to) }]], inside);
  }

  /** Declares the variables of a loop while `inside` runs: elements or keys, or with two variables indices or keys and values. */
  looping<T>(over: Node, first: string, second: string | undefined, inside: () => T): T {
    const entry = this.entryOf(over);
    const list = (entry?.of ?? this.typeOf(over)?.kind) === 'list';
    const local = (subpath: string, size: CostRange | undefined): Local => ({
      path: [...this.pathOf(over), subpath],
      size,
      entry: undefined,
    });
    const key = local(list ? '@indices' : '@keys', entry?.key);
    const value = local(list ? '@items' : '@values', entry?.value);
    const locals: readonly (readonly [string, Local])[] =
      second === undefined
        ? [[first, list ? value : key]]
        : [
            [first, key],
            [second, value],
          ];
    return this.#within(locals, inside);
  }

  #within<T>(locals: readonly (readonly [string, Local])[], inside: () => T): T {
    for (const [name, local] of locals) {
      const meanings = this.#locals.get(name) ?? [];
      meanings.push(local);
      this.#locals.set(name, meanings);
    }
    const result = inside();
    for (const [name] of locals) this.#locals.get(name)?.pop();
    return result;
  }

  #local(name: string): Local | undefined {
    return this.#locals.get(name)?.at(-1);
  }
}

/** The sizes of the entries of either. */
export const eitherEntry = (a: EntrySize | undefined, b: EntrySize | undefined): EntrySize | undefined =>
  a && b && { of: a.of, key: union(a.key, b.key), value: union(a.value, b.value) };

/** The size of what stands in the expression as it is. */
function writtenSize(node: Node): CostRange | undefined {
  if (node.kind === 'list') return exactly(node.elements.length);
  if (node.kind === 'map') return exactly(node.entries.length);
  if (node.kind !== 'literal') return undefined;
  const { value } = node;
  return exactly(typeof value === 'string' ? codePoints(value) : value instanceof Uint8Array ? value.length : 1);
}

const scalars: ReadonlySet<string> = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint']);

/** Whether all values of a type have one size, an optional's content included. */
function isScalar(type: CelType | undefined): boolean {
  if (type?.kind === 'wrapper') return isScalar(type.of);
  if (type?.kind === 'opaque' && type.name === 'optional_type') return isScalar(type.parameters[0]);
  return type !== undefined && scalars.has(type.kind);
}
