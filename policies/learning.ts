import { ask, type Surroundings } from './ask.ts';
import { giveUp, type KnownAnswers, learn, nothingKnown } from './known.ts';
import { limits } from './limits.ts';
import type { Question } from './question.ts';

/** Evaluates, asks for what that needs, and evaluates again: at most three rounds, under one deadline; what is unknown then is a gap. */
export async function learning<T extends { readonly needs: readonly Question[] }>(
  surroundings: Surroundings,
  evaluation: (known: KnownAnswers) => T,
): Promise<{ readonly known: KnownAnswers; readonly result: T; readonly rounds: number }> {
  let known = nothingKnown();
  let result = evaluation(known);
  let round = 0;
  for (; result.needs.length > 0; round += 1) {
    known =
      round < limits.needsRounds ? await ask(known, result.needs, surroundings) : learn(known, giveUp(result.needs));
    result = evaluation(known);
  }
  return { known, result, rounds: round };
}
