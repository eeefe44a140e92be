import {
  Duration,
  entriesOf,
  isList,
  isMap,
  Opaque,
  Optional,
  Struct,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from '../cel/index.ts';

/**
 * What about a value no field of an object takes when a configuration is applied: an unsigned number, a time, a duration and bytes have a JSON, which
 * the values of a JSON Patch become, but structured-merge-diff knows none of them.
 */
export function unmergeable(value: Value): string | undefined {
  if (isList(value)) return firstOf(value);
  if (value instanceof Struct) return firstOf(Object.values(value.fieldValues));
  if (isMap(value)) return firstOf(entriesOf(value).map(([, item]) => item));
  const [, name] = strangers.find(([type]) => value instanceof type) ?? [];
  return name === undefined ? undefined : `${name} is no value that merges with a field`;
}

const strangers = [
  [Uint, 'an unsigned number'],
  [Timestamp, 'a time'],
  [Duration, 'a duration'],
  [Uint8Array, 'a list of bytes'],
  [Optional, 'an optional'],
  [TypeValue, 'a type'],
  [Opaque, 'an object of a library'],
] as const;

function firstOf(values: readonly Value[]): string | undefined {
  for (const value of values) {
    const trouble = unmergeable(value);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}
