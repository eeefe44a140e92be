import { compilePattern } from './cel/go/regex.ts';

/** A regular expression over a whole subject, in RE2's syntax; matching is linear in the text. */
export interface SubjectPattern {
  readonly source: string;
  matches(text: string): boolean;
}

export interface PatternProblem {
  readonly code: 'PATTERN_WRONG' | 'UNSAFE_COMBINATION';
  readonly detail: string;
}

/**
 * Compiles a `subjectRegExp`. It is anchored at both ends in so many words, its dots are escaped or repeated, and it says
 * literally whose names it matches; a policy that means otherwise says `broadPattern: Accept`.
 */
export function compileSubjectPattern(source: string, broad: boolean): SubjectPattern | readonly PatternProblem[] {
  const compiled = compilePattern(source);
  if (!('matches' in compiled)) return [{ code: 'PATTERN_WRONG', detail: `no RE2 pattern: ${compiled.message}` }];
  const problems = [...anchors(source), ...(broad ? [] : openings(source))];
  if (problems.length > 0) return problems;
  // Anchored once more from outside: `^a|b$` has anchors and matches "xb".
  const whole = compilePattern(`^(?:${source})$`);
  if (!('matches' in whole)) return [{ code: 'PATTERN_WRONG', detail: `no RE2 pattern: ${whole.message}` }];
  return { source, matches: whole.matches };
}

function anchors(source: string): PatternProblem[] {
  const problem = (detail: string): PatternProblem[] => [{ code: 'PATTERN_WRONG', detail }];
  if (!source.startsWith('^') || !source.endsWith('$') || source.endsWith('\\$'))
    return problem('begin with "^" and end with "$": without them any text that contains a match would be accepted');
  return readTokens(source).some(({ kind, depth }) => kind === 'or' && depth === 0)
    ? problem('put the alternatives in a group, "^(?:a|b)$": the anchors bind tighter than "|"')
    : [];
}

function openings(source: string): PatternProblem[] {
  const problem = (detail: string): PatternProblem => ({
    code: 'UNSAFE_COMBINATION',
    detail: `${detail}, or say "broadPattern: Accept"`,
  });
  const found: PatternProblem[] = [];
  const tokens = readTokens(source);
  if (tokens.some(({ kind }) => kind === 'dot'))
    found.push(problem('a "." that is not escaped matches any character; write "\\."'));
  const prefix = literalRun(tokens.slice(1)).join('');
  const suffix = literalRun(tokens.slice(0, -1).toReversed()).toReversed().join('');
  const uri = /^[a-z][a-z0-9+.-]*:\/\/[^/]+\//.test(prefix);
  if (!uri && !/@[^@]+\.[^@]+$/.test(suffix))
    found.push(problem('write scheme and host (or the domain of an email address) literally'));
  return found;
}

interface Token {
  readonly kind: 'literal' | 'dot' | 'or' | 'other';
  readonly text: string;
  readonly depth: number;
}

/** As much of RE2's syntax as tells literals from the rest: what is repeated, a class, a group or a class escape is "other". */
function readTokens(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (const [whole, atom = '', repeated] of source.matchAll(tokenPattern)) {
    if (atom === ')') depth -= 1;
    tokens.push({ kind: repeated === undefined ? kindOf(atom) : 'other', text: literalOf(atom), depth });
    if (atom.startsWith('(') && !/^\(\?[a-zA-Z-]+\)$/.test(whole)) depth += 1;
  }
  return tokens;
}

const tokenPattern =
  /(\\[^]|\[\^?\]?(?:\\[^]|[^\]\\])*\]|\(\?[a-zA-Z-]*\)|\(\?(?:[a-zA-Z-]*:|P?<\w+>)|[^])((?:[*+?]|\{\d+(?:,\d*)?\})\??)?/g;

function kindOf(atom: string): Token['kind'] {
  if (atom === '|') return 'or';
  if (atom === '.') return 'dot';
  return /^\\[^a-zA-Z0-9]$|^[^()[\]{}*+?^$|\\]$/.test(atom) ? 'literal' : 'other';
}

const literalOf = (atom: string): string => (atom.startsWith('\\') ? atom.slice(1) : atom);

/** The literals that the tokens begin with. */
function literalRun(tokens: readonly Token[]): string[] {
  const end = tokens.findIndex(({ kind }) => kind !== 'literal');
  return tokens.slice(0, end === -1 ? tokens.length : end).map(({ text }) => text);
}
