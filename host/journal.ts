import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { explain } from './files.ts';

/** A file of lines that grows at its end and is bounded. */
export interface Journal {
  /** Writes a line behind the others; a sentence where it could not be written. One call at a time. */
  readonly append: (line: string) => Promise<string | undefined>;
}

/**
 * Lines in `path`, readable by its owner alone, its folder made where it is not there. Before the file grows above half of `mostBytes` it becomes
 * `PATH.1`, in the place of the one before: both together never have more. A line that is larger than that is not written.
 */
export function journal(path: string, mostBytes: number): Journal {
  const most = Math.floor(mostBytes / 2);
  return {
    async append(line) {
      const bytes = Buffer.from(`${line}\n`);
      if (bytes.length > most) return `${path}: a line of ${bytes.length} bytes; at most ${most} are kept in one file`;
      try {
        await mkdir(dirname(path), { recursive: true });
        // Looked at each time: whoever collects the lines may have taken the file away.
        if ((await sizeOf(path)) + bytes.length > most) await rename(path, `${path}.1`);
        await using file = await open(path, 'a', 0o600);
        await file.appendFile(bytes);
        return undefined;
      } catch (error) {
        return `${path}: ${explain(error)}`;
      }
    },
  };
}

async function sizeOf(path: string): Promise<number> {
  try {
    const known = await stat(path);
    // What is no file is not put aside: opening it will say what it is.
    return known.isFile() ? known.size : 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}
