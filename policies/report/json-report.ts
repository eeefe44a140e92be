import { jsonText } from './json-text.ts';
import { decisionRecord, type DecisionRecord, type FindingRecord } from './json.ts';
import type { FindingOutcome } from './outcome.ts';
import type { PolicyWarning } from '../warning.ts';
import type {
  Report,
  ReportedFinding,
  ReportedObject,
  ReportedPolicy,
  Severity,
  UnreadableSource,
  UnusedException,
} from './report.ts';

/** What `-o json` of a report prints; docs/json.md names every key. */
export const renderJson = (report: Report): string => jsonText(reportRecord(report));

/** A report as plain JSON. Keys are only ever added. */
export function reportRecord({
  version,
  started,
  ended,
  policies,
  objects,
  unusedExceptions,
  unreadable,
  warnings = [],
  totals,
}: Report): object {
  return {
    version,
    started: started.toISOString(),
    ended: ended.toISOString(),
    policies: policies.map(policyRecord),
    decisions: objects.map((object) => ({ object: objectRecord(object), ...findingsRecord(object) })),
    unusedExceptions: unusedExceptions.map(unusedRecord),
    unreadable: unreadable.map(unreadableRecord),
    warnings: warnings.map(warningRecord),
    totals,
  };
}

const unusedRecord = ({ exception, policy, rules, reason, approver, until }: UnusedException): object => ({
  ...{ exception, policy, rules, reason, approver },
  until: until.toISOString(),
});

const warningRecord = ({ file, line, column, path, expression, range, message }: PolicyWarning): object => ({
  file,
  line: line ?? null,
  column: column ?? null,
  path,
  expression,
  range: range ?? null,
  message,
});

const policyRecord = ({ name, kind, digest, about, effect, enforceFrom }: ReportedPolicy): object => ({
  name,
  kind: kind ?? null,
  digest: digest ?? null,
  title: about?.title ?? null,
  severity: about?.severity ?? null,
  description: about?.description ?? null,
  remediation: about?.remediation ?? null,
  controls: about?.controls ?? [],
  check: about?.check ?? null,
  system: about?.system ?? null,
  effect,
  enforcedFrom: enforceFrom?.toISOString() ?? null,
});

const objectRecord = ({ source, apiVersion, kind, namespace, name, verdict }: ReportedObject): object => ({
  file: source?.file ?? null,
  line: source?.start?.line ?? null,
  template: source?.template ?? null,
  apiVersion,
  kind,
  namespace: namespace ?? null,
  name,
  verdict,
});

/** A finding, with what only a report knows of it. */
interface PlacedRecord extends FindingRecord {
  readonly outcome: FindingOutcome;
  readonly severity: Severity | null;
  readonly line: number | null;
  readonly column: number | null;
}

function findingsRecord({ decision, findings }: ReportedObject): DecisionRecord<PlacedRecord> {
  const reported = new Map(findings.map((one) => [one.finding, one]));
  return decisionRecord(decision, (record, finding) => placed(record, reported.get(finding)));
}

function placed(record: FindingRecord, reported: ReportedFinding | undefined): PlacedRecord {
  if (reported === undefined) throw new Error('a report has every finding of its decisions');
  const { outcome, severity, remediation, place } = reported;
  return {
    ...record,
    remedy: remediation ?? null,
    outcome,
    severity: severity ?? null,
    line: place?.line ?? null,
    column: place?.column ?? null,
  };
}

const unreadableRecord = ({ file, line, column, message }: UnreadableSource): object => ({
  file,
  line: line ?? null,
  column: column ?? null,
  message,
});
