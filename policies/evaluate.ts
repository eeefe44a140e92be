import { type Need, needKey } from '../evidence/index.ts';
import type { Known } from './known.ts';
import { limits } from './limits.ts';
import { governing } from './match.ts';
import type { CompiledPolicy, Governed, PolicySet } from './policy.ts';
import type { Review } from './review.ts';
import type { Rule, RuleOutcome } from './rule.ts';
import { rewriteRule } from './rule/rewrite.ts';
import { revocationRule } from './rule/revocation.ts';
import type { Version } from './version.ts';
import { type ImageUse, imagesOf, type ReferenceRules, type Unreadable } from './workload.ts';

/** Every rule over one version and what is known: outcomes in the object's order, and what must be asked. */
export interface Evaluation {
  readonly images: readonly EvaluatedImage[];
  /** Without duplicates; empty when everything is decided. */
  readonly needs: readonly Need[];
  readonly unreadable: readonly Unreadable[];
  /** More images than one object may name: none was looked at. */
  readonly tooManyImages?: number;
}

/** Under what a review is evaluated. */
export interface Terms {
  readonly policies: PolicySet;
  readonly references: ReferenceRules;
}

export interface EvaluatedImage {
  readonly use: ImageUse;
  readonly governed: readonly Governed[];
  readonly outcomes: readonly {
    readonly policy: Governed['policy'];
    readonly rule: Rule;
    readonly outcome: RuleOutcome;
  }[];
}

export function evaluate(review: Review, version: Version, { policies, references }: Terms, known: Known): Evaluation {
  const { uses, unreadable } = imagesOf(version.object, references);
  if (uses.length > limits.imagesPerObject) return { images: [], needs: [], unreadable, tooManyImages: uses.length };
  const images = uses.map((use) => evaluateImage(review, version, use, policies, known));
  const needs = new Map<string, Need>();
  for (const { outcomes } of images) {
    for (const { outcome } of outcomes) {
      if (outcome.kind === 'needs') for (const need of outcome.needs) needs.set(needKey(need), need);
    }
  }
  return { images, needs: [...needs.values()], unreadable };
}

function evaluateImage(
  review: Review,
  version: Version,
  use: ImageUse,
  policies: PolicySet,
  known: Known,
): EvaluatedImage {
  if ('kind' in use.reference) return { use, governed: [], outcomes: [] };
  const governed = governing(policies, use.reference.repository);
  const { revocations } = policies;
  const outcomes = [...governed, ...revoking(policies), rewriting].flatMap(({ policy, captures }) =>
    policy.rules.map((rule) => {
      const outcome = rule.evaluate({ review, version, use, captures, revocations }, known);
      return { policy, rule, outcome };
    }),
  );
  return { use, governed, outcomes };
}

/** A revocation speaks of every image, whoever governs it, and denies whatever else is warned about. */
const revoking = ({ revocations }: PolicySet): readonly Governed[] =>
  revocations
    .filter(({ digests }) => digests.size > 0)
    .map((revocation) => ({
      policy: { ...asPolicy, name: revocation.name, rules: [revocationRule(revocation)] },
      captures: {},
    }));

const rewriting: Governed = {
  get policy() {
    return { ...asPolicy, name: 'configuration', rules: [rewriteRule] };
  },
  captures: {},
};

const asPolicy: Omit<CompiledPolicy, 'name' | 'rules'> = {
  pin: 'None',
  onUnavailable: 'Deny',
  failurePolicy: 'Fail',
  validationActions: ['Deny'],
};
