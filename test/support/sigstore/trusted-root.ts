import type { KeyObject } from 'node:crypto';
import type { Fulcio } from './fulcio.ts';
import { keyDetails, keyId, spki } from './key.ts';
import type { TimestampAuthority } from './timestamp-authority.ts';
import type { TransparencyLog } from './transparency-log.ts';

/** What a trusted root speaks of. */
export interface Trusted {
  readonly fulcio: Fulcio;
  readonly logs: readonly TransparencyLog[];
  readonly timestamps: TimestampAuthority;
  /** The organization in its certificates. */
  readonly organization: string;
  readonly from: Date;
}

/** A `trusted_root.json` (sigstore protobuf-specs, TrustedRoot 0.1). */
export function trustedRoot(trusted: Trusted): string {
  const start = trusted.from.toISOString();
  const log = (baseUrl: string, key: KeyObject, id: Buffer) => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: spki(key).toString('base64'), keyDetails: keyDetails(key), validFor: { start } },
    logId: { keyId: id.toString('base64') },
  });
  const authority = (uri: string, commonName: string, chain: readonly Buffer[]) => ({
    subject: { organization: trusted.organization, commonName },
    uri,
    certChain: { certificates: chain.map((certificate) => ({ rawBytes: certificate.toString('base64') })) },
    validFor: { start },
  });
  const { fulcio, logs, timestamps } = trusted;
  const { publicKey: certificateLogKey } = fulcio.log.key;
  return JSON.stringify(
    {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: logs.map(({ name, key, id }) => log(`https://${name}`, key.publicKey, id)),
      certificateAuthorities: [
        authority('https://fulcio.test', 'sigstore', [fulcio.intermediate.certificate, fulcio.root.certificate]),
      ],
      ctlogs: [log('https://ctfe.test', certificateLogKey, keyId(certificateLogKey))],
      timestampAuthorities: [
        authority('https://timestamp.test', 'tsa', [timestamps.certificate, timestamps.root.certificate]),
      ],
    },
    null,
    2,
  );
}
