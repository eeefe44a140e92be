import type { Digest, Verified } from '../evidence/index.ts';
import { difference, type Identity } from './identity.ts';

/** What was trusted and is not any more, compiled. It is asked at every judgement, so no cache outlives it. */
export interface Revocation {
  readonly name: string;
  readonly reason: string;
  readonly digests: ReadonlySet<Digest>;
  readonly signers: readonly RevokedSigner[];
}

/** Signatures that do not count any more: those of this key or identity, or of anybody, made within the times. */
export interface RevokedSigner {
  readonly key?: Digest;
  readonly identity?: Identity;
  /** Milliseconds since 1970, included. */
  readonly from: number;
  /** Milliseconds since 1970, excluded. */
  readonly until: number;
}

/** The revocation that takes this signature's worth away, if there is one. */
export const revokedBy = (revocations: readonly Revocation[], signature: Verified): Revocation | undefined =>
  revocations.find(({ signers }) => signers.some((signer) => covers(signer, signature)));

function covers({ key, identity, from, until }: RevokedSigner, signature: Verified): boolean {
  const { signer } = signature;
  if (key !== undefined && signer.fingerprint !== key) return false;
  if (identity !== undefined && (signer.kind === 'key' || difference(identity, signer, {}) !== undefined)) return false;
  const times = timesOf(signature);
  // A signature whose time nobody states may be of any: whoever holds a revoked key would leave the time out.
  return times.length === 0 ? true : times.some((time) => time >= from && time < until);
}

const timesOf = ({ logEntries, timestamps }: Verified): number[] => [
  ...logEntries.flatMap(({ integratedTime }) => (integratedTime === undefined ? [] : [integratedTime.getTime()])),
  ...timestamps.map(({ time }) => time.getTime()),
];
