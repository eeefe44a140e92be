import { CelError } from './error.ts';
import { Duration, type Int, Timestamp, toInt, Uint } from './value.ts';

/** int arithmetic: exact, an error beyond int64 (cel-spec, Numeric arithmetic). */
export function addInts(a: Int, b: Int): Int | CelError {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return int64(BigInt(a) + BigInt(b), '+');
}

export function subtractInts(a: Int, b: Int): Int | CelError {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return int64(BigInt(a) - BigInt(b), '-');
}

export function multiplyInts(a: Int, b: Int): Int | CelError {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    // `+ 0`: there is no negative zero among ints.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return int64(BigInt(a) * BigInt(b), '*');
}

/** Truncates toward zero. */
export function divideInts(a: Int, b: Int): Int | CelError {
  if (b === 0) return new CelError('CEL_DIVIDE_BY_ZERO', 'division by zero');
  if (typeof a === 'number' && typeof b === 'number') return Math.trunc(a / b) + 0;
  return int64(BigInt(a) / BigInt(b), '/');
}

/** The remainder has the sign of the dividend. */
export function moduloInts(a: Int, b: Int): Int | CelError {
  if (b === 0) return new CelError('CEL_DIVIDE_BY_ZERO', 'modulus by zero');
  if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0;
  // Go refuses the one quotient that is no int64, in a remainder too.
  if (a === minInt64 && b === -1) return overflow('%');
  return int64(BigInt(a) % BigInt(b), '%');
}

export function negateInt(a: Int): Int | CelError {
  return typeof a === 'number' ? 0 - a : int64(-a, '-');
}

/** The int of an exact result, an error beyond int64. */
export function int64(exact: bigint, operation: string): Int | CelError {
  return BigInt.asIntN(64, exact) === exact ? toInt(exact) : overflow(operation);
}

/** The uint of an exact result, an error below 0 or beyond uint64. */
export function uint64(exact: bigint, operation: string): Uint | CelError {
  return BigInt.asUintN(64, exact) === exact ? new Uint(exact) : overflow(operation);
}

/** The duration of an exact number of nanoseconds, within int64 as Go's. */
export function durationOf(nanoseconds: bigint): Duration | CelError {
  return BigInt.asIntN(64, nanoseconds) === nanoseconds ? new Duration(nanoseconds) : overflow('duration');
}

/** An instant from nanoseconds since 1970, between the years 1 and 9999. */
export function timestampOf(nanoseconds: bigint): Timestamp | CelError {
  const nanos = ((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = Number((nanoseconds - nanos) / 1_000_000_000n);
  return seconds < minEpochSeconds || seconds > maxEpochSeconds
    ? overflow('timestamp')
    : new Timestamp(seconds, Number(nanos));
}

/** Nanoseconds since 1970. */
export const nanosOf = (timestamp: Timestamp): bigint =>
  BigInt(timestamp.epochSeconds) * 1_000_000_000n + BigInt(timestamp.nanosOfSecond);

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
export const minEpochSeconds = -62_135_596_800;
export const maxEpochSeconds = 253_402_300_799;

const minInt64 = -(2n ** 63n);

const overflow = (operation: string): CelError =>
  new CelError('CEL_OVERFLOW', `the result of ${operation} is out of range`);
