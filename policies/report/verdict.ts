import type { Decision, Finding } from '../decision.ts';

/**
 * What a person makes of a decision. `undecided` is not `denied`: nothing is known against the object, even where the
 * policy denies what it cannot judge.
 */
export type Verdict = 'clean' | 'warned' | 'undecided' | 'denied';

export function verdictOf({ findings }: Decision): Verdict {
  if (findings.some(denies)) return 'denied';
  if (findings.some(({ kind }) => kind !== 'violation')) return 'undecided';
  return findings.some(({ effect }) => effect === 'warn') ? 'warned' : 'clean';
}

/** Whether the finding alone is a reason against the object. */
export const denies = ({ kind, effect }: Finding): boolean => kind === 'violation' && effect === 'deny';
