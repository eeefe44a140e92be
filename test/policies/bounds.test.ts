import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseReference } from '../../evidence/image/reference.ts';
import { compilePolicies, type KubernetesObject, parseDocuments } from '../../policies/index.ts';
import { judgeObject } from './kubernetes/judge-object.ts';

/** Bounds where they bite: what is just within one, and what is just beyond. The numbers are written out, so that none moves unseen. */

const policy = (spec: object): string =>
  stringify({
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'ClusterWorkloadPolicy',
    metadata: { name: 'p' },
    spec,
  });
const validating = (expression: string) => policy({ validations: [{ name: 'rule', expression }] });
const service = (spec: object = {}): KubernetesObject => ({
  ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 's', namespace: 'n0' } },
  ...{ spec },
});

describe('rounds of asking', () => {
  /** Each namespace names the next one. */
  const objects = [0, 1, 2, 3, 4, 5].map((at) => ({
    ...{ apiVersion: 'v1', kind: 'Namespace' },
    metadata: { name: `n${at}`, labels: { next: `n${at + 1}` } },
  }));
  const following = (steps: number): string =>
    `${Array.from({ length: steps }).reduce<string>((inner) => `cluster.namespaceLabels(${inner})["next"]`, '"n0"')} == "n${steps}"`;

  it('are three, each of which may ask for what the one before has told', async () => {
    const { allowed, findings } = await judgeObject(validating(following(3)), service(), { objects });
    expect([allowed, findings]).toEqual([true, []]);
  });

  it('are not four: what is unknown then is a gap, and no pass', async () => {
    const { allowed, findings } = await judgeObject(validating(following(4)), service(), { objects });
    expect([allowed, findings.map(({ code, kind }) => [kind, code])]).toEqual([false, [['error', 'NEEDS_EXHAUSTED']]]);
  });
});

describe('expressions of one policy', () => {
  const problemsOf = (count: number) => {
    const variables = Array.from({ length: count - 1 }, (_, at) => ({ name: `v${at}`, expression: '1' }));
    const text = stringify({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'p' },
      spec: {
        matchConstraints: {
          resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['services'] }],
        },
        variables,
        validations: [{ expression: 'true' }],
      },
    });
    return compilePolicies(parseDocuments(text, 'p.yaml').documents, { trustRoots: new Map() }).problems;
  };

  it('are five hundred at most, variables and rules together', () => {
    expect(problemsOf(500)).toEqual([]);
    expect(problemsOf(501)).toMatchObject([{ code: 'FIELD_WRONG', detail: 'more than 500 expressions in one policy' }]);
  });
});

describe('the search for the fields behind a denial', () => {
  const denied = async (items: number) => {
    const numbers = Array.from({ length: items }, () => 1);
    const rule = validating('object.spec.numbers.all(n, n + n + n + n + n + n + n + n == 8) && object.spec.flag');
    const { allowed, findings } = await judgeObject(rule, service({ numbers, flag: false }));
    return [allowed, findings.map(({ field }) => field)];
  };

  it('points at them while it may, and is given up beyond; the verdict stays', async () => {
    expect(await denied(1_000)).toEqual([false, ['spec.flag']]);
    expect(await denied(1_200)).toEqual([false, ['']]);
  });
});

describe('a reference', () => {
  it('is read up to 1024 characters', () => {
    const of = (length: number) => parseReference(`r.example/${'x'.repeat(length - 10)}`);
    expect(of(1024)).not.toMatchObject({ detail: expect.stringContaining('at most 1024') as string });
    expect(of(1025)).toMatchObject({ detail: 'the image has 1025 characters; at most 1024 make a reference' });
  });
});
