import type { AdmissionRequest } from './request.ts';
import type { KubernetesObject } from './version.ts';

/** What a door asks about: one object, at one moment of its life. */
export interface Review {
  /** Mutation pins and never denies; validation judges and never changes. */
  readonly phase: 'mutate' | 'validate';
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  /** Absent on DELETE. */
  readonly object?: KubernetesObject;
  readonly oldObject?: KubernetesObject;
  /** Absent where nobody asked to change anything, as in a background scan. */
  readonly request?: AdmissionRequest;
}

/** Whether the review is about an object that is about to be stored. */
export const isWritten = ({ operation }: Review): boolean => operation === 'CREATE' || operation === 'UPDATE';
