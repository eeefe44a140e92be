import {
  toDouble,
  toInt,
  Duration,
  entriesOf,
  fromDouble,
  isDouble,
  isInt,
  isList,
  isMap,
  isPlainMap,
  mapOf,
  Opaque,
  Optional,
  Struct,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './value.ts';
import { Failure } from './go/failure.ts';
import { decodeBase64, encodeBase64 } from './go/base64.ts';
import { parseCidr } from './go/cidr.ts';
import { parseDouble } from './go/double.ts';
import { formatDuration, parseDuration } from './go/duration.ts';
import { parseIp } from './go/ip.ts';
import { parseInt64, parseUint64 } from './go/number.ts';
import { parseQuantity } from './go/quantity.ts';
import { parseSemver } from './go/semver.ts';
import { formatTimestamp, parseTimestamp } from './go/timestamp.ts';
import { parseUrl } from './go/url.ts';
import { parseType } from './signature.ts';
import { nameOfType } from './typing.ts';
import { Unknown } from './unknown.ts';

/** A value as JSON that keeps its type: `{"int": "3"}`, `{"map": [[key, value], ...]}`. */
export type TypedJson = Readonly<Record<string, unknown>>;

/** The typed JSON of a value; what is unknown inside it stands there as `{"unknown": [keys]}`. */
export function toTypedJson(value: Value | Unknown): TypedJson {
  if (value instanceof Unknown) return { unknown: value.needs.map(({ key }) => key) };
  if (value === null) return { null: null };
  if (typeof value === 'boolean') return { bool: value };
  if (typeof value === 'string') return { string: value };
  if (isInt(value)) return { int: String(value) };
  if (isDouble(value)) return { double: doubleText(fromDouble(value)) };
  if (value instanceof Uint) return { uint: String(value.uint) };
  if (value instanceof Uint8Array) return { bytes: encodeBase64(value) };
  if (value instanceof Timestamp) {
    // One text for each moment, whatever zone it was written in.
    const { epochSeconds: seconds, nanosOfSecond: nanos } = value;
    return { timestamp: formatTimestamp({ seconds, nanos, offset: 0 }) };
  }
  if (value instanceof Duration) return { duration: formatDuration(value.nanoseconds) };
  if (isList(value)) return { list: value.map(toTypedJson) };
  if (isMap(value)) return mapJson(entriesOf(value));
  if (value instanceof TypeValue) return { type: nameOfType(value.celType) };
  if (value instanceof Optional) return { optional: value.content === undefined ? null : toTypedJson(value.content) };
  if (value instanceof Struct) return { type: value.structType, ...mapJson(entriesOf(value.fieldValues)) };
  if (value instanceof Opaque) return { [opaqueNames[value.typeName] ?? value.typeName]: value.toString() };
  return { null: null };
}

const mapJson = (entries: readonly (readonly [Value, Value])[]): TypedJson => ({
  map: entries.map(([key, value]) => [toTypedJson(key), toTypedJson(value)]),
});

const opaqueNames: Readonly<Record<string, string>> = {
  'kubernetes.Quantity': 'quantity',
  'net.IP': 'ip',
  'net.CIDR': 'cidr',
  'kubernetes.URL': 'url',
  'kubernetes.Semver': 'semver',
};

const doubleText = (double: number): string => (Object.is(double, -0) ? '-0' : String(double));

/** The value of typed JSON, or the sentence why it is none. `{"unknown": "key"}` is an unknown that needs the key. */
export function fromTypedJson(json: unknown): Value | Unknown | Failure {
  if (!isPlainMap(json)) return new Failure('a typed value is an object with one key, its type');
  const [entry, more] = Object.entries(json);
  if (!entry || more) return new Failure('a typed value is an object with one key, its type');
  const [kind, content] = entry;
  const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (!read)
    return new Failure(`${JSON.stringify(kind)} is no type of a value; there are ${Object.keys(readers).join(', ')}`);
  const value = read(content);
  return value === undefined ? new Failure(`this is no ${kind}`) : value;
}

/** Ints and uints of one number are one key. */
const keyText = (key: Value): string | undefined =>
  typeof key === 'string' || typeof key === 'boolean' || isInt(key)
    ? `${typeof key === 'bigint' ? 'number' : typeof key} ${String(key)}`
    : key instanceof Uint
      ? `number ${String(key.uint)}`
      : undefined;

type Reader = (content: Value) => Value | Unknown | Failure | undefined;

const fromText =
  <T>(parse: (text: string) => T | Failure, wrap: (parsed: T) => Value): Reader =>
  (content) => {
    if (typeof content !== 'string' && typeof content !== 'number' && typeof content !== 'bigint') return undefined;
    const parsed = parse(String(content));
    return parsed instanceof Failure ? parsed : wrap(parsed);
  };

const same = (value: Value): Value => value;

const readers: Readonly<Record<string, Reader>> = {
  int: fromText(parseInt64, toInt),
  uint: fromText(parseUint64, (uint) => new Uint(uint)),
  double: fromText(parseDouble, toDouble),
  string: (content) => (typeof content === 'string' ? content : undefined),
  bool: (content) => (typeof content === 'boolean' ? content : undefined),
  null: (content) => (content === null ? null : undefined),
  bytes: fromText(decodeBase64, same),
  timestamp: fromText(parseTimestamp, ({ seconds, nanos, offset }) => new Timestamp(seconds, nanos, offset)),
  duration: fromText(parseDuration, (nanoseconds) => new Duration(nanoseconds)),
  list: (content) => (isList(content) ? all(content) : undefined),
  map: (content) => {
    if (!isList(content)) return undefined;
    const flat = all(content.flatMap((entry) => (isList(entry) && entry.length === 2 ? entry : [null])));
    if (!isList(flat)) return flat;
    const entries = flat.flatMap((key, at): [Value, Value][] => (at % 2 === 0 ? [[key, flat[at + 1] ?? null]] : []));
    const keys = entries.map(([key]) => keyText(key));
    if (keys.includes(undefined)) return new Failure('the key of a map is a string, a bool, an int or a uint');
    if (new Set(keys).size < keys.length) return new Failure('each key of a map is there once');
    return mapOf(entries);
  },
  type: (content) => {
    const type = typeof content === 'string' ? parseType(content) : 'no text';
    return typeof type === 'string' ? new Failure(type) : new TypeValue(type);
  },
  optional: (content) => {
    if (content === null) return Optional.none;
    const inner = all([content]);
    return isList(inner) ? new Optional(inner[0]) : inner;
  },
  quantity: fromText(parseQuantity, same),
  ip: fromText(parseIp, same),
  cidr: fromText(parseCidr, same),
  url: fromText(parseUrl, same),
  semver: fromText(parseSemver, same),
  unknown: (content) => (typeof content === 'string' ? new Unknown([{ key: content }]) : undefined),
};

/** The values of a list of typed JSON; the first fault otherwise. Unknowns may stand among them. */
function all(list: readonly Value[]): readonly Value[] | Failure {
  const values: Value[] = [];
  for (const element of list) {
    const value = fromTypedJson(element);
    if (value instanceof Failure) return value;
    values.push(value as Value);
  }
  return values;
}
