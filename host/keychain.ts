import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Environment, variable } from './environment.ts';
import { readText, type TextRead } from './files.ts';

/** Docker writes a few kilobytes; a config with thousands of registries stays below this. */
const dockerConfigBytes = 1024 * 1024;
/** A helper answers with a user name and a token; cloud tokens have a few kilobytes. */
const helperBytes = 64 * 1024;
/** Cloud helpers fetch a token over the network; one that takes longer would use up the review's own deadline. */
const helperMilliseconds = 10_000;

/** The text of `$DOCKER_CONFIG/config.json`, else of `~/.docker/config.json`; undefined where there is no such file. */
export async function readDockerConfig(environment: Environment): Promise<TextRead | undefined> {
  const home = variable(environment, 'HOME') ?? homedir();
  const folder = variable(environment, 'DOCKER_CONFIG') ?? join(home, '.docker');
  const read = await readText(join(folder, 'config.json'), dockerConfigBytes);
  return read.kind === 'unreadable' && read.detail === 'does not exist' ? undefined : read;
}

/** What a credential helper wrote to its standard output, or why there is nothing. What it wrote elsewhere is never kept. */
export type HelperAnswer =
  | { readonly kind: 'output'; readonly output: string }
  | { readonly kind: 'unavailable'; readonly detail: string };

/**
 * Runs `docker-credential-NAME get` without a shell, the server's name on its standard input (the credential helper
 * protocol of docker). Bounded in time and output; never throws.
 */
export async function runHelper(name: string, server: string, signal?: AbortSignal): Promise<HelperAnswer> {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name)) {
    return {
      kind: 'unavailable',
      detail: 'the name of the credential helper has other characters than letters, digits, dot, dash, underscore',
    };
  }
  const limit = AbortSignal.timeout(helperMilliseconds);
  return await execute(
    `docker-credential-${name}`,
    server,
    signal === undefined ? limit : AbortSignal.any([signal, limit]),
  );
}

function execute(program: string, input: string, signal: AbortSignal): Promise<HelperAnswer> {
  return new Promise((resolve) => {
    const unavailable = (what: string) => resolve({ kind: 'unavailable', detail: `${program} ${what}` });
    const child = spawn(program, ['get'], {
      shell: false,
      stdio: ['pipe', 'pipe', 'ignore'],
      signal,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= helperBytes) return;
      unavailable(`wrote more than ${helperBytes} bytes`);
      child.kill('SIGKILL');
    });
    child.on('error', (error) => {
      const code = 'code' in error ? String(error.code) : error.name;
      unavailable(
        signal.aborted ? 'did not answer in time' : code === 'ENOENT' ? 'is not on PATH' : `cannot be run (${code})`,
      );
    });
    child.on('close', (status) => {
      if (status === 0) resolve({ kind: 'output', output: Buffer.concat(chunks).toString('utf8') });
      else unavailable(`ended with status ${status ?? 'none'}`);
    });
    // A helper that ends before it has read its input is judged by its status.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${input}\n`);
  });
}
