import { childrenOf, type Node, operator } from './ast.ts';
import type { Checked } from './check.ts';

/**
 * The paths from variables that an expression may read, for prefetching: `object.spec.containers.*.image` as
 * `['object', 'spec', 'containers', '*', 'image']`. `*` stands for any element or key. A path may be longer than what is
 * read (an optional that is none), never shorter than what must be known; a whole subtree is named by its root.
 */
export function readPaths(checked: Checked): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>();
  const reader = new PathReader(checked, (path) => found.set(JSON.stringify(path), path));
  reader.consume(checked.root, new Map());
  const paths = [...found.values()];
  return paths.filter((path) => !paths.some((other) => other !== path && isPrefix(path, other)));
}

const isPrefix = (prefix: readonly string[], path: readonly string[]): boolean =>
  prefix.length < path.length && prefix.every((part, at) => part === path[at]);

type Path = readonly string[] | undefined;
type Scope = ReadonlyMap<string, Path>;

class PathReader {
  readonly #checked: Checked;
  readonly #found: (path: readonly string[]) => void;
  readonly #seen: Set<Node> = new Set();

  constructor(checked: Checked, found: (path: readonly string[]) => void) {
    this.#checked = checked;
    this.#found = found;
  }

  /** Notes what a node reads; what it is itself a path to is read whole. */
  consume(node: Node, scope: Scope): void {
    if (this.#seen.has(node)) return;
    this.#seen.add(node);
    const path = this.path(node, scope);
    if (path) this.#found(path);
  }

  /** The path that a node denotes; what it reads besides is noted. */
  path(node: Node, scope: Scope): Path {
    const reference = this.#checked.references.get(node);
    if (reference?.kind === 'variable') return [reference.name];
    if (reference?.kind === 'local' && node.kind === 'ident') return scope.get(node.name);
    if (node.kind === 'select') return this.#step(node.operand, node.field, scope);
    if (node.kind === 'call' && node.target === undefined) {
      const [operand, key] = node.args;
      if (operand && key && steps.has(node.name)) {
        if (key.kind === 'literal') return this.#step(operand, typeof key.value === 'string' ? key.value : '*', scope);
        this.consume(key, scope);
        return this.#step(operand, '*', scope);
      }
    }
    if (node.kind === 'fold') {
      this.#fold(node, scope);
      return undefined;
    }
    for (const child of childrenOf(node)) this.consume(child, scope);
    return undefined;
  }

  #step(operand: Node, part: string, scope: Scope): Path {
    const path = this.path(operand, scope);
    return path && [...path, part];
  }

  #fold(node: Node & { kind: 'fold' }, scope: Scope): void {
    if (node.macro === 'bind') {
      const bound = this.path(node.initial, scope);
      this.consume(node.result, new Map([...scope, [node.accumulator, bound]]));
      return;
    }
    const over = this.path(node.over, scope);
    if (over) this.#found(over);
    const element = over && [...over, '*'];
    const loop = new Map([...scope, [node.variable, element], [node.accumulator, undefined]]);
    if (node.secondVariable !== undefined) loop.set(node.variable, undefined).set(node.secondVariable, element);
    for (const part of [node.initial, node.condition, node.step, node.result]) this.consume(part, loop);
  }
}

const steps: ReadonlySet<string> = new Set([operator.index, operator.optionalIndex, operator.optionalSelect]);
