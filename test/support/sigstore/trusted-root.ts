import type { KeyObject } from 'node:crypto';
import type { Fulcio } from './fulcio.ts';
import { keyDetails, keyId, spki } from './key.ts';
import type { TimestampAuthority } from './timestamp-authority.ts';
import type { TransparencyLog } from './transparency-log.ts';

/** What a trusted root speaks of. */
export interface Trusted {
  readonly fulcio: Fulcio;
  readonly rekor: TransparencyLog;
  readonly timestamps: TimestampAuthority;
  /** The organization in its certificates. */
  readonly organization: string;
  readonly from: Date;
}

/** A `trusted_root.json` (sigstore protobuf-specs, TrustedRoot 0.1). */
export function trustedRoot(trusted: Trusted): string {
  const start = trusted.from.toISOString();
  const log = (baseUrl: string, key: KeyObject) => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: spki(key).toString('base64'), keyDetails: keyDetails(key), validFor: { start } },
    logId: { keyId: keyId(key).toString('base64') },
  });
  const authority = (uri: string, commonName: string, chain: readonly Buffer[]) => ({
    subject: { organization: trusted.organization, commonName },
    uri,
    certChain: { certificates: chain.map((certificate) => ({ rawBytes: certificate.toString('base64') })) },
    validFor: { start },
  });
  const { fulcio, rekor, timestamps } = trusted;
  return JSON.stringify(
    {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [log(`https://${rekor.name}`, rekor.key.publicKey)],
      certificateAuthorities: [
        authority('https://fulcio.test', 'sigstore', [fulcio.intermediate.certificate, fulcio.root.certificate]),
      ],
      ctlogs: [log('https://ctfe.test', fulcio.log.key.publicKey)],
      timestampAuthorities: [
        authority('https://timestamp.test', 'tsa', [timestamps.certificate, timestamps.root.certificate]),
      ],
    },
    null,
    2,
  );
}
