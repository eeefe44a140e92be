import { compilePattern } from '../policies/index.ts';

/** Whether a case is to be run: by its file, the test or policy that it belongs to (empty where it has none), and its name. */
export type Chosen = (file: string, group: string, name: string) => boolean;

/**
 * `--run`, read as `go test -run` and `gator verify --run` read it: RE2 patterns that need match only part of what they are about. One matches the
 * name, the group or the file; `A/B` (or `A//B`) those of a group or file that A matches whose name B matches. A text says what is wrong.
 */
export function compileChosen(text: string): Chosen | string {
  if (text === '') return () => true;
  const whole = compilePattern(text);
  if (!('matches' in whole)) return `${JSON.stringify(text)} is no RE2 pattern: ${whole.message}`;
  const parts = halves(text).map((part) => compilePattern(part));
  return (file, group, name) => {
    // The name of a case of a Suite has its test in front.
    const bare = group !== '' && name.startsWith(`${group}/`) ? name.slice(group.length + 1) : name;
    if ([file, group, name, bare, `${file}/${name}`].some((one) => one !== '' && whole.matches(one))) return true;
    const [of, what] = parts;
    if (of === undefined || what === undefined || !('matches' in of) || !('matches' in what)) return false;
    return (of.matches(file) || (group !== '' && of.matches(group))) && what.matches(bare);
  };
}

/** Before and behind the first slash that stands in no brackets; nothing where there is none. */
function halves(text: string): readonly string[] {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '[' || character === '(') depth += 1;
    else if (character === ']' || character === ')') depth -= 1;
    else if (character === '/' && depth === 0) return [text.slice(0, at), text.slice(at + 1).replace(/^\//, '')];
  }
  return [];
}
