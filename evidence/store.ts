import { type Digest, isDigestOf } from './image/digest.ts';
import type { Repository } from './image/reference.ts';
import { limits } from './limits.ts';
import { found, type Read } from './outcome.ts';
import type { BlobDescriptor, RegistryClient, RequestScope, ResolvedManifest } from './registry/client.ts';
import { decodeManifest } from './registry/manifest.ts';

/** Bytes by their digest, shared by replicas. It is believed in nothing: what it gives is hashed, what it lacks is fetched. */
export interface Store {
  /** Undefined where it has none of at most so many bytes, or cannot say; it never rejects. */
  get(digest: Digest, maximumBytes: number): Promise<Uint8Array | undefined>;
  /** Keeps the bytes if it can; it never rejects. */
  put(digest: Digest, bytes: Uint8Array): Promise<void>;
}

/**
 * A client that looks into a store before it asks the registry for what a list has named. Lists and tags are always the
 * registry's, with the credentials of whoever asks: a store that hands out bytes by digest shows nobody what they may not list.
 */
export function throughStore(client: RegistryClient, store: Store): RegistryClient {
  return {
    resolve: (reference, scope) => client.resolve(reference, scope),
    tagged: (repository, tag, scope) => client.tagged(repository, tag, scope),
    referrers: (repository, digest, scope) => client.referrers(repository, digest, scope),
    close: () => client.close(),
    manifest: (repository, digest, scope) => manifest(client, store, repository, digest, scope),
    blob: (repository, blob, maxBytes, scope) => storedBlob(client, store, repository, blob, maxBytes, scope),
  };
}

async function manifest(
  client: RegistryClient,
  store: Store,
  repository: Repository,
  digest: Digest,
  scope: RequestScope,
): Promise<Read<ResolvedManifest>> {
  const bytes = await kept(store, digest, limits.manifestBytes);
  const decoded = bytes === undefined ? undefined : decodeManifest(bytes, undefined);
  if (bytes !== undefined && decoded?.kind === 'found') {
    return found({ digest, mediaType: decoded.value.mediaType, bytes, parsed: decoded.value });
  }
  const read = await client.manifest(repository, digest, scope);
  if (read.kind === 'found') await store.put(digest, read.value.bytes);
  return read;
}

async function storedBlob(
  client: RegistryClient,
  store: Store,
  repository: Repository,
  blob: BlobDescriptor,
  maxBytes: number,
  scope: RequestScope,
): Promise<Read<Uint8Array>> {
  const bytes = blob.size > maxBytes ? undefined : await kept(store, blob.digest, blob.size);
  if (bytes !== undefined && bytes.length === blob.size) return found(bytes);
  const read = await client.blob(repository, blob, maxBytes, scope);
  if (read.kind === 'found') await store.put(blob.digest, read.value);
  return read;
}

/** Whoever may write to the store may put anything there; only what hashes to the digest comes out. */
async function kept(store: Store, digest: Digest, maximumBytes: number): Promise<Uint8Array | undefined> {
  const bytes = await store.get(digest, maximumBytes);
  return bytes !== undefined && isDigestOf(digest, bytes) ? bytes : undefined;
}
