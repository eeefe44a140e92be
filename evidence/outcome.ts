/**
 * What an attempt to learn something ends in. Found and proven absent are answers; the three others are kept apart
 * because the policy treats each differently (docs/errors.md lists every code).
 */
export type Read<T> = Found<T> | Absent | Gap | Refusal;

/** It was there, and its bytes are what their digest says. */
export interface Found<T> {
  readonly kind: 'found';
  readonly value: T;
}

/** The origin registry itself proved that nothing is there. A mirror's 404 never becomes this. */
export interface Absent {
  readonly kind: 'absent';
}

/** It could not be found out this time: an outage, a throttled registry, a deadline. Never an answer, never cached. */
export interface Gap {
  readonly kind: 'gap';
  readonly code: GapCode;
  /** One clause for a person: who answered what. Already stripped of control characters and secrets. */
  readonly detail: string;
  /** Seconds until it is worth asking again, where the other side said so. */
  readonly retryAfter?: number;
}

/** A definite no that whoever pushes or guards the repository caused: it denies, whatever `onUnavailable` says. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly code: RefusalCode;
  readonly detail: string;
}

/** Something that claimed to be evidence and is not: its code says which check it failed. It stays wrong forever. */
export interface Rejection {
  readonly kind: 'rejection';
  readonly code: RejectionCode;
  readonly detail: string;
}

export type GapCode =
  | 'OFFLINE'
  | 'REGISTRY_UNREACHABLE'
  | 'REGISTRY_ERROR'
  | 'REGISTRY_LIMITED'
  | 'REGISTRY_MISCONFIGURED'
  | 'DEADLINE_EXCEEDED'
  | 'CREDENTIALS_UNAVAILABLE'
  | 'TRUST_UNAVAILABLE'
  | 'NEEDS_EXHAUSTED';

export type RefusalCode =
  | 'ACCESS_REFUSED'
  | 'ADDRESS_REFUSED'
  | 'REDIRECT_REFUSED'
  | 'DIGEST_MISMATCH'
  | 'MANIFEST_MALFORMED'
  | 'MANIFEST_UNSUPPORTED'
  | 'MODULE_MALFORMED'
  | 'LIMIT_BYTES'
  | 'LIMIT_REFERRERS'
  | 'LIMIT_SIGNATURES'
  | 'LIMIT_ATTESTATIONS'
  | 'LIMIT_PLATFORMS'
  | 'LIMIT_DEPTH';

export type RejectionCode =
  | 'ENTITY_MALFORMED'
  | 'PAYLOAD_TYPE_UNKNOWN'
  | 'STATEMENT_MALFORMED'
  | 'SUBJECT_MISMATCH'
  | 'SIGNATURE_WRONG'
  | 'KEY_MISMATCH'
  | 'ALGORITHM_REFUSED'
  | 'CERTIFICATE_UNTRUSTED'
  | 'CERTIFICATE_MALFORMED'
  | 'SCT_MISSING'
  | 'SCT_WRONG'
  | 'LOG_ENTRY_MISSING'
  | 'LOG_ENTRY_WRONG'
  | 'TIMESTAMP_MISSING'
  | 'TIMESTAMP_WRONG'
  | 'TIMESTAMP_OUTSIDE_CERTIFICATE'
  | 'FORMAT_UNSUPPORTED'
  | 'ARTIFACT_NEEDED'
  | 'LIMIT_ENTITY';

export const gap = (code: GapCode, detail: string, retryAfter?: number): Gap =>
  retryAfter === undefined ? { kind: 'gap', code, detail } : { kind: 'gap', code, detail, retryAfter };

export const refusal = (code: RefusalCode, detail: string): Refusal => ({ kind: 'refusal', code, detail });

export const rejection = (code: RejectionCode, detail: string): Rejection => ({ kind: 'rejection', code, detail });

export const found = <T>(value: T): Found<T> => ({ kind: 'found', value });

export const absent: Absent = { kind: 'absent' };
