import { Special } from './special.ts';
import {
  CelMap,
  Double,
  Duration,
  entriesOf,
  isList,
  isMap,
  mapKey,
  Opaque,
  Optional,
  type PlainMap,
  Struct,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './value.ts';
import { formatType, nameOfType } from './typing.ts';
import { spendWork } from './work.ts';

/**
 * Equality of any two values (cel-spec, Equality): numbers by their mathematical value whatever their types,
 * values of different types are unequal, NaN equals nothing. What is unknown inside makes it unknown.
 */
export function equal(a: Value, b: Value): boolean | Special {
  if (typeof a !== 'object' && typeof b !== 'object') {
    if (a === b) return true;
    if (typeof a === 'bigint' || typeof b === 'bigint') return equalNumbers(a, b);
    return false;
  }
  if (a === null || b === null) return a instanceof Special ? a : b instanceof Special ? b : a === b;
  if (a instanceof Special) return a;
  if (b instanceof Special) return b;
  spendWork(1);
  if (isList(a)) return isList(b) && equalLists(a, b);
  if (isMap(a)) return isMap(b) && equalMaps(a, b);
  return equalObjects(a, b);
}

/** The number that a numeric value stands for. */
export function numeric(value: Value): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (value instanceof Double) return value.double;
  return value instanceof Uint ? value.uint : undefined;
}

function equalNumbers(a: Value, b: Value): boolean {
  const x = numeric(a);
  const y = numeric(b);
  return x !== undefined && y !== undefined && numericOrder(x, y) === 0;
}

/** Integers among themselves are compared exactly; with a double, as doubles (cel-go). NaN where one is NaN. */
export function numericOrder(x: number | bigint, y: number | bigint): number {
  if (typeof x === typeof y) return x < y ? -1 : x > y ? 1 : Number.isNaN(x) || Number.isNaN(y) ? Number.NaN : 0;
  return numericOrder(Number(x), Number(y));
}

function equalObjects(a: Value, b: Value): boolean | Special {
  if (numeric(a) !== undefined) return equalNumbers(a, b);
  if (a instanceof Uint8Array) {
    return b instanceof Uint8Array && a.length === b.length && a.every((byte, at) => byte === b[at]);
  }
  if (a instanceof Timestamp) {
    return b instanceof Timestamp && a.epochSeconds === b.epochSeconds && a.nanosOfSecond === b.nanosOfSecond;
  }
  if (a instanceof Duration) return b instanceof Duration && a.nanoseconds === b.nanoseconds;
  if (a instanceof TypeValue) return b instanceof TypeValue && nameOfType(a.celType) === nameOfType(b.celType);
  if (a instanceof Optional) {
    if (!(b instanceof Optional)) return false;
    if (a.content === undefined || b.content === undefined) return a.content === b.content;
    return equal(a.content, b.content);
  }
  if (a instanceof Struct) {
    return b instanceof Struct && a.structType === b.structType && equalMaps(a.fieldValues, b.fieldValues);
  }
  if (a instanceof Opaque) return b instanceof Opaque && a.typeName === b.typeName && a.equals(b);
  return false;
}

function equalLists(a: readonly Value[], b: readonly Value[]): boolean | Special {
  if (a.length !== b.length) return false;
  spendWork(a.length);
  let special: Special | undefined;
  for (const [at, element] of a.entries()) {
    const same = equal(element, b[at] as Value);
    if (same === false) return false;
    if (same !== true) special ??= same;
  }
  return special ?? true;
}

function equalMaps(a: PlainMap | CelMap, b: PlainMap | CelMap): boolean | Special {
  const entries = entriesOf(a);
  if (entries.length !== entriesOf(b).length) return false;
  spendWork(entries.length);
  let special: Special | undefined;
  for (const [key, value] of entries) {
    const other = lookupKey(b, key);
    if (other === undefined) return false;
    const same = equal(value, other);
    if (same === false) return false;
    if (same !== true) special ??= same;
  }
  return special ?? true;
}

/** The value at a key, undefined where it is absent or where nothing can be such a key. */
export function lookupKey(map: PlainMap | CelMap, key: Value): Value | undefined {
  if (!(map instanceof CelMap)) {
    return typeof key === 'string' && Object.hasOwn(map, key) ? map[key] : undefined;
  }
  const identity = mapKey(key);
  return identity === undefined ? undefined : map.table.get(identity)?.[1];
}

/** How a value is told apart in messages: its type and nothing of what it holds. */
export const typeText = (value: TypeValue): string => formatType(value.celType);
