import { fingerprinted, type Fingerprinted } from './fingerprint.ts';
import { limits } from './limits.ts';
import { type FileLocation, locationOf, locationOfUnreadable } from './location.ts';
import { clip, printable } from './printable.ts';
import type { Report, ReportedFinding, UnreadableSource } from './report.ts';
import { sarifRules, ruleIdOf } from './sarif-rules.ts';
import { circumstance, findingSentence, titleOf } from './sentence.ts';
import { excerptOf } from './excerpt.ts';
import { jsonText } from './json-text.ts';

/** SARIF 2.1.0 (OASIS Standard, 27 March 2020), as GitHub code scanning, DefectDojo and editors read it. */
export function renderSarif(report: Report): string {
  const rules = sarifRules(report);
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const findings = fingerprinted(report);
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'assay', semanticVersion: report.version, rules } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [base]: { description: { text: 'the folder that the command ran in' } } },
        invocations: [invocationOf(report)],
        results: findings.map((one) => resultOf(one, indexes)),
      },
    ],
  });
}

/** As GitHub and Microsoft's tools call the root of the repository. */
const base = '%SRCROOT%';

function resultOf({ object, reported, fingerprint }: Fingerprinted, indexes: ReadonlyMap<string, number>): object {
  const { finding, outcome, severity, remediation } = reported;
  const ruleId = ruleIdOf(finding);
  const at = locationOf(object, reported);
  const name = printable(`${titleOf(object)}${finding.field === '' ? '' : ` ${finding.field}`}`);
  const fix = remediation === undefined ? '' : `. Fix: ${printable(remediation)}`;
  return {
    ruleId,
    ruleIndex: indexes.get(ruleId),
    ...gradeOf(reported),
    message: { text: `${clip(findingSentence(finding), limits.issueCharacters)}${fix}` },
    locations: [
      {
        ...(at === undefined ? {} : { physicalLocation: physical(at) }),
        logicalLocations: [{ fullyQualifiedName: clip(name, limits.issueCharacters), kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'assayFinding/v1': fingerprint },
    ...suppressionsOf(reported),
    properties: {
      outcome,
      code: finding.code,
      effect: finding.effect,
      ...(severity === undefined ? {} : { severity }),
      ...(finding.image === undefined ? {} : { image: printable(finding.image.reference) }),
      ...(finding.image?.digest === undefined ? {} : { digest: finding.image.digest }),
    },
  };
}

/** What could not be told is open, not failed (section 3.27.9), and then has no level (3.27.10). */
function gradeOf({ finding, outcome }: ReportedFinding): object {
  switch (outcome) {
    case 'undecided':
    case 'unobservable':
    case 'error':
      return { kind: 'open', level: 'none' };
    case 'denied':
    case 'excused':
      return { kind: 'fail', level: 'error' };
    case 'warned':
    case 'audited':
      return { kind: 'fail', level: finding.effect === 'warn' ? 'warning' : 'note' };
  }
}

function suppressionsOf({ finding }: ReportedFinding): object {
  if (finding.excused === undefined) return {};
  return {
    suppressions: [{ kind: 'external', status: 'accepted', justification: circumstance(finding) }],
  };
}

function physical({ path, line, place }: FileLocation): object {
  const region =
    place === undefined
      ? { startLine: line }
      : {
          startLine: line,
          startColumn: place.column,
          endColumn: place.endColumn,
          snippet: { text: excerptOf(place).text },
        };
  return { artifactLocation: artifact(path), region };
}

/** A relative reference under the base; an absolute path is a file URI of its own (section 3.4.3). */
function artifact(path: string): object {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? { uri: `file://${encoded}` } : { uri: encoded, uriBaseId: base };
}

function invocationOf({ objects, unreadable, warnings = [], started, ended }: Report): object {
  const undecided = objects.flatMap((object) =>
    object.findings.flatMap((reported) => {
      const { outcome, finding } = reported;
      if (outcome !== 'error' && outcome !== 'undecided') return [];
      const at = locationOf(object, reported);
      return [
        notification(finding.effect === 'deny' ? 'error' : 'warning', findingSentence(finding), at, ruleIdOf(finding)),
      ];
    }),
  );
  const broken = unreadable.map((one: UnreadableSource) =>
    notification('error', printable(`could not be read: ${one.message}`), locationOfUnreadable(one)),
  );
  return {
    executionSuccessful: unreadable.length === 0,
    startTimeUtc: started.toISOString(),
    endTimeUtc: ended.toISOString(),
    toolExecutionNotifications: [...broken, ...undecided],
    toolConfigurationNotifications: warnings.map(({ file, line, path, message }) =>
      notification(
        'warning',
        printable(`${path}: ${message}`),
        locationOfUnreadable({ file, line: line ?? 1, message }),
      ),
    ),
  };
}

const notification = (level: string, text: string, at: FileLocation | undefined, rule?: string): object => ({
  level,
  message: { text: clip(text, limits.issueCharacters) },
  ...(at === undefined ? {} : { locations: [{ physicalLocation: physical(at) }] }),
  ...(rule === undefined ? {} : { associatedRule: { id: rule } }),
});
