import type { Digest } from './digest.ts';

/** Where an image's bytes live: the canonical origin host and the path below it. `docker.io/library/nginx` for `nginx`. */
export interface Repository {
  /** Lower-case host, with `:port` unless it is the scheme's default; Docker Hub is always `docker.io`. */
  readonly registry: string;
  readonly path: string;
}

/** A parsed image reference. With a digest the tag is only a comment: the digest wins. */
export interface Reference {
  /** As it was written. */
  readonly text: string;
  readonly repository: Repository;
  /** Absent with neither tag nor digest written? Then it is `latest`; absent only where a digest stands alone. */
  readonly tag?: string;
  readonly digest?: Digest;
  /** True where the host was left out and `docker.io` was put in its place. */
  readonly short: boolean;
}

/** Why a text is no image reference; `detail` says what would be. */
export interface ReferenceProblem {
  readonly kind: 'problem';
  readonly code: 'REFERENCE_MALFORMED' | 'REFERENCE_AMBIGUOUS' | 'REFERENCE_HOST_REFUSED';
  readonly detail: string;
}
