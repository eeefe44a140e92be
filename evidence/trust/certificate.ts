import { X509Certificate as OpenSslCertificate } from 'node:crypto';
import { X509Certificate } from '@sigstore/core';
import { limits } from '../limits.ts';
import { decodePublicKey, type KeyProblem, type PublicKey } from './key.ts';

/** An X.509 certificate that two parsers read alike; nothing is said of who issued it. */
export interface Certificate {
  readonly der: Buffer<ArrayBuffer>;
  readonly x509: X509Certificate;
  readonly key: PublicKey;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** DER -> certificate with an allowed key. */
export function decodeCertificate(bytes: Uint8Array): Certificate | KeyProblem {
  if (bytes.length > limits.certificateBytes) {
    return malformed(`a certificate of ${bytes.length} bytes, more than ${limits.certificateBytes}`);
  }
  const der = Buffer.from(bytes);
  try {
    const x509 = X509Certificate.parse(der);
    const key = decodePublicKey(x509.publicKey);
    if ('kind' in key) return key;
    readEverything(x509);
    return differs(x509, der) ?? repeats(x509) ?? dated(der, x509, key);
  } catch {
    return malformed('not a DER certificate');
  }
}

/** The blocks of a PEM text with that label, decoded; undefined where one is not base64 or nothing is there. */
export function decodePem(text: string, label: string): readonly Buffer<ArrayBuffer>[] | undefined {
  const blocks: Buffer<ArrayBuffer>[] = [];
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  for (let at = text.indexOf(begin); at !== -1; at = text.indexOf(begin, at + 1)) {
    const stop = text.indexOf(end, at);
    if (stop === -1) return undefined;
    const body = text.slice(at + begin.length, stop).replaceAll(/\s/g, '');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body) || body.length % 4 !== 0) return undefined;
    blocks.push(Buffer.from(body, 'base64'));
  }
  return blocks.length === 0 ? undefined : blocks;
}

/** The library reads fields when they are asked for and throws then; whoever holds a certificate here must not meet that. */
function readEverything(x509: X509Certificate): readonly unknown[] {
  const { extBasicConstraints: constraints, extKeyUsage: usage } = x509;
  return [
    [x509.subject, x509.issuer, x509.serialNumber, x509.signatureAlgorithm, x509.signatureValue, x509.isCA],
    [constraints?.isCA, constraints?.pathLenConstraint, usage?.digitalSignature, usage?.keyCertSign],
    [x509.extSubjectKeyID?.keyIdentifier, x509.extAuthorityKeyID?.keyIdentifier],
  ];
}

/** Whoever can make two parsers see two keys or two validities owns the one that is not looked at. */
function differs(x509: X509Certificate, der: Buffer): KeyProblem | undefined {
  const other = new OpenSslCertificate(der);
  const same =
    other.raw.equals(der) &&
    other.publicKey.export({ type: 'spki', format: 'der' }).equals(x509.publicKey) &&
    other.validFromDate.getTime() === x509.notBefore.getTime() &&
    other.validToDate.getTime() === x509.notAfter.getTime();
  return same ? undefined : malformed('a certificate that two parsers read differently');
}

/** RFC 5280, 4.2: a certificate does not have two extensions of one kind. */
function repeats(x509: X509Certificate): KeyProblem | undefined {
  const oids = x509.extensions.map((extension) => extension.subs[0]?.toOID());
  return new Set(oids).size === oids.length ? undefined : malformed('a certificate with an extension twice');
}

function dated(der: Buffer<ArrayBuffer>, x509: X509Certificate, key: PublicKey): Certificate | KeyProblem {
  const { notBefore, notAfter } = x509;
  return notBefore <= notAfter
    ? { der, x509, key, notBefore, notAfter }
    : malformed('a certificate that ends before it starts');
}

const malformed = (detail: string): KeyProblem => ({ kind: 'problem', why: 'malformed', detail });
