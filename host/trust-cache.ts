import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { type Environment, variable } from './environment.ts';
import { readText } from './files.ts';

/** A text and the time at which its source vouched for it. */
export interface DatedText {
  readonly text: string;
  readonly asOf: Date;
}

/** `$XDG_CACHE_HOME/assay/tuf`, else `~/.cache/assay/tuf` (XDG Base Directory: a relative path counts as none). */
export function defaultTrustFolder(environment: Environment): string {
  const stated = variable(environment, 'XDG_CACHE_HOME');
  const caches =
    stated !== undefined && isAbsolute(stated) ? stated : join(variable(environment, 'HOME') ?? homedir(), '.cache');
  return join(caches, 'assay', 'tuf');
}

/** What is kept under a name is of this origin alone: with another mirror or first root it begins anew. */
export function trustCache(folder: string, name: string, origin: readonly (string | undefined)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(origin)).digest('hex').slice(0, 16);
  return join(folder, `${encodeURIComponent(name)}-${hash}`);
}

/** A trust root as a configuration names it, and where what was fetched of it is kept. */
export interface CachedTrust {
  readonly name: string;
  readonly mirror: string;
  /** Its path. */
  readonly rootFile?: string;
  readonly cache: string;
}

/** Where it is kept: below `trustFolder`, or where caches are by default; `texts` has the root files by name. */
export function cachedTrust(
  { name, mirror, rootFile }: { readonly name: string; readonly mirror: string; readonly rootFile?: string },
  { folder, trustFolder }: { readonly folder: string; readonly trustFolder: string | undefined },
  texts: ReadonlyMap<string, string>,
  environment: Environment,
): CachedTrust {
  const kept = trustFolder === undefined ? defaultTrustFolder(environment) : resolve(folder, trustFolder);
  return {
    name,
    mirror,
    ...(rootFile === undefined ? {} : { rootFile: resolve(folder, rootFile) }),
    cache: trustCache(kept, name, [mirror, rootFile && texts.get(rootFile)]),
  };
}

/** What was kept of them, by name, and a line for each that cannot be read. */
export async function readAllKept(
  roots: readonly CachedTrust[],
): Promise<{ readonly fetched: ReadonlyMap<string, DatedText>; readonly lines: readonly string[] }> {
  const fetched = new Map<string, DatedText>();
  const lines: string[] = [];
  for (const { name, cache } of roots) {
    const kept = await readKept(cache);
    if (kept.kind === 'kept') fetched.set(name, kept);
    else if (kept.kind === 'unreadable') lines.push(`trust root "${name}": ${kept.detail}`);
  }
  return { fetched, lines };
}

export type KeptText =
  | ({ readonly kind: 'kept' } & DatedText)
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** The text that was kept last; the date stands inside, for copying a file makes it look new. */
export async function readKept(cache: string): Promise<KeptText> {
  const file = join(cache, fileName);
  const read = await readText(file, maximumBytes);
  if (read.kind === 'unreadable')
    return read.detail === 'does not exist'
      ? { kind: 'none' }
      : { kind: 'unreadable', detail: `${file} ${read.detail}` };
  const end = read.text.indexOf('\n');
  const asOf = new Date(read.text.slice(0, Math.max(end, 0)));
  return Number.isNaN(asOf.getTime())
    ? { kind: 'unreadable', detail: `${file} does not begin with a date; remove it and refresh` }
    : { kind: 'kept', asOf, text: read.text.slice(end + 1) };
}

/** Whole or not at all: a reader in another process never sees half a file. Rejects where the folder cannot be written. */
export async function keep(cache: string, { asOf, text }: DatedText): Promise<void> {
  await mkdir(cache, { recursive: true });
  const part = join(cache, `${fileName}.${randomUUID()}`);
  try {
    await writeFile(part, `${asOf.toISOString()}\n${text}`);
    await rename(part, join(cache, fileName));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

const fileName = 'last-good';
/** A trusted root is taken up to 1 MiB of text, and characters have up to three bytes. */
const maximumBytes = 4 * 1024 * 1024;
