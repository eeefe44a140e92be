import { int64, negateInt } from '../arithmetic.ts';
import { badArgument, CelError } from '../error.ts';
import { type FunctionDeclaration, type Library, type Outcome, overload, type Overload } from '../function.ts';
import { mathMacros } from '../macro/binding.ts';
import { compare } from '../ordering.ts';
import { type Double, fromDouble, type Int, isDouble, isInt, toDouble, toInt, Uint, type Value } from '../value.ts';

type Real = number | Double;
/** In cel-go's order: the first is meant where nothing says which. */
const kinds = ['double', 'int', 'uint'] as const;

/** The largest (sign 1) or smallest (sign -1) of the arguments. */
function extreme(name: string, sign: 1 | -1): readonly Overload[] {
  const pick = (values: readonly Value[]): Outcome => {
    let best = values[0];
    if (best === undefined) return badArgument('an empty list has no greatest and no least element');
    for (const value of values) {
      if (!isInt(value) && !isDouble(value) && !(value instanceof Uint)) {
        return new CelError('CEL_NO_MATCHING_OVERLOAD', `${name} compares numbers`);
      }
      const order = compare(value, best);
      if (order instanceof CelError) return order;
      if (order !== undefined && order * sign > 0) best = value;
    }
    return best;
  };
  return [
    ...kinds.map((kind) => overload(`${name}_${kind}`, `(${kind}) -> ${kind}`, (value: Value) => value)),
    ...kinds.flatMap((left) =>
      kinds.map((right) =>
        overload(
          `${name}_${left}_${right}`,
          `(${left}, ${right}) -> ${left === right ? left : 'dyn'}`,
          (a: Value, b: Value) => pick([a, b]),
        ),
      ),
    ),
    ...kinds.map((kind) => overload(`${name}_list_${kind}`, `(list(${kind})) -> ${kind}`, pick)),
  ];
}

const rounding = (
  name: string,
  summary: string,
  example: readonly [string, string],
  round: (x: number) => number,
): FunctionDeclaration => ({
  name: `math.${name}`,
  summary,
  examples: [example],
  overloads: [
    overload(`math_${name}_double`, '(double) -> double', (value: Real) => toDouble(round(fromDouble(value)))),
  ],
});

const test = (
  name: string,
  summary: string,
  example: readonly [string, string],
  holds: (x: number) => boolean,
): FunctionDeclaration => ({
  name: `math.${name}`,
  summary,
  examples: [example],
  overloads: [overload(`math_${name}_double`, '(double) -> bool', (value: Real) => holds(fromDouble(value)))],
});

const bitwise = (
  name: string,
  word: string,
  example: readonly [string, string],
  operate: (a: bigint, b: bigint) => bigint,
): FunctionDeclaration => ({
  name: `math.${name}`,
  summary: `The bitwise ${word} of two integers.`,
  examples: [example],
  overloads: [
    overload(`math_${name}_int_int`, '(int, int) -> int', (a: Int, b: Int) =>
      toInt(BigInt.asIntN(64, operate(BigInt(a), BigInt(b)))),
    ),
    overload(`math_${name}_uint_uint`, '(uint, uint) -> uint', (a: Uint, b: Uint) => new Uint(operate(a.uint, b.uint))),
  ],
});

/** Shifts the 64 bits, the sign bit like any other; 64 places and more leave nothing. */
const shift = (
  name: string,
  word: string,
  example: readonly [string, string],
  operate: (bits: bigint, places: bigint) => bigint,
): FunctionDeclaration => {
  const shifted = (bits: bigint, places: Int): bigint | CelError => {
    if (places < 0) return badArgument(`math.${name}() takes no negative offset`);
    return places >= 64 ? 0n : BigInt.asUintN(64, operate(BigInt.asUintN(64, bits), BigInt(places)));
  };
  return {
    name: `math.${name}`,
    summary: `The bits of an integer moved to the ${word}.`,
    examples: [example],
    overloads: [
      overload(`math_${name}_int_int`, '(int, int) -> int', (value: Int, places: Int) => {
        const bits = shifted(BigInt(value), places);
        return typeof bits === 'bigint' ? toInt(BigInt.asIntN(64, bits)) : bits;
      }),
      overload(`math_${name}_uint_int`, '(uint, int) -> uint', (value: Uint, places: Int) => {
        const bits = shifted(value.uint, places);
        return typeof bits === 'bigint' ? new Uint(bits) : bits;
      }),
    ],
  };
};

const root = (value: number): Outcome => toDouble(Math.sqrt(value));

