import { LRUCache } from 'lru-cache';
import type { Candidate } from './need.ts';
import type { Rejection } from './outcome.ts';
import type { Verified } from './attestation/verify.ts';
import { limits } from './limits.ts';

/** What was proven stays proven: keyed by the whole signed entity, the trust material and what was asked of it, never by a name. */
export type ProofCache = LRUCache<string, Verified | Rejection>;

export const createProofCache = (bytes: number): ProofCache => new LRUCache({ maxSize: bytes });

/** What a proof weighs: an attestation keeps its predicate, whose values take several times the memory of their text. */
export const proofBytes = (proof: Verified | Rejection, entityBytes: number): number =>
  limits.proofEntryBytes + ('code' in proof || proof.statement.role === 'signature' ? 0 : 4 * entityBytes);

/** A discovery and its time. */
export interface Retained {
  readonly at: Date;
  readonly candidates: readonly Candidate[];
}

/** What a registry has for a digest, believed for a short while so that a new signature or its removal counts within it. */
export class DiscoveryCache {
  readonly #entries: LRUCache<string, { readonly at: number; readonly candidates: readonly Candidate[] }>;
  readonly #seconds: number;

  constructor({ bytes, seconds }: { readonly bytes: number; readonly seconds: number }) {
    this.#seconds = seconds;
    this.#entries = new LRUCache({
      maxSize: bytes,
      sizeCalculation: ({ candidates }, key) => key.length + candidates.reduce((sum, { bytes }) => sum + bytes, 256),
    });
  }

  get(key: string, now: Date): readonly Candidate[] | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    // Proven absence is believed for seconds only: whoever signs late wants to deploy now.
    const seconds = entry.candidates.length === 0 ? Math.min(this.#seconds, limits.absenceSeconds) : this.#seconds;
    const age = now.getTime() - entry.at;
    return age >= 0 && age < seconds * 1000 ? entry.candidates : undefined;
  }

  /** What was whole when it was last asked for, however long ago: for whoever may fall back on it during an outage. */
  retained(key: string): Retained | undefined {
    const entry = this.#entries.get(key);
    return entry === undefined ? undefined : { at: new Date(entry.at), candidates: entry.candidates };
  }

  /** The registry refuses what it once gave; no outage brings it back. */
  forget(key: string): void {
    this.#entries.delete(key);
  }

  set(key: string, candidates: readonly Candidate[], now: Date): void {
    this.#entries.set(key, { at: now.getTime(), candidates });
  }

  get size(): number {
    return this.#entries.size;
  }
}
