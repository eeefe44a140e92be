import { encodeBase64 } from './go/base64.ts';
import { formatDuration } from './go/duration.ts';
import { formatTimestamp } from './go/timestamp.ts';
import {
  Duration,
  entriesOf,
  fromDouble,
  isDouble,
  isInt,
  isList,
  isMap,
  Opaque,
  Optional,
  Struct,
  Timestamp,
  Uint,
  type Value,
} from './value.ts';

/** A value as Kubernetes writes it into an object, or the sentence why JSON cannot hold it. */
export type PlainJson =
  | { readonly kind: 'json'; readonly json: unknown }
  | { readonly kind: 'problem'; readonly detail: string };

/**
 * The JSON of a value. Times are RFC 3339, durations in seconds, bytes base64; a built object becomes its fields, each of whose types must be
 * named after the field it stands in (`Object.spec.template` below `spec.template`).
 */
export function toPlainJson(value: Value): PlainJson {
  try {
    return { kind: 'json', json: plain(value) };
  } catch (thrown) {
    if (thrown instanceof Unwritable) return { kind: 'problem', detail: thrown.message };
    throw thrown;
  }
}

class Unwritable extends Error {}

function plain(value: Value): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (isInt(value)) return typeof value === 'bigint' ? exact(value) : value;
  if (isDouble(value)) return finite(fromDouble(value));
  if (value instanceof Uint) return exact(value.uint);
  if (value instanceof Uint8Array) return encodeBase64(value);
  if (value instanceof Timestamp) {
    const { epochSeconds: seconds, nanosOfSecond: nanos } = value;
    return formatTimestamp({ seconds, nanos, offset: 0 });
  }
  if (value instanceof Duration) return formatDuration(value.nanoseconds);
  if (isList(value)) return value.map(plain);
  if (isMap(value)) return Object.fromEntries(entriesOf(value).map(([key, item]) => [textKey(key), plain(item)]));
  if (value instanceof Struct) return fieldsOf(value);
  if (value instanceof Optional) return value.content === undefined ? null : plain(value.content);
  if (value instanceof Opaque) return value.toString();
  throw new Unwritable('a type is no JSON');
}

function fieldsOf({ structType, fieldValues }: Struct): unknown {
  return Object.fromEntries(
    Object.entries(fieldValues).map(([name, field]) => {
      for (const item of isList(field) ? field : [field]) {
        const wanted = `${structType}.${name}`;
        if (item instanceof Struct && item.structType !== wanted)
          throw new Unwritable(`the field "${name}" holds a ${item.structType}, and ${wanted} is wanted`);
      }
      return [name, plain(field)];
    }),
  );
}

function exact(whole: bigint): number {
  const number = Number(whole);
  if (!Number.isSafeInteger(number)) throw new Unwritable(`${whole} is no number that JSON carries exactly`);
  return number;
}

function finite(double: number): number {
  if (!Number.isFinite(double)) throw new Unwritable(`${double} is no JSON`);
  return double;
}

function textKey(key: Value): string {
  if (typeof key !== 'string') throw new Unwritable('a map whose keys are no strings is no JSON');
  return key;
}
