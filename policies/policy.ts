import type { Digest } from '../evidence/index.ts';
import type { PolicyAbout } from './about.ts';
import type { Attestation } from './attestation.ts';
import type { Authority } from './authority.ts';
import type { Exception } from './exception.ts';
import type { MatchCondition, Variable } from './expression.ts';
import type { Captures, Glob } from './glob.ts';
import type { Constraint } from './govern.ts';
import type { Mutation } from './mutation.ts';
import type { ConstantParameters, ParameterSource } from './parameters.ts';
import type { Revocation } from './revocation.ts';
import type { Rule } from './rule.ts';
import type { Pin } from './rule/pin.ts';

/** A compiled policy: immutable, shared by all reviews. */
export interface CompiledPolicy {
  /** The kind of its document; absent for what the program itself demands. */
  readonly kind?: string;
  /** As messages call it: `acme-releases`, or `team-a/acme-releases` of a namespaced kind. */
  readonly name: string;
  /** What its document says of itself. */
  readonly about?: PolicyAbout;
  /** The binding that puts it in force, for Kubernetes' own kinds. */
  readonly binding?: string;
  /** The one namespace that it governs; undefined governs all. */
  readonly namespace?: string;
  /** Over the canonical origin repository; undefined governs every image. */
  readonly images?: readonly Glob[];
  /** Whether it says anything of images at all; one that does not leaves them to other policies. */
  readonly speaksOfImages: boolean;
  /** All must hold for the policy to speak of an object; then its match conditions are looked at. */
  readonly constraints: readonly Constraint[];
  readonly matchConditions: readonly MatchCondition[];
  /** What match conditions may read as `variables`: nothing, but for gatekeeper's templates. */
  readonly conditionVariables?: readonly Variable[];
  readonly parameters?: ParameterSource | ConstantParameters;
  /** In the order in which one may read the other. */
  readonly variables: readonly Variable[];
  /** Whose signatures expressions see. */
  readonly authorities: readonly Authority[];
  /** What expressions read as `image.attestations`. */
  readonly attestations: readonly Attestation[];
  readonly rules: readonly Rule[];
  /** What it writes into objects, in its own order. */
  readonly mutations: readonly Mutation[];
  /** So many distinct authorities must have signed; absent where no signature is asked for. */
  readonly threshold?: number;
  readonly pin: Pin;
  readonly onUnavailable: 'Deny' | 'Warn' | 'AllowIfPreviouslyVerified';
  /** Milliseconds; how long ago the earlier proof may be. */
  readonly previouslyVerifiedMaxAge?: number;
  readonly failurePolicy: 'Fail' | 'Ignore';
  readonly validationActions: readonly ('Deny' | 'Warn' | 'Audit')[];
  /** Whether an UPDATE is denied for what the old object had already. */
  readonly updates: 'Ratchet' | 'Strict';
  /** Before this moment it warns where it would deny. */
  readonly enforceFrom?: Date;
}

/** The policies in force, in the order of their names. */
export interface PolicySet {
  readonly policies: readonly CompiledPolicy[];
  readonly revocations: readonly Revocation[];
  readonly exceptions: readonly Exception[];
  /** The documents that they come from, as a record names them. */
  readonly documents: readonly DocumentVersion[];
}

/** Which version of a document was in force. */
export interface DocumentVersion {
  readonly kind: string;
  /** `namespace/name`, or the name alone. */
  readonly name: string;
  /** SHA-256 of the document as JSON. */
  readonly digest: Digest;
}

export interface Governed {
  readonly policy: CompiledPolicy;
  readonly captures: Captures;
}

export const noPolicies: PolicySet = { policies: [], revocations: [], exceptions: [], documents: [] };

/** A policy that says nothing yet, for what the program itself demands of every object. */
export const emptyPolicy: Omit<CompiledPolicy, 'name'> = {
  speaksOfImages: false,
  constraints: [],
  matchConditions: [],
  variables: [],
  authorities: [],
  attestations: [],
  rules: [],
  mutations: [],
  pin: 'None',
  onUnavailable: 'Deny',
  failurePolicy: 'Fail',
  validationActions: ['Deny'],
  updates: 'Strict',
};
