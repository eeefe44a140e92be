import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a program said and how it ended. */
export interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The path of a provisioned program, by the variable that the provisioning script exports. */
export function provisioned(variable: string): string {
  const path = process.env[variable];
  if (path === undefined || path === '') throw new Error(`${variable} is not set: run test/end-to-end/run`);
  return path;
}

/** Runs a program to its end, whatever that is. */
export function run(
  file: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...options.env };
    const settings = { env, timeout: 100_000, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(file, args, settings, (error, stdout, stderr) => {
      const exit = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ exit, stdout, stderr });
    });
    // A program may end without having read what it was given.
    child.stdin?.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') reject(error);
    });
    child.stdin?.end(options.input ?? '');
  });
}

/** Runs a program that must end well, and gives what it printed. */
export async function succeed(...call: Parameters<typeof run>): Promise<string> {
  const { exit, stdout, stderr } = await run(...call);
  if (exit !== 0) throw new Error(`${call[0]} ${call[1].join(' ').slice(0, 200)}: exit ${exit}\n${stderr}`);
  return stdout;
}

/** A program that runs until it is stopped. */
export interface Service {
  readonly stop: () => Promise<void>;
}

/** Starts a program and waits until it is ready, a minute at most. */
export async function serve(
  file: string,
  args: readonly string[],
  ready: () => Promise<boolean>,
  env: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-64 * 1024);
    });
  }
  // Nobody else ends it where the tests are broken off.
  const abandoned = (): void => void child.kill('SIGKILL');
  process.once('exit', abandoned);
  const stop = async (): Promise<void> => {
    process.off('exit', abandoned);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(patience);
  };
  const deadline = Date.now() + 60_000;
  while (!(await ready().catch(() => false))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`${file} is not ready: ${said}`);
    }
    await sleep(100);
  }
  return { stop };
}

/** Waits until something is so, a minute at most; `what` completes "waiting until". */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited a minute until ${what}`);
    await sleep(200);
  }
}

/** A port on which nothing listens at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
