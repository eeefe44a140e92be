import type { Gap, Need } from '../evidence/index.ts';
import type { SignatureJudgement, ViolationCode } from './decision.ts';
import type { Captures } from './glob.ts';
import type { Known } from './known.ts';
import type { Review } from './review.ts';
import type { Revocation } from './revocation.ts';
import type { Version } from './version.ts';
import type { ImageUse } from './workload.ts';

/**
 * One thing that a policy demands. Declarative fields and, later, expressions both become rules; nothing else is
 * evaluated. A rule is pure: the same known facts give the same outcome.
 */
export type Rule = ImageRule;

/** Evaluated once for each image that the policy governs. */
export interface ImageRule {
  readonly scope: 'image';
  readonly name: string;
  evaluate(subject: ImageSubject, known: Known): RuleOutcome;
}

export interface ImageSubject {
  readonly review: Review;
  readonly version: Version;
  readonly use: ImageUse;
  readonly captures: Captures;
  readonly revocations: readonly Revocation[];
}

export type RuleOutcome =
  | { readonly kind: 'passed'; readonly judgements: readonly SignatureJudgement[] }
  | { readonly kind: 'violated'; readonly violation: Violation; readonly judgements: readonly SignatureJudgement[] }
  | {
      readonly kind: 'undecided';
      readonly gap: Gap;
      readonly expected: string;
      /** When the rule would have passed by what was retained, proven again today; for an explicit digest only. */
      readonly passedAt?: Date;
    }
  | { readonly kind: 'needs'; readonly needs: readonly [Need, ...Need[]] };

/** What a rule found and wanted instead, each one clause. */
export interface Violation {
  readonly code: ViolationCode;
  readonly found: string;
  readonly expected: string;
  readonly remedy?: string;
}

export const passed = (judgements: readonly SignatureJudgement[] = []): RuleOutcome => ({ kind: 'passed', judgements });

export const violated = (violation: Violation, judgements: readonly SignatureJudgement[] = []): RuleOutcome => ({
  kind: 'violated',
  violation,
  judgements,
});
