import { describe, expect, it } from 'vitest';
import { parseDocuments, type PolicySet, ruleResult, withPacks } from '../../../policies/index.ts';
import { assumptionsOf } from '../../../policies/assumption.ts';
import { compileAll, judgeBy, library } from './judge-pack.ts';

const release = {
  name: 'release',
  keyless: { trustRoot: 'public-good', identities: [{ issuer: 'https://i.example', subject: 'release@acme.example' }] },
};
const security = {
  name: 'security',
  keyless: {
    trustRoot: 'public-good',
    identities: [{ issuer: 'https://i.example', subject: 'security@acme.example' }],
  },
};

const parameters = (more: object, name = 'supply-chain-signatures') =>
  parseDocuments(
    JSON.stringify({ apiVersion: 'assay.dev/v1alpha1', kind: 'PolicyParameters', metadata: { name }, ...more }),
    'signers.yaml',
  ).documents;

const open = (...more: readonly object[]) =>
  withPacks(
    ['supply-chain-signatures'],
    more.flatMap((one) => parameters(one)),
    library,
  );

const image = 'registry.acme.example/shop:1';
const pod: object = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'shop' },
  spec: { containers: [{ name: 'a', image }] },
};

async function signed(policies: PolicySet, ...subjects: readonly string[]) {
  const signatures = subjects.map((subject) => ({
    ...{ authority: subject.split('@')[0] ?? '', subject, issuer: 'https://i.example' },
    logged: ['2026-10-01T00:00:00Z'],
  }));
  const assumptions = assumptionsOf([{ image, signatures }], policies, {});
  if (typeof assumptions === 'string') throw new Error(assumptions);
  return ruleResult(await judgeBy(policies, pod, { assumptions }), 'supply-chain-signatures.signed', 'signatures');
}

describe('the signers of a pack', () => {
  it('are nobody until somebody names them: every image is denied, and it is said what to do', async () => {
    const { documents, lines } = await open();
    expect(lines).toEqual([]);
    const { outcome, findings } = await signed(compileAll(documents));
    expect(outcome).toBe('deny');
    expect(findings[0]).toMatchObject({
      code: 'NO_SIGNATURE',
      found: 'the policy knows nobody who may sign',
      expected: expect.stringContaining('PolicyParameters') as string,
    });
  });

  it('come from PolicyParameters, with the number of them that must have signed', async () => {
    const one = compileAll((await open({ authorities: [release, security] })).documents);
    expect((await signed(one, 'release@acme.example')).outcome).toBe('pass');
    expect((await signed(one)).outcome).toBe('deny');
    const both = compileAll((await open({ authorities: [release, security], threshold: 2 })).documents);
    expect((await signed(both, 'release@acme.example')).outcome).toBe('deny');
    expect((await signed(both, 'release@acme.example', 'security@acme.example')).outcome).toBe('pass');
  });

  it('are an error where no policy would ask for them, or something about them cannot be', async () => {
    const lines = async (more: object, name?: string) =>
      (await withPacks(['supply-chain-signatures', 'pod-security'], parameters(more, name), library)).lines;
    expect(await lines({ authorities: [release] }, 'pod-security')).toEqual([
      expect.stringContaining('"pod-security" has no policy that leaves its signers open') as string,
    ]);
    expect(await lines({ threshold: 2 }, 'pod-security')).toHaveLength(1);
    expect(await lines({ threshold: 2 })).toEqual([expect.stringContaining('"authorities" are missing') as string]);
    expect(await lines({ authorities: [{ name: 'release', keyles: {} }] })).toEqual([
      expect.stringContaining('signers.yaml') as string,
    ]);
    expect(() => compileAll([])).not.toThrow();
    const { documents } = await open({ authorities: [release], threshold: 2 });
    expect(() => compileAll(documents)).toThrow('can never be reached');
  });
});

describe('the mutations of supply-chain-signatures', () => {
  it('have nodes ask for what has no digest, and say so once', async () => {
    const { documents } = await withPacks(['supply-chain-signatures:mutations'], [], library);
    const policies = compileAll(documents);
    const digest = `registry.acme.example/shop@sha256:${'a'.repeat(64)}`;
    const object: object = {
      ...pod,
      spec: {
        initContainers: [{ name: 'first', image: 'registry.acme.example/first:1' }],
        containers: [
          { name: 'a', image },
          { name: 'b', image: digest, imagePullPolicy: 'IfNotPresent' },
          { name: 'c', image, imagePullPolicy: 'Never' },
        ],
      },
    };
    const mutated = await judgeBy(policies, object, { phase: 'mutate' });
    expect(mutated.version.object).toMatchObject({
      spec: {
        initContainers: [{ imagePullPolicy: 'Always' }],
        containers: [{ imagePullPolicy: 'Always' }, { imagePullPolicy: 'IfNotPresent' }, { imagePullPolicy: 'Always' }],
      },
    });
    const again = await judgeBy(policies, mutated.version.object, { phase: 'mutate' });
    expect(again.version.patches).toEqual([]);
  });
});
