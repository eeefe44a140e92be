import { fingerprinted, type Fingerprinted } from './fingerprint.ts';
import { limits } from './limits.ts';
import { locationOf, placeOfUnreadable } from './location.ts';
import { code, htmlCode } from './markdown-text.ts';
import type { FindingOutcome } from './outcome.ts';
import { clip, count, instant, printable } from './printable.ts';
import type { Report } from './report.ts';
import { circumstance, expectedText, foundText, imageText, ruleName, titleOf, undecidedText } from './sentence.ts';
import { unusedSentences } from './unused.ts';

/**
 * Markdown for a comment on a pull request or the summary of a job: verdicts, a table of findings, and each of them folded. Never longer
 * than GitHub takes; what is left out is counted.
 */
export function renderMarkdown(report: Report): string {
  const findings = fingerprinted(report).toSorted((a, b) => order[a.reported.outcome] - order[b.reported.outcome]);
  const head = [`## assay: ${headline(report)}`, '', ...verdictTable(report), '', ''].join('\n');
  const broken = report.unreadable.map(
    (one) => `- ${code(placeOfUnreadable(one), shown)} could not be read: ${code(one.message, shown)}`,
  );
  const foot = `\n${count(report.totals.images, 'image')}, ${count(report.policies.length, 'policy', 'policies')}, assay ${report.version}, ${instant(report.ended)}\n`;
  const rows = findings.map(row);
  const bodies = findings.map(details);
  const notes = unusedSentences(report).map((note) => `- note: ${code(note, shown)}\n`);
  const parts = [...broken.map((text) => `${text}\n`), ...sections(rows, bodies), ...separated(notes)];
  return fitting(head, parts, foot);
}

/** A list begins after an empty line. */
const separated = ([first, ...others]: readonly string[]): readonly string[] =>
  first === undefined ? [] : [`\n${first}`, ...others];

/** The worst first. */
const order: Readonly<Record<FindingOutcome, number>> = {
  denied: 0,
  error: 1,
  undecided: 2,
  unobservable: 3,
  warned: 4,
  excused: 5,
  audited: 6,
};

/** Of a text from outside in a table or a heading. */
const shown = 300;

function headline({ totals }: Report): string {
  const { denied, undecided } = totals.verdicts;
  if (denied > 0) return `${count(denied, 'object')} denied`;
  if (undecided + totals.unreadable > 0) return 'nothing denied, but not everything could be decided';
  return 'all allowed';
}

const verdictTable = ({ totals, objects }: Report): readonly string[] => [
  '| objects | clean | warned | denied | undecided | unreadable |',
  '| ---: | ---: | ---: | ---: | ---: | ---: |',
  `| ${objects.length} | ${totals.verdicts.clean} | ${totals.verdicts.warned} | ${totals.verdicts.denied} | ${totals.verdicts.undecided} | ${totals.unreadable} |`,
];

const tableHead = '\n| outcome | rule | object | place | code |\n| --- | --- | --- | --- | --- |\n';

/** The table's rows, then what is folded; whatever is left out at the end, what is there is whole. */
function sections(rows: readonly string[], bodies: readonly string[]): readonly string[] {
  const [first, ...others] = rows.slice(0, limits.markdownRows);
  if (first === undefined) return [];
  const more = rows.length - others.length - 1;
  const rest = more > 0 ? [`\n${count(more, 'finding')} more, not in this table\n`] : [];
  return [`${tableHead}${first}`, ...others, ...rest, ...bodies];
}

function row({ object, reported }: Fingerprinted): string {
  const { finding, outcome, severity } = reported;
  const at = locationOf(object, reported);
  const place = at === undefined ? finding.field : `${at.path}:${at.line}`;
  const graded = severity === undefined ? outcome : `${outcome}, ${severity}`;
  return `| ${graded} | ${code(ruleName(finding), shown)} | ${code(titleOf(object), shown)} | ${code(place, shown)} | ${finding.code} |\n`;
}

function details({ object, reported }: Fingerprinted): string {
  const { finding, outcome, remediation, place } = reported;
  const why = circumstance(finding);
  const image = imageText(finding);
  const facts = [
    ['field', finding.field],
    ['image', image],
    ...(finding.kind === 'violation'
      ? [
          ['found', foundText(finding)],
          ['expected', expectedText(finding)],
        ]
      : [['why', undecidedText(finding)]]),
    ['circumstance', why],
    ['line', place?.text.trim() ?? ''],
    ['fix', remediation ?? ''],
  ].flatMap(([name = '', text = '']) => (text === '' ? [] : [`- ${name}: ${code(text, limits.issueCharacters)}`]));
  const summary = `${outcome}: ${htmlCode(ruleName(finding), shown)}, ${htmlCode(titleOf(object), shown)}`;
  return [
    '',
    `<details><summary>${summary}</summary>`,
    '',
    ...facts,
    `- more: \`assay explain ${finding.code}\``,
    '',
    '</details>',
    '',
  ].join('\n');
}

/** As many parts as fit, in their order, and a sentence about the others. */
function fitting(head: string, parts: readonly string[], foot: string): string {
  const room = limits.markdownCharacters - 200;
  let text = head;
  let kept = 0;
  for (const part of parts) {
    if (text.length + part.length + foot.length > room) break;
    text += part;
    kept += 1;
  }
  const left = parts.length - kept;
  const told =
    left > 0
      ? `\n${count(left, 'part')} left out, for this text would be too long; \`assay check -o text\` has all\n`
      : '';
  return clip(printableLines(`${text}${told}${foot}`), limits.markdownCharacters);
}

const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');
