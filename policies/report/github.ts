import { limits } from './limits.ts';
import { type FileLocation, locationOf, locationOfUnreadable } from './location.ts';
import { clip, inert, printable } from './printable.ts';
import type { Report, ReportedFinding, ReportedObject } from './report.ts';
import { findingSentence, ruleName, titleOf } from './sentence.ts';
import { summaryText } from './text.ts';

/**
 * Workflow commands of GitHub Actions, which put findings beside the lines of a pull request:
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
 */
export function renderGithub(report: Report): string {
  const findings = report.objects.flatMap((object) =>
    object.findings.map((reported) =>
      command(levelOf(reported), locationOf(object, reported), titleText(object, reported), messageOf(reported)),
    ),
  );
  const broken = report.unreadable.map((one) =>
    command('error', locationOfUnreadable(one), 'unreadable', printable(one.message)),
  );
  const doubts = (report.warnings ?? []).map(({ file, line, path, message }) =>
    command(
      'warning',
      locationOfUnreadable({ file, line: line ?? 1, message }),
      'policy',
      printable(`${path}: ${message}`),
    ),
  );
  return [...findings, ...broken, ...doubts, summaryText(report)].join('\n');
}

type Level = 'error' | 'warning' | 'notice';

/** A job fails for what denies, and for nothing else. */
function levelOf({ finding, outcome }: ReportedFinding): Level {
  if (outcome === 'excused' || outcome === 'audited') return 'notice';
  return finding.effect === 'deny' ? 'error' : 'warning';
}

const titleText = (object: ReportedObject, { finding, outcome }: ReportedFinding): string =>
  clip(`${printable(titleOf(object))} ${outcome}: ${ruleName(finding)}`, limits.titleCharacters);

function messageOf({ finding, remediation }: ReportedFinding): string {
  const fix = remediation === undefined ? '' : `; fix: ${printable(remediation)}`;
  return `${clip(findingSentence(finding), limits.issueCharacters)}${fix} (assay explain ${finding.code})`;
}

function command(level: Level, at: FileLocation | undefined, title: string, message: string): string {
  const place = at?.place;
  const properties = [
    ...(at === undefined ? [] : [`file=${property(at.path)}`, `line=${at.line}`]),
    ...(place === undefined ? [] : [`col=${place.column}`, `endColumn=${place.endColumn}`]),
    `title=${property(title)}`,
  ];
  return `::${level} ${properties.join(',')}::${data(message)}`;
}

/** As the runner's toolkit escapes: whatever could end the line or begin another command. */
const data = (text: string): string =>
  inert(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
