import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { type Digest, parseDigest } from '../image/digest.ts';
import { limits } from '../limits.ts';

/** A public key that passed the allow-list of algorithms. */
export interface PublicKey {
  readonly object: KeyObject;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Buffer;
  /** SHA-256 of {@link spki}. */
  readonly fingerprint: Digest;
  readonly algorithm: KeyAlgorithm;
  /** Hashes a signature by this key may be over, most likely first; empty for Ed25519, which hashes by itself. */
  readonly hashes: readonly Hash[];
}

export type Hash = 'sha256' | 'sha384' | 'sha512';

export type KeyAlgorithm = 'ECDSA P-256' | 'ECDSA P-384' | 'ECDSA P-521' | 'RSA' | 'Ed25519';

/** Why a key is none: `malformed` is not a key at all, `refused` is one that the allow-list leaves out. */
export interface KeyProblem {
  readonly kind: 'problem';
  readonly why: 'malformed' | 'refused';
  readonly detail: string;
}

/** DER of a public key -> key. PKCS#1 is only what old logs of a trusted root are written in. */
export function decodePublicKey(der: Uint8Array, type: 'spki' | 'pkcs1' = 'spki'): PublicKey | KeyProblem {
  try {
    return allowed(createPublicKey({ key: Buffer.from(der), format: 'der', type }));
  } catch {
    return { kind: 'problem', why: 'malformed', detail: 'not a DER public key' };
  }
}

/** SHA-256 as a digest. */
export function sha256(...parts: readonly Uint8Array[]): Digest {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  const digest = parseDigest(`sha256:${hash.digest('hex')}`);
  if (digest === undefined) throw new Error('SHA-256 is not a digest');
  return digest;
}

function allowed(object: KeyObject): PublicKey | KeyProblem {
  const found = algorithmOf(object);
  if ('kind' in found) return found;
  const spki = object.export({ type: 'spki', format: 'der' });
  return { object, spki, fingerprint: sha256(spki), ...found };
}

type Allowed = Pick<PublicKey, 'algorithm' | 'hashes'>;

/** Sigstore's algorithm registry, without Ed25519ph and RSA-PSS; cosign 2 also signs with SHA-256 on the larger curves. */
function algorithmOf(key: KeyObject): Allowed | KeyProblem {
  const type = key.asymmetricKeyType ?? 'unknown';
  if (type === 'rsa') return rsaOf(key);
  if (type === 'ed25519') return edwardsOf(key);
  if (type !== 'ec') return refused(`a key of type ${type}; expected ECDSA, RSA or Ed25519`);
  const curve = curves.get(key.asymmetricKeyDetails?.namedCurve ?? '');
  return curve ?? refused('an ECDSA key on another curve; expected P-256, P-384 or P-521');
}

const curves = new Map<string, Allowed>([
  ['prime256v1', { algorithm: 'ECDSA P-256', hashes: ['sha256'] }],
  ['secp384r1', { algorithm: 'ECDSA P-384', hashes: ['sha384', 'sha256'] }],
  ['secp521r1', { algorithm: 'ECDSA P-521', hashes: ['sha512', 'sha256'] }],
]);

function rsaOf(key: KeyObject): Allowed | KeyProblem {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < limits.rsaBitsLeast) return refused(`RSA of ${modulusLength} bits; expected at least 2048`);
  if (modulusLength > limits.rsaBitsMost) return refused(`RSA of ${modulusLength} bits; expected at most 8192`);
  // An exponent that is even or tiny makes forgeries by arithmetic cheap, and a huge one makes each check expensive.
  if (publicExponent < 65537n || publicExponent >= 2n ** 32n || publicExponent % 2n === 0n) {
    return refused(`RSA with the exponent ${publicExponent}; expected an odd one of 65537 to 2^32`);
  }
  return { algorithm: 'RSA', hashes: ['sha256', 'sha384', 'sha512'] };
}

/** A point of small order verifies signatures over messages that nobody signed. */
function edwardsOf(key: KeyObject): Allowed | KeyProblem {
  const raw = key.export({ type: 'spki', format: 'der' }).subarray(-32);
  try {
    if (!ed25519.Point.fromBytes(raw).isSmallOrder()) return { algorithm: 'Ed25519', hashes: [] };
  } catch {
    // Not a point of the curve, or not written canonically.
  }
  return refused('an Ed25519 key that is no point of large order');
}

const refused = (detail: string): KeyProblem => ({ kind: 'problem', why: 'refused', detail });
