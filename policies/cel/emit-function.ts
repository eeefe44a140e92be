import { operator, type Node } from './ast.ts';
import { isConstant, isConstantSet, isEmptyList } from './attribute.ts';
import type { Reference } from './check.ts';
import { emitArithmetic, emitEquality, emitOrder } from './emit-operator.ts';
import { applyOverload } from './dispatch.ts';
import { type Atom, type Emit, type Emitter, type Shape, TooMuchCode } from './emitter.ts';
import { CelError } from './error.ts';
import type { Overload } from './function.ts';
import { maxStringLength } from './limits.ts';
import { linearPattern } from './linear-pattern.ts';
import { patternOf } from './pattern.ts';
import { codePoints } from './size.ts';
import { isSpecial } from './evaluation.ts';
import type { Value } from './value.ts';

export type FunctionReference = Reference & { readonly kind: 'function' };

/** A call: in line where it is an operator on numbers and strings, by its one overload where there is one, by search otherwise. */
export function emitFunction(emitter: Emitter, node: Node, reference: FunctionReference, emit: Emit): Atom {
  const folded = isConstant(emitter.checked, node) ? fold(emitter, node) : undefined;
  if (folded !== undefined) return emitter.constant(folded);
  if (reference.name === operator.in) {
    if (emitter.kubernetes && isEmptyList(reference.args[1])) return { code: 'false', shape: 'bool' };
    const set = constantSet(emitter, reference);
    const [value] = reference.args;
    if (set && value) return membership(emitter, reference, emit(emitter, value), set);
  }
  const args = reference.args.map((arg) => emit(emitter, arg));
  const inline =
    emitEquality(emitter, reference, args) ??
    emitOrder(emitter, reference, args) ??
    emitArithmetic(emitter, reference, args);
  if (inline) return inline;
  const [only] = reference.overloads;
  if (reference.name === operator.in && isConstantSet(emitter.checked, reference.args[1])) {
    return searched(emitter, reference, args, false);
  }
  if (only && reference.overloads.length === 1) return single(emitter, reference, only, args);
  if (reference.name === 'size' && args.length === 1) return size(emitter, reference, args);
  return searched(emitter, reference, args, true);
}

/** The value of a conversion of a literal; nothing where it is an error, which belongs to evaluation. */
function fold(emitter: Emitter, node: Node): Value | undefined {
  if (node.kind === 'literal') return node.value;
  const reference = emitter.checked.references.get(node);
  if (reference?.kind !== 'function') return undefined;
  const args = reference.args.map((arg) => fold(emitter, arg));
  if (args.includes(undefined)) throw new TooMuchCode('always an error');
  const { result } = applyOverload(reference, args as readonly Value[]);
  if (isSpecial(result)) throw new TooMuchCode('always an error');
  return result;
}

/** The literal list behind `in` as a set, where all its elements are strings. */
function constantSet(emitter: Emitter, { args }: FunctionReference): ReadonlySet<unknown> | undefined {
  const list = args[1];
  if (list?.kind !== 'list' || !isConstantSet(emitter.checked, list)) return undefined;
  const elements = list.elements.map((element) => (element.kind === 'literal' ? element.value : null));
  return elements.every((element) => typeof element === 'string') ? new Set(elements) : undefined;
}

function membership(emitter: Emitter, reference: FunctionReference, value: Atom, set: ReadonlySet<unknown>): Atom {
  const list = emitter.constant([...set]).code;
  const search = `find(${emitter.constant(reference).code}, [${value.code}, ${list}], m)`;
  return emitter.variable(
    `typeof ${value.code} === 'string' ? ${emitter.constant(set).code}.has(${value.code}) : ${search}`,
    'bool',
  );
}

function size(emitter: Emitter, reference: FunctionReference, args: readonly Atom[]): Atom {
  const [value] = args;
  if (!value) return searched(emitter, reference, args, true);
  emitter.charge(1);
  const search = `find(${emitter.constant(reference).code}, [${value.code}], m)`;
  return emitter.variable(
    `Array.isArray(${value.code}) ? ${value.code}.length : typeof ${value.code} === 'string' ? size(${value.code}) : ${search}`,
    'int',
  );
}

