import { createHash, type KeyObject, randomBytes } from 'node:crypto';
import * as der from './der.ts';
import { type KeyPair, sign, signatureAlgorithm, spki } from './key.ts';

/** Who signs certificates. */
export interface Issuer {
  readonly name: Buffer;
  readonly key: KeyPair;
}

/** An extension of a certificate, whole. */
export interface Extension {
  readonly oid: string;
  readonly critical?: boolean;
  /** What the OCTET STRING holds. */
  readonly value: Buffer;
}

/** What a certificate says (RFC 5280, section 4.1). */
export interface CertificateContent {
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Extension[];
  readonly serial?: Buffer;
}

/** The part that is signed. */
export function toBeSigned(content: CertificateContent, issuer: Issuer): Buffer {
  return der.sequence(
    der.tagged(0, der.integer(2)),
    der.integer(content.serial ?? serialOf(content)),
    signatureAlgorithm(issuer.key.privateKey),
    issuer.name,
    der.sequence(der.time(content.notBefore), der.time(content.notAfter)),
    content.subject,
    spki(content.publicKey),
    der.tagged(3, der.sequence(...content.extensions.map(encode))),
  );
}

/** A DER certificate, signed by its issuer. */
export function issue(content: CertificateContent, issuer: Issuer): Buffer {
  const body = toBeSigned(content, issuer);
  const { privateKey } = issuer.key;
  return der.sequence(body, signatureAlgorithm(privateKey), der.bits(sign(body, privateKey)));
}

/** The serial number of a certificate that names none: of its own key, so that the precertificate has the same. */
const serialOf = (content: CertificateContent): Buffer =>
  createHash('sha256').update(spki(content.publicKey)).update(content.notBefore.toISOString()).digest().subarray(0, 16);

const encode = ({ oid, critical, value }: Extension): Buffer =>
  der.sequence(der.oid(oid), ...(critical === true ? [der.boolean(true)] : []), der.octets(value));

/** A distinguished name of an organization and a common name; without either it is empty, as in Fulcio's certificates. */
export function distinguishedName(organization?: string, commonName?: string): Buffer {
  const part = (type: string, value: string | undefined): Buffer[] =>
    value === undefined ? [] : [der.setOf(der.sequence(der.oid(type), der.utf8(value)))];
  return der.sequence(...part('2.5.4.10', organization), ...part('2.5.4.3', commonName));
}

/** One name in a SubjectAlternativeName extension. */
export type AlternativeName =
  | { readonly kind: 'uri' | 'email' | 'dns'; readonly value: string }
  | { readonly kind: 'ip'; readonly value: string }
  /** Fulcio's OtherName for user names (OID 1.3.6.1.4.1.57264.1.7). */
  | { readonly kind: 'other'; readonly value: string };

export function alternativeNames(names: readonly AlternativeName[], critical = false): Extension {
  const value = der.sequence(
    ...names.map(({ kind, value }) => {
      switch (kind) {
        case 'other':
          return der.tagged(0, der.oid('1.3.6.1.4.1.57264.1.7'), der.tagged(0, der.utf8(value)));
        case 'email':
          return der.tag(1, Buffer.from(value));
        case 'dns':
          return der.tag(2, Buffer.from(value));
        case 'uri':
          return der.tag(6, Buffer.from(value));
        case 'ip':
          return der.tag(7, Buffer.from(value.split('.').map(Number)));
      }
    }),
  );
  return { oid: '2.5.29.17', critical, value };
}

const purposes = { codeSigning: 3, timeStamping: 8, serverAuth: 1, clientAuth: 2 } as const;

/** What a key may be used for. */
export type Purpose = keyof typeof purposes;

export const extendedKeyUsage = (purpose: Purpose, critical = false): Extension => ({
  oid: '2.5.29.37',
  critical,
  value: der.sequence(der.oid(`1.3.6.1.5.5.7.3.${purposes[purpose]}`)),
});

export const digitalSignature: Extension = {
  oid: '2.5.29.15',
  critical: true,
  value: der.bits(Buffer.from([0x80]), 7),
};
export const certificateSigning: Extension = {
  oid: '2.5.29.15',
  critical: true,
  value: der.bits(Buffer.from([0x06]), 1),
};

/** BasicConstraints of a CA, with a bound on the CAs below it where given. */
export const authority = (pathLength?: number): Extension => ({
  oid: '2.5.29.19',
  critical: true,
  value: der.sequence(der.boolean(true), ...(pathLength === undefined ? [] : [der.integer(pathLength)])),
});

export const subjectKeyIdentifier = (key: KeyObject): Extension => ({
  oid: '2.5.29.14',
  value: der.octets(createHash('sha1').update(spki(key)).digest()),
});

export const authorityKeyIdentifier = (key: KeyObject): Extension => ({
  oid: '2.5.29.35',
  value: der.sequence(der.tag(0, createHash('sha1').update(spki(key)).digest())),
});

/** A CA: self-signed, or below another. */
export function certificateAuthority(
  organization: string,
  commonName: string,
  key: KeyPair,
  validity: { readonly notBefore: Date; readonly notAfter: Date },
  above?: Issuer,
  more: readonly Extension[] = [],
): Issuer & { readonly certificate: Buffer } {
  const name = distinguishedName(organization, commonName);
  const issuer = above ?? { name, key };
  const certificate = issue(
    {
      subject: name,
      publicKey: key.publicKey,
      ...validity,
      serial: randomBytes(16),
      extensions: [
        authority(above ? 0 : undefined),
        certificateSigning,
        subjectKeyIdentifier(key.publicKey),
        authorityKeyIdentifier(issuer.key.publicKey),
        ...more,
      ],
    },
    issuer,
  );
  return { name, key, certificate };
}

/** PEM of a DER certificate. */
export const certificatePem = (certificate: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
