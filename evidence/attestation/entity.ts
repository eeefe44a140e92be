import type { TransparencyLogEntry } from '@sigstore/bundle';
import type { Digest } from '../image/digest.ts';
import { sha256 } from '../trust/key.ts';
import type { Hash } from '../trust/key.ts';

/**
 * A signature with everything that came with it, whatever carried it. Nothing in here is believed yet: every field is
 * what whoever pushed it wrote, only within bounds.
 */
export interface SignedEntity {
  readonly kind: 'entity';
  /** SHA-256 over payload, signatures, certificate, log entries and timestamps: the key of what was proven of it. */
  readonly id: Digest;
  readonly format: EntityFormat;
  readonly content: Content;
  /** Exactly one but for a bare envelope, where each is tried (evidence model, 4.0 step 3). */
  readonly signatures: readonly Buffer[];
  readonly signer: ClaimedSigner;
  readonly logEntries: readonly TransparencyLogEntry[];
  /** RFC 3161 responses, DER. */
  readonly timestamps: readonly Buffer<ArrayBuffer>[];
  /** What the timestamps are over: the signature, or cosign's whole `.att` layer. */
  readonly timestamped: Buffer;
}

export type EntityFormat =
  | 'bundle v0.1'
  | 'bundle v0.2'
  | 'bundle v0.3'
  | 'cosign signature layer'
  | 'cosign attestation layer'
  | 'DSSE envelope';

export type Content = EnvelopeContent | PayloadContent | MessageContent;

/** A DSSE envelope. */
export interface EnvelopeContent {
  readonly kind: 'envelope';
  readonly payloadType: string;
  readonly payload: Buffer;
  /** The envelope as it was stored, where it was stored by itself; some log entries are over these bytes. */
  readonly stored?: Buffer;
}

/** cosign's simple-signing JSON, signed as it is. */
export interface PayloadContent {
  readonly kind: 'payload';
  readonly payload: Buffer;
}

/** The signature is over the artifact's own bytes. */
export interface MessageContent {
  readonly kind: 'message';
  readonly hash: Hash;
  readonly digest: Buffer;
}

/** The leaf certificate as DER, or a key that must be known already; a hint says nothing and is not looked at. */
export type ClaimedSigner =
  | { readonly kind: 'certificate'; readonly der: Buffer; readonly legacy: boolean }
  | { readonly kind: 'key' };

/** One digest over several parts, none of which can grow into its neighbour. */
export function identify(format: EntityFormat, parts: readonly Uint8Array[]): Digest {
  const framed = parts.flatMap((part) => [Buffer.from(`\0${part.length}\0`), part]);
  return sha256(Buffer.from(format), ...framed);
}
