import type { MapNode, StructNode } from './ast.ts';
import type { ObjectType } from './environment.ts';
import { CelError } from './error.ts';
import { isInt, mapKey, type MapKey, mapOf, Optional, type PlainMap, Struct, Uint, type Value } from './value.ts';
import type { CelMap } from './value.ts';

/** The list of a literal's elements; those written `?x` are optionals, and none is left out. */
export function listOf(elements: readonly Value[], optionals: readonly number[]): readonly Value[] | CelError {
  if (optionals.length === 0) return elements;
  const list: Value[] = [];
  for (const [at, element] of elements.entries()) {
    if (!optionals.includes(at)) list.push(element);
    else if (!(element instanceof Optional)) return notOptional;
    else if (element.content !== undefined) list.push(element.content);
  }
  return list;
}

/** The map of a literal's entries: keys are bool, int, uint or string, and no two equal. */
export function mapFrom(node: MapNode, keys: readonly Value[], values: readonly Value[]): PlainMap | CelMap | CelError {
  const entries: (readonly [Value, Value])[] = [];
  const seen = new Set<MapKey>();
  for (const [at, entry] of node.entries.entries()) {
    const key = keys[at] as Value;
    let value = values[at] as Value;
    if (entry.optional) {
      if (!(value instanceof Optional)) return notOptional;
      if (value.content === undefined) continue;
      value = value.content;
    }
    const identity = keyOf(key);
    if (identity instanceof CelError) return identity;
    if (seen.has(identity)) return duplicate(key);
    seen.add(identity);
    entries.push([key, value]);
  }
  return mapOf(entries);
}

/** The object of a literal's fields. */
export function structOf(node: StructNode, type: ObjectType, values: readonly Value[]): Struct | CelError {
  const fields: Record<string, Value> = Object.create(null) as Record<string, Value>;
  for (const [at, field] of node.fields.entries()) {
    const value = values[at] as Value;
    if (!field.optional) fields[field.name] = value;
    else if (!(value instanceof Optional)) return notOptional;
    else if (value.content !== undefined) fields[field.name] = value.content;
  }
  return new Struct(type.name, fields, unsetOf(type));
}

/** The zeros of the fields that have a scalar type. */
function unsetOf(type: ObjectType): PlainMap {
  const known = unset.get(type);
  if (known) return known;
  const scalars = Object.entries(type.fields ?? {}).flatMap(([name, { kind }]) => {
    const zero = zeros[kind];
    return zero === undefined ? [] : [[name, zero] as const];
  });
  const values = Object.fromEntries(scalars);
  unset.set(type, values);
  return values;
}

const unset = new WeakMap<ObjectType, PlainMap>();

const zeros: Readonly<Record<string, Value>> = { string: '', int: 0, bool: false };

/** The identity of a key, an error for a value that no literal may have as key. */
export function keyOf(key: Value): MapKey | CelError {
  const allowed = typeof key === 'string' || typeof key === 'boolean' || isInt(key) || key instanceof Uint;
  const identity = allowed ? mapKey(key) : undefined;
  return identity ?? new CelError('CEL_NO_MATCHING_OVERLOAD', 'a map key is a string, an int, a uint or a bool');
}

export const duplicate = (key: Value): CelError =>
  new CelError(
    'CEL_DUPLICATE_KEY',
    `the key ${typeof key === 'string' ? JSON.stringify(key) : String(mapKey(key))} stands twice`,
  );

const notOptional = new CelError('CEL_NO_MATCHING_OVERLOAD', 'behind ? stands an optional');
