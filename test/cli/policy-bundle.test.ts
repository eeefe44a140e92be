import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { keySigner, generateKey, publicPem, signImage } from '../support/sigstore/index.ts';
import { type Registry, startRegistry } from '../support/registry/index.ts';
import { publishBundle, repository } from '../policies/bundle-shop.ts';
import { assay, folderOf } from './assay.ts';

// Each run is a process; a loaded machine starts few of them a second.
vi.setConfig({ testTimeout: 120_000 });

const key = generateKey();
const as = keySigner(key);
const pod =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec: {containers: [{name: c, image: registry.example/a:1}]}\n';
const policy = (name: string, more: string) =>
  `apiVersion: assay.dev/v1alpha1\nkind: ClusterWorkloadPolicy\nmetadata: {name: ${name}}\nspec: {${more}}\n`;

let registry: Registry;
let files: ReturnType<typeof folderOf>;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());
beforeEach(() => {
  files = folderOf({
    'assay.yaml': `apiVersion: assay.dev/v1alpha1
kind: Configuration
registries: {hosts: [{host: "${registry.host}", plainHttp: true, allowPrivateAddresses: true}]}
stateFolder: state
policyBundles:
- repository: ${registry.host}/${repository}
  authorities: [{name: owner, key: {data: ${JSON.stringify(publicPem(key.publicKey))}}}]
`,
    'pod.yaml': pod,
    'policies/tools/pin.yaml': policy('pin', 'images: ["ghcr.io/**"]'),
  });
  return () => files[Symbol.dispose]();
});
const run = (words: readonly string[], more = {}) => assay(words, { folder: files.path, ...more });
const bundle = () => `oci://${registry.host}/${repository}:stable`;
const check = (...policies: readonly string[]) =>
  run(['check', '-c', 'assay.yaml', ...policies.flatMap((path) => ['-p', path]), 'pod.yaml']);

describe('-p oci://', () => {
  it('judges by a bundle that its owner signed, remembers it, and refuses an older one', async () => {
    await publishBundle(registry, { as, version: '2.0.0', files: { 'a.yaml': policy('a', 'images: ["ghcr.io/**"]') } });
    expect(await check(bundle())).toMatchObject({ code: 0, stderr: '' });
    await publishBundle(registry, { as, version: '1.9.0', files: { 'a.yaml': policy('a', 'images: ["ghcr.io/**"]') } });
    const run = await check(bundle());
    expect(run).toMatchObject({ code: 64, stdout: '' });
    expect(run.stderr).toBe(
      `${bundle()}: it is version 1.9.0, and version 2.0.0 (${/sha256:\w{12}/.exec(run.stderr)?.[0]}) was used last (BUNDLE_ROLLED_BACK)\n`,
    );
  });

  it('judges by a bundle, files and standard input together', async () => {
    await publishBundle(registry, { as, version: '2.0.0', files: { 'a.yaml': policy('a', 'images: ["ghcr.io/**"]') } });
    const input = policy('b', 'images: ["quay.io/**"]');
    const all = ['-p', bundle(), '-p', 'policies', '-p', '-'];
    const both = await run(['check', '-c', 'assay.yaml', ...all, 'pod.yaml'], { input });
    expect(both).toMatchObject({ code: 0, stderr: '' });
    const twice = await run(['check', '-c', 'assay.yaml', ...all, 'pod.yaml'], { input: policy('a', '') });
    expect(twice.code).toBe(64);
    expect(twice.stderr).toMatch(/^oci:.*\/a\.yaml:3:18: metadata\.name: .*"a" is loaded already \(NAME_TAKEN\)\n$/);
  });

  it('does not remember what did not compile', async () => {
    await publishBundle(registry, { as, version: '9.0.0', files: { 'a.yaml': policy('a', 'image: []') } });
    const broken = await check(bundle());
    expect(broken.code).toBe(64);
    expect(broken.stderr).toContain(`${bundle()}/a.yaml:4:`);
    await publishBundle(registry, { as, version: '3.0.0', files: { 'a.yaml': policy('a', '') } });
    expect((await check(bundle())).stderr).not.toContain('BUNDLE_ROLLED_BACK');
  });

  it('is what the configuration and ASSAY_POLICIES may name, too', async () => {
    await publishBundle(registry, { version: '1.0.0', files: { 'a.yaml': policy('a', '') } });
    const environment = { ASSAY_POLICIES: bundle(), ASSAY_CONFIG: 'assay.yaml' };
    expect((await run(['check', 'pod.yaml'], { environment })).stderr).toContain('NO_SIGNATURE');
    const configuration = readFileSync(join(files.path, 'assay.yaml'), 'utf8');
    writeFileSync(join(files.path, 'assay.yaml'), `${configuration}policies: ["${bundle()}"]\n`);
    expect((await check()).stderr).toContain('NO_SIGNATURE');
  });

  it('has its section checked where no bundle is named, too', async () => {
    const configuration = readFileSync(join(files.path, 'assay.yaml'), 'utf8');
    writeFileSync(join(files.path, 'assay.yaml'), configuration.replace('acme/policies', 'acme/policies:stable'));
    const run = await assay(['config', 'check', 'assay.yaml'], { folder: files.path });
    expect(run.code).toBe(64);
    expect(run.stderr).toMatch(
      /^assay\.yaml: policyBundles\[0\]\.repository: write the repository alone: .*\(FIELD_WRONG\)$/m,
    );
  });

  it('says where the state cannot be kept', async () => {
    await publishBundle(registry, { as, version: '4.0.0', files: { 'a.yaml': policy('a', '') } });
    writeFileSync(join(files.path, 'state'), 'a file, not a folder');
    const run = await check(bundle());
    expect(run).toMatchObject({ code: 64, stdout: '' });
    expect(run.stderr).toContain('BUNDLE_STATE_UNREADABLE');
  });
});

