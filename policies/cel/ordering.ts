import { numeric, numericOrder } from './equality.ts';
import { badArgument, type CelError } from './error.ts';
import { Duration, Timestamp, type Value } from './value.ts';

/** Less than 0, 0 or more than 0 for two values that have an order; undefined for two that have none. */
export function compare(a: Value, b: Value): number | CelError | undefined {
  const x = numeric(a);
  if (x !== undefined) {
    const y = numeric(b);
    if (y === undefined) return undefined;
    const order = numericOrder(x, y);
    return Number.isNaN(order) ? badArgument('NaN has no order') : order;
  }
  if (typeof a === 'string') return typeof b === 'string' ? compareStrings(a, b) : undefined;
  if (typeof a === 'boolean') return typeof b === 'boolean' ? Number(a) - Number(b) : undefined;
  if (a instanceof Uint8Array) return b instanceof Uint8Array ? compareBytes(a, b) : undefined;
  if (a instanceof Timestamp && b instanceof Timestamp) {
    return a.epochSeconds - b.epochSeconds || a.nanosOfSecond - b.nanosOfSecond;
  }
  if (a instanceof Duration && b instanceof Duration) {
    return a.nanoseconds < b.nanoseconds ? -1 : a.nanoseconds > b.nanoseconds ? 1 : 0;
  }
  return undefined;
}

/** By code points: JavaScript's own order is by UTF-16 units, which puts U+1F600 before U+FFFD. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points beyond every other unit. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
