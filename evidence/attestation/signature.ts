import { createHash, constants, publicDecrypt, verify } from 'node:crypto';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import type { Hash, PublicKey } from '../trust/key.ts';

/** What a signature is over: the bytes, or only their hash where the bytes are elsewhere. */
export type Signed =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'hash'; readonly hash: Hash; readonly digest: Buffer };

export type SignatureVerdict = 'right' | 'wrong' | 'artifact needed';

/**
 * Is this a signature by that key, over one of those hashes? Only the hashes given are tried, so neither the signer nor
 * the bundle chooses a weaker one (A-VER-22). Ed25519 signs the bytes themselves and cannot be checked by a hash.
 */
export function verifySignature(
  key: PublicKey,
  hashes: readonly Hash[],
  signed: Signed,
  signature: Buffer,
): SignatureVerdict {
  if (key.algorithm === 'Ed25519') {
    if (signed.kind === 'hash') return 'artifact needed';
    return attempt(() => verify(null, signed.bytes, key.object, signature));
  }
  if (signed.kind === 'bytes') {
    return attempt(() => hashes.some((hash) => verify(hash, signed.bytes, key.object, signature)));
  }
  if (!hashes.includes(signed.hash)) return 'artifact needed';
  return attempt(() =>
    (key.algorithm === 'RSA' ? rsaOverHash : ecdsaOverHash)(key, signed.hash, signed.digest, signature),
  );
}

/** The hash of what is signed; undefined where only another hash is known. */
export function digestOf(signed: Signed, hash: Hash): Buffer | undefined {
  if (signed.kind === 'bytes') return createHash(hash).update(signed.bytes).digest();
  return signed.hash === hash ? signed.digest : undefined;
}

function attempt(check: () => boolean): SignatureVerdict {
  try {
    return check() ? 'right' : 'wrong';
  } catch {
    return 'wrong';
  }
}

/** FIPS 186-5, 6.4.2, from step 3 on; node:crypto has no way to begin there. */
function ecdsaOverHash(key: PublicKey, _hash: Hash, digest: Buffer, signature: Buffer): boolean {
  const curve = curves.get(key.algorithm);
  const point = uncompressedPoint(key);
  if (curve === undefined || point === undefined) return false;
  return curve.verify(signature, digest, point, { prehash: false, format: 'der', lowS: false });
}

const curves = new Map([
  ['ECDSA P-256', p256],
  ['ECDSA P-384', p384],
  ['ECDSA P-521', p521],
]);

function uncompressedPoint(key: PublicKey): Buffer | undefined {
  const { x, y } = key.object.export({ format: 'jwk' });
  if (x === undefined || y === undefined) return undefined;
  return Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
}

/** RFC 8017, 8.2.2: the whole encoded block is compared, so nothing can hide behind the digest. */
function rsaOverHash(key: PublicKey, hash: Hash, digest: Buffer, signature: Buffer): boolean {
  if (signature.length !== Math.ceil((key.object.asymmetricKeyDetails?.modulusLength ?? 0) / 8)) return false;
  const found = publicDecrypt({ key: key.object, padding: constants.RSA_NO_PADDING }, signature);
  const info = Buffer.concat([Buffer.from(digestInfo[hash], 'hex'), digest]);
  const padding = Buffer.alloc(found.length - info.length - 3, 0xff);
  return found.equals(Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), info]));
}

/** RFC 8017, 9.2, note 1. */
const digestInfo: Readonly<Record<Hash, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};
