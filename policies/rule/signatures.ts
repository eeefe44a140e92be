import type {
  Digest,
  Gap,
  Read,
  Refusal,
  Repository,
  SignatureFacts,
  PlatformsNeed,
  SignaturesNeed,
  Verified,
} from '../../evidence/index.ts';
import { type Authority, refusal, signerKey } from '../authority.ts';
import type { SignatureJudgement, ViolationCode } from '../decision.ts';
import type { Difference } from '../identity.ts';
import type { Known } from '../known.ts';
import { type ImageRule, type ImageSubject, passed, type RuleOutcome, violated } from '../rule.ts';
import { present } from '../present.ts';
import { revokedBy } from '../revocation.ts';
import { digestOf } from './digest.ts';
import { expectation, explain, verificationOrder } from './explain-signatures.ts';

/** `signatures`: so many distinct authorities of `from` have signed the digest that the node will pull. */
export function signaturesRule(policy: string, from: readonly Authority[], threshold: number): ImageRule {
  return {
    scope: 'image',
    name: 'signatures',
    evaluate(image, known) {
      const subject = digestOf(image.use, known);
      if (subject.kind !== 'digest') return subject;
      const { digest, repository, index } = subject;
      const question: Question = { policy, from, threshold, subject: image, digest, repository };
      const outcome = judge(question, known);
      // What came with the tag is asked for beside the signatures, for there are three rounds only.
      const platforms: PlatformsNeed = { kind: 'platforms', repository, digest };
      if (outcome.kind === 'needs' && index) return { kind: 'needs', needs: [...outcome.needs, platforms] };
      const elsewhere = outcome.kind === 'violated' && unsigned.has(outcome.violation.code);
      return elsewhere ? judgePlatforms(question, outcome, known) : outcome;
    },
  };
}

interface Question {
  readonly policy: string;
  readonly from: readonly Authority[];
  readonly threshold: number;
  readonly subject: ImageSubject;
  readonly digest: Digest;
  readonly repository: Repository;
}

function judge(question: Question, known: Known): RuleOutcome {
  const { from, threshold, digest, repository, subject } = question;
  const asked = from.map(
    ({ material, requirement }): SignaturesNeed => ({ kind: 'signatures', repository, digest, material, requirement }),
  );
  const reads = asked.map((need) => known.signatures(need));
  const [first, ...rest] = asked.filter((_, index) => reads[index] === undefined);
  if (first !== undefined) return { kind: 'needs', needs: [first, ...rest] };

  const judgements = from.flatMap((authority, index) => judgeAll(question, authority, reads[index]));
  const reached = distinctAuthorities(judgements);
  if (reached >= threshold) return passed(judgements);

  // Short of the threshold: a definite no outweighs what could not be found out, for it will not go away.
  const refused = reads.find((read): read is Refusal => read?.kind === 'refusal');
  const expected = expectation(from, threshold, subject.captures);
  if (refused !== undefined) return violated({ code: refused.code, found: refused.detail, expected }, judgements);
  const [missing] = reads.flatMap(missingOf);
  if (missing !== undefined)
    return present({ kind: 'undecided' as const, gap: missing, expected, passedAt: passedAt(question, reads) });
  return violated({ ...explain(judgements, reached, threshold), expected }, judgements);
}

/** Codes that say no more than that signatures are missing; a refusal is no reason to look elsewhere. */
const unsigned: ReadonlySet<ViolationCode> = new Set([
  'NO_SIGNATURE',
  'SIGNER_NOT_ACCEPTED',
  'THRESHOLD_NOT_MET',
  'SIGNER_REVOKED',
  ...verificationOrder,
]);

/**
 * An index that is not signed itself is as good as signed where every manifest is that a node could choose from it. One
 * that is not lets an attacker put his own beside those of the owner.
 */
function judgePlatforms(question: Question, unsignedIndex: RuleOutcome, known: Known): RuleOutcome {
  const { repository, digest } = question;
  const need: PlatformsNeed = { kind: 'platforms', repository, digest };
  const read = known.platforms(need);
  if (read === undefined) return { kind: 'needs', needs: [need] };
  if (read.kind === 'refusal')
    return violated({ code: read.code, found: read.detail, expected: 'an index that can be read' });
  if (read.kind === 'gap')
    return { kind: 'undecided', gap: read, expected: 'the platforms of an index that is not signed itself' };
  if (read.kind === 'absent' || read.value.kind === 'manifest' || read.value.runnable.length === 0)
    return unsignedIndex;
  const outcomes = read.value.runnable.map((platform) => judge({ ...question, digest: platform.digest }, known));
  const [first, ...rest] = outcomes.flatMap((outcome) => (outcome.kind === 'needs' ? outcome.needs : []));
  if (first !== undefined) return { kind: 'needs', needs: [first, ...rest] };
  // One that is surely not signed outweighs what could not be found out of another.
  if (outcomes.some(({ kind }) => kind === 'violated')) return unsignedIndex;
  const undecided = outcomes.flatMap((outcome) => (outcome.kind === 'undecided' ? [outcome] : []));
  // The platform that was never proven, or longest ago, is the one that a node may choose.
  const [weakest] = undecided.toSorted((a, b) => (a.passedAt?.getTime() ?? 0) - (b.passedAt?.getTime() ?? 0));
  if (weakest !== undefined) return weakest;
  return passed(outcomes.flatMap((outcome) => ('judgements' in outcome ? outcome.judgements : [])));
}

/** A revocation takes away what everything else would accept. */
function revoked({ revocations }: ImageSubject, signature: Verified): Difference | undefined {
  const revocation = revokedBy(revocations, signature);
  return revocation && { agreed: 1000, revoked: true, detail: `revoked by "${revocation.name}": ${revocation.reason}` };
}

/** Only a digest names today what it named then; a tag, which could not be asked for, may have moved. */
function passedAt(question: Question, reads: readonly (Read<SignatureFacts> | undefined)[]): Date | undefined {
  const { from, threshold, subject } = question;
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
  { policy, repository, subject }: Question,
  authority: Authority,
  read: Read<SignatureFacts> | undefined,
): SignatureJudgement[] {
  if (read?.kind !== 'found') return [];
  // An attestation says something about the image; that its signer wants it to run is not among it.
  const signatures = read.value.proven.filter(({ verified }) => verified.statement.role === 'signature');
  const proven = signatures.map(({ verified, source }): SignatureJudgement => {
    const miss = refusal(authority, verified, { captures: subject.captures, repository }) ?? revoked(subject, verified);
    return miss === undefined
      ? { verdict: 'accepted', policy, authority: authority.name, signature: verified, source }
      : { verdict: 'proven', policy, authority: authority.name, signature: verified, source, difference: miss };
  });
  const rejected = read.value.rejected.map(
    ({ rejection, source }): SignatureJudgement => ({
      verdict: 'rejected',
      policy,
      authority: authority.name,
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
