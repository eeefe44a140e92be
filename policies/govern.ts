import { formatRepository } from '../evidence/index.ts';
import { Budget } from './budget.ts';
import { maxMatchConditionsCost, maxPolicyCost } from './cel/index.ts';
import { evaluateIn, type Frame, type GovernedImage, namespaceOf, objectFrame } from './frame.ts';
import { matchGlob } from './glob.ts';
import { questionsOf } from './image-value.ts';
import type { Known } from './known.ts';
import { parametersOf } from './parameters.ts';
import type { CompiledPolicy } from './policy.ts';
import type { Question } from './question.ts';
import { isWritten, type Review } from './review.ts';
import type { Revocation } from './revocation.ts';
import type { RuleError } from './rule.ts';
import { obstacle } from './rule/obstacle.ts';
import type { KubernetesObject, Version } from './version.ts';
import type { ImageUse, PodSpecUse } from './workload.ts';

/** Something about a request that must hold for a policy to speak of it; never about images. */
export interface Constraint {
  evaluate(subject: GovernedSubject, known: Known): ConstraintOutcome;
}

export type ConstraintOutcome = 'matched' | 'unmatched' | Asked | RuleError;

interface Asked {
  readonly kind: 'needs';
  readonly needs: readonly Question[];
}

export interface GovernedSubject {
  readonly review: Review;
  readonly version: Version;
}

/** What a policy has to say of an object: nothing where all lists are empty. */
export interface Governing {
  readonly policy: CompiledPolicy;
  /** One for each parameter object under which it speaks. */
  readonly frames: readonly Frame[];
  /** Why it could not be told whether it speaks; the policy says what an error is worth. */
  readonly errors: readonly RuleError[];
  readonly needs: readonly Question[];
  readonly images: readonly GovernedImage[];
}

export interface GovernSource extends GovernedSubject {
  readonly uses: readonly ImageUse[];
  readonly podSpecs: readonly PodSpecUse[];
  readonly revocations: readonly Revocation[];
  /** Shared by the policies of one namespace, so that they hold up nobody else. */
  readonly share?: Budget;
}

/** Constraints, then parameters, then match conditions under each parameter object. */
export function govern(policy: CompiledPolicy, source: GovernSource, known: Known): Governing {
  const images = governedImages(policy, source.uses);
  const nothing = { policy, frames: [], errors: [], needs: [], images };
  const { review } = source;
  const namespace = namespaceOf(review);
  // Whoever does not say which requests are meant means those that store something.
  if (policy.constraints.length === 0 && !isWritten(review)) return nothing;
  if (policy.namespace !== undefined && policy.namespace !== namespace) return nothing;
  const constrained = constrain(policy, source, known);
  if (constrained === 'unmatched') return nothing;
  if (constrained !== 'matched')
    return constrained.kind === 'needs'
      ? { ...nothing, needs: constrained.needs }
      : { ...nothing, errors: [constrained] };
  const parameters = parametersOf(policy.parameters, namespace, known);
  switch (parameters.kind) {
    case 'needs':
      return { ...nothing, needs: [parameters.need] };
    case 'error':
      return { ...nothing, errors: [parameters] };
    case 'known': {
      const each = parameters.objects.map((object) => underParameters(policy, source, known, images, object));
      return {
        ...nothing,
        frames: each.flatMap((one) => ('source' in one ? [one] : [])),
        errors: each.flatMap((one) => ('kind' in one && one.kind === 'error' ? [one] : [])),
        needs: each.flatMap((one) => ('kind' in one && one.kind === 'needs' ? one.needs : [])),
      };
    }
  }
}

/** One constraint that surely fails settles it, whatever the others come to. */
function constrain({ constraints }: CompiledPolicy, subject: GovernedSubject, known: Known): ConstraintOutcome {
  const outcomes = constraints.map((constraint) => constraint.evaluate(subject, known));
  if (outcomes.includes('unmatched')) return 'unmatched';
  return outcomes.find((outcome) => outcome !== 'matched') ?? 'matched';
}

interface Silent {
  readonly kind: 'silent';
}

function underParameters(
  policy: CompiledPolicy,
  { review, version, podSpecs, revocations, share }: GovernSource,
  known: Known,
  images: readonly GovernedImage[],
  parameters: KubernetesObject | null,
): Frame | Silent | Asked | RuleError {
  const { variables, authorities, attestations } = policy;
  const shared = { review, version, podSpecs, known, authorities, attestations, revocations, parameters, images };
  if (policy.matchConditions.length > 0) {
    const conditions = objectFrame({ ...shared, variables: [], budget: new Budget(maxMatchConditionsCost, share) });
    const outcome = matchConditions(policy, conditions, known);
    if (outcome !== 'matched') return outcome;
  }
  return objectFrame({ ...shared, variables, budget: new Budget(maxPolicyCost, share) });
}

/** A false one settles it; an error counts only where none is false, as in the API server. */
function matchConditions(policy: CompiledPolicy, frame: Frame, known: Known): 'matched' | Silent | Asked | RuleError {
  let undecided: Asked | RuleError | undefined;
  for (const { name, expression } of policy.matchConditions) {
    const expected = `true or false of the match condition "${name}"`;
    const evaluated = evaluateIn(frame, expression);
    if (evaluated.kind === 'value' && evaluated.value === true) continue;
    if (evaluated.kind === 'value' && evaluated.value === false) return { kind: 'silent' };
    if (evaluated.kind === 'needs') {
      const outcome = obstacle(questionsOf(evaluated.needs), known, expected);
      if (outcome.kind === 'needs') undecided = mergeNeeds(undecided, outcome);
      else if (outcome.kind === 'error') undecided ??= outcome;
      continue;
    }
    const found =
      evaluated.kind === 'error' ? `${evaluated.error.message} (${evaluated.error.code})` : 'it comes to no bool';
    undecided ??= { kind: 'error', code: 'EXPRESSION_FAILED', found: `match condition "${name}": ${found}`, expected };
  }
  return undecided ?? 'matched';
}

const mergeNeeds = (before: Asked | RuleError | undefined, { needs }: Asked): Asked => ({
  kind: 'needs',
  needs: [...(before?.kind === 'needs' ? before.needs : []), ...needs],
});

/** Images that the policy's patterns match; the first pattern that matches captures. */
function governedImages(policy: CompiledPolicy, uses: readonly ImageUse[]): readonly GovernedImage[] {
  return uses.flatMap((use) => {
    if ('kind' in use.reference) return [];
    if (policy.images === undefined) return [{ use, captures: {} }];
    const name = formatRepository(use.reference.repository);
    for (const glob of policy.images) {
      const captures = matchGlob(glob, name);
      if (captures !== undefined) return [{ use, captures }];
    }
    return [];
  });
}
