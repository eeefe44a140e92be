import { Fulcio } from './fulcio.ts';
import type { Identity } from './identity.ts';
import { generateKey, type KeyPair } from './key.ts';
import type { Signer } from './sign.ts';
import { TimestampAuthority } from './timestamp-authority.ts';
import { TransparencyLog } from './transparency-log.ts';
import { trustedRoot } from './trusted-root.ts';

/** How a private Sigstore is set up. */
export interface SigstoreOptions {
  /** The clock of all its services. */
  readonly now?: () => Date;
  /** The organization in its certificates; two with different names are told apart more easily. */
  readonly organization?: string;
  /** When authorities and logs begin to be trusted; a year ago by default. They end twenty years later. */
  readonly from?: Date;
}

/** A Sigstore of one's own: authorities and logs in memory, without a network. */
export interface Sigstore {
  readonly fulcio: Fulcio;
  /** Rekor v1. */
  readonly rekor: TransparencyLog;
  /** Rekor v2. */
  readonly rekor2: TransparencyLog;
  /** A log that no trusted root names. */
  readonly stranger: TransparencyLog;
  readonly timestamps: TimestampAuthority;
  /** The text of a `trusted_root.json`. */
  readonly trustedRoot: string;
  now(): Date;
  /** Somebody who signs without a key of their own. */
  keyless(identity: Identity): Signer & { readonly kind: 'keyless' };
  /** Somebody who signs with a key and logs it here. */
  logged(key?: KeyPair): Signer & { readonly kind: 'key' };
}

const year = 365 * 24 * 3600_000;

/** Makes a private Sigstore. */
export function createSigstore(options: SigstoreOptions = {}): Sigstore {
  const now = options.now ?? (() => new Date());
  const organization = options.organization ?? 'sigstore.test';
  const from = options.from ?? new Date(now().getTime() - year);
  const validity = { notBefore: from, notAfter: new Date(from.getTime() + 20 * year) };
  const fulcio = new Fulcio(organization, validity, now);
  const rekor = new TransparencyLog('rekor.test');
  const rekor2 = new TransparencyLog('log2026.rekor.test', 2);
  const timestamps = new TimestampAuthority(organization, validity);
  const sigstore: Sigstore = {
    fulcio,
    rekor,
    rekor2,
    stranger: new TransparencyLog('rekor.test'),
    timestamps,
    trustedRoot: trustedRoot({ fulcio, logs: [rekor, rekor2], timestamps, organization, from }),
    now,
    keyless: (identity) => ({ kind: 'keyless', identity, sigstore }),
    logged: (key = generateKey()) => ({ kind: 'key', key, sigstore }),
  };
  return sigstore;
}

/** Somebody who signs with a key and logs nothing. */
export const keySigner = (key: KeyPair = generateKey()): Signer & { readonly kind: 'key' } => ({ kind: 'key', key });
