import type { ImportEntry } from './reading.ts';

/** What became of one source document. */
export interface Imported {
  /** `ClusterImagePolicy image-policy`. */
  readonly source: string;
  readonly file: string;
  /** Policies to be written, in order; none where the source admits whatever it is asked. */
  readonly documents: readonly ImportedDocument[];
  readonly entries: readonly ImportEntry[];
}

/** A policy document of ours or of Kubernetes, plain data. */
export interface ImportedDocument {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: Readonly<Record<string, unknown>>;
}
