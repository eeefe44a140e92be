import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Digest, parseDigest } from '../../../evidence/image/digest.ts';
import { limits } from '../../../evidence/limits.ts';
import { absent, found, gap } from '../../../evidence/outcome.ts';
import type { Descriptor, OciIndex, OciManifest, Platform } from '../../../evidence/registry/manifest.ts';
import { runnableManifests, runnableOn } from '../../../evidence/registry/platform.ts';

const digest = (name: string): Digest => parseDigest(`sha256:${createHash('sha256').update(name).digest('hex')}`)!;
const indexType = 'application/vnd.oci.image.index.v1+json';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const entry = (name: string, platform?: Platform, mediaType = manifestType): Descriptor => ({
  mediaType,
  digest: digest(name),
  size: 1,
  annotations: {},
  ...(platform === undefined ? {} : { platform }),
});
const index = (...manifests: Descriptor[]): OciIndex => ({
  kind: 'index',
  mediaType: indexType,
  manifests,
  annotations: {},
});
const manifest: OciManifest = {
  kind: 'manifest',
  mediaType: manifestType,
  config: { ...entry('config') },
  layers: [],
  annotations: {},
};
const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64', variant: 'v8' };

const list = async (parsed: OciIndex | OciManifest, nested: Record<string, OciIndex> = {}) => {
  const read = await runnableManifests({ digest: digest('root'), parsed }, async (asked) => {
    const name = Object.keys(nested).find((name) => digest(name) === asked);
    return name === undefined ? absent : found({ digest: asked, parsed: nested[name]! });
  });
  return read.kind === 'found' ? read.value : read;
};

describe('the manifests of an image that can run', () => {
  it('are the manifest itself', async () => {
    expect(await list(manifest)).toEqual([{ digest: digest('root') }]);
  });

  it('are all of an index, with and without platform, each once', async () => {
    expect(await list(index(entry('a', amd64), entry('b', arm64), entry('a', amd64), entry('c')))).toEqual([
      { digest: digest('a'), platform: amd64 },
      { digest: digest('b'), platform: arm64 },
      { digest: digest('c') },
    ]);
  });

  it('are not attestation manifests, which run nowhere', async () => {
    const nowhere = entry('att', { os: 'unknown', architecture: 'unknown' });
    expect(await list(index(entry('a', amd64), nowhere))).toHaveLength(1);
  });

  it('are still those that are only called attestations', async () => {
    const hidden = { ...entry('b', amd64), annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } };
    expect(await list(index(hidden))).toEqual([{ digest: digest('b'), platform: amd64 }]);
    expect(await list(index(entry('c', { os: 'linux', architecture: 'unknown' })))).toHaveLength(1);
    expect(await list(index(entry('d', amd64, 'application/octet-stream')))).toHaveLength(1);
  });

  it('A-REF-11: are those of an index in an index, and no deeper', async () => {
    const inner = entry('inner', undefined, indexType);
    expect(await list(index(inner), { inner: index(entry('a', amd64)) })).toEqual([
      { digest: digest('a'), platform: amd64 },
    ]);
    const deeper = { inner: index(entry('deeper', undefined, indexType)), deeper: index(entry('a', amd64)) };
    expect(await list(index(inner), deeper)).toMatchObject({ kind: 'refusal', code: 'LIMIT_DEPTH' });
  });

  it('A-REF-11: are found where indexes name each other or themselves', async () => {
    const inner = index(entry('root', undefined, indexType), entry('inner', undefined, indexType), entry('a', amd64));
    expect(await list(index(entry('inner', undefined, indexType)), { inner })).toHaveLength(1);
  });

  it('are unknown where an inner index cannot be read', async () => {
    const read = await runnableManifests(
      { digest: digest('root'), parsed: index(entry('inner', undefined, indexType)) },
      async () => gap('REGISTRY_ERROR', 'down'),
    );
    expect(read).toMatchObject({ kind: 'gap', code: 'REGISTRY_ERROR' });
  });

  it('are refused where an inner index is not there, for it may come once nobody looks', async () => {
    const beside = index(entry('a', amd64), entry('inner', undefined, indexType));
    expect(await list(beside)).toMatchObject({ kind: 'refusal', code: 'MANIFEST_MALFORMED' });
  });

  it('A-REF-11: are not too many, neither platforms nor indexes', async () => {
    const many = (count: number, type?: string) =>
      Array.from({ length: count }, (_, at) => entry(`m${at}`, undefined, type));
    expect(await list(index(...many(limits.platforms)))).toHaveLength(limits.platforms);
    expect(await list(index(...many(limits.platforms + 1)))).toMatchObject({
      kind: 'refusal',
      code: 'LIMIT_PLATFORMS',
    });
    const indexes = many(limits.platforms + 1, indexType);
    const nested = Object.fromEntries(indexes.map((_, at) => [`m${at}`, index()]));
    expect(await list(index(...indexes), nested)).toMatchObject({ kind: 'refusal', code: 'LIMIT_PLATFORMS' });
  });
});

describe('the manifests that a node may run', () => {
  const chosen = (node: Platform, ...platforms: (Platform | undefined)[]) =>
    runnableOn(
      platforms.map((platform, at) => ({ digest: digest(`${at}`), ...(platform === undefined ? {} : { platform }) })),
      node,
    ).map((one) => platforms[[...platforms.keys()].find((at) => digest(`${at}`) === one.digest)!]);

  it('are of its system and architecture, however that is spelled', () => {
    expect(
      chosen(amd64, amd64, arm64, { os: 'linux', architecture: 'x86_64' }, { os: 'windows', architecture: 'amd64' }),
    ).toEqual([amd64, { os: 'linux', architecture: 'x86_64' }]);
    expect(chosen({ os: 'linux', architecture: 'constructor' }, amd64)).toEqual([]);
  });

  it('A-REF-11: are all of two that claim the same', () => expect(chosen(amd64, amd64, { ...amd64 })).toHaveLength(2));

  it('include one without platform', () => expect(chosen(amd64, undefined)).toHaveLength(1));

  it('are of its variant or an earlier one', () => {
    const arm = (variant: string) => ({ os: 'linux', architecture: 'arm', variant });
    expect(chosen(arm('v7'), arm('v6'), arm('v7'), arm('v8'))).toEqual([arm('v6'), arm('v7')]);
  });

  it('are of its own build of Windows', () => {
    const windows = (osVersion: string) => ({ os: 'windows', architecture: 'amd64', osVersion });
    expect(chosen(windows('10.0.20348.9'), windows('10.0.20348.1'), windows('10.0.17763.1'))).toEqual([
      windows('10.0.20348.1'),
    ]);
  });
});
