import { Failure, failure, quoted } from './failure.ts';
import type { Json } from './json.ts';
import { isInt64 } from './number.ts';

/** Reads JSON with exact integers, positions and a bound on depth; slower than JSON.parse, and recursive. */
export const readJson = (text: string, depth: number, uniqueFields: boolean): Json | Failure => {
  const reader: Reader = { text, at: 0, uniqueFields };
  const value = readValue(reader, depth);
  if (value instanceof Failure) return value;
  skipSpace(reader);
  return reader.at < text.length ? unexpected(reader, 'the end of the text') : value;
};

interface Reader {
  readonly text: string;
  readonly uniqueFields: boolean;
  /** The next unit to read. */
  at: number;
}

const readValue = (reader: Reader, depth: number): Json | Failure => {
  skipSpace(reader);
  switch (reader.text[reader.at]) {
    case '{':
      return depth === 0 ? tooDeep(reader) : readObject(reader, depth - 1);
    case '[':
      return depth === 0 ? tooDeep(reader) : readList(reader, depth - 1);
    case '"':
      return readString(reader);
    case 't':
      return readWord(reader, 'true', true);
    case 'f':
      return readWord(reader, 'false', false);
    case 'n':
      return readWord(reader, 'null', null);
    case undefined:
    default:
      return readNumber(reader);
  }
};

const readObject = (reader: Reader, depth: number): Json | Failure => {
  const fields: Record<string, Json> = {};
  reader.at += 1;
  if (take(reader, '}')) return fields;
  for (;;) {
    skipSpace(reader);
    const start = reader.at;
    if (reader.text[start] !== '"') return unexpected(reader, 'a field name in double quotes');
    const name = readString(reader);
    if (name instanceof Failure) return name;
    if (reader.uniqueFields && Object.hasOwn(fields, name))
      return failure(`the field ${quoted(name)} is there twice, expected once`, start);
    if (!take(reader, ':')) return unexpected(reader, '":"');
    const value = readValue(reader, depth);
    if (value instanceof Failure) return value;
    setOwn(fields, name, value);
    if (take(reader, '}')) return fields;
    if (!take(reader, ',')) return unexpected(reader, '"," or "}"');
  }
};

/** Assignment would set the prototype where the field is called __proto__. */
const setOwn = (fields: Record<string, Json>, name: string, value: Json): void => {
  if (name === '__proto__')
    Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
  else fields[name] = value;
};

const readList = (reader: Reader, depth: number): Json | Failure => {
  const list: Json[] = [];
  reader.at += 1;
  if (take(reader, ']')) return list;
  for (;;) {
    const value = readValue(reader, depth);
    if (value instanceof Failure) return value;
    list.push(value);
    if (take(reader, ']')) return list;
    if (!take(reader, ',')) return unexpected(reader, '"," or "]"');
  }
};

const readString = (reader: Reader): string | Failure => {
  const { text } = reader;
  const start = reader.at + 1;
  let escaped = false;
  for (;;) {
    reader.at += 1;
    const code = text.charCodeAt(reader.at);
    if (code === quote) break;
    if (code === backslash) {
      escaped = true;
      reader.at += 1;
      escape.lastIndex = reader.at;
      if (!escape.test(text)) return unexpected(reader, 'an escape sequence of JSON');
      reader.at = escape.lastIndex - 1;
    } else if (!(code >= 0x20)) return unexpected(reader, 'the rest of a string');
  }
  const inner = text.slice(start, reader.at);
  reader.at += 1;
  // What got here JSON.parse takes.
  return escaped ? (JSON.parse(`"${inner}"`) as string).toWellFormed() : inner;
};

const quote = 0x22;
const backslash = 0x5c;
const escape = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;

const readWord = (reader: Reader, word: string, value: Json): Json | Failure => {
  if (!reader.text.startsWith(word, reader.at)) return unexpected(reader, 'a value');
  reader.at += word.length;
  return value;
};

const readNumber = (reader: Reader): Json | Failure => {
  number.lastIndex = reader.at;
  const match = number.exec(reader.text);
  if (match === null) return unexpected(reader, 'a value');
  const [token, fraction] = match;
  const value = fraction === '' ? whole(token) : Number(token);
  if (typeof value === 'number' && !Number.isFinite(value))
    return failure(`the number ${quoted(token)} is beyond what a double holds`, reader.at);
  reader.at = number.lastIndex;
  return value;
};

const number = /-?(?:0|[1-9][0-9]*)((?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)/y;

const whole = (token: string): number | bigint => {
  const value = Number(token);
  // An int has no minus zero; and no int64 has more than twenty characters.
  if (Number.isSafeInteger(value)) return value + 0;
  if (token.length > 20) return value;
  const exact = BigInt(token);
  return isInt64(exact) ? exact : value;
};

const skipSpace = (reader: Reader): void => {
  for (;;) {
    const code = reader.text.charCodeAt(reader.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    reader.at += 1;
  }
};

const take = (reader: Reader, mark: string): boolean => {
  skipSpace(reader);
  if (reader.text[reader.at] !== mark) return false;
  reader.at += 1;
  return true;
};

const unexpected = (reader: Reader, expected: string): Failure => {
  const point = reader.text.codePointAt(reader.at);
  const found = point === undefined ? 'the end of the text' : quoted(String.fromCodePoint(point));
  return failure(`found ${found}, expected ${expected}`, reader.at);
};

const tooDeep = (reader: Reader): Failure => failure('lists and objects nest too deep', reader.at);
