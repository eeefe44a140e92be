import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Bytes in a folder, by digest (`sha256:...`). Others may read and write there too, so whoever takes bytes hashes them. */
export interface FolderStore {
  get(digest: string, maximumBytes: number): Promise<Uint8Array | undefined>;
  put(digest: string, bytes: Uint8Array): Promise<void>;
}

/**
 * A store in this folder, which is made when first written to. A folder that cannot be read or written is an empty one
 * that keeps nothing: it spares requests, and nothing depends on it.
 */
export function folderStore(folder: string): FolderStore {
  const pathOf = (digest: string): string | undefined => {
    const [, algorithm, hex] = /^(sha256|sha512):([0-9a-f]{64,128})$/.exec(digest) ?? [];
    return algorithm === undefined || hex === undefined ? undefined : join(folder, algorithm, hex.slice(0, 2), hex);
  };
  return {
    async get(digest, maximumBytes) {
      const path = pathOf(digest);
      return path === undefined ? undefined : read(path, maximumBytes).catch(() => undefined);
    },
    async put(digest, bytes) {
      const path = pathOf(digest);
      if (path !== undefined) await write(path, bytes).catch(() => undefined);
    },
  };
}

/** What is larger than anybody wants was not put there by us, and is not read. */
async function read(path: string, maximumBytes: number): Promise<Uint8Array | undefined> {
  await using handle = await open(path);
  const { size } = await handle.stat();
  return size > maximumBytes ? undefined : await handle.readFile();
}

/** Whole or not at all: a reader in another process never sees half a file. */
async function write(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${randomUUID()}`;
  try {
    await writeFile(part, bytes);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
