import type { Evidence, Keychain, Need } from '../evidence/index.ts';
import type { UnmatchedImages } from './decide.ts';
import { type KnownAnswers, learn } from './known.ts';
import type { PolicySet } from './policy.ts';
import type { ReferenceRules } from './workload.ts';

/** What a door brings besides the question. */
export interface Surroundings {
  readonly policies: PolicySet;
  /** How image references are read. */
  readonly references: ReferenceRules;
  readonly unmatchedImages: UnmatchedImages;
  readonly evidence: Evidence;
  readonly keychain: Keychain;
  readonly now: Date;
  /** The deadline; what has not arrived when it aborts is a gap. */
  readonly signal: AbortSignal;
}

/** One round: everything that is asked for, at once. */
export async function ask(
  known: KnownAnswers,
  needs: readonly Need[],
  { evidence, keychain, now, signal }: Surroundings,
): Promise<KnownAnswers> {
  return learn(known, await evidence.fulfil(needs, { keychain, now, signal }));
}
