import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { createTlsAuthority } from '../support/tls/index.ts';

const main = resolve(import.meta.dirname, '../../webhook/main.ts');

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

let folder = '';
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-process-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** `node webhook/main.ts`, as in the repository. */
function webhook(args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  let errors = '';
  const listening = Promise.withResolvers<void>();
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += String(text);
    if (output.includes('"listening"')) listening.resolve();
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += String(text);
  });
  const ended = new Promise<Ended>((done) => {
    child.on('close', (code) => {
      listening.reject(new Error(errors));
      done({ code, output, errors });
    });
  });
  listening.promise.catch(() => undefined);
  return { child, ended, listening: listening.promise };
}

describe('node webhook/main.ts', () => {
  it('tells its usage and its version', async () => {
    expect(await webhook(['--help']).ended).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^usage: assay-webhook/) as string,
      errors: '',
    });
    expect(await webhook(['--version']).ended).toEqual({
      code: 0,
      output: `assay-webhook ${manifest.version} (node ${process.versions.node})\n`,
      errors: '',
    });
  });

  it('ends with 64 and a sentence where it cannot begin', async () => {
    const file = join(folder, 'assay.yaml');
    const cases: readonly (readonly [string, RegExp])[] = [
      [
        'apiVersion: assay.dev/v1alpha1\nkind: Configuration\nwebhok: {}\n',
        /assay\.yaml:\d+:\d+: webhok: .*FIELD_UNKNOWN/,
      ],
      [
        'apiVersion: assay.dev/v1alpha1\nkind: Configuration\n---\nkind: x\n',
        /has 2 documents; one Configuration is wanted/,
      ],
      ['a: [', /DOCUMENT_UNREADABLE/],
      ['apiVersion: assay.dev/v1alpha1\nkind: Configuration\n', /--tls-cert and --tls-key/],
    ];
    for (const [text, errors] of cases) {
      await writeFile(file, text);
      expect(await webhook(['--config', file]).ended).toMatchObject({
        code: 64,
        output: '',
        errors: expect.stringMatching(errors) as string,
      });
    }
    expect(await webhook(['--config', join(folder, 'none')]).ended).toMatchObject({
      code: 64,
      errors: expect.stringContaining('none: does not exist') as string,
    });
    expect(await webhook(['--nonsense']).ended).toMatchObject({
      code: 64,
      errors: expect.stringContaining('--help lists what there is') as string,
    });
  });

  it('listens, and drains on SIGTERM', async () => {
    const { cert, key } = createTlsAuthority().server();
    await Promise.all([writeFile(join(folder, 'tls.crt'), cert), writeFile(join(folder, 'tls.key'), key)]);
    await writeFile(
      join(folder, 'policy.yaml'),
      'apiVersion: assay.dev/v1alpha1\nkind: ClusterWorkloadPolicy\nmetadata: {name: a}\nspec: {pin: Pods}\n',
    );
    const args = [
      '--tls-cert',
      join(folder, 'tls.crt'),
      '--tls-key',
      join(folder, 'tls.key'),
      '--policies',
      join(folder, 'policy.yaml'),
    ];
    const running = webhook([...args, '--address', '127.0.0.1', '--port', '0'], {
      ASSAY_METRICS_PORT: '0',
      ASSAY_DRAIN_SECONDS: '1',
    });
    await running.listening;
    running.child.kill('SIGTERM');
    const { code, output, errors } = await running.ended;
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    const messages = output
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages.slice(-3)).toEqual(['listening', 'draining', 'ended']);
  });
});
