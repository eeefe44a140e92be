import { limits } from '../../limits.ts';
import { isDouble, isInt, Uint, type Value } from '../value.ts';
import { display, nameOf } from './display.ts';
import { formatFixed, formatPlain, formatScientific } from './double.ts';
import { englishFixed, englishScientific } from './english.ts';
import { Failure, failure, quoted } from './failure.ts';
import { number } from './numeric.ts';

/**
 * Which `format` it is: the API server's (strings library up to version 3, whose doubles are written for readers of
 * English) or that of the language's own libraries (version 4, free of any locale).
 */
export type Dialect = 'kubernetes' | 'core';

/** One clause of a format, such as `%.2f`. */
export interface Clause {
  readonly verb: Verb;
  /** Digits after the point; 6 where the format does not say. */
  readonly precision: number;
}

export type Verb = 's' | 'd' | 'f' | 'e' | 'b' | 'o' | 'x' | 'X';

/** The parts of a format in order: literal text, and clauses that each take one argument. */
export const parseFormat = (text: string): readonly (string | Clause)[] | Failure => {
  const parts: (string | Clause)[] = [];
  let from = 0;
  for (;;) {
    const at = text.indexOf('%', from);
    parts.push(at < 0 ? text.slice(from) : text.slice(from, at));
    if (at < 0) return parts;
    const [whole = '%', digits, verb = ''] = match(text, at);
    if (verb === '%' && digits === undefined) parts.push('%');
    else {
      const clause = clauseOf(text, at, digits, verb);
      if (clause instanceof Failure) return clause;
      parts.push(clause);
    }
    from = at + whole.length;
  }
};

/** `format`: the text with its clauses filled in from a list; what a clause cannot take is an error. */
export const format = (text: string, list: readonly Value[], dialect: Dialect): string | Failure => {
  const parts = parseFormat(text);
  if (parts instanceof Failure) return parts;
  const written: string[] = [];
  let length = 0;
  let next = 0;
  for (const part of parts) {
    const argument = list[next];
    if (typeof part === 'object') {
      if (argument === undefined) return failure(`index ${next} out of range`);
      next += 1;
    }
    const piece = typeof part === 'string' ? part : fill(part, argument ?? null, dialect);
    if (piece instanceof Failure) return failure(`error during formatting: ${piece.message}`);
    length += piece.length;
    if (length > limits.formattedLength) return tooLong();
    written.push(piece);
  }
  return written.join('');
};

/** What types a verb takes, as the error message says it. */
export const expectation: Readonly<Record<Dialect, Readonly<Record<Verb, string>>>> = {
  kubernetes: {
    s: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
    d: 'decimal clause can only be used on integers',
    f: 'fixed-point clause can only be used on doubles',
    e: 'scientific clause can only be used on doubles',
    b: 'only integers and bools can be formatted as binary',
    o: 'octal clause can only be used on integers',
    x: 'only integers, byte buffers, and strings can be formatted as hex',
    X: 'only integers, byte buffers, and strings can be formatted as hex',
  },
  core: {
    s: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
    d: 'decimal clause can only be used on ints, uints, and doubles',
    f: 'fixed-point clause can only be used on ints, uints, and doubles',
    e: 'scientific clause can only be used on ints, uints, and doubles',
    b: 'only ints, uints, and bools can be formatted as binary',
    o: 'octal clause can only be used on ints and uints',
    x: 'only ints, uints, bytes, and strings can be formatted as hex',
    X: 'only ints, uints, bytes, and strings can be formatted as hex',
  },
};

const clausePattern = /%(?:\.([0-9]*))?(.)?/suy;

const match = (text: string, at: number): readonly (string | undefined)[] => {
  clausePattern.lastIndex = at;
  return clausePattern.exec(text) ?? [];
};

const verbs: ReadonlySet<string> = new Set<Verb>(['s', 'd', 'f', 'e', 'b', 'o', 'x', 'X']);
const isVerb = (text: string): text is Verb => verbs.has(text);

const clauseOf = (text: string, at: number, digits: string | undefined, verb: string): Clause | Failure => {
  if (at + 1 === text.length) return failure('unexpected end of string', at);
  const unread = 'could not parse formatting clause';
  if (verb === '')
    return failure(`${unread}: error while parsing precision: could not find end of precision specifier`, at);
  if (digits === '') return failure(`${unread}: error while parsing precision: found no digits after "."`, at);
  if (!isVerb(verb)) return failure(`${unread}: unrecognized formatting clause ${quoted(verb)}`, at);
  const precision = Number(digits ?? 6);
  return precision <= limits.formatPrecision
    ? { verb, precision }
    : failure(`${unread}: the precision is above ${limits.formatPrecision}`, at);
};

const fill = (clause: Clause, value: Value, dialect: Dialect): string | Failure => {
  const filled = clause.verb === 's' ? display(value, dialect) : fillNumber(clause, value, dialect);
  return filled ?? failure(`${expectation[dialect][clause.verb]}, was given ${nameOf(value)}`);
};

const fillNumber = (clause: Clause, value: Value, dialect: Dialect): string | undefined => {
  switch (clause.verb) {
    case 'd':
      if (dialect === 'core' && isDouble(value)) return withoutSign(number(value), formatPlain);
      return integer(value)?.toString();
    case 'f':
    case 'e':
      return pointed(clause.verb, clause.precision, value, dialect);
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : integer(value)?.toString(2);
    case 'o':
      return integer(value)?.toString(8);
    case 'x':
      return hexadecimal(value);
    case 'X':
      return hexadecimal(value)?.toUpperCase();
    case 's':
      return undefined;
  }
};

const pointed = (verb: 'f' | 'e', precision: number, value: Value, dialect: Dialect): string | undefined => {
  if (dialect === 'core') {
    const double = isDouble(value) || isInt(value) || value instanceof Uint ? number(value) : undefined;
    if (double === undefined) return undefined;
    return withoutSign(double, (finite) => (verb === 'f' ? formatFixed : formatScientific)(finite, precision));
  }
  // cel-go takes the three names of doubles that no literal writes.
  const double = isDouble(value) ? number(value) : named.get(value);
  if (double === undefined) return undefined;
  return verb === 'f' ? englishFixed(double, precision) : englishScientific(double, precision);
};

const named: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/** Version 4 writes the doubles that are not finite without a plus. */
const withoutSign = (value: number, finite: (value: number) => string): string =>
  Number.isFinite(value) ? finite(value) : String(value);

const integer = (value: Value): bigint | undefined => {
  if (value instanceof Uint) return value.uint;
  return isInt(value) ? BigInt(value) : undefined;
};

const hexadecimal = (value: Value): string | undefined => {
  if (typeof value === 'string') return hexadecimal(new TextEncoder().encode(value));
  if (!(value instanceof Uint8Array)) return integer(value)?.toString(16);
  let digits = '';
  for (const byte of value) digits += byte.toString(16).padStart(2, '0');
  return digits;
};

const tooLong = (): Failure =>
  failure(`the resulting string is longer than ${limits.formattedLength} UTF-16 units, the most that format may make`);
