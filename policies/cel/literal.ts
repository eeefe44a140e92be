import { CelError, type Range } from './error.ts';
import type { Token } from './lexer.ts';
import { toDouble, toInt, Uint, type Value } from './value.ts';

/** The value of a number, string or bytes token; `sign` is a minus that the number token follows. */
export function literalValue(token: Token, sign: '' | '-' = ''): Value | CelError {
  const range: Range = [token.start, token.end];
  switch (token.type) {
    case 'int': {
      const int = sign === '-' ? -BigInt(token.text) : BigInt(token.text);
      if (BigInt.asIntN(64, int) !== int) return badLiteral(`int literal ${sign}${token.text} is beyond int64`, range);
      return toInt(int);
    }
    case 'uint': {
      const uint = BigInt(token.text.slice(0, -1));
      if (BigInt.asUintN(64, uint) !== uint) return badLiteral(`uint literal ${token.text} is beyond uint64`, range);
      return new Uint(uint);
    }
    case 'double': {
      const number = Number(sign + token.text);
      return Number.isFinite(number) ? toDouble(number) : badLiteral(`${token.text} is beyond a double`, range);
    }
    case 'string':
    case 'bytes':
      return quotedValue(token, range);
    case 'ident':
    case 'quotedIdent':
    case 'punctuation':
    case 'end':
      return badLiteral(`${token.text} is no literal`, range);
  }
}

const badLiteral = (message: string, range: Range): CelError => new CelError('CEL_SYNTAX', message, range);

function quotedValue(token: Token, range: Range): string | Uint8Array | CelError {
  const [opening = '', asBytes = '', raw = '', delimiter = ''] = /^([bB]?)([rR]?)('''|"""|'|")/.exec(token.text) ?? [];
  // cel-spec: newlines inside a literal are one line feed whatever the file uses.
  const body = token.text.slice(opening.length, -delimiter.length).replaceAll(/\r\n?/g, '\n');
  const text = raw === '' ? unescape(body, asBytes !== '') : body;
  if (typeof text === 'string') return asBytes === '' ? text : new TextEncoder().encode(text);
  if (text instanceof Uint8Array) return text;
  return text.at(range);
}

const escape = /\\(?:([abfnrtv\\'"`?])|[xX]([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-3][0-7]{2}))|\\/g;

const simple: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Escapes of a string are code points; in bytes, `\x` and octal escapes are single bytes and `\u` is not allowed. */
function unescape(body: string, asBytes: boolean): string | Uint8Array | CelError {
  if (!body.includes('\\')) return body;
  const parts: string[] = [];
  const bytes: number[] = [];
  let last = 0;
  const add = (text: string): void => {
    if (asBytes) bytes.push(...new TextEncoder().encode(text));
    else parts.push(text);
  };
  for (const found of body.matchAll(escape)) {
    const [whole, letter, hex, short, long, octal] = found;
    add(body.slice(last, found.index));
    last = found.index + whole.length;
    const code = numberOf(hex, 16) ?? numberOf(short, 16) ?? numberOf(long, 16) ?? numberOf(octal, 8);
    if (letter !== undefined) add(simple[letter] ?? letter);
    else if (code === undefined) return new CelError('CEL_SYNTAX', `${body.slice(found.index, last + 1)} is no escape`);
    else if (asBytes && (short !== undefined || long !== undefined)) {
      return new CelError('CEL_SYNTAX', `${whole} stands in bytes, where escapes are \\x and octal`);
    } else if (asBytes) bytes.push(code);
    else if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      return new CelError('CEL_SYNTAX', `${whole} is no code point`);
    } else parts.push(String.fromCodePoint(code));
  }
  add(body.slice(last));
  return asBytes ? Uint8Array.from(bytes) : parts.join('');
}

const numberOf = (digits: string | undefined, radix: number): number | undefined =>
  digits === undefined ? undefined : Number.parseInt(digits, radix);
