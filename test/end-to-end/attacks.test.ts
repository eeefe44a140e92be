import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PublishedImage, pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import {
  attachDocument,
  attestImage,
  createSigstore,
  generateKey,
  type ImageSignature,
  signImage,
} from '../support/sigstore/index.ts';
import { verify } from './assay.ts';
import { refused } from './refused.ts';
import { identity, openWorkshop, type Workshop } from './workshop.ts';

/** Every attack in both of the forms in which cosign keeps signatures. */
const forms = [
  { format: 'sig-tag', what: 'a .sig tag', version: 2 },
  { format: 'bundle', what: 'a bundle', version: 3 },
] as const;

let workshop: Workshop;
let registry: Registry;
let flags: string[];
let count = 0;

beforeAll(async () => {
  workshop = await openWorkshop();
  registry = await startRegistry();
  flags = workshop.flagsFor({ identity });
});

afterAll(async () => {
  await registry.close();
  await workshop.stop();
});

/** Images of one test share a repository, as the attacker may push where the victim does. */
let repository = '';
beforeEach(() => {
  repository = `acme/shop-${++count}`;
});

const publish = (tag: string, platforms?: string[]): Promise<PublishedImage> =>
  pushImage(registry, { repository, tag, seed: `${repository}:${tag}`, ...(platforms ? { platforms } : {}) });

for (const { format, what, version } of forms) {
  describe(`with ${what}`, () => {
    const sign = (image: PublishedImage, wish: Partial<ImageSignature> = {}) =>
      signImage({
        registry,
        repository,
        digest: image.digest,
        as: workshop.sigstore.keyless(identity),
        format,
        ...wish,
      });

    it('an image with the signature of another image is refused', async () => {
      const [signed, unsigned] = [await publish('signed'), await publish('unsigned')];
      await workshop.cosign.sign(version, signed.reference, { identity });
      await copySignature(signed, unsigned);
      expect((await verify(signed.name, flags)).exit).toBe(0);
      refused(await verify(unsigned.name, flags), 'SUBJECT_MISMATCH');
    });

    it('an image signed by another identity is refused', async () => {
      const image = await publish('v1');
      const mallory = {
        ...identity,
        subject: { kind: 'uri' as const, value: identity.subject.value.replace('acme', 'mallory') },
      };
      await workshop.cosign.sign(version, image.reference, { identity: mallory });
      refused(await verify(image.name, flags), 'SIGNER_NOT_ACCEPTED');
    });

    it('an image signed by the same subject of another issuer is refused', async () => {
      const image = await publish('v1');
      const lookalike = { ...identity, issuer: 'https://token.actions.githubusercontent.com.example' };
      await workshop.cosign.sign(version, image.reference, { identity: lookalike });
      refused(await verify(image.name, flags), 'SIGNER_NOT_ACCEPTED');
    });

    it("an image signed with a stranger's key is refused", async () => {
      const image = await publish('v1');
      const stranger = await workshop.cosign.generateKey(`stranger-${count}`);
      await workshop.cosign.sign(version, image.reference, { key: stranger });
      refused(await verify(image.name, workshop.flagsFor({ key: workshop.key })), 'KEY_MISMATCH', 'SIGNATURE_WRONG');
      expect((await verify(image.name, workshop.flagsFor({ key: stranger }))).exit).toBe(0);
    });

    it('an image certified by a stranger, who copies the identity, is refused', async () => {
      const image = await publish('v1');
      await sign(image, { as: createSigstore().keyless(identity) });
      refused(await verify(image.name, flags), 'CERTIFICATE_UNTRUSTED', 'LOG_ENTRY_WRONG');
    });

    it("an image whose signature is not by its certificate's key is refused", async () => {
      const image = await publish('v1');
      await sign(image, { signedBy: generateKey() });
      refused(await verify(image.name, flags), 'SIGNATURE_WRONG');
    });

    it('an image whose signed bytes were changed is refused', async () => {
      const image = await publish('v1');
      await sign(image, { tamper: 'payload' });
      refused(await verify(image.name, flags), 'SIGNATURE_WRONG');
    });

    it('an image whose signature was removed is refused', async () => {
      const image = await publish('v1');
      await workshop.cosign.sign(version, image.reference, { identity });
      expect((await verify(image.name, flags)).exit).toBe(0);
      await removeSignature(image);
      refused(await verify(image.name, flags), 'NO_SIGNATURE');
    });

    it('a tag that moved to an unsigned image is refused, and the digest that was signed is not', async () => {
      const image = await publish('v1');
      await workshop.cosign.sign(version, image.reference, { identity });
      const moved = await pushImage(registry, { repository, tag: 'v1', seed: 'moved' });
      const verdict = await verify(image.name, flags);
      refused(verdict, 'NO_SIGNATURE');
      expect(verdict.report.digest).toBe(moved.digest);
      expect((await verify(image.reference, flags)).exit).toBe(0);
      expect((await verify(`${registry.host}/${repository}:v1@${image.digest}`, flags)).exit).toBe(0);
    });

    it('an index of which only a platform is signed is refused, even with that signature attached to it', async () => {
      const index = await publish('v1', ['linux/amd64', 'linux/arm64']);
      const platform = index.platforms['linux/amd64'] ?? '';
      await workshop.cosign.sign(version, `${registry.host}/${repository}@${platform}`, { identity });
      refused(await verify(index.name, flags), 'NO_SIGNATURE');
      await copySignature({ ...index, digest: platform }, index);
      refused(await verify(index.name, flags), 'SUBJECT_MISMATCH');
    });

    it('a signed index is proven with its platforms named, and its platforms alone are not', async () => {
      const index = await publish('v1', ['linux/amd64', 'linux/arm64']);
      await workshop.cosign.sign(version, index.reference, { identity });
      const { exit, report } = await verify(index.name, flags);
      expect({ exit, digest: report.digest, platforms: report.platforms }).toEqual({
        exit: 0,
        digest: index.digest,
        platforms: ['linux/amd64', 'linux/arm64'],
      });
      const platform = `${registry.host}/${repository}@${index.platforms['linux/arm64']}`;
      refused(await verify(platform, flags), 'NO_SIGNATURE');
    });

    const wrongs: [string, Partial<ImageSignature>, string][] = [
      ['that was never logged', { log: 'none' }, 'LOG_ENTRY_MISSING'],
      ['whose log entry is of another signature', { log: 'of-another' }, 'LOG_ENTRY_WRONG'],
      ['whose log entry another log signed', { log: 'stranger' }, 'LOG_ENTRY_WRONG'],
      ['whose log promise is forged', { log: 'wrong-promise' }, 'LOG_ENTRY_WRONG'],
      ['that was logged after its certificate ended', { loggedAt: later() }, 'TIMESTAMP_OUTSIDE_CERTIFICATE'],
      ['whose certificate no log has seen', { certificate: { scts: 'none' } }, 'SCT_MISSING'],
      ['whose certificate carries a forged SCT', { certificate: { scts: 'wrong' } }, 'SCT_WRONG'],
    ];
    for (const [which, wish, code] of wrongs) {
      it(`an image with a signature ${which} is refused`, async () => {
        const image = await publish('v1');
        await sign(image, wish);
        refused(await verify(image.name, flags), code);
      });
    }

    it('a wrong signature beside the right one does not matter', async () => {
      const image = await publish('v1');
      await sign(image, { tamper: 'payload' });
      await sign(image, { as: createSigstore().keyless(identity) });
      await workshop.cosign.sign(version, image.reference, { identity });
      const { exit, report } = await verify(image.name, flags);
      expect(exit).toBe(0);
      expect(report.entities.map(({ state }) => state)).toEqual(['accepted', 'rejected', 'rejected']);
    });
  });
}

