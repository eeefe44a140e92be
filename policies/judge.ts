import { ask, type Surroundings } from './ask.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import { evaluate } from './evaluate.ts';
import { giveUp, learn, nothingKnown } from './known.ts';
import { limits } from './limits.ts';
import type { Review } from './review.ts';
import { pin } from './patch.ts';
import type { Version } from './version.ts';

/** The corridor: facts, then judgement. The only way from an object to a decision, for both doors. */
export async function judge(review: Review, surroundings: Surroundings): Promise<Decision> {
  const arrived = versionOf(review);
  if (arrived === undefined) return nothingToJudge(review);
  if (review.phase === 'mutate') return pin(review, arrived, surroundings);

  const { policies, unmatchedImages } = surroundings;
  let known = nothingKnown();
  let evaluation = evaluate(review, arrived, surroundings, known);
  for (let round = 0; evaluation.needs.length > 0; round += 1) {
    known =
      round < limits.needsRounds
        ? await ask(known, evaluation.needs, surroundings)
        : learn(known, giveUp(evaluation.needs));
    evaluation = evaluate(review, arrived, surroundings, known);
  }
  return decide({ version: arrived, evaluation, policies, unmatchedImages, known, now: surroundings.now });
}

/** DELETE brings no object, and what is only removed runs nothing. */
function versionOf({ operation, object, oldObject }: Review): Version | undefined {
  if (operation === 'DELETE' || object === undefined) return undefined;
  return oldObject === undefined ? { object, patches: [] } : { object, oldObject, patches: [] };
}

function nothingToJudge({ oldObject }: Review): Decision {
  return { allowed: true, version: { object: oldObject ?? {}, patches: [] }, findings: [], images: [] };
}
