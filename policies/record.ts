import { type Digest, sha256 } from '../evidence/index.ts';
import type { Surroundings } from './ask.ts';
import type { Decision } from './decision.ts';
import type { KnownAnswer } from './known.ts';
import type { LookupAnswer } from './lookup.ts';
import type { DocumentVersion } from './policy.ts';
import { present } from './present.ts';
import { isLookup, questionKey } from './question.ts';
import { type DecisionRecord, decisionRecord } from './report/json.ts';
import type { Review } from './review.ts';
import type { KubernetesObject } from './version.ts';
import { isSecret, withheld } from './withheld.ts';

/**
 * One judgement with all that led to it, as JSON: enough to judge again and say what differs. It holds the object whole, but for the values of a
 * Secret; who keeps it keeps it like the object.
 */
export interface JudgementRecord {
  readonly apiVersion: 'assay.dev/v1alpha1';
  readonly kind: 'DecisionRecord';
  /** When it was judged (ISO 8601, UTC). */
  readonly time: string;
  /** How long it took. */
  readonly microseconds: number;
  /** Rounds of asking. */
  readonly rounds: number;
  readonly review: Review;
  /** Values of a Secret were left out, of the review or of what the cluster answered: judged again, rules that read them see empty texts. */
  readonly withheld?: true;
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
  const cluster = answers.filter((answer): answer is LookupAnswer => isLookup(answer.need));
  const { object, oldObject, ...asked } = review;
  const shown: Review = present({
    ...asked,
    object: object && withheld(object),
    oldObject: oldObject && withheld(oldObject),
  });
  const secrets = [object, oldObject, ...cluster.flatMap(objectsOf)].some(isSecret);
  return {
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'DecisionRecord',
    time: now.toISOString(),
    microseconds: Math.round(milliseconds * 1000),
    rounds,
    review: shown,
    ...(secrets ? { withheld: true } : {}),
    inputs: { object: digestOf(shown.object), oldObject: digestOf(shown.oldObject) },
    policies: policies.documents,
    trust: [...trustRoots].map(([name, { id }]) => ({ name, id })),
    evidence: answers.flatMap((answer) => (isLookup(answer.need) ? [] : [evidenceRecord(answer)])),
    cluster: cluster.map(withoutValues),
    unknown: answers.flatMap(({ need, read }) =>
      read.kind === 'gap' ? [{ question: questionKey(need), code: read.code, detail: read.detail }] : [],
    ),
    decision: decisionRecord(decision),
  };
}

const objectsOf = (answer: LookupAnswer): readonly KubernetesObject[] =>
  answer.kind === 'objects' && answer.read.kind === 'found' ? answer.read.value : [];

const withoutValues = (answer: LookupAnswer): LookupAnswer =>
  answer.kind === 'objects' && answer.read.kind === 'found'
    ? { ...answer, read: { ...answer.read, value: answer.read.value.map(withheld) } }
    : answer;

/** SHA-256 of a value as JSON; null of nothing. */
export const digestOf = (value: unknown): Digest | null =>
  value === undefined ? null : sha256(Buffer.from(JSON.stringify(value)));

function evidenceRecord(answer: KnownAnswer): EvidenceRecord {
  const about = { question: questionKey(answer.need), answer: answer.read.kind };
  if (answer.kind === 'image' && answer.read.kind === 'found') {
    const { digest, kind } = answer.read.value;
    return { ...about, digest, index: kind === 'index' };
  }
  if ((answer.kind === 'signatures' || answer.kind === 'attestations') && answer.read.kind === 'found') {
    const { proven, rejected } = answer.read.value;
    return {
      ...about,
      proven: proven.map(({ verified }) => verified.entity),
      rejected: rejected.map(({ source, rejection }) => ({ manifest: source.manifest, code: rejection.code })),
    };
  }
  return about;
}
