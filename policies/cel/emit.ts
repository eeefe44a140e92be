import {
  type CallNode,
  type ListNode,
  type MapNode,
  type Node,
  operator,
  type SelectNode,
  type StructNode,
} from './ast.ts';
import { costsToFind, isAlternative, isAttribute, isConstant } from './attribute.ts';
import { nodeCost } from './cost.ts';
import { emitFold } from './emit-fold.ts';
import { emitFunction } from './emit-function.ts';
import { type Atom, type Emitter, type Shape, TooMuchCode } from './emitter.ts';
import { isReserved } from './reserved.ts';
import type { Value } from './value.ts';

/** Emits the statements of a node; its cost is the interpreter's to the unit. */
export function emit(emitter: Emitter, node: Node, absorbed = false): Atom {
  switch (node.kind) {
    case 'literal':
      return emitter.constant(node.value, shapeOf(node.value));
    case 'ident':
      return name(emitter, node, node.name, absorbed);
    case 'select':
      return select(emitter, node, absorbed);
    case 'call':
      return call(emitter, node, absorbed);
    case 'list':
      return list(emitter, node);
    case 'map':
      return map(emitter, node);
    case 'struct':
      return struct(emitter, node);
    case 'fold':
      return emitFold(emitter, node, emit);
  }
}

export function shapeOf(value: Value): Shape {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' && Number.isSafeInteger(value) ? 'int' : 'any';
}

function name(emitter: Emitter, node: Node, text: string, absorbed: boolean): Atom {
  const reference = emitter.checked.references.get(node);
  if (reference?.kind === 'constant') return emitter.constant(reference.value);
  emitter.charge(absorbed ? 0 : nodeCost.read);
  if (reference?.kind === 'local') {
    const atom = emitter.local(text);
    if (atom?.before !== undefined) emitter.line(atom.before);
    if (atom) return { code: atom.code, shape: atom.shape };
  }
  if (reference?.kind === 'variable') return bound(emitter, reference.name);
  return never(emitter);
}

/** A binding at its use: one that is lazy is computed now, one that stands for no value ends the fast path. */
function bound(emitter: Emitter, variable: string): Atom {
  const code = emitter.binding(variable);
  return emitter.variable(`${code} instanceof S ? use(${code}) : ${code}`);
}

function select(emitter: Emitter, node: SelectNode, absorbed: boolean): Atom {
  const reference = emitter.checked.references.get(node);
  if (reference?.kind === 'constant') return emitter.constant(reference.value);
  if (reference?.kind === 'variable') {
    const reads = emitter.kubernetes ? reference.name.split('.').length : 1;
    emitter.charge(reads * nodeCost.read - (absorbed ? 1 : 0));
    return bound(emitter, reference.name);
  }
  const from = operand(emitter, node.operand, absorbed || node.test);
  emitter.charge(nodeCost.read);
  if (node.test && !emitter.kubernetes && !absorbed) emitter.charge(nodeCost.read);
  return node.test ? presence(emitter, from, node.field) : read(emitter, from, node.field);
}

/** Reads a field. A name that no prototype and no class of ours has is read directly: what it finds is an own field of a map. */
export function read(emitter: Emitter, from: Atom, field: string, otherwise: 'sel' | 'idx' = 'sel'): Atom {
  const key = emitter.constant(field).code;
  if (isReserved(field)) return emitter.variable(`${otherwise}(${from.code}, ${key})`);
  emitter.directNames.add(field);
  const value = emitter.fresh();
  emitter.line(
    `let ${value} = ${from.code}[${key}]; if (${value} === undefined) ${value} = ${otherwise}(${from.code}, ${key});`,
  );
  return { code: value, shape: 'any' };
}

