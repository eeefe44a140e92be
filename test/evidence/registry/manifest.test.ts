import { describe, expect, it } from 'vitest';
import { limits } from '../../../evidence/limits.ts';
import { decodeManifest } from '../../../evidence/registry/manifest.ts';

const a = `sha256:${'a'.repeat(64)}`;
const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
};
const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: a, size: 2 };
const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: a, size: 3 };
const image = { schemaVersion: 2, mediaType: types.manifest, config, layers: [layer] };
const entry = { mediaType: types.manifest, digest: a, size: 4, platform: { os: 'linux', architecture: 'amd64' } };
const list = { schemaVersion: 2, mediaType: types.index, manifests: [entry] };

const decode = (body: unknown, contentType?: string) =>
  decodeManifest(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), contentType);

describe('a manifest', () => {
  it('is read whole', () => {
    const subject = { mediaType: types.manifest, digest: a, size: 5 };
    const full = {
      ...image,
      artifactType: 'application/vnd.acme',
      subject,
      annotations: { one: '1' },
      layers: [{ ...layer, annotations: { two: '2' } }],
    };
    expect(decode(full, `${types.manifest}; charset=utf-8`)).toEqual({
      kind: 'found',
      value: {
        kind: 'manifest',
        mediaType: types.manifest,
        artifactType: 'application/vnd.acme',
        config: { ...config, annotations: {} },
        layers: [{ ...layer, annotations: { two: '2' } }],
        subject: { ...subject, annotations: {} },
        annotations: { one: '1' },
      },
    });
  });

  it('may be an index, with the platform of each manifest', () => {
    const windows = { os: 'windows', architecture: 'amd64', 'os.version': '10.0.20348.1', variant: 'v1' };
    const referrer = { mediaType: types.manifest, digest: a, size: 6, artifactType: 'application/vnd.acme' };
    const read = decode({ ...list, manifests: [{ ...entry, platform: windows }, referrer] }, types.index);
    expect(read).toMatchObject({
      kind: 'found',
      value: {
        kind: 'index',
        manifests: [
          { platform: { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348.1', variant: 'v1' } },
          { artifactType: 'application/vnd.acme', size: 6 },
        ],
      },
    });
  });

  it('may be one of Docker', () => {
    expect(decode({ ...image, mediaType: types.dockerManifest }, types.dockerManifest)).toMatchObject({
      kind: 'found',
    });
    expect(decode({ ...list, mediaType: types.dockerList }, types.dockerList)).toMatchObject({
      value: { kind: 'index' },
    });
  });

  it('A-PRS-2: is refused with a field that differs in case only, which nodes would read and we would not', () => {
    const evil = { ...entry, digest: `sha256:${'b'.repeat(64)}` };
    const bodies: readonly object[] = [
      { ...list, Manifests: [evil] },
      { ...list, 'manife\u017Fts': [evil] },
      { ...list, manifests: [{ ...entry, Digest: evil.digest }] },
      {
        ...list,
        manifests: [
          { ...entry, platform: { os: 'unknown', architecture: 'unknown', OS: 'linux', Architecture: 'amd64' } },
        ],
      },
      { ...image, Layers: [layer] },
      { ...image, config: { ...config, DIGEST: evil.digest } },
      { ...image, MANIFESTS: [evil] },
    ];
    for (const body of bodies) expect(decode(body)).toMatchObject({ kind: 'refusal', code: 'MANIFEST_MALFORMED' });
    expect(decode({ ...image, annotations: { OS: 'linux', Digest: 'x' } })).toMatchObject({ kind: 'found' });
  });

  it('takes its type from whoever says it, the body or the registry', () => {
    const { mediaType: _, ...untyped } = image;
    expect(decode(untyped, types.manifest)).toMatchObject({ kind: 'found', value: { mediaType: types.manifest } });
    expect(decode(image)).toMatchObject({ kind: 'found', value: { mediaType: types.manifest } });
    expect(decode(untyped)).toMatchObject({ kind: 'refusal', code: 'MANIFEST_MALFORMED' });
  });

  it('reads own fields only', () => {
    const inherited = '{"schemaVersion":2,"__proto__":{"config":{}},"layers":[]}';
    expect(decode(inherited, types.manifest)).toMatchObject({ code: 'MANIFEST_MALFORMED' });
    const read = decode('{"schemaVersion":2,"manifests":[],"annotations":{"__proto__":"x"}}', types.index);
    const annotations = read.kind === 'found' ? read.value.annotations : {};
    expect(Object.keys(annotations)).toEqual(['__proto__']);
  });

  const malformed: readonly (readonly [string, unknown, string])[] = [
    ['what is no JSON', '{', types.manifest],
    ['what is no object', '[]', types.manifest],
    ['a key that is written twice', `{"schemaVersion":2,"config":{},${JSON.stringify(image).slice(1)}`, types.manifest],
    ['an image that the registry calls an index', image, types.index],
    ['an index that the registry calls an image', list, types.manifest],
    ['an OCI type that the registry calls Docker’s', image, types.dockerManifest],
    ['an index with layers', { ...list, layers: [layer] }, types.index],
    ['an index with a config', { ...list, config }, types.index],
    ['an image with manifests', { ...image, manifests: [entry] }, types.manifest],
    ['an image with manifests that are null', { ...image, manifests: null }, types.manifest],
    ['an image with layers of schema 1', { ...image, fsLayers: [] }, types.manifest],
    ['a mediaType that is no text', { ...image, mediaType: 1 }, types.manifest],
    ['no config', { ...image, config: undefined }, types.manifest],
    ['no layers', { ...image, layers: undefined }, types.manifest],
    ['layers that are no list', { ...image, layers: { 0: layer } }, types.manifest],
    ['no manifests', { ...list, manifests: undefined }, types.index],
    [
      'a digest of an unknown algorithm',
      { ...image, layers: [{ ...layer, digest: `md5:${'a'.repeat(32)}` }] },
      types.manifest,
    ],
    ['a digest in upper case', { ...image, layers: [{ ...layer, digest: a.toUpperCase() }] }, types.manifest],
    ['a size below zero', { ...image, layers: [{ ...layer, size: -1 }] }, types.manifest],
    ['a size with a fraction', { ...image, layers: [{ ...layer, size: 0.5 }] }, types.manifest],
    ['a size that is no exact number', { ...image, layers: [{ ...layer, size: 2 ** 60 }] }, types.manifest],
    ['a layer without type', { ...image, layers: [{ digest: a, size: 1 }] }, types.manifest],
    ['a subject that is no descriptor', { ...image, subject: {} }, types.manifest],
    ['an artifactType that is no text', { ...image, artifactType: {} }, types.manifest],
    [
      'an artifactType in an index that is no text',
      { ...list, manifests: [{ ...entry, artifactType: 1 }] },
      types.index,
    ],
    ['an annotation that is no text', { ...image, annotations: { one: 1 } }, types.manifest],
    [
      'an annotation of a layer that is no text',
      { ...image, layers: [{ ...layer, annotations: { a: [] } }] },
      types.manifest,
    ],
    ['annotations that are a list', { ...image, annotations: [] }, types.manifest],
    ['a platform without architecture', { ...list, manifests: [{ ...entry, platform: { os: 'linux' } }] }, types.index],
    [
      'a platform with a list of variants',
      { ...list, manifests: [{ ...entry, platform: { ...entry.platform, variant: [] } }] },
      types.index,
    ],
    ['more nesting than manifests have', `{"x":${'['.repeat(20)}${']'.repeat(20)}}`, types.manifest],
    ['more values than manifests have', `{"x":[${'0,'.repeat(limits.manifestValues)}0]}`, types.manifest],
  ];
  for (const [name, body, type] of malformed) {
    it(`A-REF-12: is refused with ${name}`, () =>
      expect(decode(body, type)).toMatchObject({ kind: 'refusal', code: 'MANIFEST_MALFORMED' }));
  }

  const unsupported: readonly (readonly [string, unknown, string])[] = [
    [
      'schema 1',
      { schemaVersion: 1, fsLayers: [], history: [] },
      'application/vnd.docker.distribution.manifest.v1+json',
    ],
    [
      'signed schema 1',
      { schemaVersion: 1, signatures: [] },
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
    ],
    ['schema 1 under the type of an image', { ...image, schemaVersion: 1 }, types.manifest],
    ['no schema version', { ...image, schemaVersion: undefined }, types.manifest],
    ['an unknown type', { ...image, mediaType: 'application/json' }, 'application/json'],
    [
      'the type of the withdrawn artifact manifest',
      { mediaType: 'application/vnd.oci.artifact.manifest.v1+json' },
      'application/vnd.oci.artifact.manifest.v1+json',
    ],
    ['a layer with urls', { ...image, layers: [{ ...layer, urls: ['https://a.example/x'] }] }, types.manifest],
    ['a config with urls', { ...image, config: { ...config, urls: ['https://a.example/x'] } }, types.manifest],
    ['an entry with urls', { ...list, manifests: [{ ...entry, urls: ['https://a.example/x'] }] }, types.index],
    [
      'a foreign layer',
      { ...image, layers: [{ ...layer, mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' }] },
      types.manifest,
    ],
    [
      'a layer that is not distributed',
      { ...image, layers: [{ ...layer, mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip' }] },
      types.manifest,
    ],
  ];
  for (const [name, body, type] of unsupported) {
    it(`A-REF-13: is refused as unsupported with ${name}`, () =>
      expect(decode(body, type)).toMatchObject({ kind: 'refusal', code: 'MANIFEST_UNSUPPORTED' }));
  }

  it('has no more layers and no more entries than are read', () => {
    const layers = (count: number) => decode({ ...image, layers: Array.from({ length: count }, () => layer) });
    expect(layers(limits.layers)).toMatchObject({ kind: 'found' });
    expect(layers(limits.layers + 1)).toMatchObject({ kind: 'refusal', code: 'LIMIT_BYTES' });
    const entries = (count: number) => decode({ ...list, manifests: Array.from({ length: count }, () => entry) });
    expect(entries(limits.indexEntries)).toMatchObject({ kind: 'found' });
    expect(entries(limits.indexEntries + 1)).toMatchObject({ kind: 'refusal', code: 'LIMIT_PLATFORMS' });
  });

  it('shows what it quotes without control characters', () => {
    const read = decode({ ...image, mediaType: 'a\n\u001b[31m' }, 'a\n\u001b[31m');
    expect(read.kind === 'refusal' && read.detail).toMatch(/^[\x20-\x7e]+$/);
  });
});
