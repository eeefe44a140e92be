import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { assay, folderOf, type Run } from './assay.ts';
import { deployment, openShop, type Shop } from './shop.ts';

// Each run is a process; a loaded machine starts few of them a second.
vi.setConfig({ testTimeout: 120_000 });

let shop: Shop;
let files: ReturnType<typeof folderOf>;

beforeAll(async () => {
  shop = await openShop();
  files = folderOf({
    'root.json': shop.trustedRoot,
    'assay.yaml': shop.configuration.replace(/policies:.*\n/, ''),
    'key.pem': shop.publicKey,
    'other.pem': shop.strangersKey,
    'private.pem': shop.privateKey,
    'signed.yaml': deployment('web', shop.signed.name),
    'keyed.yaml': deployment('web', shop.keyed.name),
    'stranger.yaml': deployment('web', shop.stranger.name),
  });
});

afterAll(async () => {
  files[Symbol.dispose]();
  await shop[Symbol.asyncDispose]();
});

const run = (...words: string[]): Promise<Run> => assay(words, { folder: files.path });
const make = (name: string, ...words: string[]): Promise<Run> =>
  run('policy', 'new', name, '-c', 'assay.yaml', ...words);

describe('assay policy new --from-image', () => {
  it('writes the policy that accepts who signed the image, and no other signer', async () => {
    const made = await make('releases', '--from-image', shop.signed.name, '-o', 'releases.yaml');
    expect(made).toEqual({ code: 0, stdout: '', stderr: '' });
    const text = readFileSync(join(files.path, 'releases.yaml'), 'utf8');
    const { kind, spec } = parse(text) as { kind: string; spec: Record<string, never> };
    expect(kind).toBe('ClusterWorkloadPolicy');
    expect(spec['images']).toEqual([shop.signed.name.replace(/:1\.4\.2$/, '')]);
    expect(spec['authorities']).toMatchObject([
      {
        keyless: {
          trustRoot: 'private',
          identities: [
            { issuer: shop.issuer, subject: shop.subject, sourceRepository: 'https://github.com/acme/shop' },
          ],
        },
      },
    ]);
    expect(text).not.toMatch(/Digest:|runInvocationUri/);
    expect((await run('check', '-c', 'assay.yaml', '-p', 'releases.yaml', 'signed.yaml')).code).toBe(0);
    // Somebody else's image under the same policy: only the repository is another.
    const policy = text.replace('/acme/shop\n', '/acme/{app}\n');
    expect(policy).not.toBe(text);
    const wide = folderOf({ 'p.yaml': policy });
    const denied = await run('check', '-c', 'assay.yaml', '-p', join(wide.path, 'p.yaml'), 'stranger.yaml');
    wide[Symbol.dispose]();
    expect(denied.code).toBe(1);
    expect(denied.stdout).toContain('SIGNER_NOT_ACCEPTED');
  });

  it('finds signatures of a key that is given, and accepts that key alone', async () => {
    const made = await make('keyed', '--from-image', shop.keyed.name, '--key', 'key.pem', '-o', 'keyed-policy.yaml');
    expect(made).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await run('check', '-c', 'assay.yaml', '-p', 'keyed-policy.yaml', 'keyed.yaml')).code).toBe(0);
    const other = await make('keyed', '--from-image', shop.keyed.name, '--key', 'other.pem');
    expect(other).toMatchObject({ code: 1, stdout: '' });
  });

  it('writes nothing where nobody is proven to have signed', async () => {
    const made = await make('x', '--from-image', shop.unsigned.name);
    expect(made).toMatchObject({ code: 1, stdout: '' });
    expect(made.stderr).toContain('it has no signature; --key FILE looks for signatures of a key');
  });

  it('writes nothing where the registry may not be asked, or has no such image', async () => {
    const offline = await make('x', '--from-image', shop.signed.name, '--offline');
    expect(offline).toMatchObject({ code: 2, stdout: '' });
    expect(offline.stderr).toContain('OFFLINE');
    const none = await make('x', '--from-image', shop.signed.name.replace('1.4.2', 'none'));
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain('no such image is there');
  });

  it('does not replace a file', async () => {
    const made = await make('x', '--from-image', shop.signed.name, '-o', 'root.json');
    expect(made).toMatchObject({ code: 64, stderr: 'root.json: is there already; a new file is wanted\n' });
    expect(readFileSync(join(files.path, 'root.json'), 'utf8')).toBe(shop.trustedRoot);
  });
});

describe('assay policy new', () => {
  it('writes a policy for a key alone', async () => {
    const { code, stdout } = await make('key', '--key', 'key.pem');
    expect(code).toBe(0);
    expect(parse(stdout)).toMatchObject({
      metadata: { name: 'key' },
      spec: { authorities: [{ name: 'signer', key: { data: shop.publicKey } }], signatures: { from: ['signer'] } },
    });
  });

  it.each([
    [['--key', 'private.pem'], 'is a private key; the public half is wanted'],
    [['--key', 'assay.yaml'], 'expected exactly one PEM block'],
    [['--from-image', 'UPPER/x'], '--from-image "UPPER/x"'],
  ])('does not take %j', async (words, why) => {
    const made = await make('x', ...words);
    expect(made).toMatchObject({ code: 64, stdout: '' });
    expect(made.stderr).toContain(why);
  });

  it('wants one name that an object may have', async () => {
    for (const words of [[], ['Upper'], ['a', 'b']])
      expect((await run('policy', 'new', ...words, '--key', 'key.pem')).code).toBe(64);
  });
});

describe('assay policy new', () => {
  it('writes a policy to begin with, whose cases pass and bite for every rule, and that nobody doubts', async () => {
    using folder = folderOf({ 'kept.cases.yaml': 'x' });
    const at = (...words: string[]): Promise<Run> => assay(words, { folder: folder.path });
    expect(await at('policy', 'new', 'acme.start', '-o', 'start.yaml')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await at('policy', 'new', 'other', '-o', '.')).toMatchObject({ code: 0 });
    for (const file of ['start', 'other']) {
      const tested = await at('test', `${file}.cases.yaml`, '--require-coverage');
      expect(tested).toMatchObject({ code: 0, stdout: '9 passed, 0 failed\n', stderr: '' });
      const linted = await at('policy', 'lint', '--strict', `${file}.yaml`);
      expect(linted).toMatchObject({ code: 0, stdout: '1 document: nothing doubtful\n', stderr: '' });
    }
    expect(readFileSync(join(folder.path, 'start.yaml'), 'utf8')).toContain('name: "acme.start"');
    // What is there already is kept, and nothing is written beside it.
    for (const taken of ['start.yaml', 'kept.yaml'])
      expect(await at('policy', 'new', 'acme', '-o', taken)).toMatchObject({
        code: 64,
        stderr: expect.stringMatching(/: is there already; a new file is wanted\n$/) as string,
      });
    expect(await at('policy', 'new', 'acme', '-o', 'acme.txt')).toMatchObject({ code: 64 });
  });

  it('writes the policy alone to standard output', async () => {
    const { code, stdout } = await run('policy', 'new', 'acme');
    expect(code).toBe(0);
    expect(parse(stdout)).toMatchObject({ kind: 'ClusterWorkloadPolicy', metadata: { name: 'acme' } });
  });
});
