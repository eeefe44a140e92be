import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { verify as verifyCommand } from '../../cli/command/verify.ts';
import { assay, assayHere, folderOf, type Run } from './assay.ts';
import { pushImage } from '../support/registry/index.ts';
import { generateKey, keySigner, publicPem, signImage } from '../support/sigstore/index.ts';
import { openShop, type Shop } from './shop.ts';

// Each run is a process; a loaded machine starts few of them a second.
vi.setConfig({ testTimeout: 120_000 });

let shop: Shop;
let files: ReturnType<typeof folderOf>;

beforeAll(async () => {
  shop = await openShop();
  const { trustedRoot, publicKey, strangersKey, privateKey, policy, configuration } = shop;
  files = folderOf({
    'root.json': trustedRoot,
    'shop.pub': publicKey,
    'mallory.pub': strangersKey,
    'shop.key': privateKey,
    'policy.yaml': policy,
    'assay.yaml': configuration,
  });
});

afterAll(async () => {
  files[Symbol.dispose]();
  await shop[Symbol.asyncDispose]();
});

const verify = (...words: string[]): Promise<Run> =>
  assay(['verify', '--plain-http', shop.registry.host, ...words], { folder: files.path });
const keyless = (...words: string[]) => [
  '--certificate-identity',
  shop.subject,
  '--certificate-oidc-issuer',
  shop.issuer,
  '--trusted-root',
  'root.json',
  ...words,
];
/** The file of the folder where there is one of the name. */
const inFolder = (word: string): string => (/^[a-z]+\.(pub|key|json|yaml)$/.test(word) ? join(files.path, word) : word);
const json = (run: Run): Record<string, unknown> => JSON.parse(run.stdout) as Record<string, unknown>;

