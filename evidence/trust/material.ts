import type { Digest } from '../image/digest.ts';
import { limits } from '../limits.ts';
import { type Certificate, decodeCertificate, decodePem } from './certificate.ts';
import { decodePublicKey, type Hash, type PublicKey, sha256 } from './key.ts';

/**
 * What a signature is proven under: certificate authorities or keys, and the logs and timestamp authorities that are
 * believed about times. Made by this folder only; what is inside is for evidence/attestation alone.
 */
export class TrustMaterial {
  readonly kind = 'trust';
  /** SHA-256 over everything inside: equal identifiers prove the same things. */
  readonly id: Digest;
  /** For people: where it comes from and what it holds. */
  readonly description: string;
  readonly offers: Offers;
  readonly #anchors: Anchors;

  constructor(origin: string, anchors: Anchors) {
    this.id = sha256(Buffer.from(JSON.stringify(fingerprints(anchors))));
    this.offers = {
      keys: anchors.keys.length,
      certificateAuthorities: anchors.certificateAuthorities.length,
      logs: anchors.logs.length,
      ctLogs: anchors.ctLogs.length,
      timestampAuthorities: anchors.timestampAuthorities.length,
    };
    this.description = `${origin} (${inventory(this.offers)})`;
    this.#anchors = anchors;
  }

  /** The keys and certificates themselves. */
  static anchors(material: TrustMaterial): Anchors {
    return material.#anchors;
  }
}

/** How many of each the material holds; what keyless needs follows from it. */
export interface Offers {
  readonly keys: number;
  readonly certificateAuthorities: number;
  readonly logs: number;
  readonly ctLogs: number;
  readonly timestampAuthorities: number;
}

export interface Anchors {
  readonly keys: readonly TrustedKey[];
  readonly certificateAuthorities: readonly Authority[];
  readonly logs: readonly Log[];
  readonly ctLogs: readonly Log[];
  readonly timestampAuthorities: readonly Authority[];
}

/** A key with the only hashes its signatures may be over. */
export interface TrustedKey {
  readonly key: PublicKey;
  readonly hashes: readonly Hash[];
}

/** A chain, leaf-most certificate first, trusted for times within `start` and `end`, both included. */
export interface Authority {
  readonly chain: readonly Certificate[];
  readonly start: Date;
  readonly end: Date;
}

/** A transparency log; `ids` are what its entries, SCTs and checkpoints call it by. */
export interface Log {
  readonly baseUrl: string;
  readonly ids: readonly Buffer[];
  readonly key: PublicKey;
  readonly start: Date;
  readonly end: Date;
}

/** Why trust material is none, in one clause. */
export interface MaterialProblem {
  readonly kind: 'problem';
  readonly detail: string;
}

export interface KeyOptions {
  /** The one hash its signatures are over, where it is not the curve's or size's own. */
  readonly hash?: Hash;
}

export const beginningOfTime = new Date(0);
export const endOfTime = new Date(8_640_000_000_000_000);

/** A PEM public key (SubjectPublicKeyInfo) -> trust in signatures by it. A private key is refused, not converted. */
export function parsePublicKey(pem: string, options: KeyOptions = {}): TrustMaterial | MaterialProblem {
  if (pem.length > limits.pemBytes) return problem(`a PEM text of ${pem.length} characters; expected one public key`);
  if (pem.includes('PRIVATE KEY')) return problem('a private key; expected a PEM block "PUBLIC KEY"');
  const [der, ...more] = decodePem(pem, 'PUBLIC KEY') ?? [];
  if (der === undefined || more.length > 0) return problem('expected exactly one PEM block "PUBLIC KEY"');
  const key = decodePublicKey(der);
  if ('kind' in key) return problem(key.detail);
  const hashes = options.hash === undefined ? key.hashes : [options.hash];
  if (key.hashes.length === 0 && hashes.length > 0) return problem(`${key.algorithm} takes no hash`);
  return new TrustMaterial(`key ${key.fingerprint} (${key.algorithm})`, { ...nothing, keys: [{ key, hashes }] });
}

