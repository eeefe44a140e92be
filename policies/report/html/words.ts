import type { FindingOutcome } from '../outcome.ts';
import type { Report, Severity } from '../report.ts';
import type { Verdict } from '../verdict.ts';

/** What charts and columns tell apart: fewer things than outcomes, for a reader compares at most five colours. */
export type Tone = 'denied' | 'undecided' | 'warned' | 'excused' | 'recorded' | 'clean';

/** How each outcome is called on a finding, the worst first. */
export const outcomes: Readonly<Record<FindingOutcome, { readonly word: string; readonly tone: Tone }>> = {
  denied: { word: 'denied', tone: 'denied' },
  error: { word: 'error', tone: 'undecided' },
  undecided: { word: 'could not be decided', tone: 'undecided' },
  unobservable: { word: 'not observable', tone: 'undecided' },
  warned: { word: 'warned', tone: 'warned' },
  excused: { word: 'excused', tone: 'excused' },
  audited: { word: 'recorded', tone: 'recorded' },
};

/** The same of whole objects. */
export const verdicts: Readonly<Record<Verdict, { readonly word: string; readonly tone: Tone }>> = {
  denied: { word: 'denied', tone: 'denied' },
  undecided: { word: 'could not be decided', tone: 'undecided' },
  warned: { word: 'warned', tone: 'warned' },
  clean: { word: 'clean', tone: 'clean' },
};

/** The heaviest first. */
export const severities = ['critical', 'high', 'medium', 'low'] as const satisfies readonly Severity[];

/** The whole run as one sentence without a full stop. */
export function headline({ totals, objects }: Report): string {
  const { denied, undecided, warned } = totals.verdicts;
  const all = objects.length;
  if (all === 0) return totals.unreadable > 0 ? 'Nothing could be read' : 'Nothing was judged';
  if (denied > 0) return `${denied} of ${all} objects denied`;
  if (undecided > 0) return `Nothing denied, but ${undecided} of ${all} objects could not be decided`;
  if (totals.unreadable > 0) return `Nothing denied, but not everything could be read`;
  const allowed = all === 1 ? 'The object is allowed' : `All ${all} objects allowed`;
  return warned > 0 ? `${allowed}, ${warned} with warnings` : allowed;
}
