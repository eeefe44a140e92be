import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { type Environment, variable } from './environment.ts';

/**
 * Keeps what the engine made of the program's code for the next start: a quarter of the time in which a command line starts. Code is run from
 * that folder, so that it is used only where nobody else can write to it or put another in its place; without one nothing is kept.
 */
export function keepCompiled(environment: Environment): void {
  const folder = ownFolder(environment);
  if (folder !== undefined) enableCompileCache(folder);
}

/** `$XDG_CACHE_HOME/assay/compiled`, else `~/.cache/assay/compiled`, made where it is not there; undefined where it is not this user's alone. */
export function ownFolder(environment: Environment): string | undefined {
  const user = process.getuid?.();
  if (user === undefined) return undefined;
  const stated = variable(environment, 'XDG_CACHE_HOME');
  const home = variable(environment, 'HOME') ?? homedir();
  const base = stated !== undefined && isAbsolute(stated) ? stated : join(home, '.cache');
  const assay = join(base, 'assay');
  const folder = join(assay, 'compiled');
  try {
    // One by one: whoever has no home is not given one.
    for (const each of [base, assay, folder]) if (!existsSync(each)) mkdirSync(each, { mode: 0o700 });
    return [base, assay, folder].every((each) => isAlone(each, user)) ? folder : undefined;
  } catch {
    // A home that cannot be written to, or is none: the program starts as it does the first time.
    return undefined;
  }
}

/** A folder of this user, no link to one, that nobody else may write to. */
function isAlone(folder: string, user: number): boolean {
  const found = lstatSync(folder);
  return found.isDirectory() && found.uid === user && (found.mode & 0o022) === 0;
}
