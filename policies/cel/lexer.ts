import { CelError } from './error.ts';

/** A token; `text` is its source. */
export interface Token {
  readonly type: TokenType;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export type TokenType =
  | 'ident'
  | 'quotedIdent'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'punctuation'
  | 'end';

/** The tokens of an expression, the last one of type `end`, or the first place that is no token (cel-spec, Lexis). */
export function tokenize(text: string): readonly Token[] | CelError {
  const tokens: Token[] = [];
  let at = skipBlank(text, 0);
  while (at < text.length) {
    const token = tokenAt(text, at);
    if (token instanceof CelError) return token;
    tokens.push(token);
    at = skipBlank(text, token.end);
  }
  tokens.push({ type: 'end', text: '', start: text.length, end: text.length });
  return tokens;
}

const blank = /(?:[\t\n\f\r ]+|\/\/[^\n]*)*/y;
const quotedIdentifier = /`[A-Za-z0-9_.\-/ ]+`/y;
const doubleNumber = /(?:[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?)/y;
const wholeNumber = /(?:0x[0-9A-Fa-f]+|[0-9]+)[uU]?/y;
const quotedStart = /([bB]?)([rR]?)('''|"""|'|")/y;
const punctuation = /&&|\|\||[<>=!]=|[-+*/%<>!?:.,()[\]{}]/y;

const symbols: readonly (readonly [TokenType, RegExp])[] = [
  ['punctuation', punctuation],
  ['quotedIdent', quotedIdentifier],
];
const all: readonly (readonly [TokenType, RegExp])[] = [['double', doubleNumber], ['int', wholeNumber], ...symbols];

const slash = 0x2f;
const dot = 0x2e;
const quoteStarts: ReadonlySet<number> = new Set([...`'"bBrR`].map((each) => each.charCodeAt(0)));
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isNameStart = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f;
const isNamePart = (code: number): boolean => isNameStart(code) || isDigit(code);

function skipBlank(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code > 0x20 && code !== slash) return at;
  return at + (match(blank, text, at)?.[0].length ?? 0);
}

function tokenAt(text: string, start: number): Token | CelError {
  const code = text.charCodeAt(start);
  if (quoteStarts.has(code)) {
    const quote = match(quotedStart, text, start);
    if (quote) return quoted(text, start, quote);
  }
  if (isNameStart(code)) {
    let end = start + 1;
    while (isNamePart(text.charCodeAt(end))) end++;
    return { type: 'ident', text: text.slice(start, end), start, end };
  }
  for (const [type, pattern] of code === dot || isDigit(code) ? all : symbols) {
    const found = match(pattern, text, start)?.[0];
    if (found === undefined) continue;
    return {
      type: type === 'int' && /[uU]$/.test(found) ? 'uint' : type,
      text: found,
      start,
      end: start + found.length,
    };
  }
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  return new CelError('CEL_SYNTAX', `${JSON.stringify(character)} begins no token`, [start, start + character.length]);
}

/** Finds the closing quote; escapes are read later, by the parser. */
function quoted(text: string, start: number, quote: RegExpExecArray): Token | CelError {
  const [opening, asBytes, raw, delimiter = ''] = quote;
  const triple = delimiter.length === 3;
  for (let at = start + opening.length; at < text.length; at++) {
    if (text.startsWith(delimiter, at)) {
      const end = at + delimiter.length;
      return { type: asBytes === '' ? 'string' : 'bytes', text: text.slice(start, end), start, end };
    }
    const character = text[at];
    if (!triple && (character === '\n' || character === '\r')) break;
    if (character === '\\' && raw === '') at++;
  }
  return new CelError('CEL_SYNTAX', `this string has no closing ${delimiter}`, [start, start + opening.length]);
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