describe('assay verify', () => {
  it('admits an image that the key signed, and shows the signature', async () => {
    const run = await verify('--key', 'shop.pub', shop.keyed.name);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain(shop.keyed.name);
    expect(run.stdout).toMatch(/sha256:[0-9a-f]{12}\.\.\. {2}index, linux\/amd64 and linux\/arm64/);
    expect(run.stdout).toMatch(/signature {3}accepted {2}command-line\/key: key sha256:/);
    expect(run.stdout).toMatch(/1 of 1 required signatures: admitted by command-line/);
  });

  it('admits an image that the workflow signed without a key', async () => {
    const run = await verify(...keyless(shop.signed.reference));
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain(`accepted  command-line/keyless: ${shop.subject}`);
    expect(run.stdout).toMatch(/logged \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
    expect(run.stdout).toContain('runner github-hosted, commit 4fd1c2e8b1a5');
  });

  it('denies an unsigned image, a stranger, and the wrong key, each with its code', async () => {
    const bare = await verify('--key', 'shop.pub', shop.unsigned.name);
    expect(bare.code).toBe(1);
    expect(bare.stdout).toContain('NO_SIGNATURE');
    const stranger = await verify(...keyless(shop.stranger.name));
    expect(stranger.code).toBe(1);
    expect(stranger.stdout).toContain('SIGNER_NOT_ACCEPTED');
    expect(stranger.stdout).toContain('proven, not accepted  https://github.com/mallory/shop/');
    expect(stranger.stdout).toContain('subject differs after "https://github.com/"');
    const other = await verify('--key', 'mallory.pub', shop.keyed.name);
    expect(other.code).toBe(1);
    expect(other.stdout).toMatch(/rejected {2}(KEY_MISMATCH|SIGNATURE_WRONG)/);
  });

  it('matches the subject by a glob or an anchored pattern', async () => {
    const issuer = ['--certificate-oidc-issuer', shop.issuer, '--trusted-root', 'root.json'];
    const repository = String.raw`https://github\.com/acme/shop/\.github/workflows/release\.yml`;
    expect(
      (await verify('--certificate-identity-glob', 'https://github.com/acme/shop/**', ...issuer, shop.signed.name))
        .code,
    ).toBe(0);
    expect(
      (await verify('--certificate-identity-regexp', `^${repository}@refs/tags/v[0-9.]+$`, ...issuer, shop.signed.name))
        .code,
    ).toBe(0);
    expect(
      (await verify('--cert-identity-regex', `^${repository}@refs/heads/.+$`, ...issuer, shop.signed.name)).code,
    ).toBe(1);
  });

  it('accepts one of several keys', async () => {
    expect((await verify('--key', 'mallory.pub', '--key', 'shop.pub', shop.keyed.name)).code).toBe(0);
  });

  it('understands the spellings of cosign and gh where they mean the same', async () => {
    const words = [
      '--cert-identity',
      shop.subject,
      '--cert-oidc-issuer',
      shop.issuer,
      '--custom-trusted-root',
      'root.json',
    ];
    const run = await assay(
      [
        'verify',
        '--allow-http-registry',
        ...words,
        '--repo',
        'acme/shop',
        '--source-ref',
        'refs/tags/v1.4.2',
        '--deny-self-hosted-runners',
        '--format',
        'json',
        `oci://${shop.signed.name}`,
      ],
      { folder: files.path },
    );
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const wrong = await verify(...keyless('--certificate-github-workflow-repository', 'acme/other', shop.signed.name));
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain('sourceRepository');
  });

  it('prints the same facts as JSON, with whole digests', async () => {
    const run = await verify('-o', 'json', ...keyless(shop.signed.name));
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(json(run)).toMatchObject({
      reference: shop.signed.name,
      digest: shop.signed.digest,
      platforms: ['linux/amd64', 'linux/arm64'],
      admitted: true,
      entities: [
        {
          kind: 'signature',
          state: 'accepted',
          code: null,
          authority: 'command-line/keyless',
          signer: { kind: 'certificate', subject: shop.subject, issuer: shop.issuer },
          source: { via: 'referrers' },
          nearest: null,
        },
      ],
      violations: [],
      gaps: [],
      requests: expect.any(Number) as number,
      milliseconds: expect.any(Number) as number,
    });
    const denied = json(await verify('-o', 'json', ...keyless(shop.stranger.name)));
    expect(denied).toMatchObject({
      admitted: false,
      entities: [{ state: 'notAccepted', code: 'SIGNER_NOT_ACCEPTED', nearest: { authority: 'command-line/keyless' } }],
      violations: [{ code: 'SIGNER_NOT_ACCEPTED', image: shop.stranger.name }],
    });
  });

  it('judges by policy documents, and by those that the configuration names', async () => {
    const run = await assay(['verify', '--config', 'assay.yaml', '-p', 'policy.yaml', shop.signed.name], {
      folder: files.path,
    });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('admitted by acme-releases');
    const bare = await assay(['verify', shop.unsigned.name], {
      folder: files.path,
      environment: { ASSAY_CONFIG: 'assay.yaml' },
    });
    expect(bare.code).toBe(1);
    expect(bare.stdout).toContain('acme-releases/signatures');
  });

  it('denies an image that none of the policies speaks of: whoever asks wants a proof', async () => {
    const run = await assay(['verify', '-c', 'assay.yaml', `${shop.registry.host}/elsewhere/x:1`], {
      folder: files.path,
    });
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('IMAGE_NOT_GOVERNED');
  });

  it('lets a signer of the command line outlive no revocation', async () => {
    using stolen = folderOf({
      'assay.yaml': shop.configuration,
      'root.json': shop.trustedRoot,
      'policy.yaml': `${shop.policy}---\napiVersion: assay.dev/v1alpha1\nkind: Revocation\nmetadata: {name: leak}\nspec: {reason: it leaked, digests: ["${shop.keyed.digest}"]}\n`,
      'shop.pub': shop.publicKey,
    });
    const run = await assay(['verify', '-c', 'assay.yaml', '--key', 'shop.pub', shop.keyed.name], {
      folder: stolen.path,
    });
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('REVOKED');
    expect(run.stdout).toContain('it leaked');
    expect(run.stdout).not.toContain('acme-releases');
  });

  it('ends with 2 where the registry does not answer, and never calls the image bad', async () => {
    const restore = shop.registry.faults.add({ kind: 'status', status: 503 });
    const run = await verify('--timeout', '10s', '--key', 'shop.pub', shop.keyed.name);
    restore();
    expect(run.code).toBe(2);
    expect(run.stdout).toContain('could not tell:');
    expect(run.stdout).not.toMatch(/denied by|NOT_PINNED/);
  });

  it('keeps its deadline against a registry that hangs', async () => {
    const restore = shop.registry.faults.add({ kind: 'hang' });
    const started = Date.now();
    const run = await verify('--timeout', '500ms', '--key', 'shop.pub', shop.keyed.name);
    restore();
    expect(run.code).toBe(2);
    expect(run.stdout).toContain('DEADLINE_EXCEEDED');
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it('denies an image that is not there, and a text that is no reference', async () => {
    expect(await verify('--key', 'shop.pub', `${shop.registry.host}/acme/shop:none`)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('TAG_NOT_FOUND') as string,
    });
    expect(await verify('--key', 'shop.pub', 'ghcr.io/Acme/Shop:1')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('REFERENCE_MALFORMED') as string,
    });
  });

  it('judges the manifest that a node of a platform runs, by its own signatures', async () => {
    const key = generateKey();
    const image = await pushImage(shop.registry, {
      repository: 'acme/nodes',
      tag: '1.0.0',
      platforms: ['linux/amd64', 'linux/arm64'],
    });
    const index = await shop.registry.getManifest('acme/nodes', image.digest);
    const { manifests } = JSON.parse(index?.bytes.toString('utf8') ?? '') as {
      manifests: { digest: string; platform: { architecture: string } }[];
    };
    const [amd64 = '', arm64 = ''] = ['amd64', 'arm64'].map(
      (name) => manifests.find(({ platform }) => platform.architecture === name)?.digest,
    );
    const sign = (digest: string) =>
      signImage({ registry: shop.registry, repository: 'acme/nodes', digest, as: keySigner(key), format: 'bundle' });
    await Promise.all([sign(image.digest), sign(arm64)]);
    writeFileSync(join(files.path, 'nodes.pub'), publicPem(key.publicKey));
    const run = (...words: string[]): Promise<Run> =>
      assayHere(verifyCommand, [
        ...['--plain-http', shop.registry.host, '--key', join(files.path, 'nodes.pub')],
        ...words,
        image.name,
      ]);

    expect((await run()).code).toBe(0);
    const signed = await run('--platform', 'linux/arm64', '-o', 'json');
    expect(signed.code).toBe(0);
    expect(json(signed)).toMatchObject({ reference: image.name, digest: arm64, platforms: [], admitted: true });
    expect((await run('--platform', 'linux/arm64/v9')).code).toBe(0);
    const unsigned = await run('--platform', 'linux/amd64', '-o', 'json');
    expect(unsigned.code).toBe(1);
    expect(json(unsigned)).toMatchObject({ digest: amd64, violations: [{ code: 'NO_SIGNATURE' }] });
    expect(await run('--platform', 'linux/s390x')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'linux/s390x: no manifest of the image runs there; there is linux/amd64, linux/arm64\n',
    });
    for (const odd of ['linux', 'linux/', 'Linux/amd64', 'linux/amd64/v1/x', 'windows/amd64:10'])
      expect(await run('--platform', odd)).toMatchObject({
        code: 64,
        stderr: expect.stringContaining('linux/arm64, linux/arm/v7 or windows/amd64:10.0.20348 is wanted') as string,
      });
    shop.registry.faults.add({ kind: 'status', status: 500 });
    const down = await run('--platform', 'linux/arm64');
    shop.registry.faults.clear();
    expect(down.code).toBe(2);
  });

  it('fetches a key from Vault, and waits for one no longer than ten seconds', async () => {
    let answers = true;
    const body = { data: { latest_version: 1, keys: { '1': { public_key: shop.publicKey } } } };
    const vault = createServer((_, response) => {
      if (answers) response.end(JSON.stringify(body));
    });
    await new Promise<void>((listening) => vault.listen(0, '127.0.0.1', listening));
    const { port } = vault.address() as AddressInfo;
    const run = (image: string): Promise<Run> =>
      assay(['verify', '--plain-http', shop.registry.host, '--key', 'hashivault://release', image], {
        folder: files.path,
        environment: { VAULT_ADDR: `http://127.0.0.1:${port}`, VAULT_TOKEN: 's.secret' },
      });
    try {
      expect(await run(shop.keyed.name)).toMatchObject({ code: 0, stderr: '' });
      expect((await run(shop.signed.name)).code).toBe(1);
      answers = false;
      const started = performance.now();
      const late = await run(shop.keyed.name);
      expect(late).toMatchObject({ code: 64, stdout: '' });
      expect(late.stderr).toMatch(/key\.kms: .*did not answer in time/);
      expect(performance.now() - started).toBeGreaterThan(9_900);
      expect(performance.now() - started).toBeLessThan(40_000);
    } finally {
      vault.closeAllConnections();
      vault.close();
    }
  });

  it('refuses command lines that ask for nothing, too much or something unsafe', async () => {
    const image = shop.signed.name;
    const refusals: readonly (readonly [readonly string[], string])[] = [
      [[image], 'say whose signature counts'],
      [['--key', 'shop.pub'], 'name one image'],
      [['--key', 'shop.pub', image, image], '2 are named'],
      [['--key', 'missing.pub', image], 'does not exist'],
      [['--key', 'shop.key', image], 'is a private key'],
      [['--key', 'awskms:///key', image], 'keys of awskms are not fetched by this build; export the public key'],
      [['--key', 'hashivault://release', image], 'VAULT_ADDR does not say where Vault is'],
      [['--key', 'k8s://a/b', image], 'a key of "k8s"; expected awskms://'],
      [['--certificate-identity', 'x', image], 'needs --certificate-oidc-issuer'],
      [['--certificate-oidc-issuer', 'x', image], 'one of --certificate-identity, '],
      [['--certificate-identity-regexp', '.*', '--certificate-oidc-issuer', 'x', image], 'subjectRegExp'],
      [
        ['--certificate-identity', 'x', '--certificate-oidc-issuer', 'y', '--insecure-ignore-tlog', image],
        '--insecure-ignore-tlog',
      ],
      [['--key', 'shop.pub', '-p', 'policy.yaml', image], 'exclude each other'],
      [['--repo', 'acme/shop', image], 'need --certificate-identity'],
      [['--key', 'shop.pub', '-o', 'yaml', image], 'there is text, json'],
      [['--key', 'shop.pub', '--timeout', 'soon', image], 'a duration such as 30s'],
      [['--key', 'root.json', image], 'authorities[0].key.data'],
      [
        ['--certificate-identity', 'x', '--certificate-oidc-issuer', 'y', '--trusted-root', 'shop.pub', image],
        'trustRoots[0].file',
      ],
    ];
    for (const [words, reason] of refusals) {
      const run = await assayHere(verifyCommand, ['--plain-http', shop.registry.host, ...words.map(inFolder)]);
      expect(run, words.join(' ')).toMatchObject({ code: 64, stdout: '' });
      expect(run.stderr, words.join(' ')).toContain(reason);
      expect(run.stderr).not.toContain('PRIVATE KEY-----');
    }
  });
});
