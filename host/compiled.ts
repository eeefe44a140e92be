import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { Script } from 'node:vm';
import { type Environment, variable } from './environment.ts';

/** A file that was run. */
export interface Loaded {
  readonly exports: unknown;
  /** Writes down what the engine has compiled by now, for the next that does the same; nothing where that is there already. */
  keep(): void;
}

/**
 * Runs a file that is the function around a CommonJS module, as Node itself would put it, with the code that the engine made of it the last time that somebody did the same `work`, so that a command line starts
 * in a third less. That code comes from a folder that is this user's alone, never from another; without one, all is compiled anew. The
 * file's name must tell its content, for nothing else says of which file the kept code is.
 */
export function loadCompiled(file: string, work: string, environment: Environment): Loaded {
  const folder = variable(environment, 'NODE_DISABLE_COMPILE_CACHE') === undefined ? ownFolder(environment) : undefined;
  const kept = folder && join(folder, `${work}.${basename(file)}.${process.version}-${process.arch}`);
  const cachedData = kept === undefined ? undefined : readKept(kept);
  // One byte for each character, which is read in a fifth of the time: the build writes nothing but ASCII.
  const script = new Script(readFileSync(file, 'latin1'), { filename: file, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  const run = script.runInThisContext() as (...given: readonly unknown[]) => void;
  run(module.exports, createRequire(file), module, file, dirname(file));
  return {
    exports: module.exports,
    keep() {
      if (kept !== undefined && (cachedData === undefined || script.cachedDataRejected === true))
        writeKept(kept, work, script);
    },
  };
}

function readKept(kept: string): Buffer | undefined {
  try {
    const read = readFileSync(kept);
    return read.length === 0 ? undefined : read;
  } catch {
    // Not there, or not to be read: it is made again.
    return undefined;
  }
}

/** In one step, for others may read it meanwhile; that of other builds and of other versions of Node goes. */
function writeKept(kept: string, work: string, script: Script): void {
  const begun = `${kept}.${process.pid}`;
  try {
    for (const name of readdirSync(dirname(kept))) {
      if (name.startsWith(`${work}.`)) rmSync(join(dirname(kept), name), { force: true });
    }
    writeFileSync(begun, script.createCachedData(), { flag: 'wx', mode: 0o600 });
    renameSync(begun, kept);
  } catch {
    // A full disk, say: the next start takes as long as this one.
    rmSync(begun, { force: true });
  }
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
