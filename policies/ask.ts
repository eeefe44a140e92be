import { type Answer, type Evidence, isVerified, type Keychain, type Need } from '../evidence/index.ts';
import type { Assumptions } from './assumption.ts';
import type { UnmatchedImages } from './decide.ts';
import { type KnownAnswer, type KnownAnswers, learn } from './known.ts';
import { type Lookup, type LookupAnswer, lookupGap, type LookupNeed, noLookup, unanswered } from './lookup.ts';
import type { PolicySet } from './policy.ts';
import { isLookup, type Question } from './question.ts';
import type { ReferenceRules } from './workload.ts';

/** What a door brings besides the question. */
export interface Surroundings {
  readonly policies: PolicySet;
  /** How image references are read. */
  readonly references: ReferenceRules;
  /** What becomes of images that no policy speaks of; left out, they are warned about unless all policies are about other things. */
  readonly unmatchedImages?: UnmatchedImages;
  readonly evidence: Evidence;
  /** What a case has the world say; it goes before evidence. No door that admits anything has any. */
  readonly assumptions?: Assumptions;
  readonly keychain: Keychain;
  /** What is known of the cluster; nothing where it is left out. */
  readonly lookup?: Lookup;
  readonly now: Date;
  /** The deadline; what has not arrived when it aborts is a gap. */
  readonly signal: AbortSignal;
}

/** One round: everything that is asked for, at once. */
export async function ask(
  known: KnownAnswers,
  questions: readonly Question[],
  surroundings: Surroundings,
): Promise<KnownAnswers> {
  const { evidence, assumptions, keychain, now, signal } = surroundings;
  const assumed = questions.flatMap((question) => assumptions?.answer(question) ?? []);
  const answered = new Set<Question>(assumed.map(({ need }) => need));
  const needs = questions.filter((question): question is Need => !isLookup(question) && !answered.has(question));
  const lookups = questions.filter(isLookup);
  const answers = await Promise.all([
    needs.length === 0 ? [] : evidence.fulfil(needs, { keychain, now, signal }).then(proven),
    lookups.length === 0 ? [] : lookUp(lookups, surroundings),
  ]);
  return learn(known, [...assumed, ...answers.flat<readonly (readonly KnownAnswer[])[]>()]);
}

/** Whatever the types say: what was not proven is not believed. It never happens, and is our own fault where it does. */
function proven(answers: readonly Answer[]): readonly Answer[] {
  for (const { kind, read } of answers) {
    if ((kind !== 'signatures' && kind !== 'attestations') || read.kind !== 'found') continue;
    const { retained, proven: signatures } = read.value;
    if (![...signatures, ...(retained?.proven ?? [])].every(({ verified }) => isVerified(verified)))
      throw new Error('evidence was given that nothing proves');
  }
  return answers;
}

/** What is still out when the deadline passes, or was never answered, is a gap: a lookup may be slow, a review may not. */
async function lookUp(
  needs: readonly LookupNeed[],
  { lookup = noLookup, signal }: Surroundings,
): Promise<readonly LookupAnswer[]> {
  const [requests, others] = [
    needs.filter(({ kind }) => kind === 'request'),
    needs.filter(({ kind }) => kind !== 'request'),
  ];
  const unobservable = lookupGap('NOT_OBSERVABLE', 'there is no admission request outside of admission');
  const late = lookupGap('DEADLINE_EXCEEDED', 'the cluster did not answer in time');
  let ended: () => void = () => undefined;
  const deadline = new Promise<readonly LookupAnswer[]>((resolve) => {
    ended = () => resolve(others.map((need) => unanswered(need, late)));
    if (signal.aborted) ended();
    else signal.addEventListener('abort', ended, { once: true });
  });
  try {
    const answers = others.length === 0 ? [] : await Promise.race([lookup.fulfil(others, { signal }), deadline]);
    return [...requests.map((need) => unanswered(need, unobservable)), ...answers];
  } finally {
    signal.removeEventListener('abort', ended);
  }
}
