import { formatRepository } from '../evidence/index.ts';
import { Budget } from './budget.ts';
import { maxMatchConditionsCost, maxPolicyCost } from './cel/index.ts';
import { evaluateIn, type Frame, type GovernedImage, objectFrame } from './frame.ts';
import { matchGlob } from './glob.ts';
import { questionsOf } from './image-value.ts';
import type { Known } from './known.ts';
import { parametersOf } from './parameters.ts';
import type { CompiledPolicy } from './policy.ts';
import type { Question } from './question.ts';
import { isWritten, type Review } from './review.ts';
import type { RuleError } from './rule.ts';
import { obstacle } from './rule/obstacle.ts';
import type { Setting } from './setting.ts';
import type { KubernetesObject, Version } from './version.ts';

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

/**
 * Constraints, then parameters, then match conditions under each parameter object; undefined where the policy does not speak of the object.
 * `share`: the budget of a namespace's policies.
 */
export function govern(policy: CompiledPolicy, setting: Setting, share?: Budget): Governing | undefined {
  const { review, known, namespace } = setting;
  // Whoever does not say which requests are meant means those that store something.
  if (policy.constraints.length === 0 && !isWritten(review)) return undefined;
  if (policy.namespace !== undefined && policy.namespace !== namespace) return undefined;
  const constrained = constrain(policy, setting, known);
  if (constrained === 'unmatched') return undefined;
  const images = governedImages(policy, setting);
  const nothing = { policy, frames: none, errors: none, needs: none, images };
  if (constrained !== 'matched')
    return constrained.kind === 'needs'
      ? { ...nothing, needs: constrained.needs }
      : { ...nothing, errors: [constrained] };
  if (policy.parameters === undefined && policy.matchConditions.length === 0)
    return { policy, frames: [frameUnder(policy, setting, images, null, share)], errors: none, needs: none, images };
  const parameters = parametersOf(policy.parameters, namespace, known);
  switch (parameters.kind) {
    case 'needs':
      return { ...nothing, needs: [parameters.need] };
    case 'error':
      return { ...nothing, errors: [parameters] };
    case 'known': {
      const frames: Frame[] = [];
      const errors: RuleError[] = [];
      const needs: Question[] = [];
      for (const object of parameters.objects) {
        const one = underParameters(policy, setting, images, object, share);
        if ('source' in one) frames.push(one);
        else if (one.kind === 'error') errors.push(one);
        else if (one.kind === 'needs') needs.push(...one.needs);
      }
      return { policy, frames, errors, needs, images };
    }
  }
}

const none: readonly never[] = [];

/** One constraint that surely fails settles it, whatever the others come to. */
export function constrain(
  { constraints }: Pick<CompiledPolicy, 'constraints'>,
  subject: GovernedSubject,
  known: Known,
): ConstraintOutcome {
  let met: ConstraintOutcome = 'matched';
  for (const constraint of constraints) {
    const outcome = constraint.evaluate(subject, known);
    if (outcome === 'unmatched') return outcome;
    if (met === 'matched') met = outcome;
  }
  return met;
}

interface Silent {
  readonly kind: 'silent';
}

function underParameters(
  policy: CompiledPolicy,
  setting: Setting,
  images: readonly GovernedImage[],
  parameters: KubernetesObject | null,
  share: Budget | undefined,
): Frame | Silent | Asked | RuleError {
  if (policy.matchConditions.length > 0) {
    const { authorities, attestations } = policy;
    const budget = new Budget(maxMatchConditionsCost, share);
    const { conditionVariables: variables = [] } = policy;
    const conditions = objectFrame({ setting, variables, authorities, attestations, parameters, images, budget });
    const outcome = matchConditions(policy, conditions, setting.known);
    if (outcome !== 'matched') return outcome;
  }
  return frameUnder(policy, setting, images, parameters, share);
}

function frameUnder(
  { variables, authorities, attestations }: CompiledPolicy,
  setting: Setting,
  images: readonly GovernedImage[],
  parameters: KubernetesObject | null,
  share: Budget | undefined,
): Frame {
  const budget = new Budget(maxPolicyCost, share);
  return objectFrame({ setting, variables, authorities, attestations, parameters, images, budget });
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
function governedImages(policy: CompiledPolicy, { uses, images }: Setting): readonly GovernedImage[] {
  const { images: globs } = policy;
  if (globs === undefined) return images;
  return uses.flatMap((use) => {
    if ('kind' in use.reference) return [];
    const name = formatRepository(use.reference.repository);
    for (const glob of globs) {
      const captures = matchGlob(glob, name);
      if (captures !== undefined) return [{ use, captures }];
    }
    return [];
  });
}
