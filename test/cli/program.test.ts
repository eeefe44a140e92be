import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { assay, main } from './assay.ts';

// Each run is a process; a loaded machine starts few of them a second.
vi.setConfig({ testTimeout: 120_000 });

describe('assay', () => {
  it('lists its commands and exit codes, and says so on stderr with code 64 where no command is named', async () => {
    const help = await assay(['help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const name of ['verify', 'check', 'config', 'explain', 'version'])
      expect(help.stdout).toContain(`assay ${name}`);
    expect(await assay([])).toEqual({ code: 64, stdout: '', stderr: help.stdout });
    expect((await assay(['--help'])).stdout).toBe(help.stdout);
  });

  it('prints the page of a command in three ways', async () => {
    const page = await assay(['help', 'verify']);
    expect(page.code).toBe(0);
    expect(page.stdout).toContain('--certificate-oidc-issuer URL');
    expect((await assay(['verify', '--help'])).stdout).toBe(page.stdout);
    expect((await assay(['verify', '-h'])).stdout).toBe(page.stdout);
  });

  it('refuses unknown commands with code 64 and the nearest name', async () => {
    expect(await assay(['verfy'])).toEqual({
      code: 64,
      stdout: '',
      stderr: 'there is no command "verfy"; nearest is verify; see assay help\n',
    });
    expect((await assay(['help', 'chek'])).stderr).toContain('nearest is check');
    expect((await assay(['constructor'])).code).toBe(64);
  });

  it('prints its version', async () => {
    expect((await assay(['version'])).stdout).toBe(`assay ${manifest.version} (node ${process.versions.node})\n`);
    expect((await assay(['--version'])).code).toBe(0);
    expect((await assay(['version', '--long'])).code).toBe(64);
  });

  it('explains a code, however it is spelt, and lists all without one', async () => {
    const page = await assay(['explain', 'no-signature']);
    expect(page.code).toBe(0);
    expect(page.stdout).toMatch(/^NO_SIGNATURE\n\n[\s\S]*Remedy:/);
    const all = await assay(['explain']);
    expect(all.stdout).toMatch(/^NO_SIGNATURE {2,}\S/m);
    expect(await assay(['explain', 'NO_SIGNATUR'])).toMatchObject({ code: 64, stdout: '' });
    expect((await assay(['explain', '__proto__'])).code).toBe(64);
  });

  it('keeps its code and says nothing where its reader stops reading', async () => {
    const script = '"$0" "$1" explain; echo $? >&2';
    const closed = await new Promise<string>((settle, fail) => {
      const child = spawn('sh', ['-c', script, process.execPath, main], { stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      child.stdout.destroy();
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
      child.on('error', fail).on('close', () => settle(said));
    });
    expect(closed).toBe('0\n');
  });

  it('documents every key of its JSON', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/json.md'), 'utf8');
    const source = readFileSync(join(import.meta.dirname, '../../policies/report/json.ts'), 'utf8');
    const keys = [...source.matchAll(/^ {2,6}readonly (\w+):/gm)].map(([, key]) => key);
    expect(keys.length).toBeGreaterThan(30);
    expect(keys.filter((key) => !page.includes(`${key}`))).toEqual([]);
  });
});