function presence(emitter: Emitter, from: Atom, field: string): Atom {
  const key = emitter.constant(field).code;
  if (isReserved(field)) return emitter.variable(`has(${from.code}, ${key})`, 'bool');
  emitter.directNames.add(field);
  const found = emitter.variable(`${from.code}[${key}]`);
  emitter.refuseSpecial(found);
  return emitter.variable(
    `${found.code} !== undefined ? true : plain(${from.code}) ? false : has(${from.code}, ${key})`,
    'bool',
  );
}

/** `operand.?field`, as directly. */
function optional(emitter: Emitter, from: Atom, key: Atom): Atom {
  const field = emitter.valueOf(key);
  const search = `osel(${from.code}, ${key.code})`;
  if (typeof field !== 'string' || isReserved(field)) return emitter.variable(search);
  emitter.directNames.add(field);
  const found = emitter.variable(`${from.code}[${key.code}]`);
  const absent = `${from.code} === none || plain(${from.code}) ? none : ${search}`;
  const there = `typeof ${found.code} === 'object' && ${found.code} instanceof S ? ${search} : new Optional(${found.code})`;
  return emitter.variable(`${found.code} === undefined ? (${absent}) : ${there}`);
}

function operand(emitter: Emitter, node: Node, absorbed: boolean): Atom {
  if (isAttribute(emitter.checked, node)) return emit(emitter, node, absorbed);
  const atom = emit(emitter, node);
  emitter.charge(absorbed ? 0 : nodeCost.read);
  return atom;
}

function call(emitter: Emitter, node: CallNode, absorbed: boolean): Atom {
  const [first, second, third] = node.args;
  if (node.target === undefined && first && second) {
    switch (node.name) {
      case operator.and:
      case operator.or:
        return logical(emitter, first, second, node.name === operator.or);
      case operator.conditional:
        return third ? conditional(emitter, first, second, third) : never(emitter);
      case operator.index:
      case operator.optionalIndex:
        return index(emitter, node, first, second, absorbed);
      case operator.optionalSelect: {
        const from = operand(emitter, first, absorbed);
        return present(emitter, optional(emitter, from, emit(emitter, second)));
      }
      default:
        break;
    }
  }
  const reference = emitter.checked.references.get(node);
  const [target, other] = reference?.kind === 'function' ? reference.args : [];
  if (isAlternative(node, reference) && target && other) return alternative(emitter, node, target, other);
  return reference?.kind === 'function' ? emitFunction(emitter, node, reference, emit) : never(emitter);
}

/** A step that may lead nowhere costs a read only where it leads somewhere. */
function present(emitter: Emitter, found: Atom): Atom {
  emitter.line(`if (${found.code} !== none) c += ${nodeCost.read};`);
  return found;
}

/** `or` and `orValue`: the alternative is evaluated only where there is no content. */
function alternative(emitter: Emitter, node: CallNode, target: Node, other: Node): Atom {
  const first = emit(emitter, target);
  const result = emitter.fresh();
  const content =
    node.name === 'or' ? first.code : `${first.code} instanceof Optional ? ${first.code}.content : ${first.code}`;
  emitter.line(`let ${result} = ${content};`);
  emitter.block(`if (${first.code} instanceof Optional && ${first.code}.content === undefined)`, () => {
    const second = emit(emitter, other);
    emitter.line(`${result} = ${second.code};`);
  });
  return { code: result, shape: 'any' };
}

function logical(emitter: Emitter, first: Node, second: Node, decisive: boolean): Atom {
  const left = truth(emitter, emit(emitter, first));
  const result: Atom = { code: emitter.fresh(), shape: 'bool' };
  emitter.line(`let ${result.code} = ${decisive};`);
  emitter.block(`if (${decisive ? '!' : ''}${left.code})`, () => {
    const right = truth(emitter, emit(emitter, second));
    emitter.line(`${result.code} = ${right.code};`);
  });
  return result;
}

/** A bool; anything else ends the fast path. */
export function truth(emitter: Emitter, atom: Atom): Atom {
  if (atom.shape !== 'bool') emitter.line(`if (${atom.code} !== true && ${atom.code} !== false) throw X;`);
  return { code: atom.code, shape: 'bool' };
}

