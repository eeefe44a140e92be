import { createHash } from 'node:crypto';
import type { Extension } from './certificate.ts';
import * as der from './der.ts';
import { generateKey, keyId, type KeyPair, sign, spki } from './key.ts';

/** A certificate transparency log that promises every certificate it is shown (RFC 6962, section 3.2). */
export class CertificateLog {
  readonly key: KeyPair;

  constructor(key: KeyPair = generateKey()) {
    this.key = key;
  }

  /** A signed certificate timestamp for a precertificate, in its serialised form; `signWith` another key makes a wrong one. */
  timestamp(precertificate: Buffer, issuer: KeyPair, at: Date, signWith: KeyPair = this.key): Buffer {
    const when = Buffer.alloc(8);
    when.writeBigUInt64BE(BigInt(at.getTime()));
    const issuerHash = createHash('sha256').update(spki(issuer.publicKey)).digest();
    const signed = Buffer.concat([
      Buffer.from([0, 0]),
      when,
      Buffer.from([0, 1]),
      issuerHash,
      sized(precertificate, 3),
      sized(Buffer.alloc(0), 2),
    ]);
    return Buffer.concat([
      Buffer.from([0]),
      keyId(this.key.publicKey),
      when,
      sized(Buffer.alloc(0), 2),
      // SHA-256 with ECDSA (RFC 5246, section 7.4.1.4.1)
      Buffer.from([4, 3]),
      sized(sign(signed, signWith.privateKey), 2),
    ]);
  }
}

/** The extension of a certificate that holds SCTs (RFC 6962, section 3.3). */
export const timestampList = (timestamps: readonly Buffer[]): Extension => ({
  oid: '1.3.6.1.4.1.11129.2.4.2',
  value: der.octets(sized(Buffer.concat(timestamps.map((one) => sized(one, 2))), 2)),
});

function sized(bytes: Buffer, lengthBytes: number): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(bytes.length, 0, lengthBytes);
  return Buffer.concat([length, bytes]);
}
