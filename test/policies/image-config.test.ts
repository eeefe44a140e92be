import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { limits } from '../../evidence/limits.ts';
import { pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import { openCorridor } from '../support/shop/corridor.ts';
import { pod } from '../support/shop/index.ts';

let registry: Registry;
let count = 0;

beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

const publish = (source: { readonly platforms?: readonly string[]; readonly config?: string } = {}) =>
  pushImage(registry, { repository: 'acme/configured', tag: `v${(count += 1)}`, seed: `${count}`, ...source });

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

describe('image.config', () => {
  it('is what the manifest names, by tag and by digest', async () => {
    const image = await publish();
    const rule =
      'image.config.config.Entrypoint == ["/seed"] && timestamp(image.config.created) < timestamp("2026-02-01T00:00:00Z") && !has(image.config.config.User)';
    expect(await judge(rule, [image.reference])).toEqual([]);
    expect(await judge(rule, [image.name])).toEqual([]);
    expect(await judge('image.config.os == "windows"', [image.name])).toEqual([
      'VALIDATION_FAILED: failed expression: image.config.os == "windows"',
    ]);
  });

  it('is null for an index, whose platforms have one each', async () => {
    const index = await publish({ platforms: ['linux/amd64', 'linux/arm64'] });
    const rule = 'image.config == null && image.platforms.all(p, p.config.architecture == p.architecture)';
    expect(await judge(rule, [index.name])).toEqual([]);
  });

  it('is fetched only where an expression reads it, once for many containers', async () => {
    const image = await publish();
    const blobs = () => registry.requests.filter(({ path }) => path.includes('/blobs/')).length;
    await judge('image.platforms.all(p, p.digest != "")', [image.reference]);
    expect(blobs()).toBe(0);
    await judge('image.config.os == "linux"', [image.reference, image.reference]);
    expect(blobs()).toBe(1);
  });

  it.each([
    ['no JSON', 'MANIFEST_MALFORMED: the config of the image is'],
    ['[]', 'MANIFEST_MALFORMED: the config of the image is no JSON object'],
    ['{"os": "linux", "os": "windows"}', 'MANIFEST_MALFORMED: the config of the image is'],
    [`${'{"a":'.repeat(limits.configDepth + 1)}1${'}'.repeat(limits.configDepth + 1)}`, 'MANIFEST_MALFORMED: '],
    [`{"a": [${'1,'.repeat(limits.configValues)}1]}`, 'MANIFEST_MALFORMED: '],
    [JSON.stringify({ a: 'x'.repeat(limits.configBytes) }), 'LIMIT_BYTES: '],
  ])('is a violation where it is %.40s', async (config, said) => {
    const image = await publish({ config });
    const [found] = await judge('image.config.os == "linux" || true == false', [image.reference]);
    expect(found?.slice(0, said.length)).toBe(said);
  });

  it('has no keys that it was not given', async () => {
    const image = await publish({ config: '{"__proto__": {"os": "linux"}, "constructor": 1}' });
    expect(
      await judge('!has(image.config.os) && !has(image.config.toString) && image.config.constructor == 1', [
        image.reference,
      ]),
    ).toEqual([]);
  });

  it('is unknown where the registry does not give it', async () => {
    const image = await publish();
    const mend = registry.faults.add({ kind: 'status', status: 500 }, { path: /blobs/ });
    try {
      expect((await judge('image.config.os == "linux"', [image.reference]))[0]).toMatch(/^REGISTRY_ERROR: /);
    } finally {
      mend();
    }
    const gone = registry.faults.add({ kind: 'status', status: 404 }, { path: /blobs/ });
    try {
      expect(await judge('image.config.os == "linux"', [image.reference])).toEqual([
        'MANIFEST_MALFORMED: the manifest names a config that is not there',
      ]);
    } finally {
      gone();
    }
  });
});
