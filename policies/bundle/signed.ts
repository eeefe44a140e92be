import type { Digest, Evidence, Keychain, Read, Repository, SignatureFacts } from '../../evidence/index.ts';
import { type Authority, refusal } from '../authority.ts';
import type { SignatureJudgement } from '../decision.ts';
import { type Revocation, revokedBy } from '../revocation.ts';
import { expectation, explain } from '../rule/explain-signatures.ts';
import { distinctAuthorities } from '../rule/proofs.ts';
import { type BundleProblem, bundleProblem } from './problem.ts';
import type { BundleTrust } from './trust.ts';

/** Everything that proving a bundle takes. */
export interface ProvingWorld {
  readonly evidence: Evidence;
  readonly keychain: Keychain;
  readonly now: Date;
  /** The deadline. */
  readonly signal: AbortSignal;
  /** Of the documents that are not from a bundle: they hold for bundles too. */
  readonly revocations: readonly Revocation[];
}

/** Undefined where enough of the bundle's authorities have signed this digest; else the nearest miss. */
export async function faultOfSignatures(
  { repository, digest }: { readonly repository: Repository; readonly digest: Digest },
  { authorities, threshold }: BundleTrust,
  world: ProvingWorld,
): Promise<BundleProblem | undefined> {
  const { evidence, revocations } = world;
  const revocation = revocations.find(({ digests }) => digests.has(digest));
  if (revocation !== undefined)
    return bundleProblem('REVOKED', `revoked by "${revocation.name}": ${revocation.reason}`);
  const needs = authorities.map(
    ({ material, requirement }) => ({ kind: 'signatures', repository, digest, material, requirement }) as const,
  );
  const answers = await evidence.fulfil(needs, world);
  const reads = answers.flatMap((answer) => (answer.kind === 'signatures' ? [answer.read] : []));
  const judgements = authorities.flatMap((authority, index) =>
    judgeAll(authority, reads[index], { repository, revocations }),
  );
  const reached = distinctAuthorities(judgements);
  if (reached >= threshold) return undefined;
  const expected = `expected ${expectation(authorities, threshold, {})}`;
  const short = reads.flatMap((read) => (read.kind === 'refusal' ? [read] : []))[0] ?? reads.flatMap(missingOf)[0];
  if (short !== undefined) return bundleProblem(short.code, `${short.detail}; ${expected}`);
  const { code, found } = explain(judgements, reached, threshold);
  return bundleProblem(code, `found ${found}, ${expected}`);
}

function judgeAll(
  authority: Authority,
  read: Read<SignatureFacts> | undefined,
  { repository, revocations }: { readonly repository: Repository; readonly revocations: readonly Revocation[] },
): SignatureJudgement[] {
  if (read?.kind !== 'found') return [];
  const judgement = { policy: 'policyBundles', authority: authority.name };
  // An attestation about the bundle does not say that it is to be used.
  const signatures = read.value.proven.filter(({ verified }) => verified.statement.role === 'signature');
  const proven = signatures.map(({ verified, source }): SignatureJudgement => {
    const revocation = revokedBy(revocations, verified);
    const difference =
      refusal(authority, verified, { captures: {}, repository }) ??
      (revocation && {
        agreed: 1000,
        revoked: true as const,
        detail: `revoked by "${revocation.name}": ${revocation.reason}`,
      });
    return difference === undefined
      ? { ...judgement, verdict: 'accepted', signature: verified, source }
      : { ...judgement, verdict: 'proven', signature: verified, source, difference };
  });
  const rejected = read.value.rejected.map(
    ({ rejection, source }): SignatureJudgement => ({ ...judgement, verdict: 'rejected', rejection, source }),
  );
  return [...proven, ...rejected];
}

/** What is retained is for images whose policy asks for it; policies are kept by whoever loaded them. */
function missingOf(read: Read<SignatureFacts>) {
  if (read.kind === 'gap') return [read];
  return read.kind === 'found' && read.value.missing !== undefined ? [read.value.missing] : [];
}