describe('assay policy bundle', () => {
  it('lays out what a registry takes, the owner signs and -p reads', async () => {
    const made = await run(['policy', 'bundle', 'policies', '--version', '7.0.0', '-o', 'layout']);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toMatch(/^sha256:[0-9a-f]{64} {2}version 7\.0\.0, 1 document in 1 file\n$/);
    const again = await run(['policy', 'bundle', 'policies', '--version', '7.0.0', '-o', 'again']);
    expect(again.stdout).toBe(made.stdout);
    const read = (path: string) => readFileSync(join(files.path, 'layout', path));
    const { manifests } = JSON.parse(read('index.json').toString()) as {
      manifests: { digest: string; mediaType: string }[];
    };
    const [{ digest, mediaType }] = manifests as [{ digest: string; mediaType: string }];
    const manifest = read(`blobs/${digest.replace(':', '/')}`);
    const parts = JSON.parse(manifest.toString()) as { config: { digest: string }; layers: { digest: string }[] };
    for (const part of [parts.config, ...parts.layers])
      expect(await registry.putBlob(repository, read(`blobs/${part.digest.replace(':', '/')}`))).toBe(part.digest);
    expect(await registry.putManifest(repository, 'stable', mediaType, manifest)).toBe(digest);
    await signImage({ registry, repository, digest, as, format: 'bundle' });
    expect(await check(bundle())).toMatchObject({ code: 0, stderr: '' });
  });

  it('refuses what would be no bundle', async () => {
    const make = (...words: readonly string[]) => run(['policy', 'bundle', ...words]);
    expect((await make('policies', '-o', 'layout')).stderr).toContain('--version is wanted');
    expect((await make('policies', '--version', '1', '-o', 'layout')).stderr).toContain('"1" is no semantic version');
    expect((await make('policies', '--version', '1.0.0')).stderr).toContain('-o is wanted');
    expect((await make('--version', '1.0.0', '-o', 'layout')).stderr).toContain('name one folder');
    expect((await make('policies', '--version', '1.0.0', '-o', 'policies')).stderr).toContain('is not empty');
    mkdirSync(join(files.path, 'odd'));
    writeFileSync(join(files.path, 'odd', 'a b.yaml'), 'x: 1\nx: 2\n');
    const odd = await make('odd', '--version', '1.0.0', '-o', 'layout');
    expect(odd).toMatchObject({ code: 64, stdout: '' });
    expect(odd.stderr).toMatch(/a b\.yaml:2:1: .*DOCUMENT_UNREADABLE\)\n.*a b\.yaml: "a b\.yaml" is no relative path/);
  });
});
