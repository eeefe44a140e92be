import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The folders of documents that are shipped with the program, by their names. */
export function shippedFolders(below: string): {
  packs(): Promise<readonly string[]>;
  read(pack: string, file: string): Promise<string | undefined>;
} {
  const root = shippedRoot(below);
  return {
    async packs() {
      const entries = await readdir(root, { withFileTypes: true });
      return entries
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort();
    },
    async read(pack, file) {
      try {
        return await readFile(join(root, pack, file), 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
          return undefined;
        throw error;
      }
    },
  };
}

/** The folder in the nearest ancestor of this file that has it: of the source as of the published package. */
function shippedRoot(below: string): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const root = join(folder, below);
    if (existsSync(root)) return root;
  }
  throw new Error(`${below} is not there; the package is not whole`);
}
