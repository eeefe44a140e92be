import type { Digest } from './image/digest.ts';
import type { Repository } from './image/reference.ts';
import { limits } from './limits.ts';
import { found, type Read, refusal } from './outcome.ts';
import type { Keychain } from './registry/credentials.ts';
import type { RegistryClient, RequestScope } from './registry/client.ts';
import type { OciManifest } from './registry/manifest.ts';

/** What an OCI manifest holds that is no image: files, and what the manifest says of itself. All of it is under the digest. */
export interface Artifact {
  readonly digest: Digest;
  /** Empty where the manifest states none. */
  readonly artifactType: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** In the order of the manifest. */
  readonly files: readonly ArtifactFile[];
}

/** One layer of an artifact. */
export interface ArtifactFile {
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** Reads artifacts by digest. Whoever asks has made sure that the digest is welcome: nothing here is proven but the bytes. */
export interface Artifacts {
  /** Layers are asked for only where the manifest has the wanted type: an image under that name costs one request. */
  read(
    repository: Repository,
    digest: Digest,
    artifactType: string,
    scope: { readonly signal: AbortSignal; readonly keychain: Keychain },
  ): Promise<Read<Artifact>>;
}

/** Reads artifacts through a registry client. */
export const createArtifacts = (client: RegistryClient): Artifacts => ({
  read: (repository, digest, artifactType, scope) => readArtifact(client, { repository, digest, artifactType }, scope),
});

interface Wanted {
  readonly repository: Repository;
  readonly digest: Digest;
  readonly artifactType: string;
}

async function readArtifact(client: RegistryClient, wanted: Wanted, scope: RequestScope): Promise<Read<Artifact>> {
  const { repository, digest } = wanted;
  const read = await client.manifest(repository, digest, scope);
  if (read.kind !== 'found') return read;
  const manifest = read.value.parsed;
  const artifactType = manifest.kind === 'manifest' ? (manifest.artifactType ?? manifest.config.mediaType) : '';
  if (manifest.kind === 'index' || artifactType !== wanted.artifactType)
    return refusal(
      'MANIFEST_UNSUPPORTED',
      `${manifest.kind === 'index' ? 'an index' : `an artifact of type ${JSON.stringify(artifactType.slice(0, 100))}`}; one of type "${wanted.artifactType}" is wanted`,
    );
  const bytes = manifest.layers.reduce((sum, { size }) => sum + size, 0);
  if (bytes > limits.artifactBytes)
    return refusal(
      'LIMIT_BYTES',
      `the files of the artifact have ${bytes} bytes together; at most ${limits.artifactBytes} are read`,
    );
  return await readFiles(client, wanted, manifest, scope);
}

async function readFiles(
  client: RegistryClient,
  { repository, digest, artifactType }: Wanted,
  { layers, annotations }: OciManifest,
  scope: RequestScope,
): Promise<Read<Artifact>> {
  const reads = await Promise.all(
    layers.map((layer) => client.blob(repository, layer, limits.artifactFileBytes, scope)),
  );
  const files: ArtifactFile[] = [];
  for (const [index, read] of reads.entries()) {
    const layer = layers[index];
    if (layer === undefined) break;
    // The manifest is there and signed; that a registry has lost a part of it is no proof of absence.
    if (read.kind === 'absent')
      return refusal(
        'MANIFEST_MALFORMED',
        `the registry has no layer ${layer.digest.slice(0, 19)}, which the manifest names`,
      );
    if (read.kind !== 'found') return read;
    files.push({ mediaType: layer.mediaType, annotations: layer.annotations, bytes: read.value });
  }
  return found({ digest, artifactType, annotations, files });
}