/**
 * PEM certificates, leaf-most authority first and its self-signed root last -> trust in what they issue. Logs and
 * timestamps come from elsewhere ({@link withObservers}), or the authority states the wall clock as its source of time.
 */
export function parseCertificateAuthority(pem: string): TrustMaterial | MaterialProblem {
  if (pem.length > limits.pemBytes) return problem(`a PEM text of ${pem.length} characters; expected one chain`);
  const blocks = decodePem(pem, 'CERTIFICATE');
  if (blocks === undefined) return problem('expected PEM blocks "CERTIFICATE"');
  if (blocks.length > limits.chainCertificates) {
    return problem(`${blocks.length} certificates, more than ${limits.chainCertificates}`);
  }
  const chain: Certificate[] = [];
  for (const block of blocks) {
    const certificate = decodeCertificate(block);
    if ('kind' in certificate) return problem(certificate.detail);
    chain.push(certificate);
  }
  const trouble = brokenChain(chain);
  if (trouble !== undefined) return problem(trouble);
  const certificateAuthorities = [{ chain, start: beginningOfTime, end: endOfTime }];
  return new TrustMaterial('own certificate authority', { ...nothing, certificateAuthorities });
}

/** The same keys or certificate authorities, observed by the logs and timestamp authorities of a trusted root. */
export function withObservers(material: TrustMaterial, root: TrustMaterial): TrustMaterial {
  const { logs, ctLogs, timestampAuthorities } = TrustMaterial.anchors(root);
  const anchors = { ...TrustMaterial.anchors(material), logs, ctLogs, timestampAuthorities };
  return new TrustMaterial(`${material.description} observed by ${root.description}`, anchors);
}

/** Why a certificate may not be an authority here, or undefined. Name constraints are not evaluated, so none may rely on them. */
export function notAnAuthority({ x509 }: Certificate): string | undefined {
  if (x509.extension('2.5.29.30') !== undefined) return 'a certificate with name constraints, which are not evaluated';
  return x509.isCA ? undefined : 'a certificate that is not a certificate authority';
}

function brokenChain(chain: readonly Certificate[]): string | undefined {
  for (const [index, certificate] of chain.entries()) {
    const trouble = notAnAuthority(certificate);
    if (trouble !== undefined) return trouble;
    const issuer = chain[index + 1] ?? certificate;
    if (!certificate.x509.issuer.equals(issuer.x509.subject) || !certificate.x509.verify(issuer.x509)) {
      return issuer === certificate
        ? 'the last certificate is not self-signed; expected the chain up to its root'
        : `certificate ${index + 1} is not issued by the next one`;
    }
  }
  return undefined;
}

export const nothing: Anchors = {
  keys: [],
  certificateAuthorities: [],
  logs: [],
  ctLogs: [],
  timestampAuthorities: [],
};

/** Every key, certificate and period, in an order that says which is which. */
const fingerprints = (anchors: Anchors): unknown => [
  anchors.keys.map(({ key, hashes }) => [key.fingerprint, hashes]),
  ...[anchors.certificateAuthorities, anchors.timestampAuthorities].map((authorities) =>
    authorities.map(({ chain, start, end }) => [chain.map(({ der }) => sha256(der)), +start, +end]),
  ),
  ...[anchors.logs, anchors.ctLogs].map((logs) =>
    logs.map(({ baseUrl, ids, key, start, end }) => [
      baseUrl,
      ids.map((id) => id.toString('hex')),
      key.fingerprint,
      +start,
      +end,
    ]),
  ),
];

function inventory(offers: Offers): string {
  const counted: readonly (readonly [number, string, string])[] = [
    [offers.keys, 'key', 'keys'],
    [offers.certificateAuthorities, 'certificate authority', 'certificate authorities'],
    [offers.logs, 'log', 'logs'],
    [offers.ctLogs, 'CT log', 'CT logs'],
    [offers.timestampAuthorities, 'timestamp authority', 'timestamp authorities'],
  ];
  const held = counted
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${count} ${count === 1 ? one : many}`);
  return held.length === 0 ? 'empty' : held.join(', ');
}

const problem = (detail: string): MaterialProblem => ({ kind: 'problem', detail });
