import { accumulatorName, type FoldMacro, type FoldNode, type Node, operator, unusedName } from '../ast.ts';
import { CelError, type Range } from '../error.ts';
import type { Value } from '../value.ts';

/** Makes nodes that all stand at one place of the source. */
export class Maker {
  readonly range: Range;
  constructor(range: Range) {
    this.range = range;
  }

  literal(value: Value): Node {
    return { kind: 'literal', value, range: this.range };
  }

  ident(name: string): Node {
    return { kind: 'ident', name, range: this.range };
  }

  call(name: string, ...args: Node[]): Node {
    return { kind: 'call', name, target: undefined, args, range: this.range };
  }

  method(target: Node, name: string, ...args: Node[]): Node {
    return { kind: 'call', name, target, args, range: this.range };
  }

  list(...elements: Node[]): Node {
    return { kind: 'list', elements, optionals: [], range: this.range };
  }

  /** The accumulator, read. */
  get sum(): Node {
    return this.ident(accumulatorName);
  }
}

/** The loop of a macro, from its shape; `variables` are the names that `body` and `filter` may read. */
export function fold(
  macro: Exclude<FoldMacro, 'bind'>,
  at: { readonly range: Range; readonly over: Node; readonly variables: readonly string[] },
  body: Node,
  filter?: Node,
): FoldNode {
  const make = new Maker(at.range);
  const [variable = unusedName, secondVariable] = at.variables;
  const loop = shapes[macro](make, body);
  return {
    kind: 'fold',
    macro,
    over: at.over,
    variable,
    secondVariable,
    accumulator: accumulatorName,
    filter,
    body,
    initial: loop.initial,
    condition: loop.condition ?? make.literal(true),
    step: filter ? make.call(operator.conditional, filter, loop.step, make.sum) : loop.step,
    result: loop.result ?? make.sum,
    range: at.range,
  };
}

/** `name` bound to `value` in `body`: a fold over nothing, whose accumulator is the name. */
export function bind(range: Range, name: string, value: Node, body: Node): FoldNode {
  const make = new Maker(range);
  return {
    kind: 'fold',
    macro: 'bind',
    over: make.list(),
    variable: unusedName,
    secondVariable: undefined,
    accumulator: name,
    initial: value,
    condition: make.literal(false),
    step: make.ident(name),
    result: body,
    filter: undefined,
    body,
    range,
  };
}

interface Shape {
  readonly initial: Node;
  readonly condition?: Node;
  readonly step: Node;
  readonly result?: Node;
}

const shapes: Readonly<Record<Exclude<FoldMacro, 'bind'>, (make: Maker, body: Node) => Shape>> = {
  all: (make, body) => ({
    initial: make.literal(true),
    condition: make.call(operator.notStrictlyFalse, make.sum),
    step: make.call(operator.and, make.sum, body),
  }),
  exists: (make, body) => ({
    initial: make.literal(false),
    condition: make.call(operator.notStrictlyFalse, make.call(operator.not, make.sum)),
    step: make.call(operator.or, make.sum, body),
  }),
  existsOne: (make, body) => ({
    initial: make.literal(0),
    step: make.call(operator.conditional, body, make.call(operator.add, make.sum, make.literal(1)), make.sum),
    result: make.call(operator.equal, make.sum, make.literal(1)),
  }),
  list: (make, body) => ({
    initial: make.list(),
    step: make.call(operator.add, make.sum, make.list(body)),
  }),
  map: (make, body) => mapShape(make, body),
  mapEntry: (make, body) => mapShape(make, body),
};

/** `body` is a call that holds key and value, or the entry itself. */
function mapShape(make: Maker, body: Node): Shape {
  const args = body.kind === 'call' && body.name === entryName ? body.args : [body];
  return {
    initial: { kind: 'map', entries: [], range: make.range },
    step: make.call(operator.mapInsert, make.sum, ...args),
  };
}

/** Carries the key and the value of a map fold to its shape. */
export const entryName = '@entry';

/** What cel-go called its accumulator once; it refuses the name still. */
const legacyAccumulator = '__result__';

/** The loop variables of a macro: plain names, all different, none of them the accumulator. */
export function variableNames(nodes: readonly Node[]): readonly string[] | CelError {
  const names: string[] = [];
  for (const node of nodes) {
    if (node.kind !== 'ident' || node.name.startsWith('.') || node.name === legacyAccumulator) {
      return new CelError('CEL_MACRO_ARGUMENT', 'a macro declares its variable by a plain name here', node.range);
    }
    if (names.includes(node.name)) {
      return new CelError('CEL_MACRO_ARGUMENT', `both variables of the macro are named ${node.name}`, node.range);
    }
    names.push(node.name);
  }
  return names;
}
