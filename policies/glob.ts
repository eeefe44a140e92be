import { limits } from './limits.ts';

/**
 * A compiled glob: `*` stays within a segment, `**` crosses them, `{name}` captures one whole segment. Everything else
 * is literal. Matching takes at most pattern length times text length steps, whatever either holds.
 */
export interface Glob {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Names that the pattern captures or, in an identity, refers to. */
  readonly names: readonly string[];
}

export type Captures = Readonly<Record<string, string>>;

type Token =
  | { readonly kind: 'literal'; readonly text: string; readonly foldCase?: true }
  | { readonly kind: 'star' }
  | { readonly kind: 'globstar' }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'nothing' };

/** Why a text is no glob, in one clause. */
export interface GlobProblem {
  readonly kind: 'problem';
  readonly detail: string;
}

export function compileGlob(text: string): Glob | GlobProblem {
  if (text === '')
    return problem('an empty pattern matches nothing; leave the field out, or write "**" for everything');
  if (text.length > limits.globCharacters)
    return problem(`the pattern has ${text.length} characters, at most ${limits.globCharacters} are allowed`);
  const tokens: Token[] = [];
  for (const [part] of text.matchAll(/\*\*|\*|\{[^}]*\}?|[^*{]+/g)) {
    if (part === '**') tokens.push({ kind: 'globstar' });
    else if (part === '*') tokens.push({ kind: 'star' });
    else if (!part.startsWith('{')) tokens.push({ kind: 'literal', text: part });
    else if (/^\{[a-z][a-zA-Z0-9]*\}$/.test(part)) tokens.push({ kind: 'name', name: part.slice(1, -1) });
    else return problem(`"${part}" is no capture; write {name}, a lower-case letter and then letters and digits`);
  }
  const names = tokens.flatMap((token) => (token.kind === 'name' ? [token.name] : []));
  if (new Set(names).size < names.length) return problem('a capture stands twice; each name captures once');
  return { text, tokens, names };
}

/** What each name captured, or undefined where the pattern does not match the whole text. */
export function matchGlob(glob: Glob, text: string): Captures | undefined {
  if (text.length > limits.globCharacters) return undefined;
  const ends: number[] = [];
  if (!matchFrom(glob.tokens, text, 0, 0, ends, new Set())) return undefined;
  const captured: [string, string][] = [];
  for (const [index, token] of glob.tokens.entries()) {
    if (token.kind === 'name') captured.push([token.name, text.slice(index === 0 ? 0 : ends[index - 1], ends[index])]);
  }
  return Object.fromEntries(captured);
}

/** Puts captures in, literally: a `*` that an image's name brought stays a star of its own. ASCII case is ignored there. */
export function substitute(glob: Glob, captures: Captures): Glob {
  const tokens = glob.tokens.map((token): Token => {
    const value = token.kind === 'name' && Object.hasOwn(captures, token.name) ? captures[token.name] : undefined;
    if (token.kind !== 'name') return token;
    // A name that captured nothing matches nothing: left as it is, it would capture, and match anything.
    return value === undefined ? { kind: 'nothing' } : { kind: 'literal', text: value, foldCase: true };
  });
  return { text: glob.text, tokens, names: [] };
}

/** Text before the first wildcard or name: what nobody but the policy's author chooses. */
export function literalPrefix(glob: Glob): string {
  const [first] = glob.tokens;
  return first?.kind === 'literal' ? first.text : '';
}

/** Each (token, position) is tried once: what failed from there fails again. */
function matchFrom(
  tokens: readonly Token[],
  text: string,
  index: number,
  at: number,
  ends: number[],
  failed: Set<number>,
): boolean {
  const token = tokens[index];
  if (token === undefined) return at === text.length;
  const state = index * (limits.globCharacters + 1) + at;
  if (failed.has(state)) return false;
  const next = (end: number): boolean => {
    ends[index] = end;
    return matchFrom(tokens, text, index + 1, end, ends, failed);
  };
  const longer = (): boolean => matchFrom(tokens, text, index, at + 1, ends, failed);
  if (matchToken(token, text, at, next, longer)) return true;
  failed.add(state);
  return false;
}

function matchToken(
  token: Token,
  text: string,
  at: number,
  next: (end: number) => boolean,
  longer: () => boolean,
): boolean {
  switch (token.kind) {
    case 'literal': {
      const end = at + token.text.length;
      const piece = text.slice(at, end);
      return (token.foldCase ? foldAscii(piece) === foldAscii(token.text) : piece === token.text) && next(end);
    }
    case 'name': {
      // A capture is a whole segment, or a suffix like `-{app}` would let a repository's name choose where it begins.
      const end = segmentEnd(text, at);
      return end > at && (at === 0 || text[at - 1] === '/') && next(end);
    }
    case 'nothing':
      return false;
    case 'star':
      return next(at) || (at < segmentEnd(text, at) && longer());
    case 'globstar':
      return next(at) || (at < text.length && longer());
  }
}

function segmentEnd(text: string, from: number): number {
  const slash = text.indexOf('/', from);
  return slash === -1 ? text.length : slash;
}

const foldAscii = (text: string): string => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

const problem = (detail: string): GlobProblem => ({ kind: 'problem', detail });
