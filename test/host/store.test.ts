import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { folderStore } from '../../host/store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-store-'));
  return () => rm(folder, { recursive: true, force: true });
});

const bytesOf = (at: number): Buffer => Buffer.alloc(100, at);
const digestOf = (at: number): string => `sha256:${createHash('sha256').update(bytesOf(at)).digest('hex')}`;
const pathOf = (at: number): string => {
  const hex = digestOf(at).slice('sha256:'.length);
  return join(folder, 'sha256', hex.slice(0, 2), hex);
};
const files = async (): Promise<number> =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;
/** Sizes are told by the bytes that are kept, ages in seconds. */
const age = (at: number, seconds: number): Promise<void> => {
  const then = new Date(Date.now() - seconds * 1000);
  return utimes(pathOf(at), then, then);
};

describe('a folder of bytes', () => {
  it('gives back what was put there, to whoever wants that much', async () => {
    const store = folderStore(folder);
    await store.put(digestOf(1), bytesOf(1));
    expect(await store.get(digestOf(1), 100)).toEqual(bytesOf(1));
    expect(await store.get(digestOf(1), 99)).toBeUndefined();
    expect(await store.get(digestOf(2), 100)).toBeUndefined();
  });

  it('keeps no more than its bound, and lets go what was written first', async () => {
    const store = folderStore(folder, 1_000);
    for (let at = 0; at < 10; at++) {
      await store.put(digestOf(at), bytesOf(at));
      await age(at, 100 - at);
    }
    expect(await files()).toBe(10);
    await store.put(digestOf(10), bytesOf(10));
    expect(await files()).toBe(7);
    expect(await store.get(digestOf(3), 100)).toBeUndefined();
    expect(await store.get(digestOf(4), 100)).toEqual(bytesOf(4));
    expect(await store.get(digestOf(10), 100)).toEqual(bytesOf(10));
    for (let at = 11; at < 200; at++) await store.put(digestOf(at), bytesOf(at));
    expect(await files()).toBeLessThanOrEqual(10);
  });

  it('counts what others have put there, and what they left half written', async () => {
    const others = folderStore(folder, 100_000);
    for (let at = 0; at < 20; at++) await others.put(digestOf(at), bytesOf(at));
    const part = `${pathOf(50)}.00000000-0000-0000-0000-000000000000`;
    await mkdir(dirname(part), { recursive: true });
    await writeFile(part, bytesOf(50));
    await utimes(part, new Date(0), new Date(0));
    await folderStore(folder, 1_000).put(digestOf(30), bytesOf(30));
    expect(await files()).toBe(7);
    expect(await readdir(dirname(part))).toEqual([]);
  });

  it('touches no file that is not its own, and keeps nothing that is larger than it may be', async () => {
    await writeFile(join(folder, 'notes.txt'), Buffer.alloc(5_000));
    await mkdir(join(folder, 'sha256', 'ab'), { recursive: true });
    await writeFile(join(folder, 'sha256', 'ab', 'README'), 'x');
    const store = folderStore(folder, 250);
    for (let at = 0; at < 5; at++) await store.put(digestOf(at), bytesOf(at));
    expect((await readdir(folder)).sort()).toEqual(['notes.txt', 'sha256']);
    expect(await readdir(join(folder, 'sha256', 'ab'))).toContain('README');
    const large = Buffer.alloc(251, 'x');
    const digest = `sha256:${createHash('sha256').update(large).digest('hex')}`;
    await store.put(digest, large);
    expect(await store.get(digest, 1_000)).toBeUndefined();
  });
});
