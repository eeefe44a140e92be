import { describe, expect, it } from 'vitest';
import { publicGoodRoot } from '../../../evidence/index.ts';
import {
  compilePolicies,
  parseDocuments,
  type PolicySet,
  renderProblem,
  ruleResult,
  withPacks,
} from '../../../policies/index.ts';
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

describe('what is wrong with PolicyParameters', () => {
  const text = (authorities: string, more = ''): string =>
    `# ours\napiVersion: assay.dev/v1alpha1\nkind: PolicyParameters\nmetadata: {name: supply-chain-signatures}\nauthorities:\n${authorities}\n${more}`;
  const keyless = (identity: string, root = 'public-good') =>
    `- name: release\n  keyless:\n    trustRoot: ${root}\n    identities:\n    - ${identity}`;
  const fine = keyless('{issuer: "https://i.example", subject: a@acme.example}');

  /** Of each problem of the pack with these parameters, as it is told. */
  async function told(...texts: readonly string[]): Promise<readonly string[]> {
    const documents = texts.flatMap((one, at) => parseDocuments(one, `signers${at === 0 ? '' : at}.yaml`).documents);
    const packs = await withPacks(['supply-chain-signatures', 'zero-trust-mesh:proxies'], documents, library);
    expect(packs.lines).toEqual([]);
    const trustRoots = new Map([['public-good', publicGoodRoot().material]]);
    return compilePolicies(packs.documents, { trustRoots }).problems.map(renderProblem);
  }

  it.each([
    ['a key that is no PEM', '- name: release\n  key: {data: nonsense}', 'signers.yaml:7:15: authorities[0].key.data'],
    [
      'an unknown trust root',
      keyless('{issuer: "https://i.example", subject: a@acme.example}', 'mine'),
      'signers.yaml:8:16: authorities[0].keyless.trustRoot',
    ],
    [
      'a pattern that is none',
      keyless('{issuer: "https://i.example", sourceRepository: "https://x/{a}", subject: b@acme.example}'),
      'signers.yaml:10:',
    ],
    ['a subject of anybody', keyless('{issuer: "https://i.example", subjectRegExp: "(["}'), 'signers.yaml:10:'],
    ['two of one name', `${fine}\n${fine}`, 'signers.yaml:11:9: authorities[1].name'],
  ])('is told where they say it, and once: %s', async (_, authorities, place) => {
    const problems = await told(text(authorities));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(place);
  });

  it('may be their threshold', async () => {
    expect(await told(text(fine, 'threshold: 3\n'))).toEqual([
      expect.stringMatching(/^signers\.yaml:11:12: threshold: 3 of 1 authorities can never be reached/),
    ]);
  });

  it('may be a value for a parameter, of those of the policy before those of its pack', async () => {
    const of = (name: string, value: string) =>
      `apiVersion: assay.dev/v1alpha1\nkind: PolicyParameters\nmetadata: {name: ${name}}\nparams:\n  deprecatedRegistries: ${value}\n`;
    expect(await told(of('supply-chain-signatures', '[a.example, 5]'))).toEqual([
      'signers.yaml:5:37: params.deprecatedRegistries[1]: 5 is no string (FIELD_WRONG)',
    ]);
    expect(await told(of('supply-chain-signatures', '[5]'), of('supply-chain-signatures.registries', '{}'))).toEqual([
      'signers1.yaml:5:25: params.deprecatedRegistries: {} is no array (FIELD_WRONG)',
    ]);
  });

  it('is what the policy says itself where it does', async () => {
    const { documents } = await withPacks(
      ['supply-chain-signatures'],
      parseDocuments(text(fine), 's.yaml').documents,
      library,
    );
    const broken = documents.map((one) => ({ ...one, value: { ...(one.value as object), stray: 1 } }));
    const { problems } = compilePolicies(broken, { trustRoots: new Map() });
    expect(problems.filter(({ path }) => path === 'stray').map(({ file }) => file)).toContain(
      'supply-chain-signatures/signed.yaml',
    );
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
