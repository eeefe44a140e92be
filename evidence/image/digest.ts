import { createHash } from 'node:crypto';

declare const brand: unique symbol;

/** A content digest, `sha256:` or `sha512:` and lower-case hex of exact length. Only {@link parseDigest} makes one. */
export type Digest = string & { readonly [brand]: 'Digest' };

/** OCI image-spec 1.1, descriptor.md "Digests", narrowed to the registered algorithms: anything else proves nothing here. */
export function parseDigest(text: string): Digest | undefined {
  return isDigest(text) ? text : undefined;
}

const isDigest = (text: string): text is Digest =>
  /^sha256:[0-9a-f]{64}$/.test(text) || /^sha512:[0-9a-f]{128}$/.test(text);

/** The algorithm's name, as node:crypto and RFC 6920 spell it. */
export const digestAlgorithm = (digest: Digest): 'sha256' | 'sha512' =>
  digest.startsWith('sha256:') ? 'sha256' : 'sha512';

/** The hex part alone. */
export const digestHex = (digest: Digest): string => digest.slice(7);

/** Whether these bytes are what the digest names; nobody's word is taken for it. */
export const isDigestOf = (digest: Digest, bytes: Uint8Array): boolean =>
  createHash(digestAlgorithm(digest)).update(bytes).digest('hex') === digestHex(digest);
