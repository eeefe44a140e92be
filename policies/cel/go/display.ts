import { limits } from '../../limits.ts';
import { nameOfType } from '../typing.ts';
import {
  type CelMap,
  Duration,
  entriesOf,
  isDouble,
  isInt,
  isList,
  isMap,
  Opaque,
  Optional,
  type PlainMap,
  Struct,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from '../value.ts';
import { formatDouble, formatFixed, formatPlain } from './double.ts';
import { formatDuration } from './duration.ts';
import { Failure, failure } from './failure.ts';
import type { Dialect } from './format.ts';
import { number } from './numeric.ts';
import { quoteGo } from './quote.ts';
import { compareText } from './strings.ts';
import { formatTimestamp } from './timestamp.ts';

/** A value as the clause `%s` writes it; undefined where its type cannot be written, a Failure where something in it cannot. */
export const display = (value: Value, dialect: Dialect): string | Failure | undefined => {
  if (isList(value) || isMap(value)) return collection(value, dialect, { left: limits.formattedLength });
  return dialect === 'core' ? coreScalar(value) : kubernetesScalar(value);
};

/** The name of a value's type as cel-go's messages have it. */
export const nameOf = (value: Value): string => {
  if (value === null) return 'null_type';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (isInt(value)) return 'int';
  if (isDouble(value)) return 'double';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof TypeValue) return 'type';
  if (value instanceof Optional) return 'optional_type';
  if (value instanceof Struct) return value.structType;
  if (value instanceof Opaque) return value.typeName;
  return isList(value) ? 'list' : 'map';
};

/** What may still be written: values share parts, so that a small value can have a text without end. */
interface Room {
  left: number;
}

const collection = (value: readonly Value[] | PlainMap | CelMap, dialect: Dialect, room: Room): string | Failure =>
  isList(value) ? listText(value, dialect, room) : mapText(value, dialect, room);

const listText = (list: readonly Value[], dialect: Dialect, room: Room): string | Failure => {
  const parts: string[] = [];
  for (const element of list) {
    const text = member(element, dialect, room);
    if (text instanceof Failure) return text;
    parts.push(text);
  }
  return `[${parts.join(', ')}]`;
};

const mapText = (map: PlainMap | CelMap, dialect: Dialect, room: Room): string | Failure => {
  const entries: (readonly [key: string, value: string])[] = [];
  for (const [key, value] of entriesOf(map)) {
    const name = member(key, dialect, room);
    if (name instanceof Failure) return name;
    const text = member(value, dialect, room);
    if (text instanceof Failure) return text;
    entries.push([name, text]);
  }
  entries.sort((left, right) => compareText(left[0], right[0]));
  const between = dialect === 'core' ? ': ' : ':';
  return `{${entries.map(([key, value]) => key + between + value).join(', ')}}`;
};

const member = (value: Value, dialect: Dialect, room: Room): string | Failure => {
  if (room.left <= 0) return failure(`the resulting string is longer than ${limits.formattedLength} UTF-16 units`);
  room.left -= 2;
  if (isList(value) || isMap(value)) return collection(value, dialect, room);
  const text = dialect === 'core' ? coreScalar(value) : literal(value);
  room.left -= typeof text === 'string' ? text.length : 0;
  return text ?? failure(`no formatting function for ${nameOf(value)}`);
};

/** The API server writes what is inside lists and maps as literals of the language. */
const literal = (value: Value): string | Failure | undefined => {
  if (typeof value === 'string') return quoteGo(value);
  if (isDouble(value)) {
    const double = number(value);
    return Number.isFinite(double) ? formatFixed(double, 6) : quoteGo(formatDouble(double));
  }
  const text = kubernetesScalar(value);
  if (typeof text !== 'string') return text;
  if (value instanceof Uint8Array) return `b${quoteGo(text)}`;
  if (value instanceof Timestamp) return `timestamp(${quoteGo(text)})`;
  return value instanceof Duration ? `duration(${quoteGo(text)})` : text;
};

const kubernetesScalar = (value: Value): string | Failure | undefined => {
  if (isDouble(value)) return formatDouble(number(value));
  if (value instanceof Uint8Array)
    return utf8(value, true) ?? failure('could not convert bytes that are not UTF-8 to string');
  return scalar(value);
};

const coreScalar = (value: Value): string | undefined => {
  if (isDouble(value)) {
    const double = number(value);
    return Number.isFinite(double) ? formatPlain(double) : String(double);
  }
  return value instanceof Uint8Array ? utf8(value, false) : scalar(value);
};

const scalar = (value: Value): string | undefined => {
  if (value === null || typeof value === 'boolean' || isInt(value)) return String(value);
  if (typeof value === 'string') return value;
  if (value instanceof Uint) return value.uint.toString();
  if (value instanceof Duration) return formatDuration(value.nanoseconds);
  if (value instanceof TypeValue) return nameOfType(value.celType);
  if (!(value instanceof Timestamp)) return undefined;
  return formatTimestamp({ seconds: value.epochSeconds, nanos: value.nanosOfSecond, offset: 0 });
};

const utf8 = (bytes: Uint8Array, fatal: boolean): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};
