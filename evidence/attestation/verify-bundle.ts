import { createHash } from 'node:crypto';
import { parseDigest } from '../image/digest.ts';
import { type Rejection, rejection } from '../outcome.ts';
import { sha256 } from '../trust/key.ts';
import { type MaterialProblem, parsePublicKey, type TrustMaterial, withObservers } from '../trust/material.ts';
import { parseTrustedRoot, publicGoodRoot } from '../trust/root.ts';
import { decodeBundle } from './bundle.ts';
import type { SignedEntity } from './entity.ts';
import type { Requirement } from './requirement.ts';
import type { Subject } from './statement.ts';
import { type Verified, verify } from './verify.ts';

/** What `assay verify-bundle` was asked, with its files read (sigstore-conformance, client protocol, "verify-bundle"). */
export interface BundleRequest {
  readonly bundle: Uint8Array;
  readonly signer: IdentityRequest | KeyRequest;
  /** `trusted_root.json`; absent, the embedded public-good root. */
  readonly trustedRoot?: string;
  /** The artifact's bytes, or `sha256:` and hex. */
  readonly artifact: Uint8Array | string;
}

export interface IdentityRequest {
  readonly kind: 'identity';
  /** Compared byte by byte with the certificate's one subject alternative name. */
  readonly subject: string;
  readonly issuer: string;
}

export interface KeyRequest {
  readonly kind: 'key';
  readonly pem: string;
}

/** Proven and by the signer asked for; proven, but by somebody else; or not proven. A problem is in what was given. */
export type BundleAnswer =
  | { readonly kind: 'accepted'; readonly verified: Verified }
  | { readonly kind: 'notAccepted'; readonly verified: Verified; readonly detail: string }
  | Rejection
  | MaterialProblem;

/** Everything of `assay verify-bundle` but files and flags. */
export function answerBundleRequest(request: BundleRequest): BundleAnswer {
  const root = request.trustedRoot === undefined ? publicGoodRoot().material : parseTrustedRoot(request.trustedRoot);
  if (root.kind === 'problem') return { ...root, detail: `the trusted root: ${root.detail}` };
  const material = materialOf(request.signer, root);
  if (material.kind === 'problem') return { ...material, detail: `the key: ${material.detail}` };
  const subject = subjectOf(request.artifact);
  if (subject === undefined)
    return rejection('SUBJECT_MISMATCH', 'the artifact is neither a file nor sha256:<64 hex digits>');
  const entity = decodeBundle(request.bundle);
  if (entity.kind === 'rejection') return entity;
  // Also a key's signature must be in the log here, where the root has one: the protocol has no word for less.
  const asked = root.offers.logs > 0 ? { log: 1 } : {};
  const verified = proveAbout(entity, subject, material, asked);
  return verified.kind === 'rejection' ? verified : judged(verified, request.signer);
}

/** A statement may name a file by its SHA-512 alone (npm's do): with the file at hand that is as good. */
function proveAbout(
  entity: SignedEntity,
  subject: Subject,
  material: TrustMaterial,
  asked: Partial<Requirement>,
): Verified | Rejection {
  const outcome = verify(entity, subject, material, asked);
  const longer = subject.bytes && parseDigest(`sha512:${createHash('sha512').update(subject.bytes).digest('hex')}`);
  if (outcome.kind === 'verified' || outcome.code !== 'SUBJECT_MISMATCH' || longer === undefined) return outcome;
  const again = verify(entity, { ...subject, digest: longer }, material, asked);
  return again.kind === 'verified' ? again : outcome;
}

function materialOf(signer: BundleRequest['signer'], root: TrustMaterial): TrustMaterial | MaterialProblem {
  if (signer.kind === 'identity') return root;
  const key = parsePublicKey(signer.pem);
  return key.kind === 'problem' ? key : withObservers(key, root);
}

function subjectOf(artifact: Uint8Array | string): Subject | undefined {
  if (typeof artifact !== 'string') return { digest: sha256(artifact), bytes: artifact };
  const digest = parseDigest(artifact);
  return digest === undefined ? undefined : { digest };
}

function judged(verified: Verified, asked: BundleRequest['signer']): BundleAnswer {
  const { signer } = verified;
  if (asked.kind === 'key' || signer.kind === 'key') return { kind: 'accepted', verified };
  const wrong =
    asked.subject === '' || signer.subject.value !== asked.subject
      ? `signed by ${JSON.stringify(signer.subject.value)}; expected ${JSON.stringify(asked.subject)}`
      : asked.issuer === '' || signer.issuer !== asked.issuer
        ? `issued by ${JSON.stringify(signer.issuer ?? '')}; expected ${JSON.stringify(asked.issuer)}`
        : undefined;
  return wrong === undefined ? { kind: 'accepted', verified } : { kind: 'notAccepted', verified, detail: wrong };
}
