import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushImage } from '../support/registry/index.ts';
import { signImage } from '../support/sigstore/index.ts';
import { verify } from './assay.ts';
import type { CosignSigner, CosignVersion } from './cosign.ts';
import { type SomeRegistry, startRegistries } from './registries.ts';
import { identity, openWorkshop, type Workshop } from './workshop.ts';

const registryNames = [
  "distribution's registry",
  "go-containerregistry's registry",
  'our registry with referrers',
  'our registry without referrers',
];

let workshop: Workshop;
let registries: SomeRegistry[] = [];

beforeAll(async () => {
  workshop = await openWorkshop();
  registries = await startRegistries(workshop.folder);
});

afterAll(async () => {
  await Promise.all(registries.map((registry) => registry.stop()));
  await workshop.stop();
});

const registryCalled = (name: string): SomeRegistry => {
  const registry = registries.find((one) => one.name === name);
  if (!registry) throw new Error(`no registry is called ${name}`);
  return registry;
};

interface Way {
  readonly what: string;
  readonly version: CosignVersion;
  readonly more: readonly string[];
  readonly tag: boolean;
  readonly config?: string;
}

/** The ways in which released cosign writes signatures. */
const ways: readonly Way[] = [
  { what: 'cosign 2 as a .sig tag', version: 2, more: [], tag: true },
  { what: 'cosign 3 as a .sig tag', version: 3, more: ['--new-bundle-format=false'], tag: true },
  { what: 'cosign 3 as a bundle', version: 3, more: [], tag: false },
  { what: 'cosign 3 as a bundle with a timestamp', version: 3, more: [], tag: false, config: 'signing_config.json' },
  { what: 'cosign 3 as a bundle of Rekor v2', version: 3, more: [], tag: false, config: 'signing_config_rekor2.json' },
];

/** What the test signer writes, in the forms that real cosign must take for its own. */
const direct = [
  ['sig-tag', 1],
  ['bundle', 1],
  ['bundle', 2],
] as const;

for (const registryName of registryNames) {
  describe(`in ${registryName}`, () => {
    for (const [number, { what, version, more, tag, config }] of ways.entries()) {
      for (const who of config === undefined ? (['a key', 'an identity'] as const) : (['an identity'] as const)) {
        it(`an image signed with ${who} by ${what} verifies, for its signer alone`, async () => {
          const registry = registryCalled(registryName);
          const signer: CosignSigner = who === 'a key' ? { key: workshop.key } : { identity };
          const repository = `acme/${who.split(' ')[1]}-${number}`;
          const image = await pushImage(registry.publisher, { repository, tag: 'v1' });
          await workshop.cosign.sign(version, image.reference, signer, more, config);

          const place = image.digest.replace(':', '-');
          const written = {
            sig: (await registry.publisher.getManifest(repository, `${place}.sig`)) !== undefined,
            fallback: (await registry.publisher.getManifest(repository, place)) !== undefined,
            referrers: await referrerCount(registry, repository, image.digest),
          };
          expect(written).toEqual({
            sig: tag,
            fallback: !tag && !registry.referrers,
            referrers: !registry.referrers ? undefined : tag ? 0 : 1,
          });

          const { exit, report } = await verify(image.name, workshop.flagsFor(signer));
          expect(report).toMatchObject({
            reference: image.name,
            digest: image.digest,
            admitted: true,
            entities: [{ kind: 'signature', state: 'accepted' }],
            violations: [],
            gaps: [],
          });
          expect(exit).toBe(0);

          const stranger = { identity: { ...identity, issuer: 'https://issuer.example' } };
          const other = await verify(image.name, workshop.flagsFor(stranger));
          expect(other.report.admitted).toBe(false);
          expect(other.exit).toBe(1);
        });
      }
    }

    it('an image that nobody signed does not verify', async () => {
      const { publisher } = registryCalled(registryName);
      const image = await pushImage(publisher, { repository: 'acme/unsigned', tag: 'v1' });
      const { exit, report } = await verify(image.name, workshop.flagsFor({ identity }));
      expect(report).toMatchObject({ admitted: false, entities: [], violations: [{ code: 'NO_SIGNATURE' }], gaps: [] });
      expect(exit).toBe(1);
    });

    for (const [format, rekor] of direct) {
      it(`real cosign accepts what the test signer writes as a ${format} with Rekor v${rekor}`, async () => {
        const registry = registryCalled(registryName);
        const repository = `acme/direct-${format}-${rekor}`;
        const { reference, digest } = await pushImage(registry.publisher, { repository, tag: 'v1' });
        const via = registry.referrers ? 'referrers' : 'fallback-tag';
        const as = workshop.sigstore.keyless(identity);
        await signImage({ registry: registry.publisher, repository, digest, as, format, rekor, via });
        const versions: CosignVersion[] = format === 'sig-tag' ? [2, 3] : [3];
        for (const version of versions) {
          const more = version === 3 && format === 'sig-tag' ? ['--new-bundle-format=false'] : [];
          const outcome = await workshop.cosign.verify(version, reference, { identity }, more);
          expect(outcome.stderr).toContain('The code-signing certificate was verified');
          expect(outcome.exit).toBe(0);
          const stranger = { ...identity, issuer: 'https://issuer.example' };
          expect((await workshop.cosign.verify(version, reference, { identity: stranger }, more)).exit).not.toBe(0);
        }
      });
    }
  });
}

async function referrerCount(registry: SomeRegistry, repository: string, digest: string): Promise<number | undefined> {
  const response = await fetch(`http://${registry.host}/v2/${repository}/referrers/${digest}`);
  return response.ok ? ((await response.json()) as { manifests: unknown[] }).manifests.length : undefined;
}
