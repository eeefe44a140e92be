import type { Digest, Proof } from '../evidence/index.ts';
import { difference, type Identity } from './identity.ts';

/** The rule of every revocation of digests; no rule of a policy has its name. */
export const revocationRuleName = 'revocation';

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
export const revokedBy = (revocations: readonly Revocation[], signature: Proof): Revocation | undefined =>
  revocations.find(({ signers }) => signers.some((signer) => covers(signer, signature)));

function covers({ key, identity, from, until }: RevokedSigner, signature: Proof): boolean {
  const { signer } = signature;
  if (key !== undefined && signer.fingerprint !== key) return false;
  if (identity !== undefined && (signer.kind === 'key' || difference(identity, signer, {}) !== undefined)) return false;
  // Logs and timestamps say when a signature was there already, not when it was made: whoever has an old one can have it
  // logged again, and leave out the earlier times. Only a certificate says since when its key could sign.
  const earliest = signer.kind === 'certificate' ? signer.notBefore.getTime() : -Infinity;
  const latest = Math.min(...timesOf(signature));
  return earliest < until && latest >= from;
}

const timesOf = ({ logEntries, timestamps }: Proof): number[] => [
  ...logEntries.flatMap(({ integratedTime }) => (integratedTime === undefined ? [] : [integratedTime.getTime()])),
  ...timestamps.map(({ time }) => time.getTime()),
];
