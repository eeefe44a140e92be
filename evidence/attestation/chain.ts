import { EXTENSION_OID_SCT, type X509Certificate, X509SCTExtension } from '@sigstore/core';
import { verifyCertificateChain } from '@sigstore/verify/dist/key/certificate.js';
import { verifySCTs } from '@sigstore/verify/dist/key/sct.js';
import { type Rejection, rejection } from '../outcome.ts';
import type { Certificate } from '../trust/certificate.ts';
import type { Authority, Log } from '../trust/material.ts';
import { utc, utcAfter } from './time.ts';
import { allowsUsage, codeSigning, unknownCritical } from './usage.ts';

/** A path from the leaf to a trusted root that held at every trusted time. */
export interface VerifiedChain {
  readonly kind: 'chain';
  readonly path: readonly X509Certificate[];
}

/** Certificates that came with the signature are no part of the path: only what is trusted is. */
export function verifyChain(
  leaf: Certificate,
  times: readonly Date[],
  authorities: readonly Authority[],
): VerifiedChain | Rejection {
  const unfit = unfitLeaf(leaf);
  if (unfit !== undefined) return rejection('CERTIFICATE_MALFORMED', unfit);
  for (const time of times) {
    if (time < leaf.notBefore) return outside(time, 'starts', leaf.notBefore);
    if (time > leaf.notAfter) return outside(time, 'ended', leaf.notAfter);
  }
  let path: readonly X509Certificate[] = [];
  for (const time of times) {
    const trusted = authorities.map(({ chain, start, end }) => ({
      certChain: chain.map(({ x509 }) => x509),
      validFor: { start, end },
    }));
    try {
      path = verifyCertificateChain(time, leaf.x509, trusted);
    } catch {
      return rejection(
        'CERTIFICATE_UNTRUSTED',
        `no trusted certificate authority of ${utc(time)} issued the certificate`,
      );
    }
  }
  return { kind: 'chain', path };
}

/** The CT logs that vouch for the certificate, each once. All SCTs must be right: a wrong one has no innocent reason. */
export function verifySignedTimestamps(chain: VerifiedChain, ctLogs: readonly Log[]): number | Rejection {
  const [leaf, issuer] = chain.path;
  if (leaf === undefined || issuer === undefined)
    return rejection('CERTIFICATE_UNTRUSTED', 'a certificate without issuer');
  const known = ctLogs.flatMap(({ ids, baseUrl, key, start, end }) =>
    ids.map((logID) => ({ logID, baseURL: baseUrl, publicKey: key.object, validFor: { start, end } })),
  );
  try {
    if (!wellFormed(leaf)) return rejection('SCT_WRONG', 'an SCT that is not version 1 with SHA-256 (RFC 6962, 3.2)');
    return new Set(verifySCTs(leaf, issuer, known).map((id) => id.toString('hex'))).size;
  } catch {
    return rejection('SCT_WRONG', 'no trusted CT log of that time vouches for the certificate');
  }
}

/** Fulcio's profile: a leaf for code signing. A certificate authority that signs artifacts itself is no signer. */
function unfitLeaf(leaf: Certificate): string | undefined {
  try {
    if (leaf.x509.extBasicConstraints?.isCA === true)
      return 'a certificate of a certificate authority, not of a signer';
    if (!allowsUsage(leaf, codeSigning)) return 'a certificate that is not for code signing';
    const unknown = unknownCritical(leaf);
    return unknown === undefined
      ? undefined
      : `a certificate with the critical extension ${unknown}, which is not known here`;
  } catch {
    return 'a certificate whose extensions cannot be read';
  }
}

/** The library would take any hash that the SCT names, MD5 included. */
function wellFormed(leaf: X509Certificate): boolean {
  const extension = leaf.extensions.find((each) => each.subs[0]?.toOID() === EXTENSION_OID_SCT);
  if (extension === undefined) return true;
  const scts = new X509SCTExtension(extension).signedCertificateTimestamps;
  return scts.every(({ version, hashAlgorithm }) => version === 0 && hashAlgorithm === 4);
}

const outside = (time: Date, does: string, bound: Date): Rejection =>
  rejection('TIMESTAMP_OUTSIDE_CERTIFICATE', `signed ${utc(time)}, certificate ${does} ${utcAfter(time, bound)}`);
