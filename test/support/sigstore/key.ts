import { createHash, generateKeyPairSync, type KeyObject, sign as cryptoSign } from 'node:crypto';
import * as der from './der.ts';

/** A key that signs, with the one that checks it. */
export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** The kinds of keys that Sigstore's clients know. */
export type KeyKind = 'p256' | 'p384' | 'p521' | 'ed25519' | 'rsa';

/** Makes a key; P-256 is what cosign and Fulcio use where nothing else is asked for. */
export function generateKey(kind: KeyKind = 'p256'): KeyPair {
  switch (kind) {
    case 'p256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'p384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' });
    case 'p521':
      return generateKeyPairSync('ec', { namedCurve: 'P-521' });
    case 'ed25519':
      return generateKeyPairSync('ed25519');
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
  }
}

/** Signs with the hash that goes with the key: SHA-256 for P-256 and RSA (PKCS #1 v1.5), SHA-384 and SHA-512 for the larger curves. */
export const sign = (bytes: Buffer, key: KeyObject): Buffer => cryptoSign(hashOf(key), bytes, key);

/** DER SubjectPublicKeyInfo. */
export const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

/** PEM SubjectPublicKeyInfo. */
export const publicPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

/** SHA-256 of the DER SubjectPublicKeyInfo: a log's identity, and the hint in a bundle signed with a key. */
export const keyId = (key: KeyObject): Buffer => createHash('sha256').update(spki(key)).digest();

/** The AlgorithmIdentifier of signatures that {@link sign} makes. */
export function signatureAlgorithm(key: KeyObject): Buffer {
  switch (hashOf(key)) {
    case null:
      return der.sequence(der.oid('1.3.101.112'));
    case 'sha384':
      return der.sequence(der.oid('1.2.840.10045.4.3.3'));
    case 'sha512':
      return der.sequence(der.oid('1.2.840.10045.4.3.4'));
    case 'sha256':
      return key.asymmetricKeyType === 'rsa'
        ? der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nothing())
        : der.sequence(der.oid('1.2.840.10045.4.3.2'));
  }
}

/** How sigstore's protobuf-specs call the key and its signatures. */
export function keyDetails(key: KeyObject): string {
  switch (hashOf(key)) {
    case null:
      return 'PKIX_ED25519';
    case 'sha384':
      return 'PKIX_ECDSA_P384_SHA_384';
    case 'sha512':
      return 'PKIX_ECDSA_P521_SHA_512';
    case 'sha256':
      return key.asymmetricKeyType === 'rsa' ? 'PKIX_RSA_PKCS1V15_2048_SHA256' : 'PKIX_ECDSA_P256_SHA_256';
  }
}

function hashOf(key: KeyObject): 'sha256' | 'sha384' | 'sha512' | null {
  if (key.asymmetricKeyType === 'ed25519') return null;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === 'secp384r1') return 'sha384';
  return curve === 'secp521r1' ? 'sha512' : 'sha256';
}
