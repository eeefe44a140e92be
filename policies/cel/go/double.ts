import { limits } from '../../limits.ts';
import { type Failure, failure, quoted } from './failure.ts';

/** `double(string)`: decimal or hexadecimal, underscores as Go allows them, `inf`, `infinity` and `nan` in any case (strconv.ParseFloat). */
export const parseDouble = (text: string): number | Failure => {
  if (text.length <= limits.numberText) {
    const value = special(text) ?? ordinary(text);
    if (value !== undefined) return value;
  }
  return failure(`type conversion error from 'string' to 'double': ${quoted(text)}`);
};

/** `string(double)`: the shortest text that reads back, with an exponent below 1e-4 and from 1e6 on (fmt's %g). */
export const formatDouble = (value: number): string => {
  if (!Number.isFinite(value)) return notFinite(value);
  const [digits, exponent] = shortest(value);
  if (exponent >= -4 && exponent < 6) return sign(value) + plain(digits, exponent);
  return sign(value) + scientific(digits, exponent);
};

/** The shortest text that reads back, never with an exponent (strconv's 'f' with precision -1). */
export const formatPlain = (value: number): string => {
  if (!Number.isFinite(value)) return notFinite(value);
  return sign(value) + plain(...shortest(value));
};

/** Fixed point with so many digits after the point, the exact value rounded half to even (fmt's %.Nf). */
export const formatFixed = (value: number, precision: number): string => {
  if (!Number.isFinite(value)) return notFinite(value);
  const digits = scaled(Math.abs(value), precision)
    .toString()
    .padStart(precision + 1, '0');
  return sign(value) + pointed(digits, digits.length - precision);
};

/** One digit, a point, so many digits and an exponent of at least two, the exact value rounded half to even (fmt's %.Ne). */
export const formatScientific = (value: number, precision: number): string => {
  if (!Number.isFinite(value)) return notFinite(value);
  if (value === 0) return `${sign(value)}${pointed('0'.repeat(precision + 1), 1)}e+00`;
  // The fewest digits may round up to a power of ten that the exact value does not reach.
  const exponent = shortest(value)[1];
  const digits = scaled(Math.abs(value), precision - exponent).toString();
  if (digits.length <= precision) return scientificAt(value, precision, exponent - 1);
  return scientificAt(value, precision, exponent);
};

const scientificAt = (value: number, precision: number, first: number): string => {
  const all = scaled(Math.abs(value), precision - first).toString();
  // Rounding 9.99 up gives one digit more than was asked for, and that digit is a zero.
  const carried = all.length - precision - 1;
  const digits = carried > 0 ? all.slice(0, precision + 1) : all;
  const exponent = first + carried;
  return `${sign(value)}${pointed(digits, 1)}e${signedExponent(exponent)}`;
};

const special = (text: string): number | undefined => {
  const match = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (match === null) return undefined;
  if (match[2]?.toLowerCase() === 'nan') return match[1] === '' ? Number.NaN : undefined;
  return match[1] === '-' ? -Infinity : Infinity;
};

const ordinary = (text: string): number | undefined => {
  const hexadecimal = /^[+-]?0x/i.test(text);
  // An underscore stands between two digits, or between the prefix and a digit.
  if ((hexadecimal ? hexadecimalStray : decimalStray).test(text)) return undefined;
  const bare = text.replaceAll('_', '');
  const value = hexadecimal ? fromHexadecimal(bare) : fromDecimal(bare);
  return value === undefined || !Number.isFinite(value) ? undefined : value;
};

const decimalStray = /(?:^|[^0-9])_|_(?:[^0-9]|$)/;
const hexadecimalStray = /(?:^|[^0-9a-fA-FxX])_|_(?:[^0-9a-fA-F]|$)/;

const fromDecimal = (text: string): number | undefined =>
  /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text) ? Number(text) : undefined;

const fromHexadecimal = (text: string): number | undefined => {
  const match = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/.exec(text);
  const [, minus, whole = '', fraction = '', exponent = ''] = match ?? [];
  if (whole + fraction === '') return undefined;
  const magnitude = fromBinary(BigInt(`0x${whole}${fraction}`), clamp(Number(exponent)) - 4 * fraction.length);
  return minus === '-' ? -magnitude : magnitude;
};

/** Beyond this every exponent over- or underflows, even behind the longest mantissa that is read. */
const clamp = (exponent: number): number => Math.max(-100_000, Math.min(100_000, exponent));

/** mantissa * 2^exponent, rounded once to the nearest double, ties to even. */
const fromBinary = (mantissa: bigint, exponent: number): number => {
  if (mantissa === 0n) return 0;
  const size = mantissa.toString(2).length;
  // The lowest place that a double of this size has: 53 places, or 2^-1074.
  const lowest = Math.max(size + exponent - 53, -1074);
  const shift = lowest - exponent;
  if (size + exponent > 1024) return Infinity;
  if (shift <= 0) return Number(mantissa) * 2 ** exponent;
  if (shift > size + 1) return 0;
  return Number(halfEven(mantissa, 1n << BigInt(shift))) * 2 ** lowest;
};

const notFinite = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
};

const sign = (value: number): string => (value < 0 || Object.is(value, -0) ? '-' : '');

/** The fewest digits that read back as this value, and the decimal exponent of the first. */
const shortest = (value: number): [digits: string, exponent: number] => {
  const [mantissa = '', exponent = ''] = Math.abs(value).toExponential().split('e');
  return [mantissa.replace('.', ''), Number(exponent)];
};

const plain = (digits: string, exponent: number): string => {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  return pointed(digits.padEnd(exponent + 1, '0'), exponent + 1);
};

const scientific = (digits: string, exponent: number): string => `${pointed(digits, 1)}e${signedExponent(exponent)}`;

const signedExponent = (exponent: number): string =>
  (exponent < 0 ? '-' : '+') + Math.abs(exponent).toString().padStart(2, '0');

const pointed = (digits: string, point: number): string =>
  digits.length > point ? `${digits.slice(0, point)}.${digits.slice(point)}` : digits;

/** value * 10^places as an integer, exactly, rounded half to even. */
const scaled = (value: number, places: number): bigint => {
  const [mantissa, exponent] = split(value);
  let numerator = mantissa;
  let denominator = 1n;
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  if (places >= 0) numerator *= 10n ** BigInt(places);
  else denominator *= 10n ** BigInt(-places);
  return halfEven(numerator, denominator);
};

const halfEven = (numerator: bigint, denominator: bigint): bigint => {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const up = twice > denominator || (twice === denominator && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
};

/** A finite double, not negative, as mantissa * 2^exponent (IEEE 754 binary64). */
const split = (value: number): [mantissa: bigint, exponent: number] => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const fraction = bits & (2n ** 52n - 1n);
  const biased = Number(bits >> 52n);
  return biased === 0 ? [fraction, -1074] : [fraction | (2n ** 52n), biased - 1075];
};
