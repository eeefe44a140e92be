import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Bytes in a folder, by digest (`sha256:...`). Others may read and write there too, so whoever takes bytes hashes them. */
export interface FolderStore {
  get(digest: string, maximumBytes: number): Promise<Uint8Array | undefined>;
  put(digest: string, bytes: Uint8Array): Promise<void>;
}

/** Signatures of some hundred thousand images; a volume that replicas share has more room than this. */
const folderBytes = 1024 * 1024 * 1024;

/**
 * A store in this folder, which is made when first written to. A folder that cannot be read or written is an empty one
 * that keeps nothing: it spares requests, and nothing depends on it. Above so many bytes what was written first goes first.
 */
export function folderStore(folder: string, mostBytes = folderBytes): FolderStore {
  const pathOf = (digest: string): string | undefined => {
    const [, algorithm, hex] = /^(sha256|sha512):([0-9a-f]{64,128})$/.exec(digest) ?? [];
    return algorithm === undefined || hex === undefined ? undefined : join(folder, algorithm, hex.slice(0, 2), hex);
  };
  const room = new Room(folder, mostBytes);
  return {
    async get(digest, maximumBytes) {
      const path = pathOf(digest);
      return path === undefined ? undefined : read(path, maximumBytes).catch(() => undefined);
    },
    async put(digest, bytes) {
      const path = pathOf(digest);
      if (path === undefined || bytes.length > mostBytes) return;
      await write(path, bytes)
        .then(() => room.taken(bytes.length))
        .catch(() => undefined);
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

/** Counts what this process writes and looks at the folder itself whenever that could have filled it: others write there, too. */
class Room {
  readonly #folder: string;
  readonly #most: number;
  /** Bytes that may still be written before the folder is looked at; none before it was looked at for the first time. */
  #left = 0;
  #clearing: Promise<void> | undefined;

  constructor(folder: string, most: number) {
    this.#folder = folder;
    this.#most = most;
  }

  /** Settles when there is room again. */
  async taken(bytes: number): Promise<void> {
    this.#left -= bytes;
    if (this.#left >= 0) return;
    this.#clearing ??= this.#clear().finally(() => {
      this.#clearing = undefined;
    });
    await this.#clearing;
  }

  /** Down to three quarters, so that it is not looked at again at once; replicas that do the same find less to do. */
  async #clear(): Promise<void> {
    const files = await stored(this.#folder);
    let total = files.reduce((sum, { size }) => sum + size, 0);
    const wanted = total > this.#most ? this.#most * 0.75 : this.#most;
    for (const { path, size } of files) {
      if (total <= wanted) break;
      await rm(path, { force: true });
      total -= size;
    }
    this.#left = Math.max(0, (this.#most - total) / 2);
  }
}

interface Stored {
  readonly path: string;
  readonly size: number;
  readonly written: number;
}

/** The files of a store, parts of interrupted writes included, those first that were written first; of other files none. */
async function stored(folder: string): Promise<readonly Stored[]> {
  const names = await readdir(folder, { recursive: true });
  const own = names.filter((name) =>
    /^sha(?:256|512)[/\\][0-9a-f]{2}[/\\][0-9a-f]{64,128}(?:\.[0-9a-f-]{36})?$/.test(name),
  );
  const files: Stored[] = [];
  for (const name of own) {
    const path = join(folder, name);
    // Another replica may have taken it away meanwhile.
    const known = await stat(path).catch(() => undefined);
    if (known?.isFile() === true) files.push({ path, size: known.size, written: known.mtimeMs });
  }
  return files.sort((one, other) => one.written - other.written);
}
