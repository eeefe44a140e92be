import { limits } from '../../limits.ts';
import type { Failure } from './failure.ts';
import { readJson } from './json-reader.ts';

/**
 * A JSON value. A whole number within int64 but beyond 2^53 is a BigInt; one beyond int64 is a double, as the API server reads it.
 * Fields are own properties whatever their name.
 */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [field: string]: Json };

/** What else is asked of a text than being JSON. */
export interface JsonRules {
  /** Refuse an object that has one field twice; otherwise the last one counts. */
  readonly uniqueFields?: boolean;
  /** How deep lists and objects may nest. */
  readonly depth?: number;
}

/** JSON text (RFC 8259) as a value; a Failure carries the position. Lone surrogates become U+FFFD, as in Go. */
export const parseJson = (text: string, rules: JsonRules = {}): Json | Failure => {
  const depth = rules.depth ?? limits.documentDepth;
  const exactly = (): Json | Failure => readJson(text, depth, rules.uniqueFields === true);
  if (rules.uniqueFields === true || special.test(text)) return exactly();
  const value = parseFast(text);
  return value === undefined || deeper(value, depth) ? exactly() : value;
};

/**
 * What JSON.parse would get wrong: many digits, a large exponent, minus zero, an escaped surrogate. Inside a string it is
 * harmless and costs only time; every branch is linear in the text.
 */
const special = /[0-9]{16}|(?:^|[:,[\s])-?[0-9][0-9.]*[eE][+-]?[0-9]{3}|(?:^|[:,[\s])-0(?![.0-9eE])|\\u[dD][89a-fA-F]/;

const parseFast = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The exact reader finds the same fault and says where.
    return undefined;
  }
};

const deeper = (value: Json, depth: number): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  const parts: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : Object.values(value);
  return parts.some((part) => deeper(part, depth - 1));
};