/** The math extension of the language. */
export const mathLibrary: Library = {
  name: 'math',
  macros: mathMacros,
  functions: [
    {
      name: 'math.@max',
      summary: 'The greatest of numbers, or of a list of them; written math.greatest.',
      examples: [['math.greatest(1, 2u, 3.5)', '3.5']],
      overloads: extreme('math_@max', 1),
    },
    {
      name: 'math.@min',
      summary: 'The least of numbers, or of a list of them; written math.least.',
      examples: [['math.least([3, 1, 2])', '1']],
      overloads: extreme('math_@min', -1),
    },
    rounding('ceil', 'The next whole number above.', ['math.ceil(1.2)', '2.0'], Math.ceil),
    rounding('floor', 'The next whole number below.', ['math.floor(1.2)', '1.0'], Math.floor),
    rounding('round', 'The nearest whole number; halves go away from zero.', ['math.round(-1.5)', '-2.0'], (x) =>
      // Nothing is added to it before it is cut: the largest double below a half would become one.
      Math.abs(x - Math.trunc(x)) >= 0.5 ? Math.trunc(x) + Math.sign(x) : Math.trunc(x),
    ),
    rounding('trunc', 'The number without its fraction.', ['math.trunc(-1.9)', '-1.0'], Math.trunc),
    test('isNaN', 'Whether it is not a number.', ['math.isNaN(0.0 / 0.0)', 'true'], Number.isNaN),
    test(
      'isInf',
      'Whether it is infinite.',
      ['math.isInf(1.0 / 0.0)', 'true'],
      (x) => Math.abs(x) === Number.POSITIVE_INFINITY,
    ),
    test('isFinite', 'Whether it is a number and not infinite.', ['math.isFinite(1.5)', 'true'], Number.isFinite),
    {
      name: 'math.abs',
      summary: 'The number without its sign.',
      examples: [['math.abs(-1)', '1']],
      overloads: [
        overload('math_abs_double', '(double) -> double', (value: Real) => toDouble(Math.abs(fromDouble(value)))),
        overload('math_abs_int', '(int) -> int', (value: Int) => (value < 0 ? negateInt(value) : value)),
        overload('math_abs_uint', '(uint) -> uint', (value: Uint) => value),
      ],
    },
    {
      name: 'math.sign',
      summary: 'One, zero or minus one, as the sign of the number is.',
      examples: [['math.sign(-42)', '-1']],
      overloads: [
        // Zero has no sign, whichever zero it is.
        overload('math_sign_double', '(double) -> double', (value: Real) => toDouble(Math.sign(fromDouble(value)) + 0)),
        overload('math_sign_int', '(int) -> int', (value: Int) => (value > 0 ? 1 : value < 0 ? -1 : 0)),
        overload('math_sign_uint', '(uint) -> uint', ({ uint }: Uint) => new Uint(uint > 0n ? 1n : 0n)),
      ],
    },
    {
      name: 'math.sqrt',
      summary: 'The square root.',
      examples: [['math.sqrt(81)', '9.0']],
      overloads: [
        overload('math_sqrt_double', '(double) -> double', (value: Real) => root(fromDouble(value))),
        overload('math_sqrt_int', '(int) -> double', (value: Int) => root(Number(value))),
        overload('math_sqrt_uint', '(uint) -> double', ({ uint }: Uint) => root(Number(uint))),
      ],
    },
    bitwise('bitAnd', 'and', ['math.bitAnd(3, 5)', '1'], (a, b) => a & b),
    bitwise('bitOr', 'or', ['math.bitOr(1, 4)', '5'], (a, b) => a | b),
    bitwise('bitXor', 'exclusive or', ['math.bitXor(3, 5)', '6'], (a, b) => a ^ b),
    {
      name: 'math.bitNot',
      summary: 'The integer with all its bits flipped.',
      examples: [['math.bitNot(1)', '-2']],
      overloads: [
        overload('math_bitNot_int_int', '(int) -> int', (value: Int) => int64(~BigInt(value), 'math.bitNot()')),
        overload('math_bitNot_uint_uint', '(uint) -> uint', ({ uint }: Uint) => new Uint(BigInt.asUintN(64, ~uint))),
      ],
    },
    shift('bitShiftLeft', 'left', ['math.bitShiftLeft(1, 2)', '4'], (bits, places) => bits << places),
    shift('bitShiftRight', 'right', ['math.bitShiftRight(1024, 2)', '256'], (bits, places) => bits >> places),
  ],
};
