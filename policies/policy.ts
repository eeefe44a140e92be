import type { Captures, Glob } from './glob.ts';
import type { Revocation } from './revocation.ts';
import type { Rule } from './rule.ts';
import type { Pin } from './rule/pin.ts';

/** A compiled policy: immutable, shared by all reviews. */
export interface CompiledPolicy {
  readonly name: string;
  /** Over the canonical origin repository; undefined governs every image. */
  readonly images?: readonly Glob[];
  readonly rules: readonly Rule[];
  /** So many distinct authorities must have signed; absent where no signature is asked for. */
  readonly threshold?: number;
  readonly pin: Pin;
  readonly onUnavailable: 'Deny' | 'Warn' | 'AllowIfPreviouslyVerified';
  /** Milliseconds; how long ago the earlier proof may be. */
  readonly previouslyVerifiedMaxAge?: number;
  readonly failurePolicy: 'Fail' | 'Ignore';
  readonly validationActions: readonly ('Deny' | 'Warn' | 'Audit')[];
}

/** The policies in force, in the order of their names. */
export interface PolicySet {
  readonly policies: readonly CompiledPolicy[];
  readonly revocations: readonly Revocation[];
}

export interface Governed {
  readonly policy: CompiledPolicy;
  readonly captures: Captures;
}

export const noPolicies: PolicySet = { policies: [], revocations: [] };
