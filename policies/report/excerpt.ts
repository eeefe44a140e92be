import { limits } from './limits.ts';
import { clip, printable } from './printable.ts';
import type { SourcePlace } from './report.ts';

/** A place as a person is shown it: no control characters, no more of a line than a screen holds. */
export interface Excerpt {
  readonly line: number;
  readonly text: string;
  /** The line before, where it helps. */
  readonly before?: string;
  /** Characters of `text` before the value. */
  readonly indent: number;
  /** Characters of the value. */
  readonly length: number;
}

/** JSON on one line is shown around the value, not from its start. */
export function excerptOf({ line, column, endColumn, text, before }: SourcePlace): Excerpt {
  const from = column > limits.sourceLineCharacters ? column - 41 : 0;
  const window = (source: string): string =>
    clip(
      printable(source.slice(from, from + limits.sourceLineCharacters + 41).replaceAll('\t', ' ')),
      limits.sourceLineCharacters + 40,
    );
  return {
    line,
    text: window(text),
    indent: column - 1 - from,
    length: endColumn - column,
    ...(before === undefined || before.trim() === '' || from > 0 ? {} : { before: window(before) }),
  };
}
