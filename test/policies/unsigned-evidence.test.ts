import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PublishedImage, pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import { openCorridor } from '../support/shop/corridor.ts';
import { deployment, publishShop, type Shop, shopConfiguration, shopPolicies } from '../support/shop/index.ts';
import { createSigstore, keySigner, type Sigstore, signImage } from '../support/sigstore/index.ts';

/** What tools leave beside an image without a signature proves nothing, wherever they put it. */

let registry: Registry;
let sigstore: Sigstore;
let shop: Shop;

beforeAll(async () => {
  registry = await startRegistry();
  sigstore = createSigstore();
  shop = await publishShop(registry, sigstore);
});
afterAll(() => registry.close());

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  statement: 'application/vnd.in-toto+json',
};
const repository = 'tools/bare';

/** A manifest of one layer, put under a tag of the repository where one is given. */
async function push(
  layerType: string,
  layer: object,
  tag?: string,
  more: object = {},
): Promise<{ digest: string; size: number }> {
  const [config, bytes] = [Buffer.from('{}'), Buffer.from(JSON.stringify(layer))];
  const [configDigest, layerDigest] = [
    await registry.putBlob(repository, config),
    await registry.putBlob(repository, bytes),
  ];
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: configDigest, size: config.length },
      layers: [{ mediaType: layerType, digest: layerDigest, size: bytes.length }],
      ...more,
    }),
  );
  const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
  await registry.putManifest(repository, tag ?? digest, types.manifest, manifest);
  return { digest, size: manifest.length };
}

const statement = ({ digest }: { readonly digest: string }, predicateType: string): object => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'bare', digest: { sha256: digest.slice(7) } }],
  predicateType,
  predicate: { builder: { id: 'https://github.com/acme/builder' } },
});

const codes = async (image: string): Promise<readonly string[]> => {
  await using corridor = openCorridor({
    configuration: shopConfiguration(registry.host),
    policies: shopPolicies(registry.host, shop),
    files: { 'trusted_root.json': sigstore.trustedRoot },
  });
  return (await corridor.judge(deployment('d', [image]))).findings.map(({ effect, code }) => `${effect} ${code}`);
};

const tagOf = ({ digest }: PublishedImage, kind: string): string => `${digest.replace(':', '-')}.${kind}`;

describe('A-VER-23: evidence that nobody signed', () => {
  it('is none in an .sbom tag, nor as a bare statement in an .att tag, in a referrer or as a signature without one', async () => {
    const image = await pushImage(registry, { repository, tag: '1' });
    const subject = { subject: { mediaType: image.mediaType, digest: image.digest, size: image.size } };
    const sbom = statement(image, 'https://spdx.dev/Document');
    await push('text/spdx+json', { spdxVersion: 'SPDX-2.3' }, tagOf(image, 'sbom'));
    await push(types.statement, sbom, tagOf(image, 'att'));
    await push('application/vnd.dev.cosign.simplesigning.v1+json', { critical: {} }, tagOf(image, 'sig'));
    await push(types.statement, sbom, undefined, { ...subject, artifactType: types.statement });
    for (const name of [image.name, image.reference]) {
      const [found, ...others] = await codes(name);
      expect(others).toEqual([]);
      expect(found).toMatch(/^deny (NO_SIGNATURE|ENTITY_MALFORMED|FORMAT_UNSUPPORTED)$/);
    }
    await signImage({ registry, ...image, as: keySigner(shop.key), format: 'bundle' });
    expect(await codes(image.name)).toEqual([]);
  });

  it('is none in the attestation manifests that a build puts into an index', async () => {
    const image = await pushImage(registry, { repository, seed: 'built' });
    const provenance = await push(types.statement, statement(image, 'https://slsa.dev/provenance/v1'));
    const index = {
      schemaVersion: 2,
      mediaType: types.index,
      manifests: [
        {
          mediaType: image.mediaType,
          digest: image.digest,
          size: image.size,
          platform: { os: 'linux', architecture: 'amd64' },
        },
        {
          mediaType: types.manifest,
          ...provenance,
          platform: { os: 'unknown', architecture: 'unknown' },
          annotations: {
            'vnd.docker.reference.type': 'attestation-manifest',
            'vnd.docker.reference.digest': image.digest,
          },
        },
      ],
    };
    await registry.putManifest(repository, 'built', types.index, Buffer.from(JSON.stringify(index)));
    expect(await codes(`${registry.host}/${repository}:built`)).toEqual(['deny NO_SIGNATURE']);
    await signImage({ registry, ...image, as: keySigner(shop.key), format: 'bundle' });
    expect(await codes(`${registry.host}/${repository}:built`)).toEqual([]);
  });
});
