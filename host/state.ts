import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { type Environment, variable } from './environment.ts';
import { keep, readKept, trustCache } from './trust-cache.ts';

/** What a program must not forget between its runs: a text for each name, in a folder. */
export interface StateFolder {
  /** Undefined where nothing was remembered; a clause where that cannot be known. */
  recall(name: string): Promise<string | undefined | { readonly detail: string }>;
  /** A clause where it could not be kept. */
  remember(name: string, text: string): Promise<undefined | { readonly detail: string }>;
}

/** `$XDG_STATE_HOME/assay`, else `~/.local/state/assay` (XDG Base Directory: a relative path counts as none). */
export function defaultStateFolder(environment: Environment): string {
  const stated = variable(environment, 'XDG_STATE_HOME');
  const states =
    stated !== undefined && isAbsolute(stated)
      ? stated
      : join(variable(environment, 'HOME') ?? homedir(), '.local', 'state');
  return join(states, 'assay');
}

/** State in the folder that a document in `base` names, or where it is by default. */
export const openState = (
  named: string | undefined,
  base: string,
  environment: Environment,
  now: () => Date,
): StateFolder => stateFolder(named === undefined ? defaultStateFolder(environment) : resolve(base, named), now);

/** State below `folder`, which is made when first written to; each name has a file of its own. */
export function stateFolder(folder: string, now: () => Date): StateFolder {
  const placeOf = (name: string): string => trustCache(folder, name, [name]);
  return {
    async recall(name) {
      const kept = await readKept(placeOf(name));
      if (kept.kind === 'kept') return kept.text;
      return kept.kind === 'none' ? undefined : { detail: kept.detail };
    },
    async remember(name, text) {
      try {
        await keep(placeOf(name), { asOf: now(), text });
        return undefined;
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
        return { detail: `${folder} cannot be written (${code})` };
      }
    },
  };
}
