import { RE2JS } from 're2js';
import { limits } from '../../limits.ts';
import { type Failure, failure, quoted } from './failure.ts';

/** A pattern of RE2, compiled. It never backtracks: time grows with pattern times text. */
export interface Pattern {
  /** `matches`: whether any part of a text matches. */
  readonly matches: (text: string) => boolean;
  /** `find`: the leftmost match, the empty text where there is none. */
  readonly find: (text: string) => string;
  /** `findAll`: all matches that do not overlap, at most so many where the limit is not negative. */
  readonly findAll: (text: string, limit?: number | bigint) => readonly string[];
}

/** Compiles a pattern, or takes it from the cache; a Failure says what is wrong, and where if RE2 says so. */
export const compilePattern = (source: string): Pattern | Failure => {
  const known = cache.get(source);
  if (known !== undefined) {
    // What was asked for last goes last.
    cache.delete(source);
    cache.set(source, known);
    return known;
  }
  const made = compile(source);
  if (!('matches' in made)) return made;
  const oldest = cache.keys().next();
  if (cache.size >= limits.patterns && oldest.done !== true) cache.delete(oldest.value);
  cache.set(source, made);
  return made;
};

/** Compiled patterns by their text, least recently used first. */
const cache = new Map<string, Pattern>();

const compile = (source: string): Pattern | Failure => {
  if (source.length > limits.patternLength)
    return failure(`the pattern has ${source.length} UTF-16 units, at most ${limits.patternLength} are allowed`, 0);
  try {
    const compiled = RE2JS.compile(source);
    return {
      matches: (text) => compiled.test(text),
      find: (text) => first(compiled, text),
      findAll: (text, limit = -1) => all(compiled, text, limit),
    };
  } catch (error) {
    return refused(source, error);
  }
};

const first = (compiled: RE2JS, text: string): string => {
  const matcher = compiled.matcher(text);
  return matcher.find() ? text.slice(matcher.start(), matcher.end()) : '';
};

const all = (compiled: RE2JS, text: string, limit: number | bigint): readonly string[] => {
  const matcher = compiled.matcher(text);
  const found: string[] = [];
  let end = -1;
  const most = limit < 0 ? Infinity : Number(limit);
  while (found.length < most && matcher.find()) {
    const start = matcher.start();
    // Go passes over an empty match right after a match.
    if (start === matcher.end() && start === end) continue;
    end = matcher.end();
    found.push(text.slice(start, end));
  }
  return found;
};

/** RE2 names the offending part of the pattern: its place is ours to find. */
const refused = (source: string, error: unknown): Failure => {
  const message = error instanceof Error ? error.message : '';
  const [, reason = 'not a pattern of RE2', part] = /^error parsing regexp: (.*?)(?:: `(.*)`)?$/s.exec(message) ?? [];
  const position = part === undefined ? -1 : source.lastIndexOf(part);
  const named = part === undefined ? reason : `${reason}: ${quoted(part)}`;
  return failure(`error parsing regexp: ${named}`, position < 0 ? undefined : position);
};
