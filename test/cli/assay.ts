import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Command } from '../../cli/command/index.ts';
import type { Terminal } from '../../cli/terminal.ts';

/** The command line as it stands in the repository. */
export const main = resolve(import.meta.dirname, '../../cli/main.ts');

/** What a run of `assay` ended in. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How it is run besides its words. */
export interface Circumstances {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** Runs the command line as a process of its own, with nothing of this one's environment that it reads. */
export function assay(
  words: readonly string[],
  { input, environment = {}, folder = tmpdir() }: Circumstances = {},
): Promise<Run> {
  return new Promise((settle, fail) => {
    const child = spawn(process.execPath, [main, ...words], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, ...environment },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', fail);
    child.on('close', (code) => settle({ code, stdout, stderr }));
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** The same in this process, for the many cases that no process boundary matters to. */
export async function assayHere(command: Command, words: readonly string[]): Promise<Run> {
  const written = { stdout: '', stderr: '' };
  const terminal: Terminal = {
    columns: 120,
    paint: (_, text) => text,
    paintIn: () => (_, text) => text,
    out: (text) => void (written.stdout += `${text}\n`),
    error: (text) => void (written.stderr += `${text}\n`),
    progress: () => undefined,
  };
  const environment = { HOME: tmpdir() };
  const code = await command.run(words, { terminal, environment, input: (async function* () {})() });
  return { code, ...written };
}

/** A folder with these files, gone when disposed of. */
export function folderOf(files: Readonly<Record<string, string | Buffer>>): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'assay-cli-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
