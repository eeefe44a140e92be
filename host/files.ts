import { existsSync } from 'node:fs';
import { open, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The text of a file, or why there is none, in one clause for a person. */
export type TextRead =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** The UTF-8 text of a file, pipe or device of at most `maximumBytes`; a byte order mark is taken off. */
export async function readText(path: string, maximumBytes: number): Promise<TextRead> {
  try {
    await using handle = await open(path);
    return await decodeChunks(handle.createReadStream({ autoClose: false }), maximumBytes);
  } catch (error) {
    return { kind: 'unreadable', detail: explain(error) };
  }
}

/** As `readText`, for a stream such as standard input. */
export async function decodeChunks(chunks: AsyncIterable<unknown>, maximumBytes: number): Promise<TextRead> {
  const read: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      if (!(part instanceof Uint8Array)) return { kind: 'unreadable', detail: 'the stream brings objects, not bytes' };
      bytes += part.length;
      if (bytes > maximumBytes) return { kind: 'unreadable', detail: `has more than ${maximumBytes} bytes` };
      read.push(part);
    }
  } catch (error) {
    return { kind: 'unreadable', detail: explain(error) };
  }
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(read)) };
  } catch {
    return { kind: 'unreadable', detail: 'is not UTF-8' };
  }
}

/** Whether anything is at the path. */
export const isThere = (path: string): boolean => existsSync(path);

/** Whether a folder is at the path. */
export const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true;

/** Writes a file that is not there yet; what is wrong, in one clause. */
export async function writeNew(path: string, text: string): Promise<string | undefined> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return undefined;
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    return `${path}: ${taken ? 'is there already; a new file is wanted' : explain(error)}`;
  }
}

/** The document files that a path stands for, in a fixed order, or why it stands for none. */
export type FileList =
  | { readonly kind: 'files'; readonly files: readonly string[] }
  | { readonly kind: 'unreadable'; readonly path: string; readonly detail: string };

/** A folder with more documents than this is not a folder of policies or manifests. */
export const maximumFiles = 20_000;

/**
 * The path itself where it is a file, whatever its name; every `.yaml`, `.yml` and `.json` below it where it is a
 * folder. Folders whose names begin with a dot are left out, for Kubernetes mounts keep their versions in `..data`; files
 * with such names unless they are asked for: kubectl applies them. `named` are folders with a dot in front that are read all the same.
 */
export async function documentFiles(
  path: string,
  dotted: 'without' | 'with' = 'without',
  named: readonly string[] = [],
): Promise<FileList> {
  const files: string[] = [];
  const entered = new Set<string>();
  const pending = [path];
  try {
    if (!(await stat(path)).isDirectory()) return { kind: 'files', files: [path] };
    for (let folder = pending.shift(); folder !== undefined; folder = pending.shift()) {
      const real = await realpath(folder);
      // A link back to a parent would never end.
      if (entered.has(real)) continue;
      entered.add(real);
      for (const entry of await entriesOf(folder, dotted, named)) {
        if (entry.folder) pending.push(entry.path);
        else if (isDocument(entry.name)) files.push(entry.path);
        if (files.length > maximumFiles) {
          return { kind: 'unreadable', path, detail: `has more than ${maximumFiles} documents` };
        }
      }
    }
  } catch (error) {
    return { kind: 'unreadable', path, detail: explain(error) };
  }
  return { kind: 'files', files: files.sort() };
}

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly folder: boolean;
}

async function entriesOf(
  folder: string,
  dotted: 'without' | 'with',
  named: readonly string[],
): Promise<readonly Entry[]> {
  const hidden = (name: string): boolean => name.startsWith('.') && !named.includes(name);
  const names = (await readdir(folder)).filter((name) => !hidden(name) || (dotted === 'with' && isDocument(name)));
  const entries = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { name, path, folder: (await stat(path)).isDirectory() };
    }),
  );
  return entries.filter((entry) => !(entry.folder && hidden(entry.name)));
}

const isDocument = (name: string): boolean => /\.(ya?ml|json)$/i.test(name);

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  EISDIR: 'is a folder, not a file',
  ELOOP: 'is a chain of links without end',
  ENOTDIR: 'lies below a file, not below a folder',
};

/** What the operating system said, in one clause. */
export function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
  return reasons[code] ?? `cannot be read (${code})`;
}

/** Writes a file, readable by its owner alone where it is new; the sentence why it cannot be written. */
export async function writeText(path: string, text: string): Promise<string | undefined> {
  try {
    await writeFile(path, text, { mode: 0o600 });
    return undefined;
  } catch (error) {
    return `${path}: ${explain(error)}`;
  }
}

/**
 * Writes a file so that whoever looks sees all of it or what was there before; a device or pipe is written as it is. The sentence why it
 * cannot be written.
 */
export async function writeWhole(path: string, text: string): Promise<string | undefined> {
  const unfit = await unwritable(path);
  if (unfit !== undefined) return unfit;
  const before = await stat(path).catch(() => undefined);
  const target = before === undefined ? path : await realpath(path);
  const beside = join(dirname(target), `.${basename(target)}.${crypto.randomUUID()}`);
  try {
    if (before !== undefined && !before.isFile()) await writeFile(path, text);
    else {
      await writeFile(beside, text, { flag: 'wx', mode: before?.mode ?? 0o666 });
      await rename(beside, target);
    }
    return undefined;
  } catch (error) {
    await rm(beside, { force: true });
    return `${path}: ${explain(error)}`;
  }
}

/** Why a file cannot be written there, where that is certain beforehand. */
export async function unwritable(path: string): Promise<string | undefined> {
  const folder = dirname(path);
  try {
    if (!(await stat(folder)).isDirectory()) return `${path}: ${folder} is no folder`;
  } catch (error) {
    return `${path}: the folder ${folder} ${explain(error)}`;
  }
  const there = await stat(path).catch(() => undefined);
  return there?.isDirectory() === true
    ? `${path}: ${explain(Object.assign(new Error(), { code: 'EISDIR' }))}`
    : undefined;
}
