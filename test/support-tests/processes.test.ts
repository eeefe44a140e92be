import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { identityOf } from '../support/sigstore/identity-token.ts';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

type Said = Readonly<Record<string, string>>;

/** Starts one of the processes and reads the line it prints when it listens. */
async function start(script: string, ...args: string[]): Promise<{ child: ChildProcess; said: Said }> {
  const path = join(import.meta.dirname, '..', 'support', script);
  const child = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  running.push(child);
  for await (const line of createInterface({ input: child.stdout })) return { child, said: JSON.parse(line) as Said };
  throw new Error(`${script} ended without a word`);
}

describe('the registry as a process', () => {
  it('serves until SIGTERM', async () => {
    const { child, said } = await start('registry/main.ts');
    expect((await fetch(`${said['url']}/v2/`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('asks for the password it is given', async () => {
    const { said } = await start('registry/main.ts', '--user', 'ann:secret', '--scheme', 'bearer');
    const response = await fetch(`${said['url']}/v2/`);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
  });

  it('ends when whoever started it closes its standard input', async () => {
    const { child } = await start('registry/main.ts');
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

describe('the Sigstore as a process', () => {
  it('writes what its clients must know, gives tokens, and serves until SIGTERM', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-sigstore-'));
    try {
      const { child, said } = await start('sigstore/main.ts', '--out', folder);
      expect(readdirSync(folder).sort()).toEqual([
        'ctfe.pub',
        'fulcio.pem',
        'rekor.pub',
        'signing_config.json',
        'signing_config_rekor2.json',
        'trusted_root.json',
        'tsa.pem',
      ]);
      expect(await (await fetch(`${said['rekorUrl']}/api/v1/log`)).json()).toMatchObject({ treeSize: 0 });
      const token = await (
        await fetch(`${said['identityTokenUrl']}?repository=acme/shop&workflow=release.yml&ref=refs/tags/v1`)
      ).text();
      expect(identityOf(token).subject.value).toBe(
        'https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1',
      );
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([0, null]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
