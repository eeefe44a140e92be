import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A running watch; nothing is reported after `close`. */
export interface Watch {
  close(): void;
  /** Looks now instead of at the next tick; resolves when a change, if there was one, was reported. */
  look(): Promise<void>;
}

/**
 * Reports when a file or anything below a folder changed. It polls: file events do not cross network file systems, and a
 * Kubernetes mount changes by swapping the link `..data`, which an event on the file itself never shows.
 */
export async function watch(
  paths: readonly string[],
  everyMilliseconds: number,
  changed: () => void | Promise<void>,
): Promise<Watch> {
  let known = await fingerprint(paths);
  let closed = false;
  let looking: Promise<void> | undefined;
  const compare = async () => {
    const seen = await fingerprint(paths);
    if (closed || seen === known) return;
    known = seen;
    await changed();
  };
  const look = () => {
    looking ??= compare().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const timer = setInterval(() => void look(), everyMilliseconds);
  // A watch alone keeps no process alive.
  timer.unref();
  return {
    look,
    close() {
      closed = true;
      clearInterval(timer);
    },
  };
}

/** Deeper than any folder of policies; it ends links that lead back. */
const deepest = 8;

async function fingerprint(paths: readonly string[]): Promise<string> {
  return (await Promise.all(paths.map((path) => trace(path, deepest)))).flat().join('\n');
}

/** One line per file: where it really lies, its inode, size and times. What cannot be read is a state like any other. */
async function trace(path: string, depth: number): Promise<string[]> {
  try {
    const [real, seen] = await Promise.all([realpath(path), stat(path, { bigint: true })]);
    if (!seen.isDirectory()) return [`${path} ${real} ${seen.ino} ${seen.size} ${seen.mtimeNs} ${seen.ctimeNs}`];
    if (depth === 0) return [`${path} ${real}`];
    const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort();
    const below = await Promise.all(names.map((name) => trace(join(path, name), depth - 1)));
    return [`${path} ${real}`, ...below.flat()];
  } catch {
    return [`${path} unreadable`];
  }
}
