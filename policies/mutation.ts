import { Budget } from './budget.ts';
import { maxPolicyCost, type Value } from './cel/index.ts';
import type { Expression } from './expression.ts';
import type { Terms } from './evaluate.ts';
import { evaluateIn, type Frame, framesOfScope } from './frame.ts';
import { govern } from './govern.ts';
import { questionsOf } from './image-value.ts';
import type { Known } from './known.ts';
import { PatchFault } from './kubernetes/fault.ts';
import type { CompiledPolicy } from './policy.ts';
import type { Question } from './question.ts';
import type { Review } from './review.ts';
import { settingOf } from './setting.ts';
import { changed, type KubernetesObject, type Version } from './version.ts';
import { imagesOf } from './workload.ts';

/** One thing that a policy writes into objects: an expression, and how what it comes to changes the object. */
export interface Mutation {
  readonly name: string;
  readonly expression: Expression;
  /** The object with the change, or why it cannot be made. Pure, and nothing of the object given is changed. */
  apply(object: KubernetesObject, value: Value): KubernetesObject | PatchFault;
}

export interface Mutated {
  readonly version: Version;
  readonly needs: readonly Question[];
}

/**
 * Makes a policy's mutations, one after the other, at every place that each speaks of. Where one cannot be evaluated the object stays as it is:
 * the rule of the same name tells so in validation.
 */
export function mutateBy(
  policy: CompiledPolicy,
  review: Review,
  arrived: Version,
  { policies: { revocations }, references }: Terms,
  known: Known,
): Mutated {
  const share = new Budget(maxPolicyCost);
  const framesOf = (version: Version, mutation: Mutation) => {
    const { uses, podSpecs } = imagesOf(version.object, references);
    const governing = govern(policy, settingOf({ review, version, known, uses, podSpecs, revocations }), share);
    if (governing === undefined) return { needs: [], frames: [] };
    return {
      needs: governing.needs,
      frames: governing.frames.flatMap((frame) => framesOfScope(frame, mutation.expression.scope)),
    };
  };
  let version = arrived;
  const needs: Question[] = [];
  for (const mutation of policy.mutations) {
    const places = framesOf(version, mutation);
    needs.push(...places.needs);
    for (const [index] of places.frames.entries()) {
      // The place as those before it have left it.
      const frame = framesOf(version, mutation).frames[index];
      if (frame === undefined) continue;
      const mutated = mutateAt(mutation, frame, version);
      needs.push(...mutated.needs.filter((question) => known.answer(question) === undefined));
      version = mutated.version;
    }
  }
  return { version, needs };
}

function mutateAt(mutation: Mutation, frame: Frame, version: Version): Mutated {
  const evaluated = evaluateIn(frame, mutation.expression);
  if (evaluated.kind === 'needs') return { version, needs: questionsOf(evaluated.needs) };
  if (evaluated.kind === 'error') return { version, needs: [] };
  const made = mutation.apply(version.object, evaluated.value);
  return { version: made instanceof PatchFault ? version : changed(version, made), needs: [] };
}
