import { limits } from './limits.ts';
import { locationOf, locationOfUnreadable } from './location.ts';
import { clip, printable } from './printable.ts';
import type { Report, ReportedFinding, ReportedObject, UnreadableSource } from './report.ts';
import { findingLines, findingSentence, titleOf } from './sentence.ts';
import { type Case, type CaseResult, renderSuites, type Suite } from './suites.ts';

/** JUnit: a suite for each object, a case for each rule of each place; files that cannot be read are suites of one error. */
export const renderJunit = (report: Report): string =>
  renderSuites('assay', [...report.objects.map(suiteOf), ...report.unreadable.map(brokenSuite)], {
    started: report.started,
    milliseconds: report.totals.milliseconds,
  });

function suiteOf(object: ReportedObject): Suite {
  const group = titleOf(object);
  const file = object.source?.file;
  const passed = (object.decision.passed?.() ?? []).map(({ policy, rule, field }): Case => {
    return { name: caseName(policy, rule, field), group, result: { kind: 'passed' } };
  });
  const cases = [...object.findings.map((reported) => caseOf(object, reported)), ...passed];
  return { name: file === undefined ? group : `${file}: ${group}`, ...(file === undefined ? {} : { file }), cases };
}

function caseOf(object: ReportedObject, reported: ReportedFinding): Case {
  const { policy, rule, field } = reported.finding;
  const at = locationOf(object, reported);
  const place = at === undefined ? [] : [`${at.path}:${at.line}`];
  return { name: caseName(policy, rule, field), group: titleOf(object), result: resultOf(reported, place) };
}

const caseName = (policy: string, rule: string, field: string): string =>
  `${policy}/${rule}${field === '' ? '' : ` ${clip(field, limits.titleCharacters)}`}`;

function resultOf({ finding, outcome, remediation }: ReportedFinding, place: readonly string[]): CaseResult {
  const message = clip(findingSentence(finding), limits.issueCharacters);
  const fix = remediation === undefined || finding.remedy !== undefined ? [] : [`  fix: ${printable(remediation)}`];
  const text = [...place, ...findingLines(finding), ...fix].join('\n');
  switch (outcome) {
    case 'denied':
      return { kind: 'failed', type: finding.code, message, text };
    case 'undecided':
    case 'error':
      // What only warns does not fail the build that shows it.
      return finding.effect === 'deny'
        ? { kind: 'broken', type: finding.code, message, text }
        : { kind: 'skipped', message };
    case 'unobservable':
    case 'excused':
      return { kind: 'skipped', message };
    case 'warned':
    case 'audited':
      return { kind: 'passed', output: `${outcome}: ${text}` };
  }
}

function brokenSuite(broken: UnreadableSource): Suite {
  const { path, line } = locationOfUnreadable(broken);
  const message = `could not be read: ${broken.message}`;
  const result = { kind: 'broken', type: 'unreadable', message, text: `${path}:${line}: ${message}` } as const;
  return { name: path, file: path, cases: [{ name: 'is readable', group: path, result }] };
}
