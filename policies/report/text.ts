import type { Finding } from '../decision.ts';
import { excerptOf } from './excerpt.ts';
import { limits } from './limits.ts';
import type { FindingOutcome } from './outcome.ts';
import { placeOfUnreadable } from './location.ts';
import { clip, count, inert, printable, quoted } from './printable.ts';
import type { Report, ReportedFinding, ReportedObject, SourcePlace } from './report.ts';
import {
  circumstance,
  expectedText,
  foundText,
  imageText,
  remedyText,
  ruleName,
  titleOf,
  undecidedText,
} from './sentence.ts';
import type { Verdict } from './verdict.ts';
import { unusedSentences } from './unused.ts';

/** How wide the result is, and how words are marked. */
export interface TextStyle {
  readonly columns: number;
  readonly paint: (tone: 'good' | 'bad' | 'unsure' | 'faint', text: string) => string;
}

/** What `assay check` prints: each object with something against it, what could not be read, exceptions without use, and a line that counts. */
export function renderText(report: Report, style: TextStyle): string {
  const objects = report.objects.map((object) => renderObject(object, style)).filter((text) => text !== '');
  const broken = report.unreadable.map((one) =>
    spread(`${placeOfUnreadable(one)}  ${printable(one.message)}`, 'unreadable', style, 'unsure'),
  );
  const notes = unusedSentences(report);
  const unused = notes.length === 0 ? [] : [notes.map((note) => style.paint('faint', `note: ${note}`)).join('\n')];
  const parts = [...objects, ...broken, ...unused].map((text) => `${text}\n`);
  return inert([...parts, renderTotals(report, style)].join('\n'));
}

/** An object's place and verdict, and each finding under the line that caused it. Empty for a clean one. */
export function renderObject(object: ReportedObject, style: TextStyle): string {
  const { findings, source, verdict } = object;
  const shown = findings.filter(({ finding }) => finding.effect !== 'audit');
  const [first] = shown;
  if (first === undefined) return '';
  const where = source === undefined ? '' : `${placeOf(source.file, first.place)}  `;
  const blocks = shown
    .slice(0, limits.findingsOfObject)
    .map((finding, index) => block(finding, shown[index - 1]?.place, style));
  const more = shown.length - blocks.length;
  return [
    spread(`${where}${printable(titleOf(object))}`, verdictWords[verdict], style, tones[verdict]),
    ...(source?.template === undefined ? [] : [`   made from ${clip(quoted(source.template), limits.referenceShown)}`]),
    ...blocks,
    ...(more > 0 ? [`   and ${count(more, 'finding')} more`] : []),
  ].join('\n');
}

const placeOf = (file: string, at: SourcePlace | undefined): string =>
  at === undefined ? printable(file) : `${printable(file)}:${at.line}:${at.column}`;

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

/** What stands at the place of the finding before is shown under the same lines. */
function block(
  { finding, outcome, severity, remediation, place }: ReportedFinding,
  before: SourcePlace | undefined,
  style: TextStyle,
): string {
  const how = severity === undefined ? '' : ` (${severity})`;
  const message = `${words[outcome]}${ruleName(finding)}${how}: ${headline(finding)}`;
  const why = circumstance(finding);
  return [
    ...(place === undefined
      ? [`   ${message}`]
      : excerpt(place, message, style).slice(samePlace(place, before) ? -1 : 0)),
    ...(finding.kind === 'violation' ? [`   expected: ${expectedText(finding)}`] : []),
    ...(why === '' ? [] : [`   ${why}`]),
    `   fix: ${remedyText({ ...finding, ...(remediation === undefined ? {} : { remedy: remediation }) })}`,
  ].join('\n');
}

const samePlace = (one: SourcePlace, other: SourcePlace | undefined): boolean =>
  other !== undefined && one.line === other.line && one.column === other.column;

/** What sets a finding apart from one that denies, where its own sentence does not. */
const words: Readonly<Record<FindingOutcome, string>> = {
  denied: '',
  warned: 'warning: ',
  audited: 'recorded: ',
  excused: 'excused: ',
  undecided: '',
  unobservable: '',
  error: '',
};

function headline(finding: Finding): string {
  const image = imageText(finding);
  const about = image === '' ? '' : ` for ${image}`;
  return finding.kind === 'violation' ? `found ${foundText(finding)}${about}` : `${undecidedText(finding)}${about}`;
}

/** The line before, the line itself, and a caret under the value. */
function excerpt(place: SourcePlace, message: string, { paint }: TextStyle): string[] {
  const { line, before, text, indent, length } = excerptOf(place);
  const width = Math.max(5, String(line).length + 2);
  const gutter = (label: string) => `${label.padStart(width)} | `;
  return [
    ...(before === undefined ? [] : [paint('faint', `${gutter(String(line - 1))}${before}`)]),
    `${gutter(String(line))}${text}`,
    `${gutter('')}${' '.repeat(indent)}${paint('bad', '^'.repeat(length))} ${message}`,
  ];
}

/** `38 objects in 12 files: 35 clean, 2 denied, 1 could not be decided          0.9 s, 14 images, 31 registry requests`. */
export function renderTotals(report: Pick<Report, 'totals' | 'objects'>, style: TextStyle): string {
  const { milliseconds, images, requests } = report.totals;
  const left = summaryText(report);
  const right = `${duration(milliseconds)}, ${count(images, 'image')}, ${count(requests, 'registry request')}`;
  return spread(left, right, style, 'faint');
}

/** `38 objects in 12 files: 35 clean, 2 denied`. */
export function summaryText(report: Pick<Report, 'totals' | 'objects'>): string {
  const { files } = report.totals;
  const where = files === 0 ? '' : ` in ${count(files, 'file')}`;
  return `${count(report.objects.length, 'object')}${where}: ${verdictCounts(report)}`;
}

/** `35 clean, 2 denied, 1 could not be decided, 1 finding excused`: objects by their verdict, then what would be overlooked. */
function verdictCounts({ totals, objects }: Pick<Report, 'totals' | 'objects'>): string {
  const { verdicts, unreadable } = totals;
  const having = (outcome: FindingOutcome): number =>
    objects.reduce((sum, { findings }) => sum + findings.filter((one) => one.outcome === outcome).length, 0);
  const [excused, audited] = [having('excused'), having('audited')];
  return [
    `${verdicts.clean} clean`,
    ...(verdicts.warned > 0 ? [`${verdicts.warned} warned`] : []),
    `${verdicts.denied} denied`,
    ...(verdicts.undecided > 0 ? [`${verdicts.undecided} could not be decided`] : []),
    ...(unreadable > 0 ? [`${unreadable} unreadable`] : []),
    ...(excused > 0 ? [`${count(excused, 'finding')} excused`] : []),
    ...(audited > 0 ? [`${count(audited, 'finding')} only recorded`] : []),
  ].join(', ');
}

/** `312 ms`, `0.9 s` above a second's worth of milliseconds. */
export const duration = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
