import type { FindingOutcome } from './outcome.ts';
import { fingerprinted, type Fingerprinted } from './fingerprint.ts';
import { jsonText } from './json-text.ts';
import { limits } from './limits.ts';
import { locationOf, locationOfUnreadable } from './location.ts';
import { clip, printable } from './printable.ts';
import type { Report, Severity, UnreadableSource } from './report.ts';
import { findingSentence, ruleName } from './sentence.ts';
import { sha256 } from '../../evidence/index.ts';

/** GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format. */
export function renderGitlab(report: Report): string {
  const findings = fingerprinted(report)
    .filter(({ reported }) => reported.outcome !== 'excused')
    .flatMap(issueOf);
  return jsonText([...findings, ...report.unreadable.map(brokenIssue)]);
}

interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: 'info' | 'minor' | 'major' | 'critical' | 'blocker';
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

function issueOf({ object, reported, fingerprint }: Fingerprinted): readonly Issue[] {
  const at = locationOf(object, reported);
  // An issue without a file is refused as a whole report.
  if (at === undefined) return [];
  const { finding, outcome, severity } = reported;
  return [
    {
      description: clip(findingSentence(finding), limits.issueCharacters),
      check_name: ruleName(finding),
      fingerprint,
      severity: severityOf(outcome, severity),
      location: { path: at.path, lines: { begin: at.line } },
    },
  ];
}

function severityOf(outcome: FindingOutcome, severity: Severity | undefined): Issue['severity'] {
  if (outcome === 'audited' || outcome === 'unobservable') return 'info';
  if (outcome === 'warned' || outcome === 'undecided') return 'minor';
  return severity === undefined ? 'major' : severities[severity];
}

const severities = { low: 'minor', medium: 'major', high: 'critical', critical: 'blocker' } as const;

function brokenIssue(broken: UnreadableSource): Issue {
  const { path, line } = locationOfUnreadable(broken);
  const description = printable(`could not be read: ${broken.message}`);
  return {
    description,
    check_name: 'unreadable',
    fingerprint: sha256(new TextEncoder().encode(JSON.stringify([path, line, description]))).replace(/^sha256:/, ''),
    severity: 'major',
    location: { path, lines: { begin: line } },
  };
}
