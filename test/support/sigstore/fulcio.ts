import { createPublicKey, type KeyObject } from 'node:crypto';
import {
  type AlternativeName,
  alternativeNames,
  authorityKeyIdentifier,
  certificateAuthority,
  digitalSignature,
  distinguishedName,
  type Extension,
  extendedKeyUsage,
  issue,
  type Issuer,
  subjectKeyIdentifier,
  toBeSigned,
} from './certificate.ts';
import { CertificateLog, timestampList } from './certificate-log.ts';
import * as der from './der.ts';
import { fulcioExtensions, type Identity } from './identity.ts';
import { generateKey } from './key.ts';

/** What is peculiar about one certificate. */
export interface CertificateWish {
  /** When it begins; the authority's clock by default. */
  readonly notBefore?: Date;
  /** When it ends; ten minutes later by default. */
  readonly notAfter?: Date;
  /** `wrong`: one whose signature does not hold, of a log that is known. `stranger`: one of a log that nobody knows. */
  readonly scts?: 'valid' | 'none' | 'wrong' | 'stranger' | 'two';
  /** Extensions beside, or instead of those with the same OID, that its identity brings. */
  readonly extensions?: readonly Extension[];
  /** Names instead of the one that its identity brings. */
  readonly names?: readonly AlternativeName[];
  /** Leaves out the purpose of code signing. */
  readonly withoutPurpose?: boolean;
}

/** A certificate authority for short-lived certificates: a root, an intermediate, and a log of what it issues. */
export class Fulcio {
  readonly log = new CertificateLog();
  readonly root: Issuer & { readonly certificate: Buffer };
  readonly intermediate: Issuer & { readonly certificate: Buffer };
  readonly #now: () => Date;

  constructor(organization: string, validity: { readonly notBefore: Date; readonly notAfter: Date }, now: () => Date) {
    this.#now = now;
    this.root = certificateAuthority(organization, 'sigstore', generateKey('p384'), validity);
    this.intermediate = certificateAuthority(
      organization,
      'sigstore-intermediate',
      generateKey('p384'),
      validity,
      this.root,
      [extendedKeyUsage('codeSigning')],
    );
  }

  /** A DER certificate for a key of this identity. */
  issue(identity: Identity, publicKey: KeyObject, wish: CertificateWish = {}): Buffer {
    const notBefore = wish.notBefore ?? this.#now();
    const replaced = new Set(wish.extensions?.map(({ oid }) => oid));
    const content = {
      subject: distinguishedName(),
      publicKey,
      notBefore,
      notAfter: wish.notAfter ?? new Date(notBefore.getTime() + 10 * 60_000),
      extensions: [
        digitalSignature,
        ...(wish.withoutPurpose === true ? [] : [extendedKeyUsage('codeSigning')]),
        subjectKeyIdentifier(publicKey),
        authorityKeyIdentifier(this.intermediate.key.publicKey),
        alternativeNames(wish.names ?? [identity.subject], true),
        ...fulcioExtensions(identity).filter(({ oid }) => !replaced.has(oid)),
        ...(wish.extensions ?? []),
      ],
    };
    const timestamps = this.#timestamps(toBeSigned(content, this.intermediate), notBefore, wish.scts ?? 'valid');
    const extensions =
      timestamps.length === 0 ? content.extensions : [...content.extensions, timestampList(timestamps)];
    return issue({ ...content, extensions }, this.intermediate);
  }

  #timestamps(precertificate: Buffer, at: Date, kind: NonNullable<CertificateWish['scts']>): Buffer[] {
    const issuer = this.intermediate.key;
    switch (kind) {
      case 'valid':
        return [this.log.timestamp(precertificate, issuer, at)];
      case 'none':
        return [];
      case 'wrong':
        return [this.log.timestamp(precertificate, issuer, at, generateKey())];
      case 'stranger':
        return [new CertificateLog().timestamp(precertificate, issuer, at)];
      case 'two':
        return [0, 1].map((later) => this.log.timestamp(precertificate, issuer, new Date(at.getTime() + later)));
    }
  }
}

/** The key in a PEM certificate signing request (RFC 2986, section 4.1); its signature is not asked. */
export function keyOfRequest(pem: string): KeyObject {
  const bytes = Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  const [, , key] = der.read(inside(inside(bytes)));
  if (!key) throw new Error('the certificate signing request holds no key');
  return createPublicKey({ key: key.whole, format: 'der', type: 'spki' });
}

const inside = (bytes: Buffer): Buffer => der.read(bytes)[0]?.content ?? Buffer.alloc(0);
