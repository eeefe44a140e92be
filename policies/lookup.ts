import type { AuthorizationAnswer, AuthorizationQuestion } from './cel/index.ts';
import type { Absent, Found } from '../evidence/index.ts';
import type { KubernetesObject } from './version.ts';

/** A question about the cluster, which evidence knows nothing of. */
export type LookupNeed = NamespaceNeed | ObjectsNeed | AuthorizationNeed | RequestNeed;

/** The Namespace object of this name. */
export interface NamespaceNeed {
  readonly kind: 'namespace';
  readonly name: string;
}

/** Every object of a kind, of one namespace or (undefined) of all; one object where it is named. */
export interface ObjectsNeed {
  readonly kind: 'objects';
  readonly apiVersion: string;
  readonly objectKind: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Whether the user of the request (or a service account) may do something. */
export interface AuthorizationNeed {
  readonly kind: 'authorization';
  readonly question: AuthorizationQuestion;
}

/** What only an admission request brings; nobody can look it up, so a background scan never learns it. */
export interface RequestNeed {
  readonly kind: 'request';
}

/** What a lookup ends in. Absent is an answer of the cluster itself. */
export type LookupRead<T> = Found<T> | Absent | LookupGap;

/** It could not be found out; `failurePolicy` says what that is worth. */
export interface LookupGap {
  readonly kind: 'gap';
  readonly code: LookupGapCode;
  readonly detail: string;
}

export type LookupGapCode = 'LOOKUP_UNAVAILABLE' | 'NOT_OBSERVABLE' | 'NEEDS_EXHAUSTED' | 'DEADLINE_EXCEEDED';

export type LookupAnswer =
  | { readonly kind: 'namespace'; readonly need: NamespaceNeed; readonly read: LookupRead<KubernetesObject> }
  | { readonly kind: 'objects'; readonly need: ObjectsNeed; readonly read: LookupRead<readonly KubernetesObject[]> }
  | { readonly kind: 'authorization'; readonly need: AuthorizationNeed; readonly read: LookupRead<AuthorizationAnswer> }
  | { readonly kind: 'request'; readonly need: RequestNeed; readonly read: LookupGap };

/** What a door brings to answer questions about the cluster: files in the command line, informers in the webhook. */
export interface Lookup {
  /** Answers every need, in any order; what cannot be found out is a gap. Never rejects. */
  fulfil(needs: readonly LookupNeed[], context: LookupContext): Promise<readonly LookupAnswer[]>;
}

export interface LookupContext {
  readonly signal: AbortSignal;
}

/** Where no cluster is at hand: every answer is a gap. */
export const noLookup: Lookup = {
  fulfil: async (needs) =>
    needs.map((need) =>
      unanswered(need, lookupGap('LOOKUP_UNAVAILABLE', `nothing here can look up ${describe(need)}`)),
    ),
};

export const lookupGap = (code: LookupGapCode, detail: string): LookupGap => ({ kind: 'gap', code, detail });

/** The answer to a need that nobody answers. */
export function unanswered(need: LookupNeed, read: LookupGap): LookupAnswer {
  switch (need.kind) {
    case 'namespace':
      return { kind: need.kind, need, read };
    case 'objects':
      return { kind: need.kind, need, read };
    case 'authorization':
      return { kind: need.kind, need, read };
    case 'request':
      return { kind: need.kind, need, read };
  }
}

/** Two needs with one key have one answer. */
export function lookupKey(need: LookupNeed): string {
  switch (need.kind) {
    case 'namespace':
      return `namespace ${need.name}`;
    case 'objects':
      return `objects ${need.apiVersion} ${need.objectKind} ${need.namespace ?? ''} ${need.name ?? ''}`;
    case 'authorization':
      return `authorization ${JSON.stringify(Object.entries(need.question).toSorted(([a], [b]) => (a < b ? -1 : 1)))}`;
    case 'request':
      return 'request';
  }
}

/** The need as a message names it. */
export function describe(need: LookupNeed): string {
  switch (need.kind) {
    case 'namespace':
      return `namespace "${need.name}"`;
    case 'objects': {
      const where = need.namespace === undefined ? '' : ` of namespace "${need.namespace}"`;
      return need.name === undefined
        ? `${need.objectKind} objects${where}`
        : `${need.objectKind} "${need.name}"${where}`;
    }
    case 'authorization':
      return `whether ${need.question.verb} is allowed`;
    case 'request':
      return 'the admission request';
  }
}
