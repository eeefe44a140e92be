import {
  addInts,
  divideInts,
  durationOf,
  moduloInts,
  multiplyInts,
  nanosOf,
  negateInt,
  subtractInts,
  timestampOf,
  uint64,
} from '../arithmetic.ts';
import { operator } from '../ast.ts';
import { concatenation } from '../cost.ts';
import { CelError } from '../error.ts';
import { type FunctionDeclaration, overload } from '../function.ts';
import { maxListLength, maxStringLength } from '../limits.ts';
import {
  type Duration,
  fromDouble,
  type Int,
  type Double,
  type Timestamp,
  toDouble,
  type Uint,
  type Value,
} from '../value.ts';
import { spendWork } from '../work.ts';

type Real = number | Double;
const doubles =
  (operate: (a: number, b: number) => number) =>
  (a: Real, b: Real): Value =>
    toDouble(operate(fromDouble(a), fromDouble(b)));
const uints =
  (name: string, operate: (a: bigint, b: bigint) => bigint) =>
  (a: Uint, b: Uint): Uint | CelError =>
    uint64(operate(a.uint, b.uint), name);

/** A string of two, an error where it would outgrow what cost can pay for. */
export function addStrings(a: string, b: string): string | CelError {
  return a.length + b.length > maxStringLength ? tooLong('string') : a + b;
}

/** A list of two. Its cost is 1, so that its copying counts as work. */
export function addLists(a: readonly Value[], b: readonly Value[]): readonly Value[] | CelError {
  if (a.length + b.length > maxListLength) return tooLong('list');
  spendWork(a.length + b.length);
  return a.concat(b);
}

export function addBytes(a: Uint8Array, b: Uint8Array): Uint8Array | CelError {
  if (a.length + b.length > maxStringLength) return tooLong('byte string');
  const sum = new Uint8Array(a.length + b.length);
  sum.set(a);
  sum.set(b, a.length);
  return sum;
}

const tooLong = (what: string): CelError =>
  new CelError('CEL_VALUE_TOO_LARGE', `the ${what} would be longer than this engine makes one`);

const noZero = (name: string, operate: (a: Uint, b: Uint) => Uint | CelError) => (a: Uint, b: Uint) =>
  b.uint === 0n ? new CelError('CEL_DIVIDE_BY_ZERO', `${name} by zero`) : operate(a, b);

const unsigned = '(uint, uint) -> uint';
const signed = '(int, int) -> int';
const floating = '(double, double) -> double';

const declared: readonly FunctionDeclaration[] = [
  {
    name: operator.add,
    summary: 'The sum of two numbers or spans of time, or one string, byte string or list of two.',
    examples: [
      ['1 + 2', '3'],
      ["'a' + 'b'", "'ab'"],
      ['9223372036854775807 + 1', 'error'],
    ],
    overloads: [
      overload('add_int64', signed, addInts),
      overload(
        'add_uint64',
        unsigned,
        uints('+', (a, b) => a + b),
      ),
      overload(
        'add_double',
        floating,
        doubles((a, b) => a + b),
      ),
      overload('add_string', '(string, string) -> string', addStrings, { cost: concatenation }),
      overload('add_bytes', '(bytes, bytes) -> bytes', addBytes, { cost: concatenation }),
      overload('add_list', '(list(A), list(A)) -> list(A)', addLists),
      overload('add_duration_duration', '(duration, duration) -> duration', (a: Duration, b: Duration) =>
        durationOf(a.nanoseconds + b.nanoseconds),
      ),
      overload('add_timestamp_duration', '(timestamp, duration) -> timestamp', (a: Timestamp, b: Duration) =>
        timestampOf(nanosOf(a) + b.nanoseconds),
      ),
      overload('add_duration_timestamp', '(duration, timestamp) -> timestamp', (a: Duration, b: Timestamp) =>
        timestampOf(nanosOf(b) + a.nanoseconds),
      ),
    ],
  },
  {
    name: operator.subtract,
    summary: 'The difference of two numbers, instants or spans of time.',
    examples: [['3 - 5', '-2']],
    overloads: [
      overload('subtract_int64', signed, subtractInts),
      overload(
        'subtract_uint64',
        unsigned,
        uints('-', (a, b) => a - b),
      ),
      overload(
        'subtract_double',
        floating,
        doubles((a, b) => a - b),
      ),
      overload('subtract_duration_duration', '(duration, duration) -> duration', (a: Duration, b: Duration) =>
        durationOf(a.nanoseconds - b.nanoseconds),
      ),
      overload('subtract_timestamp_duration', '(timestamp, duration) -> timestamp', (a: Timestamp, b: Duration) =>
        timestampOf(nanosOf(a) - b.nanoseconds),
      ),
      overload('subtract_timestamp_timestamp', '(timestamp, timestamp) -> duration', (a: Timestamp, b: Timestamp) =>
        durationOf(nanosOf(a) - nanosOf(b)),
      ),
    ],
  },
  {
    name: operator.multiply,
    summary: 'The product of two numbers.',
    examples: [['6 * 7', '42']],
    overloads: [
      overload('multiply_int64', signed, multiplyInts),
      overload(
        'multiply_uint64',
        unsigned,
        uints('*', (a, b) => a * b),
      ),
      overload(
        'multiply_double',
        floating,
        doubles((a, b) => a * b),
      ),
    ],
  },
  {
    name: operator.divide,
    summary: 'The quotient of two numbers; that of integers is cut toward zero.',
    examples: [
      ['7 / -2', '-3'],
      ['1 / 0', 'error'],
    ],
    overloads: [
      overload('divide_int64', signed, divideInts),
      overload(
        'divide_uint64',
        unsigned,
        noZero(
          'division',
          uints('/', (a, b) => a / b),
        ),
      ),
      overload(
        'divide_double',
        floating,
        doubles((a, b) => a / b),
      ),
    ],
  },
  {
    name: operator.modulo,
    summary: 'The remainder of a division of integers, with the sign of the dividend.',
    examples: [['-7 % 2', '-1']],
    overloads: [
      overload('modulo_int64', signed, moduloInts),
      overload(
        'modulo_uint64',
        unsigned,
        noZero(
          'modulus',
          uints('%', (a, b) => a % b),
        ),
      ),
    ],
  },
  {
    name: operator.negate,
    summary: 'The number with the other sign.',
    examples: [['-(3)', '-3']],
    overloads: [
      overload('negate_int64', '(int) -> int', (a: Int) => negateInt(a)),
      overload('negate_double', '(double) -> double', (a: Real) => toDouble(-fromDouble(a))),
    ],
  },
];

/** The arithmetic operators. Overloads stand in cel-go's order, which is that of their names: the first is meant where nothing says which. */
export const arithmeticOperators: readonly FunctionDeclaration[] = declared.map((operation) => ({
  ...operation,
  overloads: operation.overloads.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
}));
