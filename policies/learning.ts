import { ask, type Surroundings } from './ask.ts';
import { giveUp, type KnownAnswers, learn, nothingKnown } from './known.ts';
import { limits } from './limits.ts';
import type { Question } from './question.ts';

/** What was found, and out of what. */
export interface Learned<T> {
  readonly known: KnownAnswers;
  readonly result: T;
  /** Rounds of questions. */
  readonly rounds: number;
}

/**
 * Evaluates, asks for what that needs, and evaluates again: at most three rounds, under one deadline; what is unknown then is a gap. Whatever
 * needs nothing is there at once: most reviews are, and a promise each would be a good part of what they cost.
 */
export function learning<T extends { readonly needs: readonly Question[] }>(
  surroundings: Surroundings,
  evaluation: (known: KnownAnswers) => T,
): Learned<T> | Promise<Learned<T>> {
  const known = nothingKnown();
  const result = evaluation(known);
  return result.needs.length === 0
    ? { known, result, rounds: 0 }
    : asking({ known, result, rounds: 0 }, surroundings, evaluation);
}

async function asking<T extends { readonly needs: readonly Question[] }>(
  first: Learned<T>,
  surroundings: Surroundings,
  evaluation: (known: KnownAnswers) => T,
): Promise<Learned<T>> {
  let { known, result } = first;
  let round = 0;
  for (; result.needs.length > 0; round += 1) {
    const { needs } = result;
    known = round < limits.needsRounds ? await ask(known, needs, surroundings) : learn(known, giveUp(needs));
    result = evaluation(known);
  }
  return { known, result, rounds: round };
}

/** Goes on with what is there, now or later. */
export const afterwards = <T, R>(value: T | Promise<T>, goOn: (value: T) => R): R | Promise<R> =>
  value instanceof Promise ? value.then((later: T) => goOn(later)) : goOn(value);
