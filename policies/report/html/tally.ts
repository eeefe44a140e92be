import type { FindingOutcome } from '../outcome.ts';
import { limits } from '../limits.ts';
import type { PolicyAbout, Report, ReportedObject, Severity } from '../report.ts';
import type { Verdict } from '../verdict.ts';
import { outcomes, severities, type Tone, verdicts } from './words.ts';

/** How many of each tone; what is left out is none. */
export type Counts = Readonly<Partial<Record<Tone, number>>>;

/** One line of an overview. */
export interface Tally {
  readonly name: string;
  readonly counts: Counts;
  /** What the name means, or belongs to. */
  readonly note?: string;
}

/** Objects by namespace, the worst first, then by name. */
export const byNamespace = ({ objects }: Report): readonly Tally[] =>
  worstFirst(
    [...Map.groupBy(objects, namespaceOf)].map(([name, members]) => ({
      name,
      counts: countsOf(
        members.map(({ verdict }) => verdict),
        verdicts,
      ),
    })),
  );

/** What stands for the namespace of an object that names none. */
export const namespaceOf = ({ namespace }: Pick<ReportedObject, 'namespace'>): string => namespace ?? noNamespace;

const noNamespace = 'no namespace';

/** Findings by the policy that made them; what no policy made is the configuration's. Policies without any are not among them. */
export function byPolicy(report: Report): readonly Tally[] {
  const titles = new Map(report.policies.map(({ name, about }) => [name, about?.title]));
  const groups = Map.groupBy(found(report), ({ policy }) => policy);
  return worstFirst([...groups].map(([name, members]) => tally(name, members, titles.get(name))));
}

/** Findings by severity; those of policies that state none come last. */
export function bySeverity(report: Report): readonly Tally[] {
  const groups = Map.groupBy(found(report), ({ severity }): string => severity ?? noSeverity);
  return [...severities, noSeverity].flatMap((name) => {
    const members = groups.get(name);
    return members === undefined ? [] : [tally(name, members)];
  });
}

/** What stands for the severity of a finding whose policy states none. */
export const noSeverity: string = 'not stated';

/** The controls that the policies in force check, those without a finding too, in the order of their names. */
export function byControl(report: Report): readonly Tally[] {
  const findings = Map.groupBy(found(report), ({ policy }) => policy);
  const policies = report.policies.flatMap((policy) =>
    controlsOf(policy.about).map((control) => ({ control, policy })),
  );
  return [...Map.groupBy(policies, ({ control }) => control)]
    .map(([control, checks]) =>
      tally(
        control,
        checks.flatMap(({ policy }) => findings.get(policy.name) ?? []),
        checks
          .map(({ policy }) => policy.about?.check ?? policy.name)
          .toSorted()
          .join(', '),
      ),
    )
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** The controls that a policy says it checks, each once. */
export const controlsOf = (about: PolicyAbout | undefined): readonly string[] =>
  [...new Set(about?.controls)].slice(0, limits.htmlControls);

interface Found {
  readonly policy: string;
  readonly outcome: FindingOutcome;
  readonly severity?: Severity | undefined;
}

const found = ({ objects }: Report): readonly Found[] =>
  objects.flatMap(({ findings }) =>
    findings.map(({ finding, outcome, severity }) => ({ policy: finding.policy, outcome, severity })),
  );

const tally = (name: string, members: readonly Found[], note?: string): Tally => ({
  name,
  counts: countsOf(
    members.map(({ outcome }) => outcome),
    outcomes,
  ),
  ...(note === undefined ? {} : { note }),
});

/** How many of each tone a list of outcomes or verdicts comes to. */
export function countsOf<K extends FindingOutcome | Verdict>(
  keys: readonly K[],
  words: Readonly<Record<K, { readonly tone: Tone }>>,
): Counts {
  const counts: Partial<Record<Tone, number>> = {};
  for (const key of keys) {
    const { tone } = words[key];
    counts[tone] = (counts[tone] ?? 0) + 1;
  }
  return counts;
}

const worstFirst = (tallies: readonly Tally[]): readonly Tally[] =>
  tallies.toSorted(
    ({ counts: a, name }, { counts: b, name: other }) =>
      order.map((tone) => (b[tone] ?? 0) - (a[tone] ?? 0)).find((difference) => difference !== 0) ??
      name.localeCompare(other, 'en', { numeric: true }),
  );

/** Tones in the order of charts and columns. */
export const order: readonly Tone[] = ['denied', 'undecided', 'warned', 'excused', 'recorded', 'clean'];
