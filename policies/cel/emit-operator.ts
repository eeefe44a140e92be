import { operator } from './ast.ts';
import { traversal } from './cost.ts';
import type { FunctionReference } from './emit-function.ts';
import type { Atom, Emitter } from './emitter.ts';
import { codePoints } from './size.ts';

/** `==` and `!=`: by `===` where one side is known to be no object, by deep equality otherwise. */
export function emitEquality(emitter: Emitter, { name }: FunctionReference, args: readonly Atom[]): Atom | undefined {
  const [a, b] = args;
  if ((name !== operator.equal && name !== operator.notEqual) || !a || !b) return undefined;
  const same = emitter.fresh();
  const known = isScalar(b) ? b : isScalar(a) ? a : undefined;
  const other = known === b ? a : b;
  if (known) {
    const deep =
      known.shape === 'int'
        ? `(typeof ${other.code} === 'object' || typeof ${other.code} === 'bigint')`
        : `typeof ${other.code} === 'object'`;
    emitter.line(`const ${same} = ${a.code} === ${b.code} || (${deep} && eq(${a.code}, ${b.code}));`);
  } else {
    const flat = `typeof ${a.code} === 'string' || typeof ${b.code} === 'string'`;
    const deep = `(typeof ${a.code} === 'object' || typeof ${b.code} === 'object') ? eq(${a.code}, ${b.code})`;
    emitter.line(
      `const ${same} = typeof ${a.code} === 'string' && typeof ${b.code} === 'string' ? ${a.code} === ${b.code} : ${flat} ? ${deep} : false : eq(${a.code}, ${b.code});`,
    );
  }
  if (isScalar(a) && isScalar(b) && a.shape !== 'string' && b.shape !== 'string') emitter.charge(1);
  else emitter.line(`c += ${costOf(emitter, same, known, other, `compared(${a.code}, ${b.code})`)};`);
  return name === operator.equal ? { code: same, shape: 'bool' } : emitter.variable(`!${same}`, 'bool');
}

/** What a comparison costs: as of the smaller side, which is often known beforehand. */
function costOf(emitter: Emitter, same: string, known: Atom | undefined, other: Atom, otherwise: string): string {
  if (known?.shape === 'bool') return `typeof ${other.code} === 'boolean' ? 1 : ${otherwise}`;
  if (known?.shape === 'int') return `typeof ${other.code} === 'number' ? 1 : ${otherwise}`;
  const literal = known && emitter.valueOf(known);
  if (typeof literal !== 'string' || literal === '') return otherwise;
  const units = traversal(codePoints(literal));
  // Beside one to ten characters a string costs 1, or 0 where it is empty.
  const short = `(${other.code}.length === 0 ? 0 : 1)`;
  const long = `(${same} ? ${units} : Math.min(traversal(${other.code}), ${units}))`;
  return `typeof ${other.code} === 'string' ? ${literal.length <= 10 ? short : long} : ${otherwise}`;
}

const isScalar = ({ shape }: Atom): boolean => shape !== 'any';

/** `<` and its kin on two numbers; NaN, which has no order, ends the fast path. */
export function emitOrder(emitter: Emitter, reference: FunctionReference, args: readonly Atom[]): Atom | undefined {
  const [a, b] = args;
  const prefix = orders[reference.name];
  if (prefix === undefined || !a || !b) return undefined;
  const has = (suffix: string): boolean => reference.overloads.some(({ id }) => id === `${prefix}_${suffix}`);
  if (!has('int64')) return undefined;
  const mixed = has('double') || has('int64_double') || has('double_int64');
  const every =
    (!mixed || b.shape === 'int' || has('int64_double')) && (!mixed || a.shape === 'int' || has('double_int64'));
  const doubles = mixed && every && (a.shape === 'int' || b.shape === 'int' || has('double'));
  const number = (atom: Atom): string =>
    atom.shape === 'int'
      ? 'true'
      : doubles
        ? `typeof ${atom.code} === 'number' && ${atom.code} === ${atom.code}`
        : `Number.isSafeInteger(${atom.code})`;
  const result = emitter.fresh();
  const sign = reference.name.slice(1, -1);
  emitter.line(`let ${result};`);
  emitter.block(`if (${number(a)} && ${number(b)})`, () => {
    emitter.line(`${result} = ${a.code} ${sign} ${b.code}; c += 1;`);
  });
  emitter.block('else', () => {
    const codes = `[${a.code}, ${b.code}]`;
    emitter.line(`${result} = find(${emitter.constant(reference).code}, ${codes}, m); c += m.extra;`);
  });
  return { code: result, shape: 'bool' };
}

const orders: Readonly<Record<string, string | undefined>> = {
  [operator.less]: 'less',
  [operator.lessOrEqual]: 'less_equals',
  [operator.greater]: 'greater',
  [operator.greaterOrEqual]: 'greater_equals',
};

/** `+`, `-` and `*` on safe integers; a result that is none ends the fast path. `+` on strings, and `!`. */
export function emitArithmetic(
  emitter: Emitter,
  reference: FunctionReference,
  args: readonly Atom[],
): Atom | undefined {
  const [a, b] = args;
  if (reference.name === operator.not && a) {
    if (a.shape !== 'bool') emitter.line(`if (typeof ${a.code} !== 'boolean') throw X;`);
    emitter.charge(1);
    return emitter.variable(`!${a.code}`, 'bool');
  }
  const id = arithmetic[reference.name];
  if (id === undefined || !a || !b || !reference.overloads.some((overload) => overload.id === id)) return undefined;
  const whole = ({ code, shape }: Atom): string => (shape === 'int' ? 'true' : `Number.isSafeInteger(${code})`);
  const result = emitter.fresh();
  const only = reference.overloads.length === 1;
  emitter.line(`let ${result};`);
  emitter.block(`if (${whole(a)} && ${whole(b)})`, () => {
    // `+ 0`: there is no negative zero among ints.
    emitter.line(`${result} = ${a.code} ${reference.name.slice(1, -1)} ${b.code} + 0; c += 1;`);
    emitter.line(`if (!Number.isSafeInteger(${result})) throw X;`);
  });
  emitter.block('else', () => {
    if (only) emitter.line('throw X;');
    else
      emitter.line(
        `${result} = find(${emitter.constant(reference).code}, [${a.code}, ${b.code}], m); c += m.extra; if (c > L) throw X;`,
      );
  });
  return { code: result, shape: only ? 'int' : 'any' };
}

const arithmetic: Readonly<Record<string, string | undefined>> = {
  [operator.add]: 'add_int64',
  [operator.subtract]: 'subtract_int64',
  [operator.multiply]: 'multiply_int64',
};
