import type { Surroundings } from './ask.ts';
import { decide, type UnmatchedImages } from './decide.ts';
import type { Decision } from './decision.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import type { Known } from './known.ts';
import { afterwards, learning } from './learning.ts';
import { mutate } from './mutate.ts';
import type { PolicySet } from './policy.ts';
import { unchangedSince } from './ratchet.ts';
import type { Review } from './review.ts';
import { namespaceOf } from './setting.ts';
import type { Version } from './version.ts';

/**
 * The corridor: facts, then judgement. The only way from an object to a decision, for both doors. The decision is there at once where nothing
 * has to be asked.
 */
export function judge(review: Review, surroundings: Surroundings): Decision | Promise<Decision> {
  const arrived = versionOf(review);
  if (arrived === undefined || (review.operation === 'DELETE' && review.phase === 'mutate'))
    return nothingToJudge(review);
  if (review.phase === 'mutate') return mutate(review, arrived, surroundings);
  const learned = learning(surroundings, (known) => {
    const now = evaluate(review, arrived, surroundings, known);
    const before = now.needs.length > 0 ? undefined : evaluateBefore(review, now, surroundings, known);
    return { now, before, needs: before === undefined ? now.needs : [...now.needs, ...before.needs] };
  });
  return afterwards(learned, ({ known, result, rounds }) => {
    const { now, policies } = surroundings;
    const unchanged = result.before && unchangedSince(result.before.outcomes, arrived, known);
    const input = {
      version: arrived,
      evaluation: result.now,
      unmatchedImages: surroundings.unmatchedImages ?? unmatched(policies),
      known,
      now,
      exceptions: policies.exceptions,
      namespace: namespaceOf(review),
      basis: { answers: [...known.answers.values()], rounds },
    };
    return decide(unchanged === undefined ? input : { ...input, unchanged });
  });
}

/** Whoever has policies, and none about images, did not ask about them. */
const unmatched = ({ policies }: PolicySet): UnmatchedImages =>
  policies.length > 0 && policies.every(({ speaksOfImages }) => !speaksOfImages) ? 'Allow' : 'Warn';

/** The object before an UPDATE under the same policies, where one of them would deny and only new faults count. */
function evaluateBefore(
  review: Review,
  { outcomes }: Evaluation,
  surroundings: Surroundings,
  known: Known,
): Evaluation | undefined {
  const { oldObject } = review;
  if (review.operation !== 'UPDATE' || oldObject === undefined) return undefined;
  const counts = outcomes.some(({ policy, outcome }) => policy.updates === 'Ratchet' && outcome.kind === 'violated');
  if (!counts) return undefined;
  const before = { ...review, object: oldObject };
  // What a revocation took from the object before is what the UPDATE makes worse: it is judged as if nothing were revoked.
  const terms = { ...surroundings, policies: { ...surroundings.policies, revocations: [] } };
  return evaluate(before, { object: oldObject, oldObject, patches: [] }, terms, known);
}

/** A DELETE brings no object: what is said of it is said of the one that goes. */
function versionOf({ operation, object, oldObject }: Review): Version | undefined {
  if (operation === 'DELETE')
    // Where even that is missing, rules that read it fail, and say so.
    return oldObject === undefined ? { object: {}, patches: [] } : { object: oldObject, oldObject, patches: [] };
  if (object === undefined) return undefined;
  return oldObject === undefined ? { object, patches: [] } : { object, oldObject, patches: [] };
}

function nothingToJudge({ oldObject }: Review): Decision {
  return {
    allowed: true,
    version: { object: oldObject ?? {}, patches: [] },
    findings: [],
    images: [],
    annotations: {},
  };
}
