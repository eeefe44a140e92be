import type {
  Digest,
  Gap,
  Read,
  Refusal,
  RejectionCode,
  Repository,
  SignatureFacts,
  SignaturesNeed,
} from '../../evidence/index.ts';
import { type Authority, describeAuthority, describeSigner, refusal, signerKey } from '../authority.ts';
import type { SignatureJudgement, ViolationCode } from '../decision.ts';
import type { Captures } from '../glob.ts';
import type { Known } from '../known.ts';
import { type ImageRule, type ImageSubject, passed, type RuleOutcome, violated } from '../rule.ts';
import { digestOf } from './digest.ts';

/** `signatures`: so many distinct authorities of `from` have signed the digest that the node will pull. */
export function signaturesRule(policy: string, from: readonly Authority[], threshold: number): ImageRule {
  return {
    scope: 'image',
    name: 'signatures',
    evaluate(subject, known) {
      const digest = digestOf(subject.use, known);
      if (digest.kind !== 'digest') return digest;
      return judge({ policy, from, threshold, subject, digest: digest.digest, repository: digest.repository }, known);
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
  if (missing !== undefined) return { kind: 'undecided', gap: missing, expected };
  return violated({ ...explain(judgements, reached, threshold), expected }, judgements);
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
    const miss = refusal(authority, verified, { captures: subject.captures, repository });
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

function explain(
  judgements: readonly SignatureJudgement[],
  reached: number,
  threshold: number,
): { code: ViolationCode; found: string; remedy: string } {
  if (reached > 0) {
    const names = [
      ...new Set(judgements.flatMap((judgement) => (judgement.verdict === 'accepted' ? [judgement.authority] : []))),
    ];
    return {
      code: 'THRESHOLD_NOT_MET',
      found: `${reached} of ${threshold} signers, ${names.join(', ')}`,
      remedy: 'have the missing authorities sign this digest',
    };
  }
  const proven = judgements.filter((judgement) => judgement.verdict === 'proven');
  const [nearest] = proven.toSorted((a, b) => b.difference.agreed - a.difference.agreed);
  if (nearest !== undefined) {
    const count = new Set(proven.map(({ signature }) => signature.entity)).size;
    const found = `${count} signature${count === 1 ? '' : 's'}, by ${describeSigner(nearest.signature.signer)}; ${nearest.difference.detail}`;
    return {
      code: 'SIGNER_NOT_ACCEPTED',
      found,
      remedy: 'sign in the expected workflow, or name this signer among the authorities',
    };
  }
  const [rejected] = judgements
    .filter((judgement) => judgement.verdict === 'rejected')
    .toSorted((a, b) => nearness(b.rejection.code) - nearness(a.rejection.code));
  if (rejected !== undefined) {
    return {
      code: rejected.rejection.code,
      found: `a signature that does not hold: ${rejected.rejection.detail}`,
      remedy: 'sign the image again',
    };
  }
  return { code: 'NO_SIGNATURE', found: 'no signature', remedy: 'sign the image in its release workflow' };
}

/** The later a check comes in the order of verification, the nearer the signature came. */
const nearness = (code: RejectionCode): number => verificationOrder.indexOf(code);

const verificationOrder: readonly RejectionCode[] = [
  'FORMAT_UNSUPPORTED',
  'LIMIT_ENTITY',
  'ENTITY_MALFORMED',
  'PAYLOAD_TYPE_UNKNOWN',
  'STATEMENT_MALFORMED',
  'ALGORITHM_REFUSED',
  'ARTIFACT_NEEDED',
  'KEY_MISMATCH',
  'CERTIFICATE_MALFORMED',
  'CERTIFICATE_UNTRUSTED',
  'SIGNATURE_WRONG',
  'SCT_WRONG',
  'SCT_MISSING',
  'LOG_ENTRY_WRONG',
  'TIMESTAMP_WRONG',
  'LOG_ENTRY_MISSING',
  'TIMESTAMP_MISSING',
  'TIMESTAMP_OUTSIDE_CERTIFICATE',
  'SUBJECT_MISMATCH',
];

function expectation(from: readonly Authority[], threshold: number, captures: Captures): string {
  const wanted = from.map((authority) => describeAuthority(authority, captures));
  return `${threshold} by ${threshold > 1 ? 'distinct signers of ' : ''}${wanted.join(threshold > 1 ? ', ' : ' or ')}`;
}
