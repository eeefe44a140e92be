import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSigstore } from '../support/sigstore/index.ts';
import { assay, folderOf } from './assay.ts';

// Each run is a process; a loaded machine starts few of them a second.
vi.setConfig({ testTimeout: 120_000 });

const head = 'apiVersion: assay.dev/v1alpha1\nkind: Configuration\n';
let files: ReturnType<typeof folderOf>;

beforeAll(() => {
  files = folderOf({
    'good/assay.yaml': `${head}trustRoots:\n- {name: private, file: trust/root.json}\npolicies: [policies]\n`,
    'good/trust/root.json': createSigstore().trustedRoot,
    'good/policies/one.yaml':
      'apiVersion: assay.dev/v1alpha1\nkind: ClusterWorkloadPolicy\nmetadata: {name: one}\nspec: {pin: None}\n',
    'kms.yaml': `${head}policies: [kms-policy.yaml]\n`,
    'kms-policy.yaml':
      'apiVersion: assay.dev/v1alpha1\nkind: ClusterWorkloadPolicy\nmetadata: {name: one}\nspec:\n  authorities:\n  - name: a\n    key: {kms: "awskms:///alias/release"}\n',
    'kms-bundle.yaml': `${head}policyBundles:\n- repository: ghcr.io/acme/policies\n  authorities: [{name: a, key: {kms: "hashivault://owner"}}]\n`,
    'field.yaml': `${head}unmatchedImage: Deny\nbounds: {reviewSeconds: 99}\n`,
    'root.yaml': `${head}trustRoots:\n- {name: private, file: field.yaml}\n`,
    'missing.yaml': `${head}trustRoots:\n- {name: private, file: nowhere.json}\n`,
    'two.yaml': `${head}---\n${head}`,
    'syntax.yaml': `${head}a: [`,
    'secret.yaml': `${head}registries:\n  credentials: {dockerConfigFile: docker.json}\n`,
    'docker.json': '{"auths": {"ghcr.io": {"auth": "c2VjcmV0OnNlY3JldA=="}}, "hunter2":',
  });
});

afterAll(() => files[Symbol.dispose]());

const check = (file: string) => assay(['config', 'check', file], { folder: files.path });

describe('assay config check', () => {
  it('loads the document with every file that it names, relative to the document', async () => {
    expect(await check('good/assay.yaml')).toEqual({
      code: 0,
      stdout: 'good/assay.yaml: loads, with 2 trust roots (public-good, private) and 1 policy\n',
      stderr: '',
    });
  });

  it('says all that is wrong, each with its place', async () => {
    const run = await check('field.yaml');
    expect(run).toMatchObject({ code: 64, stdout: '' });
    expect(run.stderr).toMatch(/^field\.yaml:3:\d+: unmatchedImage: .*FIELD_UNKNOWN/m);
    expect(run.stderr).toMatch(/^field\.yaml:4:\d+: bounds\.reviewSeconds: .*FIELD_WRONG/m);
  });

  it('refuses files that are missing or are not what they should be', async () => {
    expect((await check('missing.yaml')).stderr).toMatch(/nowhere\.json: does not exist/);
    expect((await check('root.yaml')).stderr).toContain('trustRoots[0].file');
    expect((await check('two.yaml')).stderr).toContain('has 2 documents; one Configuration is wanted');
    expect((await check('syntax.yaml')).stderr).toMatch(/^syntax\.yaml:\d+/);
    expect((await check('absent.yaml')).stderr).toContain('does not exist');
    for (const file of ['missing.yaml', 'root.yaml', 'two.yaml', 'syntax.yaml', 'absent.yaml'])
      expect((await check(file)).code).toBe(64);
  });

  it('refuses a key of a key service that this build does not ask, at its line', async () => {
    const run = await check('kms.yaml');
    expect(run).toMatchObject({ code: 64, stdout: '' });
    expect(run.stderr).toMatch(
      /kms-policy\.yaml:7:\d+: spec\.authorities\[0\]\.key\.kms: keys of awskms are not fetched by this build; export the public key .* \(FIELD_WRONG\)/,
    );
  });

  it('asks the key service of a bundle too, though no bundle is named', async () => {
    const run = await check('kms-bundle.yaml');
    expect(run).toMatchObject({ code: 64, stdout: '' });
    expect(run.stderr).toContain('policyBundles[0].authorities[0].key.kms: VAULT_ADDR does not say where Vault is');
  });

  it('never prints what a docker config holds', async () => {
    const run = await check('secret.yaml');
    expect(run.code).toBe(64);
    expect(run.stderr).not.toMatch(/c2VjcmV0|hunter2/);
  });

  it('refuses other words', async () => {
    for (const words of [['config'], ['config', 'show', 'x'], ['config', 'check'], ['config', 'check', 'a', 'b']])
      expect((await assay(words)).code).toBe(64);
  });
});
