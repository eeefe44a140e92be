import { gzipSync } from 'node:zlib';
import type { Publisher } from './publisher.ts';
import { sha256 } from './store.ts';

/** A small image to be published. */
export interface ImageSource {
  readonly repository: string;
  /** Absent: found by digest only. */
  readonly tag?: string;
  /** Files of the one layer, by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Makes an image unlike others without naming files. */
  readonly seed?: string;
  /** `os/architecture` or `os/architecture/variant`. Given: an index of one manifest each; absent: one manifest for linux/amd64. */
  readonly platforms?: readonly string[];
  /** The bytes of the config, in place of an honest one. */
  readonly config?: string;
  /** Spelled as Docker spells it instead of OCI. */
  readonly docker?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What was published. */
export interface PublishedImage {
  readonly repository: string;
  readonly tag?: string;
  /** Of the index where there is one. */
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
  /** `host/repository@digest`. */
  readonly reference: string;
  /** `host/repository:tag`, or the same as `reference` without a tag. */
  readonly name: string;
  /** Of each platform's own manifest. */
  readonly platforms: Readonly<Record<string, string>>;
}

const oci = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};
const docker = {
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
};

/** Publishes a real image: a gzipped tar layer, a config, a manifest, and an index where platforms are named. */
export async function pushImage(registry: Publisher, source: ImageSource): Promise<PublishedImage> {
  const types = source.docker === true ? docker : oci;
  const annotations = source.annotations === undefined ? {} : { annotations: source.annotations };
  const wanted = source.platforms ?? ['linux/amd64'];
  const built = await Promise.all(wanted.map((platform) => pushPlatform(registry, source, platform)));
  const platforms = Object.fromEntries(built.map(({ platform, descriptor }) => [platform, descriptor.digest]));
  const [first] = built;
  if (!first) throw new Error('an index needs one platform at least');

  let { bytes } = first;
  let mediaType: string = types.manifest;
  if (source.platforms) {
    for (const one of built)
      await registry.putManifest(source.repository, one.descriptor.digest, types.manifest, one.bytes);
    const manifests = built.map(({ descriptor }) => descriptor);
    mediaType = types.index;
    bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests, ...annotations }));
  }
  const digest = sha256(bytes);
  await registry.putManifest(source.repository, source.tag ?? digest, mediaType, bytes);
  const reference = `${registry.host}/${source.repository}@${digest}`;
  return {
    repository: source.repository,
    ...(source.tag === undefined ? {} : { tag: source.tag }),
    digest,
    mediaType,
    size: bytes.length,
    reference,
    name: source.tag === undefined ? reference : `${registry.host}/${source.repository}:${source.tag}`,
    platforms,
  };
}

async function pushPlatform(registry: Publisher, source: ImageSource, platform: string) {
  const types = source.docker === true ? docker : oci;
  const [os = 'linux', architecture = 'amd64', variant] = platform.split('/');
  const place = { os, architecture, ...(variant === undefined ? {} : { variant }) };
  const files = source.files ?? { '/seed': `${source.seed ?? `${source.repository}:${source.tag ?? ''}`}\n` };
  const tar = archive({ ...files, '/etc/platform': `${platform}\n` });
  const layer = gzipSync(tar, { level: 9 });
  const honest = JSON.stringify({
    ...place,
    created: '2026-01-01T00:00:00Z',
    config: { Entrypoint: ['/seed'] },
    rootfs: { type: 'layers', diff_ids: [sha256(tar)] },
    history: [{ created: '2026-01-01T00:00:00Z', created_by: 'test support' }],
  });
  const config = Buffer.from(source.config ?? honest);
  await registry.putBlob(source.repository, layer);
  await registry.putBlob(source.repository, config);
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: { mediaType: types.config, digest: sha256(config), size: config.length },
      layers: [{ mediaType: types.layer, digest: sha256(layer), size: layer.length }],
      ...(source.annotations !== undefined && source.platforms === undefined
        ? { annotations: source.annotations }
        : {}),
    }),
  );
  const descriptor = { mediaType: types.manifest, digest: sha256(bytes), size: bytes.length, platform: place };
  return { platform, descriptor, bytes };
}

/** A ustar archive of plain files, in order of their names. */
function archive(files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([path, text]) => {
      const content = Buffer.from(text);
      return [header(path.replace(/^\//, ''), content.length), content, Buffer.alloc(-content.length & 511)];
    });
  return Buffer.concat([...entries, Buffer.alloc(1024)]);
}

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;
  block.write(name, 0, 100);
  block.write(octal(0o755, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\0', 257);
  block.write('00', 263);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
