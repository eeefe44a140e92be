import type { Range } from './error.ts';

/** The line of the text in which a range begins, and a second line with carets under the range. */
export function renderCaret(text: string, [start, end]: Range): string {
  const lineStart = text.lastIndexOf('\n', Math.max(0, start - 1)) + 1;
  const newline = text.indexOf('\n', start);
  const lineEnd = newline === -1 ? text.length : newline;
  const from = Math.max(lineStart, start - maxBefore);
  const to = Math.min(lineEnd, Math.max(end, start) + maxAfter);
  const line = (from > lineStart ? '...' : '') + text.slice(from, to) + (to < lineEnd ? '...' : '');
  const indent = start - from + (from > lineStart ? 3 : 0);
  const width = Math.max(1, Math.min(end, to) - start);
  return `${printable(line)}\n${' '.repeat(indent)}${'^'.repeat(width)}`;
}

/** Characters shown on either side of the range. */
const maxBefore = 60;
const maxAfter = 40;

/** One column a UTF-16 unit, nothing that moves the cursor or changes the terminal. */
const printable = (line: string): string => line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
