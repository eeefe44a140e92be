import { effectOf } from '../decide.ts';
import type { Finding } from '../decision.ts';
import type { Position } from '../document.ts';
import type { CompiledPolicy, PolicySet } from '../policy.ts';
import { limits } from './limits.ts';
import { outcomeOf } from './outcome.ts';
import type {
  Report,
  ReportedFinding,
  ReportedObject,
  ReportedPolicy,
  SourcePlace,
  Totals,
  UnusedException,
} from './report.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** What a door has when it has judged everything. */
export interface Collected extends Pick<Report, 'version' | 'started' | 'ended' | 'unreadable' | 'warnings'> {
  readonly policies: PolicySet;
  readonly objects: readonly JudgedObject[];
  /** How many were opened. */
  readonly files: number;
  /** Requests that went to registries. */
  readonly requests: number;
  readonly milliseconds: number;
}

/** An object with its decision, and the way back into the text that it came from. */
export interface JudgedObject extends Omit<ReportedObject, 'verdict' | 'findings'> {
  /** Where a finding's field stands; undefined where the object is in no file. */
  readonly place: (finding: Finding) => Position | undefined;
  /** A line of its file, counted from 1. */
  readonly line: (number: number) => string | undefined;
}

/** Brings everything together that formats render, once for all of them. */
export function collectReport(collected: Collected): Report {
  const { version, started, ended, unreadable, warnings = [] } = collected;
  const policies = reportedPolicies(collected.policies);
  const byName = new Map(policies.map((policy) => [policy.name, policy]));
  const objects = collected.objects.map((object) => reportedObject(object, byName));
  const unusedExceptions = unusedOf(collected.policies, objects);
  const totals = totalsOf(collected, objects);
  return { version, started, ended, policies, objects, unusedExceptions, unreadable, warnings, totals };
}

function unusedOf({ exceptions }: PolicySet, objects: readonly ReportedObject[]): readonly UnusedException[] {
  const used = new Set(
    objects.flatMap(({ findings }) =>
      findings.flatMap(({ finding: { excused, expired } }) => [excused?.exception, expired?.exception]),
    ),
  );
  return exceptions
    .filter(({ name }) => !used.has(name))
    .map(({ name, policy, rules, reason, approver, expires }) => ({
      ...{ exception: name, policy, rules: [...rules], reason, approver, until: expires },
    }))
    .toSorted((a, b) => +a.until - +b.until || (a.exception < b.exception ? -1 : 1));
}

function reportedPolicies({ policies, documents }: PolicySet): readonly ReportedPolicy[] {
  const digests = new Map(documents.map(({ kind, name, digest }) => [`${kind} ${name}`, digest]));
  return policies.map((policy) => {
    const digest = digests.get(`${policy.kind ?? ''} ${policy.name}`);
    return { ...described(policy), ...(digest === undefined ? {} : { digest }) };
  });
}

const described = (policy: CompiledPolicy): ReportedPolicy => ({
  name: policy.name,
  ...(policy.kind === undefined ? {} : { kind: policy.kind }),
  ...(policy.about === undefined ? {} : { about: policy.about }),
  effect: effectOf(policy),
  rules: policy.rules.map(({ name }) => name),
  ...(policy.enforceFrom === undefined ? {} : { enforceFrom: policy.enforceFrom }),
});

function reportedObject(
  { place, line, ...object }: JudgedObject,
  policies: ReadonlyMap<string, ReportedPolicy>,
): ReportedObject {
  const findings = object.decision.findings.map((finding): ReportedFinding => {
    const about = policies.get(finding.policy)?.about;
    // What to change in an object is no advice where nothing is known against it.
    const remediation = finding.remedy ?? (finding.kind === 'violation' ? about?.remediation : undefined);
    const at = sourcePlace(place(finding), line);
    return {
      finding,
      outcome: outcomeOf(finding),
      ...(about?.severity === undefined ? {} : { severity: about.severity }),
      ...(remediation === undefined ? {} : { remediation }),
      ...(at === undefined ? {} : { place: at }),
    };
  });
  return { ...object, verdict: verdictOf(object.decision), findings };
}

function sourcePlace(at: Position | undefined, lineAt: JudgedObject['line']): SourcePlace | undefined {
  const text = at === undefined ? undefined : lineAt(at.line);
  if (at === undefined || text === undefined) return undefined;
  const before = lineAt(at.line - 1);
  const endColumn = at.column + valueLength(text.slice(at.column - 1, at.column - 1 + limits.valueShown));
  return { ...at, endColumn, text, ...(before === undefined ? {} : { before }) };
}

/** How much of the rest of a line is the value: a quoted string, or up to a space, comma or bracket. */
function valueLength(rest: string): number {
  const [value = ''] = /^(?:"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[^\s,}\]]+)/.exec(rest) ?? [];
  return Math.max(1, value.length);
}

function totalsOf(
  { files, unreadable, milliseconds, requests }: Collected,
  objects: readonly ReportedObject[],
): Totals {
  const verdicts: Record<Verdict, number> = { clean: 0, warned: 0, undecided: 0, denied: 0 };
  for (const { verdict } of objects) verdicts[verdict] += 1;
  const images = new Set(objects.flatMap(({ decision }) => decision.images.map(({ use }) => use.text))).size;
  return { files, verdicts, unreadable: unreadable.length, milliseconds: Math.round(milliseconds), images, requests };
}
