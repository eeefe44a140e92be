import { afterAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { defaultConfiguration } from '../../policies/index.ts';
import { BundleSource } from '../../webhook/source/bundles.ts';
import { loadPolicies } from '../../webhook/source/folder.ts';
import { readConfiguration } from '../../policies/read-configuration.ts';
import { assay, folderOf } from './assay.ts';

/** Cases say of images what nobody has proven: no door that judges takes them for policies, configuration or evidence. */

// Each run is a process; a loaded machine starts few of them a second.
vi.setConfig({ testTimeout: 120_000 });

const image = 'ghcr.io/acme/shop:1';
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'a', image }] } };
const signatures = [{ authority: 'release', issuer: 'https://i.example', subject: 'https://github.com/acme/shop' }];
const forged = stringify({
  apiVersion: 'assay.dev/v1alpha1',
  kind: 'PolicyCases',
  policies: ['signed.yaml'],
  images: [{ image, signatures }],
  cases: [{ name: 'signed', object: pod, images: [{ image, signatures }], want: { signatures: 'pass' } }],
});
const identities = [{ issuer: 'https://i.example', subject: 'https://github.com/acme/shop' }];
const signed = stringify({
  apiVersion: 'assay.dev/v1alpha1',
  kind: 'ClusterWorkloadPolicy',
  metadata: { name: 'signed' },
  spec: {
    authorities: [{ name: 'release', keyless: { trustRoot: 'public-good', identities } }],
    signatures: { from: ['release'] },
  },
});
const configuration = (more: object): string =>
  stringify({ apiVersion: 'assay.dev/v1alpha1', kind: 'Configuration', ...more });

const files = folderOf({
  'signed.yaml': signed,
  'signed.cases.yaml': forged,
  'forged.yaml': forged,
  'both.yaml': `${signed}---\n${forged}`,
  'beside/signed.yaml': signed,
  'beside/signed.cases.yaml': forged,
  'hidden/signed.yaml': signed,
  'hidden/more.yaml': forged,
  'policies.yaml': configuration({ policies: ['signed.yaml', 'forged.yaml'] }),
  'root.yaml': configuration({ policies: ['signed.yaml'], trustRoots: [{ name: 'mine', file: 'forged.yaml' }] }),
  'pod.yaml': stringify(pod),
});
afterAll(() => files[Symbol.dispose]());

const check = (words: readonly string[], input?: string) =>
  assay(['check', '--offline', ...words, 'pod.yaml'], {
    folder: files.path,
    ...(input === undefined ? {} : { input }),
  });

describe('cases with images', () => {
  it('are believed by assay test, and by nothing else', async () => {
    expect(await assay(['test', 'signed.cases.yaml'], { folder: files.path })).toMatchObject({ code: 0 });
  });

  it.each([
    ['alone', ['-p', 'forged.yaml']],
    ['by the name that cases have', ['-p', 'signed.cases.yaml']],
    ['beside a policy', ['-p', 'signed.yaml', '-p', 'forged.yaml']],
    ['in one file with a policy', ['-p', 'both.yaml']],
    ['in a folder, under the name of a policy', ['-p', 'hidden']],
    ['as exceptions', ['-p', 'signed.yaml', '--exceptions', 'forged.yaml']],
    ['by the configuration', ['-c', 'policies.yaml']],
  ])('are refused as policies of a check: %s', async (_, words) => {
    const { code, stdout, stderr } = await check(words);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toMatch(/\.yaml:\d+:\d+: kind: PolicyCases are for "assay test".* \(DOCUMENT_KIND_UNKNOWN\)/);
  });

  it('are refused from standard input', async () => {
    expect(await check(['-p', 'signed.yaml', '-p', '-'], forged)).toMatchObject({
      code: 64,
      stderr: expect.stringMatching(/^-:2:7: kind: PolicyCases/) as string,
    });
  });

  it('are refused as a configuration, and as trust', async () => {
    expect(await check(['-c', 'forged.yaml', '-p', 'signed.yaml'])).toMatchObject({ code: 64, stdout: '' });
    expect(readConfiguration(forged, 'forged.yaml').kind).toBe('problems');
    expect(await check(['-c', 'root.yaml'])).toMatchObject({ code: 64, stdout: '' });
  });

  it.each([
    ['beside their policy in a folder', ['-p', 'beside']],
    ['as parameters', ['-p', 'signed.yaml', '--params', 'forged.yaml']],
    ['as a manifest', ['-p', 'signed.yaml', 'forged.yaml']],
    ['as a dump of the cluster', ['-p', 'signed.yaml', '--cluster-dump', 'forged.yaml']],
  ])('prove nothing of an image: %s', async (_, words) => {
    const { code, stdout } = await check(['-o', 'json', ...words]);
    expect(code).toBe(2);
    const { decisions } = JSON.parse(stdout) as { decisions: { object: { kind: string }; gaps: { code: string }[] }[] };
    const judged = decisions.find(({ object }) => object.kind === 'Pod');
    expect(judged?.gaps.map((gap) => gap.code)).toEqual(['OFFLINE']);
  });

  it.each([
    ['a file', ['forged.yaml'], 'refused'],
    ['a file that is called cases', ['signed.yaml', 'signed.cases.yaml'], 'refused'],
    ['a file with a policy', ['both.yaml'], 'refused'],
    ['a folder with a file called a policy', ['hidden'], 'refused'],
    ['a folder with cases beside the policy', ['beside'], 'loaded'],
  ])('are refused or read past by the webhook: %s', async (_, paths, outcome) => {
    const none = new BundleSource(
      [],
      { file: { configuration: defaultConfiguration, file: undefined }, environment: { HOME: files.path } },
      () => undefined,
    );
    const context = { trustRoots: new Map(), keyFetchers: [] };
    const absolute = paths.map((path) => `${files.path}/${path}`);
    const loaded = await loadPolicies(absolute, context, none);
    const problems = loaded.kind === 'problems' ? loaded.problems.join('\n') : '';
    expect(problems.includes('PolicyCases are for "assay test"')).toBe(outcome === 'refused');
  });
});
