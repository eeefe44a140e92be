import {
  type Answer,
  gap,
  type ImageFacts,
  type ImageNeed,
  type Need,
  needKey,
  type Read,
  type SignatureFacts,
  type SignaturesNeed,
} from '../evidence/index.ts';

/** What is known so far of one review. It only grows, by making a new one. */
export interface Known {
  image(need: ImageNeed): Read<ImageFacts> | undefined;
  signatures(need: SignaturesNeed): Read<SignatureFacts> | undefined;
}

interface Answers {
  readonly images: ReadonlyMap<string, Read<ImageFacts>>;
  readonly signatures: ReadonlyMap<string, Read<SignatureFacts>>;
}

class KnownAnswers implements Known {
  readonly answers: Answers;

  constructor(answers: Answers) {
    this.answers = answers;
  }

  image(need: ImageNeed): Read<ImageFacts> | undefined {
    return this.answers.images.get(needKey(need));
  }

  signatures(need: SignaturesNeed): Read<SignatureFacts> | undefined {
    return this.answers.signatures.get(needKey(need));
  }
}

export type { KnownAnswers };

export const nothingKnown = (): KnownAnswers => new KnownAnswers({ images: new Map(), signatures: new Map() });

/** All that was known, and the answers. */
export function learn(known: KnownAnswers, answers: readonly Answer[]): KnownAnswers {
  const images = new Map(known.answers.images);
  const signatures = new Map(known.answers.signatures);
  for (const answer of answers) {
    if (isImageAnswer(answer)) images.set(needKey(answer.need), answer.read);
    else signatures.set(needKey(answer.need), answer.read);
  }
  return new KnownAnswers({ images, signatures });
}

type ImageAnswer = Extract<Answer, { need: ImageNeed }>;

const isImageAnswer = (answer: Answer): answer is ImageAnswer => answer.need.kind === 'image';

/** What was asked in every round and is unknown still stays so, and says why. */
export function giveUp(needs: readonly Need[]): readonly Answer[] {
  const read = gap('NEEDS_EXHAUSTED', 'the rules kept asking for more evidence than three rounds can bring');
  return needs.map((need): Answer => (need.kind === 'image' ? { need, read } : { need, read }));
}
