import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { verifyBundle } from '../../cli/command/verify-bundle.ts';
import { knownMirrors } from '../../evidence/index.ts';
import { keep, trustCache } from '../../host/trust-cache.ts';
import {
  bundleOf,
  createSigstore,
  githubIssuer,
  githubWorkflow,
  publicPem,
  signMessage,
  generateKey,
} from '../support/sigstore/index.ts';
import { assay, assayHere, folderOf, type Run } from './assay.ts';

// Each run is a process; a loaded machine starts few of them a second.
vi.setConfig({ testTimeout: 120_000 });

const artifact = Buffer.from('hello\n');
const release = githubWorkflow({ repository: 'acme/shop', workflow: 'release.yml', ref: 'refs/tags/v1' });
const sigstore = createSigstore();
const key = generateKey();
let files: ReturnType<typeof folderOf>;

beforeAll(() => {
  const keyless = bundleOf(signMessage(artifact, sigstore.keyless(release)));
  files = folderOf({
    'a.txt': artifact,
    'b.txt': 'other\n',
    'a.txt.sigstore.json': JSON.stringify(keyless),
    'key.json': JSON.stringify(bundleOf(signMessage(artifact, sigstore.logged(key)))),
    'key.pub': publicPem(key.publicKey),
    'root.json': sigstore.trustedRoot,
    'broken.json': '{',
  });
});

afterAll(() => files[Symbol.dispose]());

const run = (...words: string[]): Promise<Run> => assay(['verify-bundle', ...words], { folder: files.path });
const inFolder = (word: string): string => (/^[a-z.]+\.(pub|json|txt)$/.test(word) ? join(files.path, word) : word);
const signer = (subject = release.subject.value, issuer = githubIssuer) => [
  '--certificate-identity',
  subject,
  '--certificate-oidc-issuer',
  issuer,
  '--trusted-root',
  'root.json',
];
const hex = createHash('sha256').update(artifact).digest('hex');

describe('assay verify-bundle', () => {
  it('proves a file, and its digest, with the bundle beside it or the one named', async () => {
    expect(await run(...signer(), 'a.txt')).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^verified: sha256:[0-9a-f]{64} by https:/) as string,
    });
    expect((await run('--bundle', 'a.txt.sigstore.json', ...signer(), `sha256:${hex}`)).code).toBe(0);
    expect((await run('--bundle', 'key.json', '--key', 'key.pub', '--trusted-root', 'root.json', 'a.txt')).code).toBe(
      0,
    );
  });

  it('ends with 1 for whatever is not proven, and says why', async () => {
    const cases: readonly (readonly string[])[] = [
      [...signer('https://github.com/mallory'), 'a.txt'],
      [...signer(undefined, 'https://issuer.example'), 'a.txt'],
      [...signer(''.padEnd(1)), 'a.txt'],
      ['--bundle', 'a.txt.sigstore.json', ...signer(), 'b.txt'],
      ['--bundle', 'a.txt.sigstore.json', ...signer(), `sha256:${'0'.repeat(64)}`],
      ['--bundle', 'a.txt.sigstore.json', ...signer(), 'sha256:short'],
      ['--bundle', 'broken.json', ...signer(), 'a.txt'],
      ['--bundle', 'missing.json', ...signer(), 'a.txt'],
      ['--bundle', 'a.txt.sigstore.json', ...signer(), 'missing.txt'],
      ['--bundle', 'key.json', '--key', 'root.json', 'a.txt'],
      ['--certificate-identity', release.subject.value, '--certificate-oidc-issuer', githubIssuer, 'a.txt'],
      [
        '--certificate-identity',
        release.subject.value,
        '--certificate-oidc-issuer',
        githubIssuer,
        '--trusted-root',
        'broken.json',
        'a.txt',
      ],
    ];
    for (const words of cases) {
      const { code, stdout, stderr } = await assayHere(verifyBundle, words.map(inFolder));
      expect([code, stdout], words.join(' ')).toEqual([1, '']);
      expect(stderr, words.join(' ')).toMatch(/\S/);
    }
  });

  it('takes the public-good root that was refreshed last where none is named, unless the program brings a newer one', async () => {
    const cache = trustCache(join(files.path, 'caches', 'assay', 'tuf'), 'public-good', [
      knownMirrors['public-good'],
      undefined,
    ]);
    const unnamed = (): Promise<Run> =>
      assay(['verify-bundle', ...signer().slice(0, -2), 'a.txt'], {
        folder: files.path,
        environment: { XDG_CACHE_HOME: join(files.path, 'caches') },
      });
    expect((await unnamed()).stderr).toMatch(/^not verified: /);
    await keep(cache, { asOf: new Date(), text: sigstore.trustedRoot });
    expect(await unnamed()).toMatchObject({ code: 0, stderr: '' });
    await keep(cache, { asOf: new Date('2020-01-01T00:00:00Z'), text: sigstore.trustedRoot });
    expect((await unnamed()).code).toBe(1);
    writeFileSync(join(cache, 'last-good'), 'no date');
    expect((await unnamed()).stderr).toMatch(/does not begin with a date/);
  });

  it('refuses command lines that name no signer, two kinds of signers, or no file', async () => {
    for (const words of [
      ['a.txt'],
      ['--key', 'key.pub'],
      ['--key', 'key.pub', ...signer(), 'a.txt'],
      ['--certificate-identity', 'x', 'a.txt'],
      [...signer(), `sha256:${hex}`],
      ['--staging', ...signer(), 'a.txt'],
    ]) {
      expect(await assayHere(verifyBundle, words), words.join(' ')).toMatchObject({ code: 64, stdout: '' });
    }
  });
});

const corpus = resolve(process.env['ASSAY_CORPUS'] ?? '../shared/corpus', 'sigstore');
const present = existsSync(corpus);
if (!present) console.warn(`no corpus at ${corpus}: the cases of sigstore-conformance are skipped`);

describe.skipIf(!present && process.env['CI'] !== 'true')('the cases of sigstore-conformance', () => {
  it('end with 1 where their name says fail, and with 0 otherwise', async () => {
    const cases = readdirSync(join(corpus, 'bundle-verify'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const wrong: string[] = [];
    for (const { name } of cases) {
      const folder = join(corpus, 'bundle-verify', name);
      const has = (file: string) => existsSync(join(folder, file));
      const said = (file: string, otherwise: string) =>
        has(file) ? readFileSync(join(folder, file), 'utf8').trim() : otherwise;
      const beacon =
        'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
      const words = [
        ...['--bundle', join(folder, 'bundle.sigstore.json')],
        ...(has('key.pub')
          ? ['--key', join(folder, 'key.pub')]
          : [
              '--certificate-identity',
              said('identity', beacon),
              '--certificate-oidc-issuer',
              said('issuer', githubIssuer),
            ]),
        ...[
          '--trusted-root',
          has('trusted_root.json') ? join(folder, 'trusted_root.json') : join(corpus, 'public-good-trusted-root.json'),
        ],
        has('artifact') ? join(folder, 'artifact') : join(corpus, 'bundle-verify', 'a.txt'),
      ];
      const { code } = await assayHere(verifyBundle, words);
      if (code !== (name.endsWith('_fail') ? 1 : 0)) wrong.push(`${name}: ${code}`);
    }
    expect(wrong).toEqual([]);
    expect(cases.length).toBeGreaterThan(20);
  });
});
