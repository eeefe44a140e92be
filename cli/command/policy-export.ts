import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explain, isThere } from '../../host/files.ts';
import {
  count,
  exportPolicy,
  printable,
  readWorkloadPolicies,
  renderExported,
  settleSource,
} from '../../policies/index.ts';
import { type Arguments, usage, type UsageProblem } from '../arguments.ts';
import { type ExitCode, exit } from '../exit.ts';
import { minorOf } from '../session.ts';
import { readPolicies } from '../source/policies.ts';
import type { Door } from './index.ts';

/** Writes policies as documents that an API server enforces by itself, and names those that it could not. */
export async function exportPolicies(
  positionals: readonly string[],
  given: Arguments,
  { terminal, input }: Door,
): Promise<ExitCode | UsageProblem> {
  const words = [...given.texts('policies'), ...positionals];
  if (words.length === 0) return usage('name what to export with -p');
  const version = given.text('kubernetes-version');
  const { kubernetesMinor } = minorOf(version);
  if (version !== undefined && kubernetesMinor === undefined)
    return usage(`--kubernetes-version ${JSON.stringify(version)}: a version such as 1.34 is wanted`);
  const sources = words.map((word) => settleSource(word, word, isThere));
  const read = await readPolicies(sources, input, given.texts('params'), version);
  const { policies, lines } = readWorkloadPolicies(read.documents);
  if (read.lines.length + lines.length > 0) {
    terminal.error([...read.lines, ...lines].map(printable).join('\n'));
    return exit.usage;
  }
  const exported = policies.map((policy) => exportPolicy(policy, kubernetesMinor));
  const documents = exported.flatMap((one) => one.documents);
  const output = given.text('output') ?? '-';
  if (output === '-') terminal.out(documents.map((document) => renderExported(document).trimEnd()).join('\n---\n'));
  else {
    const failed = await writeAll(
      output,
      exported
        .filter((one) => one.documents.length > 0)
        .map((one) => ({ file: `${one.name}.yaml`, text: one.documents.map(renderExported).join('---\n') })),
    );
    if (failed !== undefined) {
      terminal.error(failed);
      return exit.usage;
    }
  }
  const left = exported.filter(({ obstacles }) => obstacles.length > 0);
  terminal.error(
    [
      ...left.flatMap(({ name, obstacles }) => obstacles.map((one) => printable(`${name} is not exported: ${one}`))),
      `${count(exported.length - left.length, 'policy', 'policies')} exported as ${count(documents.length, 'document')}, ${left.length} not exported`,
    ].join('\n'),
  );
  return left.length > 0 ? exit.undecided : exit.allowed;
}

async function writeAll(
  folder: string,
  files: readonly { readonly file: string; readonly text: string }[],
): Promise<string | undefined> {
  try {
    await mkdir(folder, { recursive: true });
    for (const { file, text } of files) await writeFile(join(folder, file), text);
    return undefined;
  } catch (error) {
    return `${folder}: ${explain(error)}`;
  }
}