function conditional(emitter: Emitter, condition: Node, truthy: Node, falsy: Node): Atom {
  const decided = truth(emitter, emit(emitter, condition));
  const result = emitter.fresh();
  emitter.line(`let ${result};`);
  const shapes: Shape[] = [];
  const branch = (node: Node): void => {
    const atom = emit(emitter, node, isAttribute(emitter.checked, node));
    shapes.push(atom.shape);
    emitter.line(`${result} = ${atom.code};`);
  };
  emitter.block(`if (${decided.code})`, () => branch(truthy));
  emitter.block('else', () => branch(falsy));
  const [shape = 'any', other] = shapes;
  return { code: result, shape: shape === other ? shape : 'any' };
}

function index(emitter: Emitter, node: CallNode, first: Node, second: Node, absorbed: boolean): Atom {
  const from = operand(emitter, first, absorbed);
  const key = emit(emitter, second);
  const attribute = isAttribute(emitter.checked, second);
  if (node.name === operator.optionalIndex) {
    const found = emitter.variable(`oidx(${from.code}, ${key.code})`);
    return attribute ? found : present(emitter, found);
  }
  if (costsToFind(emitter.checked, second)) emitter.charge(nodeCost.read);
  const literal = second.kind === 'literal' ? second.value : undefined;
  if (typeof literal === 'string' && !isReserved(literal) && !/^\d/.test(literal))
    return read(emitter, from, literal, 'idx');
  const value = emitter.fresh();
  const inside = `Array.isArray(${from.code}) && Number.isSafeInteger(${key.code}) && ${key.code} >= 0 && ${key.code} < ${from.code}.length`;
  emitter.line(`const ${value} = ${inside} ? ${from.code}[${key.code}] : idx(${from.code}, ${key.code});`);
  return { code: value, shape: 'any' };
}

function list(emitter: Emitter, node: ListNode): Atom {
  const constant = isConstant(emitter.checked, node);
  if (constant && node.elements.every((element) => element.kind === 'literal')) {
    return emitter.constant(node.elements.map((element) => (element.kind === 'literal' ? element.value : null)));
  }
  const elements = values(emitter, node.elements);
  emitter.charge(constant ? 0 : nodeCost.list);
  if (node.optionals.length === 0) return emitter.variable(`[${elements.join(', ')}]`);
  return emitter.variable(`opts([${elements.join(', ')}], ${emitter.constant(node.optionals).code})`);
}

function map(emitter: Emitter, node: MapNode): Atom {
  const atoms = values(
    emitter,
    node.entries.flatMap(({ key, value }) => [key, value]),
  );
  emitter.charge(isConstant(emitter.checked, node) ? 0 : nodeCost.map);
  const keys = atoms.filter((_, at) => at % 2 === 0);
  const entries = atoms.filter((_, at) => at % 2 === 1);
  return emitter.variable(`mapped(${emitter.constant(node).code}, [${keys.join(', ')}], [${entries.join(', ')}])`);
}

function struct(emitter: Emitter, node: StructNode): Atom {
  const reference = emitter.checked.references.get(node);
  if (reference?.kind !== 'struct') return never(emitter);
  const fields = values(
    emitter,
    node.fields.map(({ value }) => value),
  );
  emitter.charge(nodeCost.struct);
  const type = emitter.constant(reference.type).code;
  return emitter.variable(`built(${emitter.constant(node).code}, ${type}, [${fields.join(', ')}])`);
}

function values(emitter: Emitter, nodes: readonly Node[]): readonly string[] {
  return nodes.map((node) => {
    const atom = emit(emitter, node);
    emitter.refuseSpecial(atom);
    return atom.code;
  });
}

/** What can only be an error when it is evaluated has no fast path. */
function never(_emitter: Emitter): never {
  throw new TooMuchCode('always an error');
}
