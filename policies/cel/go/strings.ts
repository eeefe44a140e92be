import { limits } from '../../limits.ts';
import { type Failure, failure } from './failure.ts';

/** An index or a count as CEL's int arrives: a safe integer, or a BigInt beyond those. */
export type Int = number | bigint;

/** `size(string)`: the number of code points; a lone surrogate is one. */
export const size = (text: string): number => {
  if (!wide.test(text)) return text.length;
  let pairs = 0;
  for (let at = 0; at < text.length - 1; at += 1) {
    if (isPair(text, at)) {
      pairs += 1;
      at += 1;
    }
  }
  return text.length - pairs;
};

/** `charAt`: the code point at an index, empty at the very end, an error outside. */
export const charAt = (text: string, index: Int): string | Failure => {
  const at = unit(text, index);
  if (at === undefined) return outside(index);
  return at === text.length ? '' : text.slice(at, at + (isPair(text, at) ? 2 : 1));
};

/** `indexOf`: where a text is first found from an offset on, or -1; an empty text is found at any offset, as in cel-go. */
export const indexOf = (text: string, part: string, offset: Int = 0): Int | Failure => {
  if (part === '') return offset;
  if (offset < 0) return outside(offset);
  const from = unit(text, offset);
  return from === undefined ? -1 : points(text, find(text, part, from));
};

/** `lastIndexOf`: where a text is last found, beginning no later than an offset, or -1; an offset at or past the end finds nothing. */
export const lastIndexOf = (text: string, part: string, offset?: Int): Int | Failure => {
  if (part === '') return offset ?? size(text);
  if (offset === undefined) return points(text, findLast(text, part, text.length));
  if (offset < 0) return outside(offset);
  const from = unit(text, offset);
  return from === undefined || from === text.length ? -1 : points(text, findLast(text, part, from));
};

/** `substring`: the code points from a start up to an end, or to the very end. */
export const substring = (text: string, start: Int, end?: Int): string | Failure => {
  if (end !== undefined && start > end) return failure(`invalid substring range. start: ${start}, end: ${end}`);
  const from = unit(text, start);
  if (from === undefined) return outside(start);
  if (end === undefined) return text.slice(from);
  const to = unit(text, end);
  return to === undefined ? outside(end) : text.slice(from, to);
};

/** `replace`: the first so many occurrences, all where the count is negative; an empty text occurs around every code point. */
export const replace = (text: string, old: string, fresh: string, count: Int = -1): string | Failure => {
  if (old === fresh) return text;
  const occurrences = old === '' ? size(text) + 1 : text.split(old).length - 1;
  const times = count < 0 || count > occurrences ? occurrences : Number(count);
  const length = text.length + times * (fresh.length - old.length);
  if (length > limits.stringLength) return tooLong(length);
  if (old === '') return interleave(text, fresh, times);
  const parts = cut(text, old, times + 1);
  return parts.join(fresh);
};

/** `split`: at a separator, into at most so many parts, all where the count is negative, none where it is zero; an empty separator splits into code points. */
export const split = (text: string, separator: string, count: Int = -1): readonly string[] => {
  const most = count < 0 || count > text.length + 1 ? text.length + 1 : Number(count);
  if (most === 0) return [];
  return separator === '' ? explode(text, most) : cut(text, separator, most);
};

/** `join`: the strings of a list with a separator between; an element that is not a string is an error. */
export const join = (list: Iterable<unknown>, separator = ''): string | Failure => {
  const parts: string[] = [];
  let length = -separator.length;
  for (const part of list) {
    if (typeof part !== 'string') return failure('join: invalid input: every element must be a string');
    length += part.length + separator.length;
    if (length > limits.stringLength) return tooLong(length);
    parts.push(part);
  }
  return parts.join(separator);
};

/** `trim`: without the white space of Unicode at either end (strings.TrimSpace). */
export const trim = (text: string): string => {
  let start = 0;
  let end = text.length;
  while (start < end && space.test(text.charAt(start))) start += 1;
  while (end > start && space.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
};

/** `lowerAscii`: A to Z become a to z, nothing else changes. */
export const lowerAscii = (text: string): string => text.replaceAll(/[A-Z]+/g, (run) => run.toLowerCase());

/** `upperAscii`: a to z become A to Z, nothing else changes. */
export const upperAscii = (text: string): string => text.replaceAll(/[a-z]+/g, (run) => run.toUpperCase());

/** `reverse`: the code points from last to first. */
export const reverse = (text: string): string => Array.from(text).reverse().join('');

const wide = /[\ud800-\udbff]/;
const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

const outside = (index: Int): Failure => failure(`index out of range: ${index}`);

const tooLong = (length: number): Failure =>
  failure(`the resulting string has ${length} UTF-16 units, at most ${limits.stringLength} are allowed`);

const isPair = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  if (code < 0xd800 || code > 0xdbff) return false;
  const next = text.charCodeAt(at + 1);
  return next >= 0xdc00 && next <= 0xdfff;
};

/** The UTF-16 unit at which a code point begins; the length for the index past the last; undefined outside. */
const unit = (text: string, index: Int): number | undefined => {
  const point = Number(index);
  if (point < 0 || point > text.length) return undefined;
  if (!wide.test(text)) return point;
  let at = 0;
  for (let seen = 0; seen < point; seen += 1) {
    if (at >= text.length) return undefined;
    at += isPair(text, at) ? 2 : 1;
  }
  return at;
};

/** The code point index of a unit, -1 staying -1. */
const points = (text: string, at: number): number => (at < 0 ? at : size(text.slice(0, at)));

/** indexOf on whole code points: a lone surrogate is not found inside a pair. */
const find = (text: string, part: string, from: number): number => {
  let at = text.indexOf(part, from);
  while (at >= 0 && halves(text, part, at)) at = text.indexOf(part, at + 1);
  return at;
};

const findLast = (text: string, part: string, from: number): number => {
  let at = text.lastIndexOf(part, from);
  while (at >= 0 && halves(text, part, at)) at = at === 0 ? -1 : text.lastIndexOf(part, at - 1);
  return at;
};

/** Whether an occurrence begins or ends in the middle of a surrogate pair. */
const halves = (text: string, part: string, at: number): boolean =>
  (at > 0 && isPair(text, at - 1)) || isPair(text, at + part.length - 1);

/** Cuts at a separator that is not empty; the last of at most so many parts keeps the rest. */
const cut = (text: string, separator: string, most: number): string[] => {
  const parts: string[] = [];
  let from = 0;
  while (parts.length < most - 1) {
    const at = find(text, separator, from);
    if (at < 0) break;
    parts.push(text.slice(from, at));
    from = at + separator.length;
  }
  parts.push(text.slice(from));
  return parts;
};

const explode = (text: string, most: number): string[] => {
  const parts: string[] = [];
  let from = 0;
  while (from < text.length && parts.length < most - 1) {
    const next = from + (isPair(text, from) ? 2 : 1);
    parts.push(text.slice(from, next));
    from = next;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
};

const interleave = (text: string, fresh: string, times: number): string => {
  if (times === 0) return text;
  const parts = explode(text, times);
  const joined = fresh + parts.join(fresh);
  return parts.length > 0 && times > parts.length ? joined + fresh : joined;
};

/** The order of strings: by code points, which is the order of their UTF-8; negative, zero or positive. */
export const compareText = (left: string, right: string): number => {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const difference = rank(left.charCodeAt(at)) - rank(right.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
};

/** Surrogates stand for code points above all others. */
const rank = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);
