import type { Authority } from './authority.ts';

/** Attestations that a policy speaks of, as `image.attestations.NAME`. */
export interface Attestation {
  readonly name: string;
  /** Literal, as the statement has it. */
  readonly predicateType: string;
  /** Whose count. */
  readonly from: readonly Authority[];
  /** Whether an image needs one. */
  readonly required: boolean;
}
