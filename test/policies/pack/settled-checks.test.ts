import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseDocuments, type PolicySet, ruleResult, withPacks } from '../../../policies/index.ts';
import { assumptionsOf } from '../../../policies/assumption.ts';
import { check } from '../../../cli/command/check.ts';
import type { CaseImage } from '../../../policies/schema/case-images.ts';
import { assayHere, folderOf } from '../../cli/assay.ts';
import { judgeObject } from '../kubernetes/judge-object.ts';
import { compileAll, judgeBy, library } from './judge-pack.ts';

/** The checks about signatures that have no policy in a pack, because no policy can switch them off: what docs/packs.md says of each. */

const image = 'registry.acme.example/shop:1';
const pod: object = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'shop' },
  spec: { containers: [{ name: 'a', image }] },
};
const identity = { issuer: 'https://i.example', subject: 'release@acme.example' };
const release = (more: object = {}, of: object = identity) => ({
  ...{ name: 'release', keyless: { trustRoot: 'public-good', identities: [of] } },
  ...more,
});

/** The pack with these signers. */
async function signedBy(authority: object): Promise<PolicySet> {
  const parameters = stringify({
    ...{ apiVersion: 'assay.dev/v1alpha1', kind: 'PolicyParameters' },
    ...{ metadata: { name: 'supply-chain-signatures' }, authorities: [authority] },
  });
  const { documents, lines } = await withPacks(
    ['supply-chain-signatures'],
    parseDocuments(parameters, 'signers.yaml').documents,
    library,
  );
  if (lines.length > 0) throw new Error(lines.join('\n'));
  return compileAll(documents);
}

async function outcomeOf(authority: object, found: Omit<CaseImage, 'image'>): Promise<string> {
  const policies = await signedBy(authority);
  const assumptions = assumptionsOf([{ image, ...found }], policies, {});
  if (typeof assumptions === 'string') throw new Error(assumptions);
  return ruleResult(await judgeBy(policies, pod, { assumptions }), 'supply-chain-signatures.signed', 'signatures')
    .outcome;
}

const signature = { authority: 'release', ...identity };

describe('SIG-05: an image of which no policy speaks', () => {
  const policy = stringify({
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'ClusterWorkloadPolicy',
    metadata: { name: 'others' },
    spec: {
      images: ['ghcr.io/others/*'],
      pin: 'None',
      validations: [{ name: 'any', expression: 'image.registry != ""' }],
    },
  });

  it.each([
    ['Deny', ['deny']],
    ['Warn', ['warn']],
  ] as const)('comes to what unmatchedImages says: %s', async (unmatchedImages, effects) => {
    const { allowed, findings } = await judgeObject(policy, pod, { unmatchedImages });
    expect([allowed, findings.map(({ effect }) => effect)]).toEqual([unmatchedImages !== 'Deny', effects]);
    expect(findings.map(({ field }) => field)).toEqual(['spec.containers[0].image']);
  });
});

describe('SIG-06: an authority that means nobody in particular', () => {
  it.each([
    ['no issuer', { subject: 'release@acme.example' }],
    ['an empty issuer', { issuer: '', subject: 'release@acme.example' }],
    ['no subject', { issuer: 'https://i.example' }],
    ['a pattern without its beginning', { issuer: 'https://i.example', subjectRegExp: 'https://acme\\.example/x$' }],
    ['a pattern without its end', { issuer: 'https://i.example', subjectRegExp: '^https://acme\\.example/x' }],
    [
      'an alternative that is anchored at one side',
      { issuer: 'https://i.example', subjectRegExp: '^https://a\\.b/x$|y' },
    ],
    ['a dot for any character', { issuer: 'https://i.example', subjectRegExp: '^https://acme.example/x$' }],
  ])('does not load: %s', async (_, of) => {
    await expect(signedBy(release({}, of))).rejects.toThrow(
      /signers\.yaml:\d+:\d+: authorities\[0\]\.keyless\.identities\[0\]/,
    );
  });
});

describe('SIG-10: an index', () => {
  const [amd64, arm64] = [
    { os: 'linux', architecture: 'amd64' },
    { os: 'linux', architecture: 'arm64', digest: `sha256:${'b'.repeat(64)}` },
  ];

  it('is signed by its own signature, or by those of all that a node may choose', async () => {
    expect(await outcomeOf(release(), { signatures: [signature], platforms: [amd64, arm64] })).toBe('pass');
    const both = [amd64, arm64].map((one) => ({ ...one, signatures: [signature] }));
    expect(await outcomeOf(release(), { signatures: [], platforms: both })).toBe('pass');
  });

  it('is not signed where one of them is not', async () => {
    const one = [{ ...amd64, signatures: [signature] }, arm64];
    expect(await outcomeOf(release(), { signatures: [], platforms: one })).toBe('deny');
    expect(await outcomeOf(release(), { signatures: [], platforms: one.toReversed() })).toBe('deny');
  });
});

describe('SIG-11: a signature that was made for another repository', () => {
  const found = (repository: string) => ({ signatures: [{ ...signature, repository }] });

  it('does not count for an authority with bindRepository', async () => {
    const bound = release({ bindRepository: {} });
    expect(await outcomeOf(bound, found('registry.acme.example/shop'))).toBe('pass');
    expect(await outcomeOf(bound, found('registry.acme.example/debug'))).toBe('deny');
  });

  it('counts where the repository is an alias, or nobody asks', async () => {
    const aliases = ['build.acme.example/shop'];
    expect(await outcomeOf(release({ bindRepository: { aliases } }), found('build.acme.example/shop'))).toBe('pass');
    expect(await outcomeOf(release(), found('build.acme.example/shop'))).toBe('pass');
  });
});

describe('SIG-12: policies that come from a registry', () => {
  it('are not used where nobody said who signs them', async () => {
    using folder = folderOf({ 'pod.yaml': stringify(pod) });
    const words = ['--offline', '-p', 'oci://registry.acme.example/policies:1', `${folder.path}/pod.yaml`];
    const { code, stdout, stderr } = await assayHere(check, words);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain('policyBundles');
  });
});
