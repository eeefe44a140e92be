import type { Range } from './error.ts';
import type { Value } from './value.ts';

/** A parsed expression. Operators are calls of the names in `operator` (cel-go's spelling). */
export type Node = LiteralNode | IdentNode | SelectNode | CallNode | ListNode | MapNode | StructNode | FoldNode;

interface Placed {
  readonly range: Range;
}

export interface LiteralNode extends Placed {
  readonly kind: 'literal';
  readonly value: Value;
}

/** A name; with a leading dot it is looked up in the root container only. */
export interface IdentNode extends Placed {
  readonly kind: 'ident';
  readonly name: string;
}

/** `operand.field`, or, with `test`, the question whether it is there. */
export interface SelectNode extends Placed {
  readonly kind: 'select';
  readonly operand: Node;
  readonly field: string;
  readonly test: boolean;
}

export interface CallNode extends Placed {
  readonly kind: 'call';
  readonly name: string;
  readonly target: Node | undefined;
  readonly args: readonly Node[];
}

export interface ListNode extends Placed {
  readonly kind: 'list';
  readonly elements: readonly Node[];
  /** Indices of the elements written `[?x]`. */
  readonly optionals: readonly number[];
}

export interface MapNode extends Placed {
  readonly kind: 'map';
  readonly entries: readonly { readonly key: Node; readonly value: Node; readonly optional: boolean }[];
}

export interface StructNode extends Placed {
  readonly kind: 'struct';
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly value: Node; readonly optional: boolean }[];
}

/** A macro's loop: while `condition` holds, `accumulator` becomes `step` for each element; then `result`. */
export interface FoldNode extends Placed {
  readonly kind: 'fold';
  readonly macro: FoldMacro;
  readonly over: Node;
  readonly variable: string;
  readonly secondVariable: string | undefined;
  readonly accumulator: string;
  readonly initial: Node;
  readonly condition: Node;
  readonly step: Node;
  readonly result: Node;
  /** The expressions that the author wrote: a filter, if any, and what is tested, made or bound. */
  readonly filter: Node | undefined;
  readonly body: Node;
}

export type FoldMacro = 'all' | 'exists' | 'existsOne' | 'list' | 'map' | 'mapEntry' | 'bind';

/** The names of the operators as functions. */
export const operator = {
  and: '_&&_',
  or: '_||_',
  not: '!_',
  negate: '-_',
  conditional: '_?_:_',
  equal: '_==_',
  notEqual: '_!=_',
  less: '_<_',
  lessOrEqual: '_<=_',
  greater: '_>_',
  greaterOrEqual: '_>=_',
  add: '_+_',
  subtract: '_-_',
  multiply: '_*_',
  divide: '_/_',
  modulo: '_%_',
  in: '@in',
  index: '_[_]',
  optionalIndex: '_[?_]',
  optionalSelect: '_?._',
  notStrictlyFalse: '@not_strictly_false',
  mapInsert: 'cel.@mapInsert',
} as const;

/** The accumulator of every macro that makes one; no identifier can be spelled so. */
export const accumulatorName = '@result';

/** The loop variable of a fold that has no loop. */
export const unusedName = '#unused';

const none: readonly Node[] = [];

/** The nodes directly below a node, in the order in which they are evaluated. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'literal':
    case 'ident':
      return none;
    case 'select':
      return [node.operand];
    case 'call':
      return node.target === undefined ? node.args : [node.target, ...node.args];
    case 'list':
      return node.elements;
    case 'map':
      return node.entries.flatMap(({ key, value }) => [key, value]);
    case 'struct':
      return node.fields.map(({ value }) => value);
    case 'fold':
      return [node.over, node.initial, node.condition, node.step, node.result];
  }
}

/** How many nodes stand above the deepest one; a node that macros share counts once. */
export function heightOf(root: Node, limit: number): number {
  const seen = new Map<Node, number>();
  const waiting: Node[] = [root];
  const depths: number[] = [1];
  let height = 0;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const depth = depths.pop() ?? 1;
    if (depth > limit) return depth;
    if (depth > height) height = depth;
    const children = childrenOf(node);
    if (children.length === 0 || (seen.get(node) ?? 0) >= depth) continue;
    seen.set(node, depth);
    for (const child of children) {
      waiting.push(child);
      depths.push(depth + 1);
    }
  }
  return height;
}
