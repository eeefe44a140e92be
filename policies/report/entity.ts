import type { Digest, Rejection, Source, Proof } from '../../evidence/index.ts';
import type {
  AcceptedSignature,
  JudgedImage,
  ProvenSignatureJudgement,
  RejectedSignatureJudgement,
  SignatureJudgement,
} from '../decision.ts';
import { present } from '../present.ts';

/** One signature of an image, under the best light that any authority sees it in. */
export type Entity = AcceptedEntity | NotAcceptedEntity | RejectedEntity;

interface Found {
  readonly source: Source;
  /** What it attests; absent of a signature. */
  readonly predicateType?: string;
}

export interface AcceptedEntity extends Found {
  readonly state: 'accepted';
  readonly signature: Proof;
  /** Who accepts it, as `policy/authority`. */
  readonly authorities: readonly string[];
}

/** Proven, but nobody names its signer. */
export interface NotAcceptedEntity extends Found {
  readonly state: 'notAccepted';
  readonly signature: Proof;
  /** The authority that came nearest to accepting it, and where it differs. */
  readonly nearest: Nearest;
}

/** The authority that came nearest to accepting a signature, and what kept it from that. */
export interface Nearest {
  /** `policy/authority`. */
  readonly authority: string;
  readonly detail: string;
  /** The authority names the signer, and a revocation takes that back. */
  readonly revoked: boolean;
}

/** Proven by no authority's trust material. */
export interface RejectedEntity extends Found {
  readonly state: 'rejected';
  readonly authority: string;
  readonly rejection: Rejection;
}

/**
 * The signatures of an image, each once: what several authorities judged is one signature. Accepted first, then proven,
 * then rejected, each in the order of discovery.
 */
export function entitiesOf({ judgements }: JudgedImage): readonly Entity[] {
  const bySource = Map.groupBy(
    judgements,
    ({ source, predicateType = '' }) => `${source.via} ${source.manifest} ${predicateType}`,
  );
  const entities = [...bySource.values()].flatMap(entitiesOfSource);
  return entities.toSorted((a, b) => rank[a.state] - rank[b.state]);
}

const rank: Readonly<Record<Entity['state'], number>> = { accepted: 0, notAccepted: 1, rejected: 2 };

function entitiesOfSource(judgements: readonly SignatureJudgement[]): Entity[] {
  const proven = Map.groupBy(judgements.filter(isProven), ({ signature }): Digest => signature.entity);
  return [...[...proven.values()].map(provenEntity), ...rejectedEntities(judgements, proven.size)];
}

type Proven = AcceptedSignature | ProvenSignatureJudgement;

const isProven = (judgement: SignatureJudgement): judgement is Proven => judgement.verdict !== 'rejected';

function provenEntity(judgements: readonly Proven[]): Entity {
  const [first] = judgements;
  if (first === undefined) throw new Error('a group has at least one member');
  const { signature } = first;
  const source = sourceOf(first);
  const authorities = judgements.flatMap((judgement) =>
    judgement.verdict === 'accepted' ? [authorityName(judgement)] : [],
  );
  if (authorities.length > 0) return { state: 'accepted', ...source, signature, authorities };
  const misses = judgements.flatMap((judgement) => (judgement.verdict === 'proven' ? [judgement] : []));
  const [nearest] = misses.toSorted((a, b) => b.difference.agreed - a.difference.agreed);
  return {
    state: 'notAccepted',
    ...source,
    signature,
    nearest: {
      authority: nearest === undefined ? '' : authorityName(nearest),
      detail: nearest?.difference.detail ?? '',
      revoked: nearest?.difference.revoked === true,
    },
  };
}

/**
 * Each authority judges every signature of a source, so what one proves another rejects. The authority that proved most
 * tells which are rejected; as many as were proven by others are left out.
 */
function rejectedEntities(judgements: readonly SignatureJudgement[], proven: number): Entity[] {
  const byAuthority = [...Map.groupBy(judgements, authorityName).values()];
  const total = Math.max(...byAuthority.map((group) => group.length));
  const [best = []] = byAuthority.map((group) => group.filter(isRejected)).toSorted((a, b) => a.length - b.length);
  return best.slice(0, Math.max(0, total - proven)).map((judgement) => {
    const { rejection } = judgement;
    return { state: 'rejected', ...sourceOf(judgement), authority: authorityName(judgement), rejection };
  });
}

const sourceOf = ({ source, predicateType }: SignatureJudgement): Found => present({ source, predicateType });

const isRejected = (judgement: SignatureJudgement): judgement is RejectedSignatureJudgement =>
  judgement.verdict === 'rejected';

const authorityName = ({ policy, authority }: SignatureJudgement): string => `${policy}/${authority}`;
