import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { folderStore } from '../../host/store.ts';
import { type Registry, startRegistry } from '../support/registry/index.ts';
import { type Corridor, openCorridor } from '../support/shop/corridor.ts';
import { deployment, publishShop, type Shop, shopConfiguration, shopPolicies } from '../support/shop/index.ts';
import { createSigstore, type Sigstore } from '../support/sigstore/index.ts';

let registry: Registry;
let sigstore: Sigstore;
let shop: Shop;
let folder: string;

beforeAll(async () => {
  registry = await startRegistry();
  sigstore = createSigstore();
  shop = await publishShop(registry, sigstore);
});
afterAll(() => registry.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-store-'));
  registry.clearRequests();
  return () => rm(folder, { recursive: true, force: true });
});

const replica = (): Corridor =>
  openCorridor({
    configuration: shopConfiguration(registry.host),
    policies: shopPolicies(registry.host, shop),
    files: { 'trusted_root.json': sigstore.trustedRoot },
    store: folderStore(folder),
  });
const judge = async (image: string): Promise<boolean> => {
  await using corridor = replica();
  return (await corridor.judge(deployment('d', [image]))).allowed;
};
const asked = (): string[] =>
  registry.requests.map(({ path }) => path.replace(/^.*\/(manifests|blobs|referrers)\//, '$1 '));

describe('a store that replicas share', () => {
  it('spares the second replica what a list has named, and no list', async () => {
    expect(await judge(shop.images.shop.reference)).toBe(true);
    const first = asked();
    registry.clearRequests();
    expect(await judge(shop.images.shop.reference)).toBe(true);
    expect(first.filter((path) => /^(blobs|manifests sha256:)/.test(path))).toHaveLength(2);
    expect(asked().filter((path) => /^(blobs|manifests sha256:)/.test(path))).toEqual([]);
    expect(asked().some((path) => path.startsWith('referrers'))).toBe(true);
  });

  it('A-VER-19: is not believed: what was changed there is fetched again, and put right', async () => {
    expect(await judge(shop.images.shop.reference)).toBe(true);
    for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) await writeFile(join(file.parentPath, file.name), '{"forged": true}');
    }
    registry.clearRequests();
    expect(await judge(shop.images.shop.reference)).toBe(true);
    expect(asked().filter((path) => /^(blobs|manifests sha256:)/.test(path))).toHaveLength(2);
    registry.clearRequests();
    expect(await judge(shop.images.shop.reference)).toBe(true);
    expect(asked().filter((path) => path.startsWith('blobs'))).toEqual([]);
  });

  it('shows nobody what the registry does not list to them', async () => {
    expect(await judge(shop.images.shop.reference)).toBe(true);
    const remove = registry.faults.add({ kind: 'status', status: 403 });
    try {
      expect(await judge(shop.images.shop.reference)).toBe(false);
    } finally {
      remove();
    }
  });

  it('that cannot be written keeps nothing and hinders nothing', async () => {
    await rm(folder, { recursive: true });
    await writeFile(folder, 'a file where the folder should be');
    expect(await judge(shop.images.shop.reference)).toBe(true);
    expect(await judge(shop.images.stranger.reference)).toBe(false);
  });

  it('reads nothing that is larger than what is wanted, and nothing outside of its folder', async () => {
    const store = folderStore(folder);
    const digest = `sha256:${'a'.repeat(64)}`;
    await store.put(digest, Buffer.alloc(100));
    expect(await store.get(digest, 100)).toHaveLength(100);
    expect(await store.get(digest, 99)).toBeUndefined();
    await store.put('sha256:../../../escaped', Buffer.from('x'));
    expect(await store.get('sha256:../../../escaped', 10)).toBeUndefined();
    expect(await readdir(folder)).toEqual(['sha256']);
  });
});