/** By the overload that run-time types select; its cost comes back beside it. */
export function searched(emitter: Emitter, reference: FunctionReference, args: readonly Atom[], counts: boolean): Atom {
  const result = emitter.variable(
    `find(${emitter.constant(reference).code}, [${args.map(({ code }) => code).join(', ')}], m)`,
  );
  if (counts) emitter.line('c += m.extra; if (c > L) throw X;');
  return { code: result.code, shape: shapeOfResult(reference.overloads) };
}

function single(emitter: Emitter, reference: FunctionReference, overload: Overload, args: readonly Atom[]): Atom {
  for (const [at, arg] of args.entries()) guard(emitter, overload, at, arg);
  const shape = shapeOfResult([overload]);
  const [text, second] = args;
  const fast = text && second ? onText(emitter, overload.id, text, second, reference.args[1]) : undefined;
  if (fast) return { code: fast, shape };
  const codes = args.map(({ code }) => code).join(', ');
  const result = emitter.variable(`${emitter.constant(overload.call).code}(${codes})`);
  emitter.refuseSpecial(result);
  if (overload.cost)
    emitter.line(`c += ${emitter.constant(overload.cost).code}([${codes}], ${result.code}); if (c > L) throw X;`);
  else emitter.charge(1);
  return { code: result.code, shape };
}

/** The commonest functions of strings without a call through the table. */
function onText(emitter: Emitter, id: string, text: Atom, second: Atom, node: Node | undefined): string | undefined {
  switch (id) {
    case 'starts_with_string':
    case 'ends_with_string':
      emitter.line(`c += traversal(${text.code});`);
      return emitter.variable(
        `${text.code}.${id === 'starts_with_string' ? 'startsWith' : 'endsWith'}(${second.code})`,
        'bool',
      ).code;
    case 'contains_string':
      emitter.line(`c += traversal(${text.code}) * traversal(${second.code});`);
      return emitter.variable(`${text.code}.includes(${second.code})`, 'bool').code;
    case 'add_string': {
      emitter.line(`if (${text.code}.length + ${second.code}.length > ${maxStringLength}) throw X;`);
      emitter.line(`c += joined(${text.code}, ${second.code}); if (c > L) throw X;`);
      return emitter.variable(`${text.code} + ${second.code}`, 'string').code;
    }
    case 'matches_string': {
      const literal = node?.kind === 'literal' && typeof node.value === 'string' ? node.value : undefined;
      const pattern = literal === undefined ? undefined : patternOf(literal);
      if (literal === undefined || pattern === undefined || pattern instanceof CelError) return undefined;
      const units = emitter.constant(Math.ceil(codePoints(literal) * 0.25)).code;
      emitter.line(`c += longer(${text.code}) * ${units}; if (c > L) throw X;`);
      const linear = linearPattern(literal);
      const test = linear ? `${emitter.constant(linear).code}.test` : `${emitter.constant(pattern).code}.matches`;
      return emitter.variable(`${test}(${text.code})`, 'bool').code;
    }
    default:
      return undefined;
  }
}

/** Ends the fast path where an argument is not of its parameter's type. */
function guard(emitter: Emitter, overload: Overload, at: number, arg: Atom): void {
  const kind = overload.parameters[at]?.kind;
  const { code, shape } = arg;
  switch (kind) {
    case 'string':
      if (shape !== 'string') emitter.line(`if (typeof ${code} !== 'string') throw X;`);
      return;
    case 'bool':
      if (shape !== 'bool') emitter.line(`if (typeof ${code} !== 'boolean') throw X;`);
      return;
    case 'list':
      emitter.line(`if (!Array.isArray(${code})) throw X;`);
      return;
    case 'int':
      if (shape !== 'int') emitter.line(`if (!Number.isSafeInteger(${code})) throw X;`);
      return;
    default:
      emitter.refuseSpecial(arg);
      emitter.line(`if (!${emitter.constant(overload.guards[at]).code}(${code})) throw X;`);
  }
}

function shapeOfResult(overloads: readonly Overload[]): Shape {
  const kinds = new Set(overloads.map(({ result }) => result.kind));
  const [kind] = kinds;
  if (kinds.size !== 1) return 'any';
  return kind === 'bool' || kind === 'string' ? kind : 'any';
}
