import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { layOut } from '../../evidence/index.ts';
import { documentFiles, explain } from '../../host/files.ts';
import {
  bundleFormat,
  count,
  faultOfBundleName,
  faultOfBundleVersion,
  parseDocuments,
  renderProblem,
} from '../../policies/index.ts';
import { type Arguments, usage, type UsageProblem } from '../arguments.ts';
import { type ExitCode, exit } from '../exit.ts';
import { readSource } from '../source/text.ts';
import type { Door } from './index.ts';

/** Writes the policy files below a folder as an OCI image layout, and prints the digest that is to be signed. */
export async function bundlePolicies(
  positionals: readonly string[],
  given: Arguments,
  { terminal, input }: Door,
): Promise<ExitCode | UsageProblem> {
  const [folder, surplus] = positionals;
  const [version, output] = [given.text('version'), given.text('output')];
  if (folder === undefined || surplus !== undefined) return usage('name one folder of policies');
  if (version === undefined) return usage('--version is wanted: it tells a newer bundle from an older one');
  if (output === undefined) return usage('-o is wanted: the folder to write the layout to');
  const fault = faultOfBundleVersion(version);
  if (fault !== undefined) return usage(`--version: ${fault}`);

  const listed = await documentFiles(folder);
  const lines: string[] = [];
  if (listed.kind === 'unreadable') lines.push(`${listed.path}: ${listed.detail}`);
  else if (listed.files.length === 0) lines.push(`${folder}: has no .yaml, .yml or .json file`);
  const files: { name: string; mediaType: string; bytes: Uint8Array }[] = [];
  let documents = 0;
  for (const file of listed.kind === 'files' ? listed.files : []) {
    const read = await readSource(file, input);
    if (read.kind === 'unreadable') {
      lines.push(`${file}: ${read.detail}`);
      continue;
    }
    const parsed = parseDocuments(read.text, file);
    documents += parsed.documents.length;
    lines.push(...parsed.problems.map(renderProblem));
    const name = relative(folder, file) || file.split('/').at(-1) || file;
    const wrong = faultOfBundleName(name);
    if (wrong !== undefined) lines.push(`${file}: ${wrong}`);
    files.push({ name, mediaType: bundleFormat.fileType, bytes: new TextEncoder().encode(read.text) });
  }
  const taken = await occupied(output);
  if (taken !== undefined) lines.push(`${output}: ${taken}`);
  if (lines.length > 0) {
    terminal.error(lines.join('\n'));
    return exit.usage;
  }
  const { artifactType, version: annotation } = bundleFormat;
  const layout = layOut({ artifactType, files, annotations: { [annotation]: version } });
  for (const [path, bytes] of layout.files) {
    await mkdir(dirname(resolve(output, path)), { recursive: true });
    await writeFile(join(output, path), bytes);
  }
  terminal.out(
    `${layout.digest}  version ${version}, ${count(documents, 'document')} in ${count(files.length, 'file')}`,
  );
  return exit.allowed;
}

/** Why nothing is written there: a layout among other files would be pushed with them. */
async function occupied(folder: string): Promise<string | undefined> {
  try {
    return (await readdir(folder)).length === 0 ? undefined : 'is not empty; a new folder is wanted';
  } catch (error) {
    const detail = explain(error);
    return detail === 'does not exist' ? undefined : detail;
  }
}
