import type { Decision, Finding } from '../decision.ts';
import type { Position } from '../document.ts';
import { limits } from './limits.ts';
import { clip, count, printable } from './printable.ts';
import { expectedText, foundText, imageText, remedyText, ruleName, undecidedText } from './sentence.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** A decision about one object of a file, and the way back into the file's text. */
export interface CheckedObject {
  readonly file: string;
  /** `Deployment shop/web`. */
  readonly title: string;
  readonly decision: Decision;
  /** Where the finding's field stands in the file. */
  readonly place: (finding: Finding) => Position | undefined;
  /** A line of the file, counted from 1. */
  readonly line: (number: number) => string | undefined;
}

/** How wide the result is, and how words are marked. */
export interface TextStyle {
  readonly columns: number;
  readonly paint: (tone: 'good' | 'bad' | 'unsure' | 'faint', text: string) => string;
}

/** What `assay check` prints of an object: its place and verdict, and each finding under the line that caused it. Empty for a clean one. */
export function renderChecked(object: CheckedObject, style: TextStyle): string {
  const { decision, file, title } = object;
  const verdict = verdictOf(decision);
  const shown = decision.findings.filter(({ effect }) => effect !== 'audit');
  const [first] = shown;
  if (first === undefined) return '';
  const at = object.place(first);
  const where = at === undefined ? printable(file) : `${printable(file)}:${at.line}:${at.column}`;
  const blocks = shown.slice(0, limits.findingsOfObject).map((finding) => block(object, finding, style));
  const more = shown.length - blocks.length;
  const tail = more > 0 ? [`   and ${count(more, 'finding')} more`] : [];
  return [
    spread(`${where}  ${printable(title)}`, verdictWords[verdict], style, tones[verdict]),
    ...blocks,
    ...tail,
  ].join('\n');
}

/** The two ends of a line: what it is about, and the verdict at the right margin. */
export function spread(
  left: string,
  right: string,
  { columns, paint }: TextStyle,
  tone: 'good' | 'bad' | 'unsure' | 'faint',
): string {
  const gap = Math.max(2, columns - left.length - right.length);
  return `${left}${' '.repeat(gap)}${paint(tone, right)}`;
}

const verdictWords: Readonly<Record<Verdict, string>> = {
  clean: 'clean',
  warned: 'warned',
  undecided: 'could not be decided',
  denied: 'denied',
};
const tones = { clean: 'good', warned: 'unsure', undecided: 'unsure', denied: 'bad' } as const;

function block(object: CheckedObject, finding: Finding, style: TextStyle): string {
  const at = object.place(finding);
  const message = `${ruleName(finding)}: ${headline(finding)}`;
  const snippet = at === undefined ? [`   ${message}`] : excerpt(object, at, message, style);
  const expected = finding.kind === 'violation' ? [`   expected: ${expectedText(finding)}`] : [];
  return [...snippet, ...expected, `   fix: ${remedyText(finding)}`].join('\n');
}

function headline(finding: Finding): string {
  const image = imageText(finding);
  const about = image === '' ? '' : ` for ${image}`;
  return finding.kind === 'violation' ? `found ${foundText(finding)}${about}` : `${undecidedText(finding)}${about}`;
}

/** The line before, the line itself, and a caret under the value. */
function excerpt(object: CheckedObject, { line, column }: Position, message: string, { paint }: TextStyle): string[] {
  const text = object.line(line) ?? '';
  const before = object.line(line - 1);
  const width = Math.max(5, String(line).length + 2);
  const gutter = (label: string) => `${label.padStart(width)} | `;
  // JSON on one line is shown around the column, not from its start.
  const from = column > limits.sourceLineCharacters ? column - 41 : 0;
  const window = (source: string) =>
    clip(printable(source.replaceAll('\t', ' ').slice(from)), limits.sourceLineCharacters + 40);
  const length = valueLength(text.slice(column - 1));
  return [
    ...(before === undefined || before.trim() === '' || from > 0
      ? []
      : [paint('faint', `${gutter(String(line - 1))}${window(before)}`)]),
    `${gutter(String(line))}${window(text)}`,
    `${gutter('')}${' '.repeat(column - 1 - from)}${paint('bad', '^'.repeat(length))} ${message}`,
  ];
}

/** How much of the rest of a line is the value: a quoted string, or up to a space, comma or bracket. */
function valueLength(rest: string): number {
  const [value = ''] = /^(?:"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[^\s,}\]]+)/.exec(rest) ?? [];
  return Math.max(1, Math.min(value.length, 100));
}

/** What a run of `assay check` amounts to. */
export interface Totals {
  readonly files: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** Documents and files that could not be read. */
  readonly unreadable: number;
  readonly milliseconds: number;
  /** Distinct references among the objects. */
  readonly images: number;
  /** Requests that went to registries. */
  readonly requests: number;
}

/** `38 objects in 12 files: 35 clean, 2 denied, 1 could not be decided          0.9 s, 14 images, 31 registry requests`. */
export function renderTotals(
  { files, verdicts, unreadable, milliseconds, images, requests }: Totals,
  style: TextStyle,
): string {
  const objects = Object.values(verdicts).reduce((sum, number) => sum + number, 0);
  const parts = [
    `${verdicts.clean} clean`,
    ...(verdicts.warned > 0 ? [`${verdicts.warned} warned`] : []),
    `${verdicts.denied} denied`,
    ...(verdicts.undecided > 0 ? [`${verdicts.undecided} could not be decided`] : []),
    ...(unreadable > 0 ? [`${unreadable} unreadable`] : []),
  ];
  const left = `${count(objects, 'object')} in ${count(files, 'file')}: ${parts.join(', ')}`;
  return spread(
    left,
    `${duration(milliseconds)}, ${count(images, 'image')}, ${count(requests, 'registry request')}`,
    style,
    'faint',
  );
}

/** `312 ms`, `0.9 s` above a second's worth of milliseconds. */
export const duration = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