describe('an attestation', () => {
  for (const format of ['att-tag', 'bundle'] as const) {
    it(`in ${format === 'bundle' ? 'a bundle' : 'a .att tag'} is no signature`, async () => {
      const image = await publish('v1');
      const as = workshop.sigstore.keyless(identity);
      const about = { predicateType: 'https://slsa.dev/provenance/v1', predicate: {}, format };
      await attestImage({ registry, repository, digest: image.digest, as, ...about });
      await attestImage({
        ...{ registry, repository, digest: image.digest, as, ...about },
        declaredType: 'https://sigstore.dev/cosign/sign/v1',
      });
      refused(await verify(image.name, flags), 'NO_SIGNATURE', 'STATEMENT_MALFORMED', 'PAYLOAD_TYPE_UNKNOWN');
    });
  }

  for (const version of [2, 3] as const) {
    it(`by cosign ${version} is no signature`, async () => {
      const image = await publish('v1');
      await workshop.cosign.attest(version, image.reference, { key: workshop.key }, 'https://example.test/audit', {});
      refused(
        await verify(image.name, workshop.flagsFor({ key: workshop.key })),
        'NO_SIGNATURE',
        'STATEMENT_MALFORMED',
      );
    });
  }
});

function later(): Date {
  return new Date(Date.now() + 3600_000);
}

/** Attaches to one image what is attached to another, as whoever can push to the repository can. */
async function copySignature(from: PublishedImage, to: PublishedImage): Promise<void> {
  const tagOf = ({ digest }: PublishedImage) => `${digest.replace(':', '-')}.sig`;
  const tagged = await registry.getManifest(repository, tagOf(from));
  if (tagged) await registry.putManifest(repository, tagOf(to), tagged.mediaType, tagged.bytes);
  for (const { digest } of registry.store.referrers(repository, from.digest, 'manifest')) {
    const manifest = JSON.parse((await registry.getManifest(repository, digest))?.bytes.toString() ?? '{}') as {
      layers: { digest: string }[];
    };
    const blob = registry.store.find(repository)?.blobs.get(manifest.layers[0]?.digest ?? '');
    if (blob) await attachDocument(registry, { repository, digest: to.digest }, blob);
  }
}

/** Deletes what is attached to an image, as any client can. */
async function removeSignature(image: PublishedImage): Promise<void> {
  const attached = registry.store.referrers(repository, image.digest, 'manifest').map(({ digest }) => digest);
  for (const reference of [`${image.digest.replace(':', '-')}.sig`, ...attached]) {
    await fetch(`${registry.url}/v2/${repository}/manifests/${reference}`, { method: 'DELETE' });
  }
}
