import type { Finding } from '../decision.ts';

/** What a finding amounts to, told apart by every format. */
export type FindingOutcome =
  /** A violation that denies. */
  | 'denied'
  /** A violation that warns: by the policy's action, before it is enforced, or because the object had it before. */
  | 'warned'
  /** A violation that is only recorded. */
  | 'audited'
  /** A violation that would deny, and that an exception covers. */
  | 'excused'
  /** Evidence or a lookup could not be had. */
  | 'undecided'
  /** The rule reads what nobody can tell here, such as the request of an object in a file. */
  | 'unobservable'
  /** The rule could not be evaluated, or the object not be understood. */
  | 'error';

export function outcomeOf({ kind, effect, code, excused }: Finding): FindingOutcome {
  if (excused !== undefined) return 'excused';
  if (kind === 'error') return 'error';
  if (kind === 'undecided') return code === 'NOT_OBSERVABLE' ? 'unobservable' : 'undecided';
  return ({ deny: 'denied', warn: 'warned', audit: 'audited' } as const)[effect];
}
