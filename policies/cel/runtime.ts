import { duplicate, keyOf, listOf, mapFrom, structOf } from './aggregate.ts';
import type { MapNode, StructNode } from './ast.ts';
import type { ObjectType } from './environment.ts';
import type { Reference } from './check.ts';
import { comparedSize, traversal } from './cost.ts';
import { applyOverload, overloadCost } from './dispatch.ts';
import { equal } from './equality.ts';
import { type Bindings, Lazy, readBinding } from './evaluation.ts';
import { index, optionalIndex } from './library/relations.ts';
import { presence, selectField, selectOptional } from './selection.ts';
import { codePoints } from './size.ts';
import { Special } from './special.ts';
import {
  type CelMap,
  entriesOf,
  isMap,
  isPlainMap,
  type MapKey,
  mapOf,
  Optional,
  type PlainMap,
  type Value,
} from './value.ts';

/** What generated code throws, whatever the reason: the interpreter then finds the real one. */
export const bail: { readonly bail: true } = { bail: true };

/** What a generated function hands back beside its value. */
export interface Meter {
  cost: number;
  extra: number;
}

function settled<T>(result: T): Exclude<T, Special> {
  if (result instanceof Special) throw bail;
  return result as Exclude<T, Special>;
}

/** In an optional without content nothing is looked for, and a key is not even evaluated: the interpreter's to do. */
function some(operand: Value): Value {
  const from = settled(operand);
  if (from instanceof Optional && from.content === undefined) throw bail;
  return from;
}

/** A map while a macro makes it. */
class Entries {
  readonly #entries: (readonly [Value, Value])[] = [];
  readonly #seen: Set<MapKey> = new Set();

  add(key: Value, value: Value): void {
    const identity = settled(keyOf(key));
    if (this.#seen.has(identity)) settled(duplicate(key));
    this.#seen.add(identity);
    this.#entries.push([key, value]);
  }

  addAll(map: Value): void {
    if (!isMap(map)) throw bail;
    for (const [key, value] of entriesOf(map)) this.add(key, value);
  }

  map(): PlainMap | CelMap {
    return mapOf(this.#entries);
  }
}

const entriesIn = (over: Value): readonly (readonly [Value, Value])[] => {
  if (!isMap(over)) throw bail;
  return entriesOf(over);
};

/** A tenth of the characters of a string, rounded up. */
const textTraversal = (text: string): number =>
  text.length <= 10 ? (text.length === 0 ? 0 : 1) : traversal(codePoints(text));

/** Everything that generated code calls, by the names that it uses. */
export const runtime = {
  S: Special,
  X: bail,
  Entries,
  Optional,
  none: Optional.none,
  /** A binding as it is: one that stands for no value stays so until it is read. */
  bind: (bindings: Bindings, name: string): Bindings[string] => {
    const bound = Object.hasOwn(bindings, name) ? bindings[name] : undefined;
    return bound === undefined ? readBinding(bindings, name) : bound;
  },
  use: (bound: Special): Value => {
    if (!(bound instanceof Lazy)) throw bail;
    return settled(bound.read());
  },
  sel: (operand: Value, field: string): Value => settled(selectField(some(operand), field)),
  has: (operand: Value, field: string): Value => settled(presence(settled(operand), field)),
  osel: (operand: Value, field: string): Value => settled(selectOptional(settled(operand), field)),
  idx: (operand: Value, key: Value): Value => {
    const from = some(operand);
    const at = settled(key);
    return settled(from instanceof Optional ? optionalIndex(from, at) : index(from, at));
  },
  oidx: (operand: Value, key: Value): Value => settled(optionalIndex(some(operand), settled(key))),
  /** A map in which a field that is not found is not there. */
  plain: isPlainMap,
  eq: (a: Value, b: Value): boolean => settled(equal(a, b)),
  opts: (elements: readonly Value[], optionals: readonly number[]): Value => settled(listOf(elements, optionals)),
  mapped: (node: MapNode, keys: readonly Value[], values: readonly Value[]): Value =>
    settled(mapFrom(node, keys, values)),
  built: (node: StructNode, type: ObjectType, values: readonly Value[]): Value => settled(structOf(node, type, values)),
  keys: (over: Value): readonly Value[] => entriesIn(over).map(([key]) => key),
  pairs: entriesIn,
  size: codePoints,
  traversal: textTraversal,
  longer: (text: string): number => (text.length < 10 ? 1 : traversal(1 + codePoints(text))),
  /** The cost of making one string of two. */
  joined: (a: string, b: string): number =>
    a.length + b.length <= 10 ? (a.length + b.length === 0 ? 0 : 1) : traversal(codePoints(a) + codePoints(b)),
  /** The cost of comparing two values: as of the smaller. */
  compared: (a: Value, b: Value): number => {
    if (typeof a === 'string' && typeof b === 'string') {
      const shorter = a.length < b.length ? a : b;
      if (shorter.length <= 10) return shorter.length === 0 ? 0 : 1;
    }
    return traversal(Math.min(comparedSize(a), comparedSize(b)));
  },
  /** Calls the overload that fits, and leaves its cost in the meter. */
  find: (reference: Reference & { kind: 'function' }, args: readonly Value[], meter: Meter): Value => {
    for (const arg of args) settled(arg);
    const { overload, result } = applyOverload(reference, args);
    const value = settled(result);
    meter.extra = overloadCost(reference, overload, args, result);
    return value;
  },
} as const;
