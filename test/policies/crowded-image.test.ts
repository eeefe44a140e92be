import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import { openCorridor } from '../support/shop/corridor.ts';
import { pod, shopConfiguration } from '../support/shop/index.ts';
import { createSigstore, generateKey, keySigner, publicPem, signImage } from '../support/sigstore/index.ts';

/** Whoever may push can attach signatures until the good one is among too many: that is refused as what it is, never as "not signed". */

const [owner, mallory] = [generateKey(), generateKey()];
const sigstore = createSigstore();
let registry: Registry;

beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

/** What a policy that wants the owner's signature says of an image with so many, of which one is the owner's. */
async function judged(format: 'bundle' | 'sig-tag', signatures: number): Promise<readonly string[]> {
  const name = `crowded-${format}-${signatures}`;
  const image = await pushImage(registry, { repository: `acme/${name}`, tag: '1', seed: name });
  const how = { registry, repository: image.repository, digest: image.digest, format };
  await signImage({ ...how, as: keySigner(owner) });
  for (let at = 1; at < signatures; at++) await signImage({ ...how, as: keySigner(mallory) });
  await using corridor = openCorridor({
    configuration: shopConfiguration(registry.host),
    policies: stringify({
      apiVersion: 'assay.dev/v1alpha1',
      kind: 'ClusterWorkloadPolicy',
      metadata: { name: 'p' },
      spec: {
        authorities: [{ name: 'owner', key: { data: publicPem(owner.publicKey) } }],
        signatures: { from: ['owner'] },
        pin: 'None',
      },
    }),
    files: { 'trusted_root.json': sigstore.trustedRoot },
  });
  const { findings } = await corridor.judge(pod('p', [`${registry.host}/acme/${name}@${image.digest}`]));
  return findings.map(({ effect, code }) => `${effect} ${code}`);
}

describe('an image with very many signatures', () => {
  it.each(['bundle', 'sig-tag'] as const)(
    'is admitted with sixty-four, and denied with one more: %s',
    { timeout: 60_000 },
    async (format) => {
      expect(await judged(format, 64)).toEqual([]);
      expect(await judged(format, 65)).toEqual(['deny LIMIT_SIGNATURES']);
    },
  );
});
