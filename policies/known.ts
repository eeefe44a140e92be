import {
  type Answer,
  type AttestationsNeed,
  type ConfigFacts,
  type ConfigNeed,
  gap,
  type ImageFacts,
  type ImageNeed,
  type ManifestNeed,
  type ModuleFacts,
  type ModulesNeed,
  type OciManifest,
  type PlatformFacts,
  type PlatformsNeed,
  type Read,
  type SignatureFacts,
  type SignaturesNeed,
} from '../evidence/index.ts';
import type { AuthorizationAnswer } from './cel/index.ts';
import {
  type AuthorizationNeed,
  type LookupAnswer,
  lookupGap,
  type LookupRead,
  type NamespaceNeed,
  type ObjectsNeed,
  unanswered,
} from './lookup.ts';
import { isLookup, type Question, questionKey } from './question.ts';
import type { KubernetesObject } from './version.ts';

/** What is known so far of one review. It only grows, by making a new one. */
export interface Known {
  image(need: ImageNeed): Read<ImageFacts> | undefined;
  /** Signatures, or attestations of one type. */
  proofs(need: SignaturesNeed | AttestationsNeed): Read<SignatureFacts> | undefined;
  platforms(need: PlatformsNeed): Read<PlatformFacts> | undefined;
  config(need: ConfigNeed): Read<ConfigFacts> | undefined;
  manifest(need: ManifestNeed): Read<OciManifest> | undefined;
  modules(need: ModulesNeed): Read<ModuleFacts> | undefined;
  namespace(need: NamespaceNeed): LookupRead<KubernetesObject> | undefined;
  objects(need: ObjectsNeed): LookupRead<readonly KubernetesObject[]> | undefined;
  authorization(need: AuthorizationNeed): LookupRead<AuthorizationAnswer> | undefined;
  /** Whatever was answered to a question; undefined where it was not asked yet. */
  answer(question: Question): KnownAnswer | undefined;
}

export type KnownAnswer = Answer | LookupAnswer;

class KnownAnswers implements Known {
  readonly answers: ReadonlyMap<string, KnownAnswer>;

  constructor(answers: ReadonlyMap<string, KnownAnswer>) {
    this.answers = answers;
  }

  answer(question: Question): KnownAnswer | undefined {
    return this.answers.get(questionKey(question));
  }

  image(need: ImageNeed): Read<ImageFacts> | undefined {
    const answer = this.answer(need);
    return answer?.kind === 'image' ? answer.read : undefined;
  }

  proofs(need: SignaturesNeed | AttestationsNeed): Read<SignatureFacts> | undefined {
    const answer = this.answer(need);
    return answer?.kind === 'signatures' || answer?.kind === 'attestations' ? answer.read : undefined;
  }

  platforms(need: PlatformsNeed): Read<PlatformFacts> | undefined {
    const answer = this.answer(need);
    return answer?.kind === 'platforms' ? answer.read : undefined;
  }

  config(need: ConfigNeed): Read<ConfigFacts> | undefined {
    const answer = this.answer(need);
    return answer?.kind === 'config' ? answer.read : undefined;
  }

  manifest(need: ManifestNeed): Read<OciManifest> | undefined {
    const answer = this.answer(need);
    return answer?.kind === 'manifest' ? answer.read : undefined;
  }

  modules(need: ModulesNeed): Read<ModuleFacts> | undefined {
    const answer = this.answer(need);
    return answer?.kind === 'modules' ? answer.read : undefined;
  }

  namespace(need: NamespaceNeed): LookupRead<KubernetesObject> | undefined {
    const answer = this.answer(need);
    return answer?.kind === 'namespace' ? answer.read : undefined;
  }

  objects(need: ObjectsNeed): LookupRead<readonly KubernetesObject[]> | undefined {
    const answer = this.answer(need);
    return answer?.kind === 'objects' ? answer.read : undefined;
  }

  authorization(need: AuthorizationNeed): LookupRead<AuthorizationAnswer> | undefined {
    const answer = this.answer(need);
    return answer?.kind === 'authorization' ? answer.read : undefined;
  }
}

export type { KnownAnswers };

export const nothingKnown = (): KnownAnswers => new KnownAnswers(new Map());

/** All that was known, and the answers. */
export const learn = (known: KnownAnswers, answers: readonly KnownAnswer[]): KnownAnswers =>
  new KnownAnswers(
    new Map([...known.answers, ...answers.map((answer) => [questionKey(answer.need), answer] as const)]),
  );

/** What was asked in every round and is unknown still stays so, and says why. */
export const giveUp = (questions: readonly Question[]): readonly KnownAnswer[] =>
  questions.map((need): KnownAnswer => {
    const detail = 'the rules kept asking for more than three rounds can bring';
    if (isLookup(need)) return unanswered(need, lookupGap('NEEDS_EXHAUSTED', detail));
    const read = gap('NEEDS_EXHAUSTED', detail);
    switch (need.kind) {
      case 'image':
        return { kind: need.kind, need, read };
      case 'signatures':
        return { kind: need.kind, need, read };
      case 'attestations':
        return { kind: need.kind, need, read };
      case 'platforms':
        return { kind: need.kind, need, read };
      case 'config':
        return { kind: need.kind, need, read };
      case 'manifest':
        return { kind: need.kind, need, read };
      case 'modules':
        return { kind: need.kind, need, read };
    }
  });
