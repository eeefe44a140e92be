import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { documentFiles, explain } from '../../host/files.ts';
import {
  count,
  importable,
  type Imported,
  importPolicy,
  parseDocuments,
  printable,
  renderEntry,
  renderImported,
  renderProblem,
} from '../../policies/index.ts';
import { type Arguments, usage, type UsageProblem } from '../arguments.ts';
import { type ExitCode, exit } from '../exit.ts';
import { readSource } from '../source/text.ts';
import type { Door } from './index.ts';

/** Translates policies of other tools, writes them, and reports what has no equivalent or another one. */
export async function importPolicies(
  positionals: readonly string[],
  given: Arguments,
  { terminal, input }: Door,
): Promise<ExitCode | UsageProblem> {
  if (positionals.length === 0) return usage('name a file, a folder, or - for standard input');
  const output = given.text('output') ?? '-';
  const { imported, lines } = await readAll(positionals, input);
  if (lines.length > 0) {
    terminal.error(lines.map(printable).join('\n'));
    return exit.usage;
  }
  const made = imported.flatMap((one) =>
    one.documents.map((document) => ({ document, text: renderImported(one, document) })),
  );
  if (output === '-') terminal.out(made.map(({ text }) => text.trimEnd()).join('\n---\n'));
  else {
    const failed = await writeAll(
      output,
      made.map(({ document: { kind, metadata }, text }) => {
        const name = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}.${metadata.name}`;
        return { file: `${kind.toLowerCase()}-${name.replaceAll(/[^A-Za-z0-9.-]/g, '-')}.yaml`, text };
      }),
    );
    if (failed !== undefined) {
      terminal.error(failed);
      return exit.usage;
    }
  }
  const entries = imported.flatMap((one) => one.entries);
  const lost = entries.filter(({ kind }) => kind === 'lost').length;
  terminal.error(
    [
      ...entries.map(renderEntry),
      `${count(imported.length, 'policy', 'policies')} imported as ${count(made.length, 'document')}; ${count(lost, 'field')} without equivalent, ${count(entries.length - lost, 'field')} translated otherwise`,
    ].join('\n'),
  );
  return lost > 0 ? exit.undecided : exit.allowed;
}

async function readAll(
  paths: readonly string[],
  input: AsyncIterable<unknown>,
): Promise<{ readonly imported: readonly Imported[]; readonly lines: readonly string[] }> {
  const imported: Imported[] = [];
  const lines: string[] = [];
  for (const path of new Set(paths)) {
    const listed = path === '-' ? ({ kind: 'files', files: ['-'] } as const) : await documentFiles(path);
    if (listed.kind === 'unreadable') lines.push(`${listed.path}: ${listed.detail}`);
    for (const file of listed.kind === 'files' ? listed.files : []) {
      const read = await readSource(file, input);
      if (read.kind === 'unreadable') {
        lines.push(`${file}: ${read.detail}`);
        continue;
      }
      const { documents, problems } = parseDocuments(read.text, file);
      lines.push(...problems.map(renderProblem));
      for (const document of documents.flatMap(importable)) {
        const one = importPolicy(document);
        if ('entries' in one) imported.push(one);
        else lines.push(renderProblem(one));
      }
    }
  }
  if (imported.length === 0 && lines.length === 0) lines.push(`${paths.join(', ')}: has no policy`);
  return { imported, lines };
}

/** Why something could not be written. What is there already is not replaced: somebody may have settled what was open. */
async function writeAll(
  folder: string,
  made: readonly { readonly file: string; readonly text: string }[],
): Promise<string | undefined> {
  try {
    await mkdir(folder, { recursive: true });
    for (const { file, text } of made) await writeFile(join(folder, file), text, { flag: 'wx' });
    return undefined;
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST' && 'path' in error;
    return taken ? `${String(error.path)}: is there already; a new folder is wanted` : `${folder}: ${explain(error)}`;
  }
}
