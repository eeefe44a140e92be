import { clip, printable } from './printable.ts';

/**
 * Text from outside as code, at most so many characters of it: nothing in it is markup, a mention, a reference or an address that would be
 * made a link of, on GitHub and GitLab, in a table too.
 */
export function code(text: string, maximum: number): string {
  const clean = clip(printable(text), maximum);
  // A backslash before a bar ends a cell of a table, a backtick the span, and ##vso[ is a command of a runner: then all of it is written as numbers.
  return /[`|\\]|##/.test(clean) || clean.trim() === '' ? htmlCode(clean, maximum) : `\`${spaced(clean)}\``;
}

/** The same where a line is HTML, and for what a code span cannot hold. */
export const htmlCode = (text: string, maximum: number): string =>
  `<code>${clip(printable(text), maximum).replaceAll(/[^\p{L}\p{N} /-]/gu, (character) => `&#${character.codePointAt(0)};`)}</code>`;

/** One space at each end is taken off by readers where both are there; what begins or ends with one keeps it so. */
const spaced = (text: string): string => (text.startsWith(' ') && text.endsWith(' ') ? ` ${text} ` : text);
