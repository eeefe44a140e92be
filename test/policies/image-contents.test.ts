import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { limits } from '../../evidence/limits.ts';
import { pushImage, type Registry, sha256, startRegistry } from '../support/registry/index.ts';
import { openCorridor } from '../support/shop/corridor.ts';
import { pod } from '../support/shop/index.ts';
import { component, core, importOfFunction, importOfInstance, inside, list, memory, section } from '../support/wasm.ts';

let registry: Registry;
const repository = 'acme/wasm';
let count = 0;

beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

interface PushedLayer {
  readonly mediaType?: string;
  readonly bytes: Uint8Array;
  /** What the manifest says of it. */
  readonly size?: number;
  readonly missing?: true;
}

/** Pushes a Wasm artifact; its reference by digest. */
async function push(...layers: readonly PushedLayer[]): Promise<string> {
  const config = Buffer.from(JSON.stringify({ architecture: 'wasm', os: 'wasip1', made: (count += 1) }));
  await registry.putBlob(repository, config);
  for (const { bytes, missing } of layers)
    if (missing === undefined) await registry.putBlob(repository, Buffer.from(bytes));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: { mediaType: 'application/vnd.wasm.config.v0+json', digest: sha256(config), size: config.length },
      layers: layers.map(({ mediaType: type = 'application/wasm', bytes, size = bytes.length }) => ({
        mediaType: type,
        digest: sha256(Buffer.from(bytes)),
        size,
      })),
    }),
  );
  await registry.putManifest(repository, sha256(manifest), mediaType, manifest);
  return `${registry.host}/${repository}@${sha256(manifest)}`;
}

async function judge(expression: string, images: readonly string[]) {
  await using corridor = openCorridor({
    configuration: `apiVersion: assay.dev/v1alpha1\nkind: Configuration\nregistries: {hosts: [{host: "${registry.host}", plainHttp: true}]}\nunmatchedImages: Allow\n`,
    policies: stringify({
      apiVersion: 'assay.dev/v1alpha1',
      kind: 'ClusterWorkloadPolicy',
      metadata: { name: 'p' },
      spec: { validations: [{ name: 'rule', expression }], pin: 'None' },
    }),
  });
  registry.clearRequests();
  const { findings } = await corridor.judge(pod('p', images));
  return findings.map(({ code, found }) => `${code}: ${found}`);
}

const bytes = core(section(2, list(importOfFunction('env', 'f'))), section(5, list(memory([1, 3]))));

describe('image.manifest', () => {
  it('is what the image is made of, by type, digest and size', async () => {
    const image = await push({ bytes });
    const rule = `image.manifest.config.mediaType == 'application/vnd.wasm.config.v0+json' && !has(image.manifest.artifactType)
      && image.manifest.layers.map(l, [string(l.mediaType), string(l.digest), string(l.size)]) == [['application/wasm', '${sha256(Buffer.from(bytes))}', '${bytes.length}']]`;
    expect(await judge(rule, [image])).toEqual([]);
    expect(registry.requests.filter(({ path }) => path.includes('/blobs/'))).toEqual([]);
  });

  it('is null for an index, whose platforms have one each', async () => {
    const index = await pushImage(registry, { repository, tag: 'index', platforms: ['linux/amd64', 'linux/arm64'] });
    const rule = `image.manifest == null && image.modules == null
      && image.platforms.all(p, p.manifest.layers[0].mediaType.endsWith('tar+gzip') && p.modules == [])`;
    expect(await judge(rule, [index.name])).toEqual([]);
  });
});

describe('image.modules', () => {
  it('are read from the layers that are WebAssembly, in their order', async () => {
    const whole = component(section(10, list(importOfInstance('wasi:io/streams@0.2.0'))), inside(bytes));
    const data = { mediaType: 'application/vnd.wasm.content.layer.v1+data', bytes: Buffer.from('not WebAssembly') };
    const image = await push({ bytes }, data, {
      mediaType: 'application/vnd.wasm.content.layer.v1+wasm',
      bytes: whole,
    });
    const rule = `image.modules.map(m, [string(m.kind), string(m.depth)] + m.imports.map(i, string(i))) ==
      [['module', '0', 'env'], ['component', '0', 'wasi:io/streams@0.2.0'], ['module', '1', 'env']]
      && image.modules[0].memories.map(m, [string(m.min), string(m.max), string(m.memory64), string(m.shared), string(m.imported), string(m.ownPages)]) == [['1', '3', 'false', 'false', 'false', 'false']]
      && image.modules[0].layer == '${sha256(Buffer.from(bytes))}' && image.modules[0].features == [] && image.modules[0].declared == []`;
    expect(await judge(rule, [image])).toEqual([]);
  });

  it('are read once, however often an image is named', async () => {
    const image = await push({ bytes });
    await judge('image.modules.size() == 1', [image, image]);
    expect(registry.requests.filter(({ path }) => path.includes('/blobs/'))).toHaveLength(1);
  });

  it.each([
    [
      'is no module',
      { bytes: Buffer.from('PK') },
      /^MODULE_MALFORMED: the layer sha256:\w+ is no WebAssembly: at byte 2 it ends too soon$/,
    ],
    ['is another one', { bytes, size: bytes.length - 1 }, /^DIGEST_MISMATCH: /],
    [
      'is not there',
      { bytes: core(section(0, [1, 0x61])), missing: true as const },
      /^MANIFEST_MALFORMED: the manifest names a layer that is not there$/,
    ],
    ['is too long', { bytes, size: limits.moduleBytes + 1 }, /^LIMIT_BYTES: the modules of the image have /],
  ])('are none where a layer %s', async (_, layer, said) => {
    const [found] = await judge('image.modules.size() >= 0', [await push(layer)]);
    expect(found).toMatch(said);
  });

  it('are so many together at most, and so large', async () => {
    const half = { bytes, size: limits.moduleBytes / 2 + 1 };
    expect((await judge('image.modules.size() >= 0', [await push(half, half)]))[0]).toMatch(/^LIMIT_BYTES: /);
    const many = component(...Array.from({ length: limits.modules / 2 }, () => inside(core())));
    expect((await judge('image.modules.size() >= 0', [await push({ bytes: many }, { bytes: many })]))[0]).toMatch(
      /^MODULE_MALFORMED: the image has more than 256 modules/,
    );
  });

  it('are unknown where the registry does not give them', async () => {
    const image = await push({ bytes: core(section(0, [1, 0x62])) });
    const mend = registry.faults.add({ kind: 'status', status: 500 }, { path: /blobs/ });
    try {
      expect((await judge('image.modules.size() >= 0', [image]))[0]).toMatch(/^REGISTRY_ERROR: /);
    } finally {
      mend();
    }
    expect(await judge('image.modules.size() == 1', [image])).toEqual([]);
  });
});
