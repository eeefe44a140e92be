/**
 * A pattern as JavaScript's own RegExp, where it is proven that RegExp matches it in linear time and as RE2 does;
 * undefined for every other. It must begin with ^, have nothing but characters and classes of ASCII with `?`, `*` or `+`
 * behind them, and no character may fit both a repeated part and what may follow it: then there is never a choice,
 * and so nothing to go back to.
 */
export function linearPattern(source: string): RegExp | undefined {
  if (!source.startsWith('^') || source.length > maxLength) return undefined;
  const parts = partsOf(source.endsWith('$') && !source.endsWith('\\$') ? source.slice(1, -1) : source.slice(1));
  if (parts === undefined || !parts.every((part, at) => isDecided(part, parts.slice(at + 1)))) return undefined;
  return new RegExp(source);
}

const maxLength = 500;

interface Part {
  readonly characters: ReadonlySet<string>;
  readonly quantifier: string;
}

/** One class or character, and what repeats it. Braces, groups, alternatives and dots are no part of the proof. */
const part =
  /(?:\[((?:\\[^\w\s]|[\w :/@=,~%#!&;'"<>.+*?$(){}|-])+)\]|(\\[^\w\s]|\\d|\\w|[\w :/@=,~%#!&;'"<>-]))([?*+]?)(?![?*+{])/y;

function partsOf(body: string): readonly Part[] | undefined {
  const parts: Part[] = [];
  part.lastIndex = 0;
  let end = 0;
  while (end < body.length) {
    const found = part.exec(body);
    if (!found) return undefined;
    end = part.lastIndex;
    const [, members, single = '', quantifier = ''] = found;
    const characters = members === undefined ? setOf(single) : classOf(members);
    if (characters === undefined) return undefined;
    parts.push({ characters, quantifier });
  }
  part.lastIndex = 0;
  return parts;
}

/** The characters between brackets; undefined for a range that is none. */
function classOf(members: string): ReadonlySet<string> | undefined {
  const characters = new Set<string>();
  const tokens = members.match(/\\?[\s\S]/g)?.map((token) => token.slice(-1)) ?? [];
  for (let at = 0; at < tokens.length; at++) {
    const from = tokens[at] ?? '';
    const to = tokens[at + 1] === '-' && at + 2 < tokens.length ? (tokens[at + 2] ?? '') : from;
    if (to < from) return undefined;
    for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) characters.add(String.fromCharCode(code));
    if (to !== from || tokens[at + 1] === '-') at += tokens[at + 1] === '-' && at + 2 < tokens.length ? 2 : 0;
  }
  return characters;
}

function setOf(single: string): ReadonlySet<string> {
  if (single === '\\d') return classOf('0-9') ?? new Set();
  if (single === '\\w') return classOf('0-9A-Za-z_') ?? new Set();
  return new Set(single.slice(-1));
}

/** Whether a character tells where a part ends: what may follow, up to the first part that must, shares none with it. */
function isDecided({ characters, quantifier }: Part, rest: readonly Part[]): boolean {
  if (quantifier === '') return true;
  for (const next of rest) {
    if ([...next.characters].some((character) => characters.has(character))) return false;
    if (next.quantifier === '' || next.quantifier === '+') return true;
  }
  return true;
}
