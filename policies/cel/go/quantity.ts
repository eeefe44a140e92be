import { limits } from '../../limits.ts';
import { Opaque } from '../value.ts';
import {
  type Amount,
  add as addAmounts,
  asInteger,
  compare,
  decimal,
  type Notation,
  negated,
  toFloat,
} from './amount.ts';
import { type Failure, failure } from './failure.ts';
import { canonical } from './quantity-text.ts';

/** An amount of a resource as Kubernetes writes it, such as `1.5Gi` or `100m` (k8s.io/apimachinery, resource.Quantity). */
export class Quantity extends Opaque {
  readonly #amount: Amount;
  readonly #notation: Notation;
  /** The text it was read from, where that is canonical as it is. */
  #text: string | undefined;

  constructor(amount: Amount, notation: Notation, text?: string) {
    super();
    this.#amount = amount;
    this.#notation = notation;
    this.#text = text;
  }

  get typeName(): string {
    return 'kubernetes.Quantity';
  }

  equals(other: Opaque): boolean {
    return other instanceof Quantity && this.compareTo(other) === 0;
  }

  /** The canonical text; where one notation has no suffix for it, the next that has. */
  toString(): string {
    this.#text ??= canonical(this.#amount, this.#notation);
    return this.#text;
  }

  /** -1, 0 or 1. */
  compareTo(other: Quantity): number {
    return compare(this.#amount, other.#amount);
  }

  /** -1, 0 or 1. */
  sign(): number {
    if (this.#amount.unscaled === 0n) return 0;
    return this.#amount.unscaled > 0n ? 1 : -1;
  }

  /** The sum; a zero takes the notation of what is added to it. */
  add(other: Quantity): Quantity {
    return new Quantity(addAmounts(this.#amount, other.#amount), this.#notationWith(other));
  }

  /** The difference; a zero takes the notation of what is subtracted from it. */
  sub(other: Quantity): Quantity {
    return new Quantity(addAmounts(this.#amount, negated(other.#amount)), this.#notationWith(other));
  }

  /** Whether it is an int, and Kubernetes keeps it as one: `1Pi` it does not. */
  isInteger(): boolean {
    return asInteger(this.#amount) !== undefined;
  }

  /** The int it is; a Failure where `isInteger` is false. */
  asInteger(): bigint | Failure {
    return asInteger(this.#amount) ?? failure('cannot convert value to integer');
  }

  /** A double near it, computed as Kubernetes does. */
  asApproximateFloat(): number {
    return toFloat(this.#amount);
  }

  #notationWith(other: Quantity): Notation {
    return this.#amount.unscaled === 0n ? other.#notation : this.#notation;
  }
}

/** The quantity that an int is where one is added to a quantity. */
export const quantityOfInt = (value: number | bigint): Quantity =>
  new Quantity({ unscaled: BigInt(value), exponent: 0, exact: true }, 'exponent');

/** `quantity(string)`: a number with a suffix, rounded up to nano; the errors are those of resource.ParseQuantity. */
export const parseQuantity = (text: string): Quantity | Failure => {
  if (text === '' || text.length > limits.numberText) return failure(malformed);
  const match = shape.exec(text);
  if (match === null) return failure(malformed);
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  const scale = interpret(suffix);
  if (scale === undefined) return failure("unable to parse quantity's suffix");
  if (Math.abs(scale.exponent) > limits.quantityExponent)
    return failure(`the exponent of a quantity is beyond ${limits.quantityExponent}`);
  const digits = { whole: whole.replace(/^0+/, '') || '0', fraction };
  const read = scale.notation === 'binary' ? readBinary : readDecimal;
  const short = read(text, sign === '-', digits, scale);
  if (short !== undefined) return short;
  // No digit at all is a zero where few are expected, as in `k`, and nothing where many are.
  if (whole + fraction === '') return failure('unable to parse numeric part of quantity');
  const factor = scale.notation === 'binary' ? 1n << BigInt(scale.exponent) : 1n;
  const exponent = scale.notation === 'binary' ? 0 : scale.exponent;
  const unscaled = BigInt(digits.whole + fraction) * factor;
  return rounded(sign === '-', unscaled, exponent - fraction.length, scale.notation);
};

const malformed = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const shape = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;

interface Digits {
  readonly whole: string;
  readonly fraction: string;
}

/** Powers of ten, or of two in binary notation. */
interface Scale {
  readonly notation: Notation;
  readonly exponent: number;
}

const suffixes: ReadonlyMap<string, Scale> = new Map(
  [...['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'].entries()]
    .map(([index, suffix]): [string, Scale] => [suffix, { notation: 'decimal', exponent: 3 * index - 9 }])
    .concat(
      ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, index): [string, Scale] => [
        suffix,
        { notation: 'binary', exponent: 10 * index + 10 },
      ]),
    ),
);

const interpret = (suffix: string): Scale | undefined => {
  const known = suffixes.get(suffix);
  if (known !== undefined) return known;
  return /^[eE][+-]?[0-9]+$/.test(suffix) ? { notation: 'exponent', exponent: Number(suffix.slice(1)) } : undefined;
};

/** Up to eighteen digits Kubernetes keeps an int64 and a power of ten; undefined where it cannot. */
const readDecimal = (text: string, negative: boolean, digits: Digits, scale: Scale): Quantity | undefined => {
  const all = digits.whole + digits.fraction;
  const exponent = scale.exponent - digits.fraction.length;
  if (all.length > 18 || exponent < -9) return undefined;
  const amount = { unscaled: signed(negative, BigInt(all)), exponent, exact: true };
  const canonicalAlready = exponent % 3 === 0 && !all.endsWith('000') && !all.startsWith('0');
  return new Quantity(amount, scale.notation, canonicalAlready ? text : undefined);
};

const readBinary = (text: string, negative: boolean, digits: Digits, scale: Scale): Quantity | undefined => {
  const room = 14 - digits.whole.length - Math.trunc((scale.exponent * 3) / 10);
  if (digits.fraction !== '' || room < 0) return undefined;
  const value = BigInt(digits.whole);
  const unscaled = signed(negative, value << BigInt(scale.exponent));
  return new Quantity({ unscaled, exponent: 0, exact: true }, 'binary', (value & 7n) === 0n ? undefined : text);
};

/** Away from zero to nano: whoever asks for some of a resource gets some of it. */
const rounded = (negative: boolean, unscaled: bigint, exponent: number, notation: Notation): Quantity => {
  const amount = decimal(unscaled, exponent);
  if (notation !== 'binary') return new Quantity({ ...amount, unscaled: signed(negative, amount.unscaled) }, notation);
  const most = { unscaled: 2n ** 63n - 1n, exponent: 0, exact: false };
  const capped = compare(amount, most) > 0 ? most : amount;
  const small = capped.unscaled !== 0n && compare(capped, { unscaled: 1n, exponent: 0, exact: false }) < 0;
  return new Quantity({ ...capped, unscaled: signed(negative, capped.unscaled) }, small ? 'decimal' : 'binary');
};

const signed = (negative: boolean, value: bigint): bigint => (negative ? -value : value);
