import type {
  AttestationsNeed,
  Digest,
  Gap,
  Read,
  Refusal,
  Repository,
  SignatureFacts,
  SignaturesNeed,
  Proof,
} from '../../evidence/index.ts';
import { type Authority, refusal, signerKey } from '../authority.ts';
import type { SignatureJudgement } from '../decision.ts';
import type { Difference } from '../identity.ts';
import type { Known } from '../known.ts';
import { present } from '../present.ts';
import { revokedBy } from '../revocation.ts';
import { type ImageSubject, passed, type RuleOutcome, violated } from '../rule.ts';
import { expectation, explain } from './explain-signatures.ts';

/** Whether so many distinct authorities of `from` have signed a digest, or attested something of it. */
export interface ProofQuestion {
  readonly policy: string;
  readonly from: readonly Authority[];
  readonly threshold: number;
  readonly subject: ImageSubject;
  readonly digest: Digest;
  readonly repository: Repository;
  /** The predicate type, where attestations are asked for and not signatures. */
  readonly predicateType?: string;
}

export function judgeProofs(question: ProofQuestion, known: Known): RuleOutcome {
  const { from, threshold, subject, predicateType } = question;
  const asked = from.map((authority) => proofNeed(authority, question));
  const reads = asked.map((need) => known.proofs(need));
  const [first, ...rest] = asked.filter((_, index) => reads[index] === undefined);
  if (first !== undefined) return { kind: 'needs', needs: [first, ...rest] };

  const judgements = from.flatMap((authority, index) => judgeAll(question, authority, reads[index]));
  const reached = distinctAuthorities(judgements);
  if (reached >= threshold) return passed(judgements);

  // Short of the threshold: a definite no outweighs what could not be found out, for it will not go away.
  const refused = reads.find((read): read is Refusal => read?.kind === 'refusal');
  const expected = expectation(from, threshold, subject.captures, predicateType);
  if (refused !== undefined) return violated({ code: refused.code, found: refused.detail, expected }, judgements);
  const [missing] = reads.flatMap(missingOf);
  if (missing !== undefined)
    return present({ kind: 'undecided' as const, gap: missing, expected, passedAt: passedAt(question, reads) });
  return violated({ ...explain(judgements, reached, threshold, predicateType), expected }, judgements);
}

/** What must be known of a digest to judge it by this authority. */
export function proofNeed(
  { material, requirement }: Authority,
  { repository, digest, predicateType }: Pick<ProofQuestion, 'repository' | 'digest' | 'predicateType'>,
): SignaturesNeed | AttestationsNeed {
  const about = { repository, digest, material, requirement };
  return predicateType === undefined
    ? { kind: 'signatures', ...about }
    : { kind: 'attestations', ...about, predicateType };
}

/** A revocation takes away what everything else would accept. */
function revoked({ revocations }: ImageSubject, signature: Proof): Difference | undefined {
  const revocation = revokedBy(revocations, signature);
  return revocation && { agreed: 1000, revoked: true, detail: `revoked by "${revocation.name}": ${revocation.reason}` };
}

/** Only a digest names today what it named then; a tag, which could not be asked for, may have moved. */
function passedAt(question: ProofQuestion, reads: readonly (Read<SignatureFacts> | undefined)[]): Date | undefined {
  const { from, threshold, subject, predicateType } = question;
  // What attests may also take back: an older one is no stand-in for one that could not be asked for.
  if (predicateType !== undefined) return undefined;
  if ('kind' in subject.use.reference || subject.use.reference.digest === undefined) return undefined;
  const retained = reads.map((read) => (read?.kind === 'found' ? read.value.retained : undefined));
  const judgements = from.flatMap((authority, index) => {
    const { proven = [] } = retained[index] ?? {};
    return judgeAll(question, authority, { kind: 'found', value: { proven, rejected: [] } });
  });
  if (distinctAuthorities(judgements) < threshold) return undefined;
  const times = retained.flatMap((facts) => (facts === undefined ? [] : [facts.at.getTime()]));
  return new Date(Math.min(...times));
}

function missingOf(read: Read<SignatureFacts> | undefined): Gap[] {
  if (read?.kind === 'gap') return [read];
  return read?.kind === 'found' && read.value.missing !== undefined ? [read.value.missing] : [];
}

function judgeAll(
  { policy, repository, subject, predicateType }: ProofQuestion,
  authority: Authority,
  read: Read<SignatureFacts> | undefined,
): SignatureJudgement[] {
  if (read?.kind !== 'found') return [];
  // An attestation says something about the image; that its signer wants it to run is not among it.
  const counting = read.value.proven.filter(
    ({ verified }) => predicateType !== undefined || verified.statement.role === 'signature',
  );
  const about = { policy, authority: authority.name, ...(predicateType === undefined ? {} : { predicateType }) };
  const proven = counting.map(({ verified, source }): SignatureJudgement => {
    const miss = refusal(authority, verified, { captures: subject.captures, repository }) ?? revoked(subject, verified);
    return miss === undefined
      ? { verdict: 'accepted', ...about, signature: verified, source }
      : { verdict: 'proven', ...about, signature: verified, source, difference: miss };
  });
  const rejected = read.value.rejected.map(
    ({ rejection, source }): SignatureJudgement => ({
      verdict: 'rejected',
      ...about,
      rejection,
      source,
    }),
  );
  return [...proven, ...rejected];
}

/** The size of a maximum matching between authorities and signers: no signer serves two authorities, no authority counts twice. */
export function distinctAuthorities(judgements: readonly SignatureJudgement[]): number {
  const signers = new Map<string, Set<string>>();
  for (const judgement of judgements) {
    if (judgement.verdict !== 'accepted') continue;
    const of = signers.get(judgement.authority) ?? new Set();
    signers.set(judgement.authority, of.add(signerKey(judgement.signature.signer)));
  }
  const taken = new Map<string, string>();
  const place = (authority: string, tried: Set<string>): boolean => {
    for (const signer of signers.get(authority) ?? []) {
      if (tried.has(signer)) continue;
      tried.add(signer);
      const holder = taken.get(signer);
      if (holder === undefined || place(holder, tried)) {
        taken.set(signer, authority);
        return true;
      }
    }
    return false;
  };
  return [...signers.keys()].filter((authority) => place(authority, new Set())).length;
}
