import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSupported, supportedNodes } from '../../host/node-version.ts';
import manifest from '../../package.json' with { type: 'json' };

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const programs = ['assay', 'assay-webhook'] as const;

/** What users install: packed as npm publishes it, installed into an empty folder. */
describe('the package', () => {
  let folder = '';
  const program = (name: string) => join(folder, 'node_modules/.bin', name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-package-'));
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
    const packed = /"filename":\s*"([^"]+)"/.exec(stdout)?.[1] ?? '';
    await writeFile(join(folder, 'package.json'), '{"private":true}');
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', join(folder, packed)], {
      cwd: folder,
    });
  }, 120_000);
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('runs both programs from an empty folder', async () => {
    for (const name of programs) {
      const { stdout, stderr } = await run(process.execPath, [program(name), '--version'], { cwd: folder });
      expect({ stdout, stderr }).toEqual({
        stdout: `${name} ${manifest.version} (node ${process.versions.node})\n`,
        stderr: '',
      });
      expect((await run(process.execPath, [program(name), '--help'], { cwd: folder })).stdout).toContain(name);
    }
  });

  it('needs no other package, and says whose software is inside', async () => {
    const installed = (await readdir(join(folder, 'node_modules'))).filter((name) => !name.startsWith('.'));
    expect(installed).toEqual([manifest.name]);
    const licences = await readFile(join(folder, 'node_modules', manifest.name, 'dist/LICENSES'), 'utf8');
    for (const name of ['fastify', 'pino', 'prom-client', 'undici', '@sigstore/verify', 'yaml']) {
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
    }
    expect(existsSync(join(folder, 'node_modules', manifest.name, 'LICENSE'))).toBe(true);
  });

  it('has the packs', async () => {
    const pod = { name: 'a', image: 'a.example/b', securityContext: { privileged: true } };
    const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [pod] } };
    await writeFile(join(folder, 'pod.json'), JSON.stringify(manifest));
    const words = [program('assay'), 'check', '-p', 'pod-security', 'pod.json'];
    const denied = await run(process.execPath, words, { cwd: folder }).catch((error: unknown) => error);
    expect(denied).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('pod-security.privileged/privileged') as string,
    });
  });

  it('loads no server for the command line', async () => {
    const dist = join(folder, 'node_modules', manifest.name, 'dist');
    const program = (await readdir(dist)).find((name) => name.startsWith('program-')) ?? '';
    const text = await readFile(join(dist, program), 'utf8');
    const inside = (name: string): boolean => text.includes(`node_modules/${name}/`);
    expect(['yaml', 'typebox', '@sigstore/verify'].filter(inside)).toHaveLength(3);
    expect(['fastify', 'pino', 'prom-client', 'undici'].filter(inside)).toEqual([]);
    // What a check without a registry does not load, either.
    expect(await readFile(join(dist, 'undici.cjs'), 'utf8')).toContain('node_modules/undici/');
    expect(text).toContain('require("./undici.cjs")');
    // It is read a byte for each character.
    expect(/[^\0-\x7f]/.test(text)).toBe(false);
  });

  it.runIf(otherNode() !== undefined)('says in one sentence that it needs another Node', async () => {
    for (const name of programs) {
      const refused = await run(otherNode() ?? '', [program(name), '--version']).catch((error: unknown) => error);
      expect(refused).toMatchObject({
        code: 64,
        stdout: '',
        stderr: expect.stringMatching(/^assay[^\n]* needs Node 24\.15 [^\n]*; this is Node \d+[^\n]*\n$/) as string,
      });
    }
  });
});

/** A Node of the machine, beside the project's own, that is too old. */
function otherNode(): string | undefined {
  const candidates = [
    '/usr/bin/node',
    '/usr/local/bin/node',
    ...(process.env['ASSAY_OLD_NODE'] === undefined ? [] : [process.env['ASSAY_OLD_NODE']]),
  ];
  return candidates.find(
    (file) => existsSync(file) && !isSupported(execFileSync(file, ['-p', 'process.versions.node']).toString()),
  );
}

describe('the supported versions of Node', () => {
  it('are those that package.json states', () => {
    expect(manifest.engines.node).toBe(supportedNodes);
    for (const version of ['24.15.0', '24.21.0', '26.0.0', '27.1.0']) expect(isSupported(version), version).toBe(true);
    for (const version of ['20.19.4', '22.21.0', '24.14.9', '25.9.0', '18.0.0'])
      expect(isSupported(version), version).toBe(false);
  });
});
