import { describe, expect, it } from 'vitest';
import type { KeyFetcher } from '../../evidence/index.ts';
import { compilePolicies, keysNamed, loadKeys, parseDocuments } from '../../policies/index.ts';
import { generateKey, publicPem } from '../support/sigstore/index.ts';

const policy = (...keys: readonly string[]): string => `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: p}
spec:
  authorities:
${keys.map((key, index) => `  - name: a${index}\n    key: ${key}\n`).join('')}`;
const documentsOf = (...keys: readonly string[]) => parseDocuments(policy(...keys), 'policy.yaml').documents;
const signal = AbortSignal.timeout(10_000);
const compile = async (keys: readonly string[], fetchers: readonly KeyFetcher[] = []) => {
  const documents = documentsOf(...keys);
  const loaded = await loadKeys(documents, fetchers, signal);
  return compilePolicies(documents, { trustRoots: new Map(), keys: loaded }).problems;
};
const vault = (fetch: KeyFetcher['fetch']): KeyFetcher => ({ service: 'hashivault', fetch });
const pem = publicPem(generateKey().publicKey);
const oneLine = JSON.stringify(pem);

describe('keys of key services', () => {
  it('are collected from documents, each once, whatever else stands there', () => {
    const documents = [
      ...documentsOf('{kms: "hashivault://a"}', '{kms: "hashivault://a"}', '{kms: 7}', '{data: x}'),
      ...parseDocuments('spec: {authorities: nonsense}\n---\njust text\n', 'odd.yaml').documents,
    ];
    expect(keysNamed(documents)).toEqual(['hashivault://a']);
    const bundles = { policyBundles: [{ authorities: [{ key: { kms: 'hashivault://b' } }] }, 7, { authorities: 7 }] };
    expect(keysNamed([...documents, { value: bundles }])).toEqual(['hashivault://a', 'hashivault://b']);
  });

  it('are fetched once for all who name them, and are keys like any other', async () => {
    const asked: string[] = [];
    const fetcher = vault(async ({ name }) => {
      asked.push(name);
      return { kind: 'found', value: { pem } };
    });
    expect(await compile(['{kms: "hashivault://a"}', '{kms: "hashivault://a"}'], [fetcher])).toEqual([]);
    expect(asked).toEqual(['a']);
  });

  it('of a service that is not built are refused at their line, with the way out', async () => {
    expect(await compile([`{data: ${oneLine}}`, '{kms: "awskms:///alias/release"}'])).toEqual([
      expect.objectContaining({
        code: 'FIELD_WRONG',
        path: 'spec.authorities[1].key.kms',
        line: 9,
        detail: expect.stringMatching(/^keys of awskms are not fetched by this build; export the public key/) as string,
      }),
    ]);
  });

  it('that are no URI of a known service are refused with those that are', async () => {
    expect(await compile(['{kms: "file://key.pem"}'])).toMatchObject([
      { code: 'FIELD_WRONG', detail: expect.stringContaining('expected awskms://') as string },
    ]);
  });

  it('of a service that does not answer leave the policy out', async () => {
    const down = vault(async () => ({ kind: 'gap', code: 'TRUST_UNAVAILABLE', detail: 'the vault is sealed' }));
    expect(await compile(['{kms: "hashivault://a"}'], [down])).toMatchObject([
      { code: 'REFERENCE_UNRESOLVED', path: 'spec.authorities[0].key.kms', detail: 'the vault is sealed' },
    ]);
  });

  it('of a service that never answers leave the policy out once the time is up, whether or not it heeds that', async () => {
    const loaded = (fetch: KeyFetcher['fetch'], signal: AbortSignal) =>
      loadKeys(documentsOf('{kms: "hashivault://a"}'), [vault(fetch)], signal);
    const late = { kind: 'gap', code: 'DEADLINE_EXCEEDED' };
    const never = () => new Promise<never>(() => undefined);
    expect((await loaded(never, AbortSignal.timeout(20))).get('hashivault://a')).toMatchObject(late);
    expect((await loaded(never, AbortSignal.abort())).get('hashivault://a')).toMatchObject(late);
  });

  it('that nobody loaded are a problem, never a key that is not asked for', () => {
    const { problems } = compilePolicies(documentsOf('{kms: "hashivault://a"}'), { trustRoots: new Map() });
    expect(problems).toMatchObject([{ code: 'REFERENCE_UNRESOLVED', path: 'spec.authorities[0].key.kms' }]);
  });

  it('stand in place of data, not beside it', async () => {
    for (const key of [`{kms: "hashivault://a", data: ${oneLine}}`, '{trustRoot: public-good}']) {
      expect(await compile([key])).toMatchObject([
        {
          code: 'FIELD_MISSING',
          path: 'spec.authorities[0].key',
          detail: 'exactly one of "data" and "kms" is written',
        },
      ]);
    }
  });
});
