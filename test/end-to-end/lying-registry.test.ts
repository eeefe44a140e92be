import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PublishedImage, pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import { verify } from './assay.ts';
import { refused } from './refused.ts';
import { identity, openWorkshop, type Workshop } from './workshop.ts';

let workshop: Workshop;
let registry: Registry;
let flags: string[];
let repository = '';
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

beforeEach(() => {
  repository = `acme/shop-${++count}`;
  registry.faults.clear();
});

const publish = (tag: string): Promise<PublishedImage> =>
  pushImage(registry, { repository, tag, seed: `${repository}:${tag}` });

describe('a lying registry', () => {
  const signed = async (): Promise<PublishedImage> => {
    const image = await publish('v1');
    await workshop.cosign.sign(3, image.reference, { identity });
    return image;
  };

  it('that answers a tag with other bytes than were signed is refused', async () => {
    const image = await signed();
    registry.faults.add({ kind: 'wrong-bytes', bytes: `${manifestOf(image)} ` }, { path: '*/manifests/v1' });
    refused(await verify(image.name, flags), 'NO_SIGNATURE');
  });

  it('that answers the digest of what carries a signature with other bytes is refused', async () => {
    const image = await signed();
    const [carrier] = registry.store.referrers(repository, image.digest, 'manifest');
    registry.faults.add({ kind: 'wrong-bytes' }, { path: new RegExp(`/manifests/.*${carrier?.digest.slice(7)}$`) });
    refused(await verify(image.name, flags), 'DIGEST_MISMATCH');
  });

  it('that names another digest for a tag than its bytes have is not believed', async () => {
    const image = await signed();
    registry.faults.add({ kind: 'wrong-digest-header' }, { path: '*/manifests/v1' });
    expect((await verify(image.name, flags)).report).toMatchObject({ admitted: true, digest: image.digest });
    registry.faults.clear();
    const unsigned = await pushImage(registry, { repository, tag: 'v1', seed: 'unsigned' });
    registry.faults.add({ kind: 'wrong-digest-header', digest: image.digest }, { path: '*/manifests/v1' });
    const verdict = await verify(image.name, flags);
    refused(verdict, 'NO_SIGNATURE');
    expect(verdict.report.digest).toBe(unsigned.digest);
  });

  it('that changes a signature on its way is refused', async () => {
    const image = await signed();
    registry.faults.add({ kind: 'wrong-bytes' }, { path: /\/blobs\// });
    refused(await verify(image.name, flags), 'DIGEST_MISMATCH', 'ENTITY_MALFORMED');
  });

  it('that hides the signatures is refused', async () => {
    const image = await signed();
    registry.faults.add({ kind: 'status', status: 404 }, { path: /\/referrers\// });
    refused(await verify(image.name, flags), 'NO_SIGNATURE');
  });

  it('that lists what belongs to another image is refused', async () => {
    const [image, unsigned] = [await signed(), await publish('unsigned')];
    const list = await (await fetch(`${registry.url}/v2/${repository}/referrers/${image.digest}`)).text();
    registry.faults.add({ kind: 'wrong-bytes', bytes: list }, { path: `*/referrers/${unsigned.digest}*` });
    refused(await verify(unsigned.name, flags), 'SUBJECT_MISMATCH', 'NO_SIGNATURE');
  });

  it('that is out of order is not believed in either direction', async () => {
    const image = await signed();
    registry.faults.add({ kind: 'status', status: 503 }, { path: /\/referrers\// });
    const { exit, report } = await verify(image.name, flags);
    expect({ admitted: report.admitted, gaps: report.gaps.length > 0 }).toEqual({ admitted: false, gaps: true });
    expect(exit).not.toBe(0);
  });

  it('that refuses to answer is refused', async () => {
    const image = await signed();
    registry.faults.add({ kind: 'status', status: 403 }, { path: /\/manifests\// });
    refused(await verify(image.name, flags), 'ACCESS_REFUSED');
  });

  it('that sends its clients to a metadata service is refused', async () => {
    const image = await signed();
    registry.faults.add({ kind: 'redirect', location: 'http://169.254.169.254/latest/' }, { path: /\/blobs\// });
    refused(await verify(image.name, flags), 'REDIRECT_REFUSED', 'ADDRESS_REFUSED');
  });
});

const manifestOf = ({ digest }: PublishedImage): string =>
  registry.store.manifest(repository, digest)?.bytes.toString() ?? '';
