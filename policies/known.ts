import {
  type Answer,
  gap,
  type ImageFacts,
  type ImageNeed,
  type Need,
  needKey,
  type PlatformFacts,
  type PlatformsNeed,
  type Read,
  type SignatureFacts,
  type SignaturesNeed,
} from '../evidence/index.ts';

/** What is known so far of one review. It only grows, by making a new one. */
export interface Known {
  image(need: ImageNeed): Read<ImageFacts> | undefined;
  signatures(need: SignaturesNeed): Read<SignatureFacts> | undefined;
  platforms(need: PlatformsNeed): Read<PlatformFacts> | undefined;
}

class KnownAnswers implements Known {
  readonly answers: ReadonlyMap<string, Answer>;

  constructor(answers: ReadonlyMap<string, Answer>) {
    this.answers = answers;
  }

  image(need: ImageNeed): Read<ImageFacts> | undefined {
    const answer = this.answers.get(needKey(need));
    return answer?.kind === 'image' ? answer.read : undefined;
  }

  signatures(need: SignaturesNeed): Read<SignatureFacts> | undefined {
    const answer = this.answers.get(needKey(need));
    return answer?.kind === 'signatures' ? answer.read : undefined;
  }

  platforms(need: PlatformsNeed): Read<PlatformFacts> | undefined {
    const answer = this.answers.get(needKey(need));
    return answer?.kind === 'platforms' ? answer.read : undefined;
  }
}

export type { KnownAnswers };

export const nothingKnown = (): KnownAnswers => new KnownAnswers(new Map());

/** All that was known, and the answers. */
export const learn = (known: KnownAnswers, answers: readonly Answer[]): KnownAnswers =>
  new KnownAnswers(new Map([...known.answers, ...answers.map((answer) => [needKey(answer.need), answer] as const)]));

/** What was asked in every round and is unknown still stays so, and says why. */
export function giveUp(needs: readonly Need[]): readonly Answer[] {
  const read = gap('NEEDS_EXHAUSTED', 'the rules kept asking for more evidence than three rounds can bring');
  return needs.map((need): Answer => {
    switch (need.kind) {
      case 'image':
        return { kind: need.kind, need, read };
      case 'signatures':
        return { kind: need.kind, need, read };
      case 'platforms':
        return { kind: need.kind, need, read };
    }
  });
}
