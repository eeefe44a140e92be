import { RFC3161Timestamp } from '@sigstore/core';
import { verifyRFC3161Timestamp } from '@sigstore/verify/dist/timestamp/tsa.js';
import type { Digest } from '../image/digest.ts';
import { type Rejection, rejection } from '../outcome.ts';
import { sha256 } from '../trust/key.ts';
import type { Authority } from '../trust/material.ts';
import { allowsUsage, timeStamping } from './usage.ts';
import { utc } from './time.ts';

/** A time that a trusted timestamp authority signed together with the signature. */
export interface VerifiedTimestamp {
  readonly time: Date;
  /** SHA-256 of the authority's certificate: which one it was. */
  readonly authority: Digest;
}

/**
 * Proves each RFC 3161 response over the signature, or rejects them all. The authority that signed must itself be
 * trusted at that time: another one's period is not borrowed. What is written twice counts once.
 */
export function verifyTimestamps(
  timestamps: readonly Buffer<ArrayBuffer>[],
  timestamped: Buffer,
  authorities: readonly Authority[],
): readonly VerifiedTimestamp[] | Rejection {
  const verified = new Map<string, VerifiedTimestamp>();
  for (const der of timestamps) {
    const outcome = verifyTimestamp(der, timestamped, authorities);
    if ('kind' in outcome) return outcome;
    verified.set(`${outcome.authority} ${+outcome.time}`, outcome);
  }
  return [...verified.values()];
}

function verifyTimestamp(
  der: Buffer<ArrayBuffer>,
  timestamped: Buffer,
  authorities: readonly Authority[],
): VerifiedTimestamp | Rejection {
  const parsed = parse(der);
  if (parsed === undefined) return wrong('a timestamp that is not an RFC 3161 response');
  for (const authority of authorities) {
    const [leaf] = authority.chain;
    if (leaf !== undefined && allowsUsage(leaf, timeStamping) && vouches(authority, parsed.response, timestamped)) {
      return { time: parsed.time, authority: sha256(leaf.der) };
    }
  }
  return wrong(
    `a timestamp of ${utc(parsed.time)} by no authority that is trusted for that time, or over something else`,
  );
}

function parse(der: Buffer<ArrayBuffer>): { readonly response: RFC3161Timestamp; readonly time: Date } | undefined {
  try {
    const response = RFC3161Timestamp.parse(der);
    const time = response.signingTime;
    return Number.isNaN(time.getTime()) ? undefined : { response, time };
  } catch {
    return undefined;
  }
}

function vouches({ chain, start, end }: Authority, response: RFC3161Timestamp, timestamped: Buffer): boolean {
  try {
    const authority = { certChain: chain.map(({ x509 }) => x509), validFor: { start, end } };
    verifyRFC3161Timestamp(response, timestamped, [authority]);
    return true;
  } catch {
    return false;
  }
}

const wrong = (detail: string): Rejection => rejection('TIMESTAMP_WRONG', detail);
