import { formatPlain } from './double.ts';
import { type Failure, failure, quoted } from './failure.ts';
import { isInt64 } from './number.ts';

/** `duration(string)`: nanoseconds within int64, from numbers with units as in `1h30m`, `-1.5s`, `0` (time.ParseDuration). */
export const parseDuration = (text: string): bigint | Failure => {
  const signed = text.startsWith('-') || text.startsWith('+');
  const rest = signed ? text.slice(1) : text;
  if (rest === '0') return 0n;
  if (rest === '' || !numbersWithUnits.test(rest)) return refused(text);
  let total = 0n;
  for (const [, whole = '', fraction = '', name = ''] of rest.matchAll(numberWithUnit)) {
    const unit = units.get(name);
    const amount = unit === undefined ? undefined : nanoseconds(whole, fraction, unit);
    if (amount === undefined) return refused(text);
    total += amount;
    if (total > largest) return refused(text);
  }
  const value = text.startsWith('-') ? -total : total;
  return isInt64(value) ? value : refused(text);
};

/** `string(duration)`: seconds as the nearest double has them, without exponent, and an `s`. */
export const formatDuration = (value: bigint): string => `${formatPlain(seconds(value))}s`;

/** `getHours()`: whole hours, computed in doubles as Go does. */
export const durationHours = (value: bigint): number => whole(inUnit(value, hour));

/** `getMinutes()`: whole minutes, computed in doubles as Go does. */
export const durationMinutes = (value: bigint): number => whole(inUnit(value, minute));

/** `getSeconds()`: whole seconds, computed in doubles as Go does. */
export const durationSeconds = (value: bigint): number => whole(seconds(value));

/** `getMilliseconds()` of a duration: all of it in milliseconds, truncated. */
export const durationMilliseconds = (value: bigint): number => Number(value / 1_000_000n);

/** A sum, difference or negation of durations that must stay within int64. */
export const checkedDuration = (value: bigint): bigint | Failure =>
  isInt64(value) ? value : failure('integer overflow');

const minute = 60_000_000_000n;
const hour = 60n * minute;
const largest = 2n ** 63n;

const units: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['\u00b5s', 1000n],
  ['\u03bcs', 1000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', minute],
  ['h', hour],
]);

const numberWithUnit = /(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?([^.0-9]+)/gy;
const numbersWithUnits = /^(?:(?=\.?[0-9])[0-9]*(?:\.[0-9]*)?[^.0-9]+)+$/;

/** More digits than 2^63 has; the whole part is then too large whatever the unit. */
const mostDigits = 19;

const nanoseconds = (whole: string, fraction: string, unit: bigint): bigint | undefined => {
  const digits = whole.replace(/^0+/, '');
  if (digits.length > mostDigits) return undefined;
  const value = BigInt(digits === '' ? '0' : digits);
  if (value > largest / unit) return undefined;
  const total = value * unit + fractionOf(fraction, unit);
  return total > largest ? undefined : total;
};

/** Go takes digits of the fraction while they fit an int64 and multiplies in doubles. */
const fractionOf = (text: string, unit: bigint): bigint => {
  let value = 0n;
  let scale = 1;
  for (const digit of text.slice(0, mostDigits + text.search(/[^0]|$/))) {
    if (value > (largest - 1n) / 10n) break;
    const next = value * 10n + BigInt(digit);
    if (next > largest) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
};

const seconds = (value: bigint): number => inUnit(value, 1_000_000_000n);

const inUnit = (value: bigint, unit: bigint): number => Number(value / unit) + Number(value % unit) / Number(unit);

/** Truncated towards zero; never a negative zero, which an int does not have. */
const whole = (value: number): number => Math.trunc(value) + 0;

const refused = (text: string): Failure =>
  failure(
    `type conversion error from 'string' to 'google.protobuf.Duration': ${quoted(text)} is not a sequence of numbers with units ns, us, ms, s, m, h within 292 years`,
  );
