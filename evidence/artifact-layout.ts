import { createHash } from 'node:crypto';

/** The files of an OCI image layout (OCI image-spec 1.1, image-layout.md), by their path in its folder. */
export interface ArtifactLayout {
  /** Of the manifest: what is signed. */
  readonly digest: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What goes into an artifact. The same source always gives the same digest. */
export interface ArtifactSource {
  readonly artifactType: string;
  /** In this order, each one layer. */
  readonly files: readonly { readonly name: string; readonly mediaType: string; readonly bytes: Uint8Array }[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** Lays an artifact out for tools that push folders (`oras cp --from-oci-layout`, `crane push`). */
export function layOut({ artifactType, files, annotations }: ArtifactSource): ArtifactLayout {
  const laid = new Map<string, Uint8Array>();
  const put = (bytes: Uint8Array) => {
    const hex = createHash('sha256').update(bytes).digest('hex');
    laid.set(`blobs/sha256/${hex}`, bytes);
    return { digest: `sha256:${hex}`, size: bytes.length };
  };
  const config = { mediaType: 'application/vnd.oci.empty.v1+json', ...put(encode('{}')) };
  const layers = files.map(({ name, mediaType, bytes }) => ({
    mediaType,
    ...put(bytes),
    annotations: { 'org.opencontainers.image.title': name },
  }));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = put(
    encode(JSON.stringify({ schemaVersion: 2, mediaType, artifactType, config, layers, annotations })),
  );
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ mediaType, artifactType, ...manifest }],
  };
  laid.set('index.json', encode(JSON.stringify(index)));
  laid.set('oci-layout', encode('{"imageLayoutVersion":"1.0.0"}'));
  return { digest: manifest.digest, files: laid };
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
