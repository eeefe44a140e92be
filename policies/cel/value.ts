import { reserveClass, reserveFields } from './reserved.ts';
import type { CelType } from './typing.ts';

/**
 * A value of the language, by reference to plain JSON wherever JSON can hold it.
 *
 * - `int`: a safe JavaScript integer, or a `bigint` beyond 2^53 (never both for one number);
 * - `double`: any other JavaScript number, or `Double` where the number is a safe integer (`1.0`, `-0.0`);
 * - map: a plain object (own enumerable properties), or `CelMap` where a key is not a string.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | PlainMap
  | CelMap
  | Double
  | Uint
  | Timestamp
  | Duration
  | Optional
  | TypeValue
  | Struct
  | Opaque;

/** A map whose keys are strings: any plain JSON object. */
export interface PlainMap {
  readonly [key: string]: Value;
}

/** An int: a safe JavaScript integer, or a bigint beyond 2^53. */
export type Int = number | bigint;

/** A double whose number is a safe integer, and so would read as an int. */
export class Double {
  readonly double: number;
  constructor(double: number) {
    this.double = double;
  }
}

/** An unsigned 64-bit integer. */
export class Uint {
  readonly uint: bigint;
  constructor(uint: bigint) {
    this.uint = uint;
  }
}

/** An instant between years 1 and 9999: whole seconds since 1970 (UTC) and nanoseconds of that second. */
export class Timestamp {
  readonly epochSeconds: number;
  readonly nanosOfSecond: number;
  /** Seconds east of UTC in which it was written: `string()` shows it, nothing else reads it. */
  readonly writtenOffset: number;
  constructor(epochSeconds: number, nanosOfSecond: number, writtenOffset = 0) {
    this.epochSeconds = epochSeconds;
    this.nanosOfSecond = nanosOfSecond;
    this.writtenOffset = writtenOffset;
  }
}

/** A signed span of time in nanoseconds, within int64 as Go's time.Duration. */
export class Duration {
  readonly nanoseconds: bigint;
  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

/** An optional: some content, or none where content is undefined. */
export class Optional {
  static readonly none: Optional = new Optional(undefined);
  readonly content: Value | undefined;
  constructor(content: Value | undefined) {
    this.content = content;
  }
}

/** A type as a value, as `type(1)` answers it. */
export class TypeValue {
  readonly celType: CelType;
  constructor(celType: CelType) {
    this.celType = celType;
  }
}

/** An object that an expression has built, such as `Object.spec{replicas: 1}`. */
export class Struct {
  readonly structType: string;
  readonly fieldValues: PlainMap;
  /** What a field is that is not set; null where it is not here. */
  readonly unsetValues: PlainMap;
  constructor(structType: string, fieldValues: PlainMap, unsetValues: PlainMap = {}) {
    this.structType = structType;
    this.fieldValues = fieldValues;
    this.unsetValues = unsetValues;
  }
}

/**
 * A value of a type that a library brings (quantity, IP, URL, authorizer).
 *
 * Expressions read plain properties, so a subclass keeps its state in private (`#`) fields and its type in
 * a getter: what no own property holds no expression can reach.
 */
export abstract class Opaque {
  constructor() {
    reserveClass(new.target);
  }

  /** The type's name, as `type(x)` prints it. */
  abstract get typeName(): string;
  /** Equality with another value of the same class. */
  abstract equals(other: Opaque): boolean;
  /** What `string(x)` in messages and reports shows. */
  abstract toString(): string;
  /** The size that run-time cost charges for it (1 where nothing is traversed). */
  get costSize(): number {
    return 1;
  }
}

/** A map whose keys are bool, int, uint or string; `1`, `1u` and `1.0` are one key. */
export class CelMap {
  readonly table: ReadonlyMap<MapKey, readonly [key: Value, value: Value]>;
  constructor(entries: Iterable<readonly [Value, Value]>) {
    const table = new Map<MapKey, readonly [Value, Value]>();
    for (const entry of entries) {
      const key = mapKey(entry[0]);
      if (key !== undefined) table.set(key, entry);
    }
    this.table = table;
  }
}

/** What identifies an entry of a CelMap. */
export type MapKey = string | boolean | number | bigint;

/** The identity of a map key, undefined where the value can be no key. */
export function mapKey(key: Value): MapKey | undefined {
  if (typeof key === 'string' || typeof key === 'boolean' || typeof key === 'bigint') return key;
  if (typeof key === 'number') return Number.isInteger(key) ? wholeDouble(key) : undefined;
  if (key instanceof Uint) return toInt(key.uint);
  if (key instanceof Double) return key.double === 0 ? 0 : key.double;
  return undefined;
}

/** The int of a bigint: a number where it is safe. The caller has checked that it is within int64 (or uint64). */
export function toInt(int: bigint): Int {
  return int >= -9007199254740991n && int <= 9007199254740991n ? Number(int) : int;
}

/** The double of a JavaScript number. */
export function toDouble(number: number): number | Double {
  return Number.isSafeInteger(number) ? new Double(number) : number;
}

export function isInt(value: unknown): value is Int {
  return typeof value === 'number' ? Number.isSafeInteger(value) : typeof value === 'bigint';
}

export function isDouble(value: unknown): value is number | Double {
  return typeof value === 'number' ? !Number.isSafeInteger(value) : value instanceof Double;
}

/** The JavaScript number of a double. */
export function fromDouble(double: number | Double): number {
  return typeof double === 'number' ? double : double.double;
}

export function isList(value: unknown): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether a value is a map held as a plain object. */
export function isPlainMap(value: unknown): value is PlainMap {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

export function isMap(value: unknown): value is PlainMap | CelMap {
  return isPlainMap(value) || value instanceof CelMap;
}

/** A map from its entries: a plain object where every key is a string. */
export function mapOf(entries: readonly (readonly [Value, Value])[]): PlainMap | CelMap {
  if (!entries.every(([key]) => typeof key === 'string')) return new CelMap(entries);
  const map: Record<string, Value> = Object.create(null) as Record<string, Value>;
  for (const [key, value] of entries) map[key as string] = value;
  return map;
}

/** The entries of a map in its own order. */
export function entriesOf(map: PlainMap | CelMap): readonly (readonly [Value, Value])[] {
  return map instanceof CelMap ? [...map.table.values()] : Object.entries(map);
}

/** A double beyond the safe range may be a whole number that an int or a uint key equals. */
function wholeDouble(number: number): number | bigint {
  return Number.isSafeInteger(number) ? (number === 0 ? 0 : number) : BigInt(number);
}

for (const each of [Double, Uint, Timestamp, Duration, Optional, TypeValue, Struct, CelMap, Opaque]) reserveClass(each);
reserveFields('double', 'uint', 'epochSeconds', 'nanosOfSecond', 'writtenOffset', 'nanoseconds', 'content');
reserveFields('celType', 'structType', 'fieldValues', 'unsetValues', 'table');
