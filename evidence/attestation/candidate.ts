import { type Rejection, rejection } from '../outcome.ts';
import { type Certificate, decodeCertificate } from '../trust/certificate.ts';
import { type Hash, type PublicKey, sha256 } from '../trust/key.ts';
import type { Anchors } from '../trust/material.ts';
import type { SignedEntity } from './entity.ts';
import { decodeClaims } from './fulcio.ts';
import type { Signer } from './signer.ts';

/** Somebody who may have made the signature, if the key says so. */
export interface Candidate {
  readonly key: PublicKey;
  readonly hashes: readonly Hash[];
  readonly signer: Signer;
  /** What a log names the signer by: DER of the certificate, or of the key. */
  readonly verifier: Buffer;
  /** Absent for a bare key, which has no period and needs no issuer. */
  readonly certificate?: Certificate;
}

/** Those whom both the entity and the trust material allow: the certificate that came with it, or each trusted key. */
export function candidatesOf(entity: SignedEntity, anchors: Anchors): readonly Candidate[] | Rejection {
  if (entity.signer.kind === 'certificate' && anchors.certificateAuthorities.length > 0) {
    return certificateCandidate(entity.signer.der);
  }
  // cosign's layers carry the certificate beside a signature that a key alone proves too; a bundle carries one or other.
  const byKey = entity.signer.kind === 'key' || entity.signer.legacy;
  if (byKey && anchors.keys.length > 0) {
    return anchors.keys.map(({ key, hashes }) => ({
      key,
      hashes,
      signer: { kind: 'key', fingerprint: key.fingerprint, algorithm: key.algorithm },
      verifier: key.spki,
    }));
  }
  return rejection(
    'KEY_MISMATCH',
    entity.signer.kind === 'key'
      ? 'signed with a bare key, and only certificate authorities are trusted'
      : 'signed with a certificate, and only keys are trusted',
  );
}

function certificateCandidate(der: Buffer): readonly Candidate[] | Rejection {
  const certificate = decodeCertificate(der);
  if ('kind' in certificate) {
    const code = certificate.why === 'refused' ? 'ALGORITHM_REFUSED' : 'CERTIFICATE_MALFORMED';
    return rejection(code, certificate.detail);
  }
  const claims = decodeClaims(certificate);
  if (claims.kind === 'problem') return rejection('CERTIFICATE_MALFORMED', claims.detail);
  const { key, notBefore, notAfter } = certificate;
  const { subject, extensions, issuer } = claims;
  const signer: Signer = {
    kind: 'certificate',
    fingerprint: key.fingerprint,
    certificate: sha256(certificate.der),
    subject,
    ...(issuer === undefined ? {} : { issuer }),
    extensions,
    notBefore,
    notAfter,
  };
  return [{ key, hashes: key.hashes, signer, verifier: certificate.der, certificate }];
}
