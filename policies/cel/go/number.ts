import { type Failure, failure, quoted } from './failure.ts';

export const minInt64 = -(2n ** 63n);
export const maxInt64 = 2n ** 63n - 1n;
export const maxUint64 = 2n ** 64n - 1n;

/** Whether an integer fits an int. */
export const isInt64 = (value: bigint): boolean => value >= minInt64 && value <= maxInt64;

/** Whether an integer fits a uint. */
export const isUint64 = (value: bigint): boolean => value >= 0n && value <= maxUint64;

/** `int(string)`: an optional sign and decimal digits, within int64 (strconv.ParseInt, base 10). */
export const parseInt64 = (text: string): bigint | Failure => {
  const value = decimal.test(text) ? toBigInt(text) : undefined;
  return value !== undefined && isInt64(value) ? value : conversion(text, 'int');
};

/** `uint(string)`: decimal digits without a sign, within uint64 (strconv.ParseUint, base 10). */
export const parseUint64 = (text: string): bigint | Failure => {
  const value = digits.test(text) ? toBigInt(text) : undefined;
  return value !== undefined && isUint64(value) ? value : conversion(text, 'uint');
};

/** `bool(string)`: the twelve spellings of strconv.ParseBool. */
export const parseBool = (text: string): boolean | Failure => {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true;
  return /^(?:0|f|F|FALSE|false|False)$/.test(text) ? false : conversion(text, 'bool');
};

/** `int(double)`: truncated; beyond int64, and at its very ends as in cel-go, an overflow. */
export const doubleToInt64 = (value: number): bigint | Failure =>
  value > -(2 ** 63) && value < 2 ** 63 ? BigInt(Math.trunc(value)) : failure('integer overflow');

/** `uint(double)`: truncated; negative or beyond uint64 is an overflow. */
export const doubleToUint64 = (value: number): bigint | Failure =>
  value >= 0 && value < 2 ** 64 ? BigInt(Math.trunc(value)) : failure('unsigned integer overflow');

const decimal = /^[+-]?[0-9]+$/;
const digits = /^[0-9]+$/;
/** More digits than any 64-bit integer has; BigInt would take time quadratic in them. */
const mostDigits = 20;

const toBigInt = (text: string): bigint | undefined => {
  const negative = text.startsWith('-');
  const significant = text.replace(/^[+-]?0*/, '');
  if (significant.length > mostDigits) return undefined;
  const value = BigInt(significant === '' ? '0' : significant);
  return negative ? -value : value;
};

const conversion = (text: string, type: string): Failure =>
  failure(`type conversion error from 'string' to '${type}': ${quoted(text)}`);
