import { keyId } from './key.ts';
import { envelopeOf, type KeptEntry, type Signed } from './sign.ts';
import { createHash } from 'node:crypto';

/** Versions of the bundle format; they differ in where the certificate is and in how the media type is spelled. */
export type BundleVersion = '0.1' | '0.2' | '0.3';

/** The media type of a bundle, in the layer, the config or the artifact type that carries it. */
export const bundleMediaType = (version: BundleVersion = '0.3'): string =>
  version === '0.3'
    ? 'application/vnd.dev.sigstore.bundle.v0.3+json'
    : `application/vnd.dev.sigstore.bundle+json;version=${version}`;

/** A Sigstore bundle around what was signed: an envelope where it was one, else a message signature. */
export function bundleOf(signed: Signed, version: BundleVersion = '0.3'): Record<string, unknown> {
  const { signer, payload, payloadType, signature, entry, timestamp } = signed;
  const timestamps =
    timestamp === undefined
      ? {}
      : { timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: timestamp.toString('base64') }] } };
  return {
    mediaType: bundleMediaType(version),
    verificationMaterial: {
      ...(signer.kind === 'key'
        ? { publicKey: { hint: keyId(signer.key.publicKey).toString('base64') } }
        : certificates(signed, version)),
      ...(entry ? { tlogEntries: [logEntry(entry)] } : {}),
      ...timestamps,
    },
    ...(payloadType === undefined
      ? {
          messageSignature: {
            messageDigest: {
              algorithm: 'SHA2_256',
              digest: createHash('sha256').update(payload).digest('base64'),
            },
            signature: signature.toString('base64'),
          },
        }
      : { dsseEnvelope: envelopeOf(signed) }),
  };
}

function certificates({ chain }: Signed, version: BundleVersion): Record<string, unknown> {
  const [leaf, intermediate] = chain.map((certificate) => ({ rawBytes: certificate.toString('base64') }));
  return version === '0.3' ? { certificate: leaf } : { x509CertificateChain: { certificates: [leaf, intermediate] } };
}

/** A TransparencyLogEntry (sigstore protobuf-specs, Rekor). */
export function logEntry({ kind, version, entry, promised, proven }: KeptEntry): Record<string, unknown> {
  const { inclusionProof: proof } = entry;
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: entry.logId.toString('base64') },
    kindVersion: { kind, version },
    ...(entry.integratedTime === 0 ? {} : { integratedTime: String(entry.integratedTime) }),
    ...(promised ? { inclusionPromise: { signedEntryTimestamp: entry.signedEntryTimestamp.toString('base64') } } : {}),
    ...(proven
      ? {
          inclusionProof: {
            logIndex: String(proof.logIndex),
            rootHash: proof.rootHash.toString('base64'),
            treeSize: String(proof.treeSize),
            hashes: proof.hashes.map((hash) => hash.toString('base64')),
            checkpoint: { envelope: proof.checkpoint },
          },
        }
      : {}),
    canonicalizedBody: entry.body.toString('base64'),
  };
}
