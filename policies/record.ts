import { type Digest, sha256 } from '../evidence/index.ts';
import type { Surroundings } from './ask.ts';
import type { Decision } from './decision.ts';
import type { KnownAnswer } from './known.ts';
import type { LookupAnswer } from './lookup.ts';
import type { DocumentVersion } from './policy.ts';
import { isLookup, questionKey } from './question.ts';
import { type DecisionRecord, decisionRecord } from './report/json.ts';
import type { Review } from './review.ts';

/**
 * One judgement with all that led to it, as JSON: enough to judge again and say what differs. It holds the object whole, secrets included; who
 * keeps it keeps it like the object.
 */
export interface JudgementRecord {
  readonly apiVersion: 'assay.dev/v1alpha1';
  readonly kind: 'DecisionRecord';
  /** When it was judged (ISO 8601, UTC). */
  readonly time: string;
  readonly milliseconds: number;
  /** Rounds of asking. */
  readonly rounds: number;
  readonly review: Review;
  /** SHA-256 of what the review brought, as JSON. */
  readonly inputs: { readonly object: Digest | null; readonly oldObject: Digest | null };
  readonly policies: readonly DocumentVersion[];
  readonly trust: readonly { readonly name: string; readonly id: string }[];
  readonly evidence: readonly EvidenceRecord[];
  /** What the cluster answered, whole. */
  readonly cluster: readonly LookupAnswer[];
  /** What stayed unknown. */
  readonly unknown: readonly { readonly question: string; readonly code: string; readonly detail: string }[];
  readonly decision: DecisionRecord;
}

/** What was learnt of one question about an image, by digest. */
export interface EvidenceRecord {
  readonly question: string;
  readonly answer: 'found' | 'absent' | 'refusal' | 'gap';
  /** What a reference named. */
  readonly digest?: Digest;
  readonly index?: boolean;
  /** Signed entities that were proven, and those that were rejected, with where they were found. */
  readonly proven?: readonly Digest[];
  readonly rejected?: readonly { readonly manifest: Digest; readonly code: string }[];
}

/** The record of a judgement that took so long under these surroundings. */
export function judgementRecord(
  review: Review,
  decision: Decision,
  {
    policies,
    now,
    trustRoots,
  }: Pick<Surroundings, 'policies' | 'now'> & { readonly trustRoots: ReadonlyMap<string, { readonly id: string }> },
  milliseconds: number,
): JudgementRecord {
  const { answers = [], rounds = 0 } = decision.basis ?? {};
  return {
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'DecisionRecord',
    time: now.toISOString(),
    milliseconds: Math.round(milliseconds),
    rounds,
    review,
    inputs: { object: digestOf(review.object), oldObject: digestOf(review.oldObject) },
    policies: policies.documents,
    trust: [...trustRoots].map(([name, { id }]) => ({ name, id })),
    evidence: answers.flatMap((answer) => (isLookup(answer.need) ? [] : [evidenceRecord(answer)])),
    cluster: answers.filter((answer): answer is LookupAnswer => isLookup(answer.need)),
    unknown: answers.flatMap(({ need, read }) =>
      read.kind === 'gap' ? [{ question: questionKey(need), code: read.code, detail: read.detail }] : [],
    ),
    decision: decisionRecord(decision),
  };
}

/** SHA-256 of a value as JSON; null of nothing. */
export const digestOf = (value: unknown): Digest | null =>
  value === undefined ? null : sha256(Buffer.from(JSON.stringify(value)));

function evidenceRecord(answer: KnownAnswer): EvidenceRecord {
  const about = { question: questionKey(answer.need), answer: answer.read.kind };
  if (answer.kind === 'image' && answer.read.kind === 'found') {
    const { digest, kind } = answer.read.value;
    return { ...about, digest, index: kind === 'index' };
  }
  if (answer.kind === 'signatures' && answer.read.kind === 'found') {
    const { proven, rejected } = answer.read.value;
    return {
      ...about,
      proven: proven.map(({ verified }) => verified.entity),
      rejected: rejected.map(({ source, rejection }) => ({ manifest: source.manifest, code: rejection.code })),
    };
  }
  return about;
}
