import { basename, join } from 'node:path';
import { isFolder, isThere, writeNew } from '../../host/files.ts';
import { starterPolicy } from '../../policies/index.ts';
import { type ExitCode, exit } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

/** Writes a policy to begin with, and beside it the cases that test it; to standard output the policy alone. */
export async function writeStarter(name: string, output: string, { out, error }: Terminal): Promise<ExitCode> {
  if (output === '-') {
    out(starterPolicy(name, `${name}.yaml`).policy.trimEnd());
    error('its cases are written beside it where it goes to a file: -o FILE.yaml, or -o FOLDER');
    return exit.allowed;
  }
  const file = (await isFolder(output)) ? join(output, `${name}.yaml`) : output;
  if (!/\.ya?ml$/.test(file)) {
    error(`${file}: a file called .yaml, or a folder that is there, is wanted`);
    return exit.usage;
  }
  const beside = file.replace(/(\.ya?ml)$/, '.cases$1');
  // Neither is written where the other cannot be.
  const taken = [file, beside].find((path) => isThere(path));
  if (taken !== undefined) {
    error(`${taken}: is there already; a new file is wanted`);
    return exit.usage;
  }
  const { policy, cases } = starterPolicy(name, basename(file));
  const trouble = (await writeNew(file, policy)) ?? (await writeNew(beside, cases));
  if (trouble === undefined) return exit.allowed;
  error(trouble);
  return exit.usage;
}
