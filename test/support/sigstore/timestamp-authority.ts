import { createHash, randomBytes } from 'node:crypto';
import {
  authorityKeyIdentifier,
  certificateAuthority,
  digitalSignature,
  distinguishedName,
  extendedKeyUsage,
  issue,
  type Issuer,
  subjectKeyIdentifier,
} from './certificate.ts';
import * as der from './der.ts';
import { generateKey, sign, signatureAlgorithm } from './key.ts';

const oids = {
  sha256: '2.16.840.1.101.3.4.2.1',
  signedData: '1.2.840.113549.1.7.2',
  timestampInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificate: '1.2.840.113549.1.9.16.2.47',
  policy: '1.3.6.1.4.1.57264.2',
};

/** What is to be timestamped (RFC 3161, section 2.4.1). */
export interface TimestampRequest {
  /** The AlgorithmIdentifier of the hash, whole. */
  readonly hashAlgorithm: Buffer;
  readonly hash: Buffer;
  readonly nonce?: Buffer;
  readonly withCertificate: boolean;
}

/** An RFC 3161 timestamp authority: a root and one certificate below it that signs. */
export class TimestampAuthority {
  readonly root: Issuer & { readonly certificate: Buffer };
  readonly certificate: Buffer;
  readonly #signer: Issuer;
  readonly #serial = randomBytes(16);

  constructor(organization: string, validity: { readonly notBefore: Date; readonly notAfter: Date }) {
    this.root = certificateAuthority(organization, 'tsa', generateKey('p384'), validity);
    const key = generateKey();
    const name = distinguishedName(organization, 'tsa signing');
    this.#signer = { name, key };
    this.certificate = issue(
      {
        subject: name,
        publicKey: key.publicKey,
        ...validity,
        serial: this.#serial,
        extensions: [
          digitalSignature,
          extendedKeyUsage('timeStamping', true),
          subjectKeyIdentifier(key.publicKey),
          authorityKeyIdentifier(this.root.key.publicKey),
        ],
      },
      this.root,
    );
  }

  /** A granted TimeStampResp for these bytes. */
  stamp(bytes: Buffer, at: Date): Buffer {
    const hashAlgorithm = der.sequence(der.oid(oids.sha256), der.nothing());
    return this.respond({ hashAlgorithm, hash: digest(bytes), withCertificate: true }, at);
  }

  /** A granted TimeStampResp (RFC 3161, section 2.4.2) around CMS SignedData (RFC 5652, section 5.1). */
  respond(request: TimestampRequest, at: Date): Buffer {
    const info = der.sequence(
      der.integer(1),
      der.oid(oids.policy),
      der.sequence(request.hashAlgorithm, der.octets(request.hash)),
      der.integer(randomBytes(16)),
      der.generalizedTime(at),
      ...(request.nonce ? [request.nonce] : []),
    );
    const sha256 = der.sequence(der.oid(oids.sha256));
    const attributes = [
      attribute(oids.contentType, der.oid(oids.timestampInfo)),
      attribute(oids.signingTime, der.time(at)),
      attribute(oids.messageDigest, der.octets(digest(info))),
      attribute(
        oids.signingCertificate,
        der.sequence(der.sequence(der.sequence(der.octets(digest(this.certificate))))),
      ),
    ];
    const signed = der.setOf(...attributes);
    // The signature is over the SET OF; in the message its tag is [0] (RFC 5652, section 5.4).
    const inMessage = Buffer.from(signed);
    inMessage[0] = 0xa0;
    const { privateKey } = this.#signer.key;
    const signerInfo = der.sequence(
      der.integer(1),
      der.sequence(this.root.name, der.integer(this.#serial)),
      sha256,
      inMessage,
      signatureAlgorithm(privateKey),
      der.octets(sign(signed, privateKey)),
    );
    const signedData = der.sequence(
      der.integer(3),
      der.setOf(sha256),
      der.sequence(der.oid(oids.timestampInfo), der.tagged(0, der.octets(info))),
      ...(request.withCertificate ? [der.tagged(0, this.certificate)] : []),
      der.setOf(signerInfo),
    );
    return der.sequence(
      der.sequence(der.integer(0)),
      der.sequence(der.oid(oids.signedData), der.tagged(0, signedData)),
    );
  }
}

/** Reads a TimeStampReq (RFC 3161, section 2.4.1). */
export function parseTimestampRequest(bytes: Buffer): TimestampRequest {
  const [, imprint, ...options] = der.read(der.read(bytes)[0]?.content ?? Buffer.alloc(0));
  const [hashAlgorithm, hash] = der.read(imprint?.content ?? Buffer.alloc(0));
  if (!hashAlgorithm || !hash) throw new Error('the timestamp request has no message imprint');
  const nonce = options.find(({ tag }) => tag === 0x02);
  return {
    hashAlgorithm: hashAlgorithm.whole,
    hash: hash.content,
    withCertificate: options.some(({ tag, content }) => tag === 0x01 && content[0] !== 0),
    ...(nonce ? { nonce: nonce.whole } : {}),
  };
}

const attribute = (type: string, value: Buffer): Buffer => der.sequence(der.oid(type), der.setOf(value));
const digest = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
