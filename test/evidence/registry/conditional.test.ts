import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseReference, type Reference } from '../../../evidence/image/reference.ts';
import { createRegistryClient, type RegistryClient } from '../../../evidence/registry/client.ts';
import { anonymous, type Keychain } from '../../../evidence/registry/credentials.ts';
import { type PublishedImage, pushImage, type Registry, startRegistry } from '../../support/registry/index.ts';

let registry: Registry;
let client: RegistryClient;
let image: PublishedImage;

beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());
beforeEach(async () => {
  client = createRegistryClient({ hosts: { [registry.host]: { plainHttp: true } }, now: () => new Date() });
  image = await pushImage(registry, { repository: 'acme/shop', tag: 'stable', seed: 'one' });
  registry.faults.clear();
  registry.clearRequests();
  return () => client.close();
});

const read = (keychain: Keychain = anonymous) =>
  client.tagged((parseReference(image.name) as Reference).repository, 'stable', {
    signal: AbortSignal.timeout(5000),
    keychain,
  });
const statuses = (): number[] => registry.requests.map(({ status }) => status);

describe('a tag that is asked for again', () => {
  it('is not sent again while it names the same', async () => {
    const first = await read();
    expect(await read()).toEqual(first);
    expect(statuses()).toEqual([200, 304]);
    expect(first).toMatchObject({ kind: 'found', value: { digest: image.digest } });
  });

  it('is sent again when it names something else', async () => {
    await read();
    const moved = await pushImage(registry, { repository: 'acme/shop', tag: 'stable', seed: 'two' });
    expect(await read()).toMatchObject({ kind: 'found', value: { digest: moved.digest } });
    expect(statuses()).toEqual([200, 200]);
  });

  it('is sent again to whoever has other credentials', async () => {
    await read();
    await read({ ...anonymous, scope: 'another tenant' });
    expect(statuses()).toEqual([200, 200]);
  });

  it('is sent again where manifests of sixteen MiB were read since', { timeout: 30_000 }, async () => {
    const { bytes, mediaType } = (await registry.getManifest('acme/shop', image.digest))!;
    const large = (at: number): Buffer => {
      const padding = 'x'.repeat(4 * 1024 * 1024 - 4096);
      return Buffer.from(
        JSON.stringify({ ...(JSON.parse(bytes.toString()) as object), annotations: { at: `${at}`, padding } }),
      );
    };
    for (let at = 0; at < 5; at++) await registry.putManifest('acme/shop', `large-${at}`, mediaType, large(at));
    registry.clearRequests();
    const { repository } = parseReference(image.name) as Reference;
    for (const at of [0, 1, 2, 3, 0, 4, 1, 4]) {
      const scope = { signal: AbortSignal.timeout(10_000), keychain: anonymous };
      expect(await client.tagged(repository, `large-${at}`, scope)).toMatchObject({ kind: 'found' });
    }
    expect(statuses()).toEqual([200, 200, 200, 200, 304, 200, 200, 304]);
  });

  it('is not believed to be the same by a registry that was not asked so', async () => {
    registry.faults.add({ kind: 'status', status: 304 });
    expect(await read()).toMatchObject({ kind: 'gap', code: 'REGISTRY_MISCONFIGURED' });
  });

  for (const etag of ['not quoted', `"${'x'.repeat(201)}"`, '']) {
    it(`is asked for without a condition after the entity tag ${JSON.stringify(etag.slice(0, 20))}`, async () => {
      registry.faults.add({ kind: 'headers', headers: { etag } });
      await read();
      await read();
      expect(statuses()).toEqual([200, 200]);
    });
  }
});
