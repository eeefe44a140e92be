import type { Digest, Gap, Rejection, RefusalCode, RejectionCode, Source, Proof } from '../evidence/index.ts';
import type { Excuse } from './exception.ts';
import type { Difference } from './identity.ts';
import type { KnownAnswer } from './known.ts';
import type { LookupGap } from './lookup.ts';
import type { Version } from './version.ts';
import type { ImageUse, NotJudgedCode } from './workload.ts';

/** What a review ends in: one answer, and everything that led to it. */
export interface Decision {
  readonly allowed: boolean;
  /** The version that was judged last; its patches lead there from what arrived. */
  readonly version: Version;
  /** Violations, undecided rules and errors, those that deny first, in the object's own order. */
  readonly findings: readonly Finding[];
  /** Rules that were evaluated and found nothing, each place once; made for whoever asks, absent where nothing was judged. */
  readonly passed?: () => readonly PassedRule[];
  /** Every image of the object with what was learnt of it. */
  readonly images: readonly JudgedImage[];
  /** What was learnt to come to it; absent where nothing was judged. */
  readonly basis?: Basis;
  /** What policies want written to the audit log, by `POLICY/KEY`; several places of one object are one value each. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Everything that a judgement was told, and in how many rounds of asking. */
export interface Basis {
  readonly answers: readonly KnownAnswer[];
  readonly rounds: number;
}

/** What a policy has to say to the audit log. */
export interface Annotation {
  readonly key: string;
  readonly value: string;
}

/** One rule of a policy that is satisfied with a place of the object. */
export interface PassedRule {
  readonly policy: string;
  readonly rule: string;
  /** As in a finding. */
  readonly field: string;
}

/** One rule that did not pass, and what the policy makes of it. */
export interface Finding {
  readonly kind: 'violation' | 'undecided' | 'error';
  readonly effect: 'deny' | 'warn' | 'audit';
  readonly policy: string;
  /** Reserved names (`signatures`, `pin`), or the name of an expression. */
  readonly rule: string;
  readonly code: FindingCode;
  /** `spec.containers[0].image`; empty for the whole object. */
  readonly field: string;
  /** All of them, where it is about several. */
  readonly fields?: readonly string[];
  readonly image?: FoundImage;
  readonly found: string;
  readonly expected: string;
  /** What a person can do about it. */
  readonly remedy?: string;
  /** A machine-readable cause that the policy names, as Kubernetes' StatusReason. */
  readonly reason?: string;
  /** Why it does not deny, though its policy would. */
  readonly softened?: Softening;
  /** The exception by which it only warns. */
  readonly excused?: Excuse;
  /** An exception that covered it, and has ended. */
  readonly expired?: Excuse;
}

export interface FoundImage {
  /** As the object writes it. */
  readonly reference: string;
  /** `docker.io/library/nginx`; absent where the reference could not be read. */
  readonly repository?: string;
  readonly digest?: Digest;
  readonly container?: string;
}

export type FindingCode = ViolationCode | NotJudgedCode | Gap['code'] | LookupGap['code'] | ErrorCode;

/** The old object had the same finding, or the policy is not in force before a date. */
export type Softening = { readonly kind: 'unchanged' } | { readonly kind: 'not-yet'; readonly from: Date };

/** A rule that could not be evaluated; `failurePolicy` says what that is worth. */
export type ErrorCode =
  | 'OBJECT_UNREADABLE'
  | 'EXPRESSION_FAILED'
  | 'PARAMETERS_NOT_FOUND'
  | 'PARAMETERS_WRONG'
  | 'MUTATION_FAILED';

/** Why a rule is violated: what the evidence shows, or the code of the refusal or rejection that came nearest. */
export type ViolationCode =
  | RefusalCode
  | RejectionCode
  | 'NO_SIGNATURE'
  | 'NO_ATTESTATION'
  | 'SIGNER_NOT_ACCEPTED'
  | 'SIGNER_REVOKED'
  | 'REVOKED'
  | 'THRESHOLD_NOT_MET'
  | 'TAG_NOT_FOUND'
  | 'NOT_PINNED'
  | 'NOT_REWRITTEN'
  | 'IMAGE_NOT_GOVERNED'
  | 'REFERENCE_MALFORMED'
  | 'REFERENCE_AMBIGUOUS'
  | 'REFERENCE_HOST_REFUSED'
  | 'LIMIT_IMAGES'
  | 'VALIDATION_FAILED'
  | 'EXCEPTION_NOT_APPROVED';

/** An image of the object, what it is, and what each policy that governs it made of its signatures. */
export interface JudgedImage {
  readonly use: ImageUse;
  readonly digest?: Digest;
  readonly judgements: readonly SignatureJudgement[];
}

/** One signature under the eyes of one authority of one policy. */
export type SignatureJudgement = AcceptedSignature | ProvenSignatureJudgement | RejectedSignatureJudgement;

interface Judgement {
  readonly policy: string;
  readonly authority: string;
  /** The type that was asked for, of an attestation. */
  readonly predicateType?: string;
  readonly source: Source;
}

export interface AcceptedSignature extends Judgement {
  readonly verdict: 'accepted';
  readonly signature: Proof;
}

/** Cryptographically sound, by somebody whom this authority does not name. */
export interface ProvenSignatureJudgement extends Judgement {
  readonly verdict: 'proven';
  readonly signature: Proof;
  readonly difference: Difference;
}

export interface RejectedSignatureJudgement extends Judgement {
  readonly verdict: 'rejected';
  readonly rejection: Rejection;
}
