import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { compilePolicies, findingSentence, type KubernetesObject, parseDocuments } from '../../policies/index.ts';
import { exceptionSchema } from '../../policies/schema/exception.ts';
import { judgeObject, type ObjectOptions } from './kubernetes/judge-object.ts';

type Spec = Record<string, unknown>;

const digest = `sha256:${'a'.repeat(64)}`;
const pod = (change: Spec = {}): KubernetesObject & Spec => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', namespace: 'shop' },
  spec: { containers: [{ name: 'a', image: `x.example/acme/shop@${digest}` }] },
  ...change,
});
const policy = stringify({
  apiVersion: 'assay.dev/v1alpha1',
  kind: 'ClusterWorkloadPolicy',
  metadata: { name: 'rules' },
  spec: {
    pin: 'None',
    validations: [
      { name: 'image', expression: 'image.repository == ""' },
      { name: 'pod', expression: 'has(pod.runtimeClassName)' },
      { name: 'proof', expression: 'image.platforms.size() > 0' },
      { name: 'broken', expression: 'object.spec.none == 1' },
    ],
  },
});
const scope = { kind: 'Pod', namespace: 'shop', name: 'web-*' };
const base: Spec = {
  policy: 'rules',
  rules: ['image'],
  objects: [scope],
  reason: 'until the vendor signs',
  approver: 'alice',
  expires: '2026-12-01',
};
const exception = (spec: Spec = {}, name = 'vendor'): string =>
  stringify({
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'WorkloadException',
    metadata: { name, namespace: 'platform' },
    spec: { ...base, ...spec },
  });

async function denied(exceptions: readonly string[], object = pod(), options: ObjectOptions = {}): Promise<string[]> {
  const { findings } = await judgeObject([policy, ...exceptions].join('---\n'), object, options);
  return findings.filter(({ effect }) => effect === 'deny').map(({ rule }) => rule);
}

describe('a WorkloadException', () => {
  const all = ['image', 'proof', 'pod', 'broken'];
  const without = (...rules: readonly string[]): string[] => all.filter((rule) => !rules.includes(rule));

  it('excuses what it covers, and says why, by whom and until when', async () => {
    expect((await denied([])).toSorted()).toEqual(all.toSorted());
    expect((await denied([exception()])).toSorted()).toEqual(without('image').toSorted());
    const { findings } = await judgeObject(`${policy}---\n${exception()}`, pod());
    const excused = findings.find(({ rule }) => rule === 'image');
    expect(excused).toMatchObject({
      effect: 'warn',
      excused: { exception: 'platform/vendor', reason: 'until the vendor signs', approver: 'alice' },
    });
    expect(findingSentence(excused!)).toContain(
      'excused until 2026-12-01 00:00 UTC by exception platform/vendor (until the vendor signs), approved by alice',
    );
  });

  it('A-CEL-7: that has ended excuses nothing, and says so', async () => {
    const ended = exception({ expires: '2026-11-02' });
    expect(await denied([ended])).toContain('image');
    const { findings } = await judgeObject(`${policy}---\n${ended}`, pod());
    expect(findingSentence(findings.find(({ rule }) => rule === 'image')!)).toContain(
      'no longer excused: ended 2026-11-02',
    );
    expect(await denied([exception({ expires: '2026-11-02T00:00:01Z' })])).not.toContain('image');
  });

  const rows: readonly (readonly [string, Spec, boolean])[] = [
    ['another policy', { policy: 'other' }, false],
    ['another rule', { rules: ['pod'] }, false],
    ['another kind', { objects: [{ ...scope, kind: 'Deployment' }] }, false],
    ['any kind', { objects: [{ namespace: 'shop' }] }, true],
    ['another namespace', { objects: [{ ...scope, namespace: 'dev' }] }, false],
    ['another name', { objects: [{ ...scope, name: 'api-*' }] }, false],
    ['the name itself', { objects: [{ ...scope, name: 'web-1' }] }, true],
    ['a part of the name', { objects: [{ ...scope, name: 'web' }] }, false],
    ['a name with stars', { objects: [{ ...scope, name: '*e*-*1' }] }, true],
    ['a name whose parts overlap', { objects: [{ ...scope, name: 'web-1*1' }] }, false],
    ['a name whose last part lies within the one before', { objects: [{ ...scope, name: 'w*eb*b-1' }] }, false],
    ['a name without a part in the middle', { objects: [{ ...scope, name: 'w*q*1' }] }, false],
    ['a name whose parts stand in another order', { objects: [{ ...scope, name: 'w*-*e*1' }] }, false],
    ['one of two images', { images: ['y.example/**', 'x.example/acme/*'] }, true],
    ['one of two scopes', { objects: [{ ...scope, namespace: 'dev' }, scope] }, true],
    ['the image', { images: ['x.example/acme/*'] }, true],
    ['another image', { images: ['x.example/acme/other'] }, false],
    ['the digest', { digests: [digest] }, true],
    ['another digest', { digests: [`sha256:${'b'.repeat(64)}`] }, false],
    ['the image and another digest', { images: ['x.example/**'], digests: [`sha256:${'b'.repeat(64)}`] }, false],
  ];
  for (const [name, spec, covers] of rows) {
    it(`of ${name} ${covers ? 'covers' : 'does not cover'} the violation`, async () => {
      expect((await denied([exception(spec)])).includes('image')).toBe(!covers);
    });
  }

  it('A-CEL-7: never combines with another, and the less restrictive one of two does not widen it', async () => {
    const halves = [
      exception({ images: ['x.example/acme/*'], objects: [{ ...scope, namespace: 'dev' }] }, 'a'),
      exception({ images: ['y.example/*'] }, 'b'),
    ];
    expect(await denied(halves)).toContain('image');
  });

  it('for images excuses nothing that is not about an image', async () => {
    expect(await denied([exception({ rules: ['pod'], images: ['x.example/**'] })])).toContain('pod');
    expect(await denied([exception({ rules: ['pod'] })])).not.toContain('pod');
  });

  it('excuses a gap only where it says so, and an error never', async () => {
    expect(await denied([exception({ rules: ['proof'] })])).toContain('proof');
    expect(await denied([exception({ rules: ['proof'], gaps: 'Excuse' })])).not.toContain('proof');
    expect(await denied([exception({ rules: ['broken'], gaps: 'Excuse' })])).toContain('broken');
  });

  it('excuses no revoked image', async () => {
    const revocation = stringify({
      apiVersion: 'assay.dev/v1alpha1',
      kind: 'Revocation',
      metadata: { name: 'rules' },
      spec: { reason: 'stolen', digests: [digest] },
    });
    expect(await denied([revocation, exception({ rules: ['revocation'] })])).toContain('revocation');
  });

  it('excuses no image of which it cannot be told whether it is revoked', async () => {
    const revocation = stringify({
      apiVersion: 'assay.dev/v1alpha1',
      kind: 'Revocation',
      metadata: { name: 'rules' },
      spec: { reason: 'stolen', digests: [`sha256:${'b'.repeat(64)}`] },
    });
    const gaps = exception({ rules: ['revocation'], gaps: 'Excuse' });
    expect(await denied([revocation, gaps])).toContain('revocation');
    expect(await denied([revocation, gaps], pod(), { evidence: 'everything' })).not.toContain('revocation');
  });

  it('that its requester approves, or that has no end, does not load', async () => {
    await expect(denied([exception({ requestedBy: 'alice' })])).rejects.toThrow('UNSAFE_COMBINATION');
    await expect(denied([exception({ expires: 'never' })])).rejects.toThrow('FIELD_WRONG');
    await expect(denied([exception({ expires: '2026-13-40' })])).rejects.toThrow('FIELD_WRONG');
    await expect(denied([exception({ images: ['x.example/{app}'] })])).rejects.toThrow('PATTERN_WRONG');
  });

  it('needs each of its required fields', () => {
    const { spec } = exceptionSchema.properties;
    for (const field of spec.required) {
      const { [field]: _, ...rest } = base;
      const text = stringify({
        apiVersion: 'assay.dev/v1alpha1',
        kind: 'WorkloadException',
        metadata: { name: 'e', namespace: 'platform' },
        spec: rest,
      });
      const { problems } = compilePolicies(parseDocuments(text, 'e.yaml').documents, {
        trustRoots: new Map(),
        exceptionNamespaces: 'all',
      });
      expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([`FIELD_MISSING spec.${field}`]);
    }
  });

  it('A-CEL-7: counts in the namespaces that the configuration names, and in no other', () => {
    const { documents } = parseDocuments(exception(), 'e.yaml');
    const codes = (exceptionNamespaces?: readonly string[]): string[] =>
      compilePolicies(documents, {
        trustRoots: new Map(),
        ...(exceptionNamespaces === undefined ? {} : { exceptionNamespaces }),
      }).problems.map(({ code }) => code);
    expect(codes(['platform'])).toEqual([]);
    expect(codes(['team-a'])).toEqual(['UNSAFE_COMBINATION']);
    expect(codes()).toEqual(['UNSAFE_COMBINATION']);
  });
});

describe('who writes a WorkloadException into the cluster', () => {
  const object = (spec: Spec): KubernetesObject & Spec => ({
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'WorkloadException',
    metadata: { name: 'e', namespace: 'platform' },
    spec,
  });
  const found = async (spec: Spec, username?: string): Promise<string[]> =>
    (await judgeObject('', object(spec), username === undefined ? {} : { userInfo: { username } })).findings.map(
      (finding) => `${finding.effect} ${finding.code}: ${finding.found}`,
    );

  it('is its approver, and not the one who asked', async () => {
    expect(await found({ approver: 'alice', requestedBy: 'bob' }, 'alice')).toEqual([]);
    expect(await found({ approver: 'alice' }, 'mallory')).toEqual([
      'deny EXCEPTION_NOT_APPROVED: "mallory" writes it, and "alice" is to approve it',
    ]);
    expect(await found({ approver: 'alice' })).toHaveLength(1);
    expect(await found({ approver: 'alice', requestedBy: 'alice' }, 'alice')).toHaveLength(1);
    expect(await found({}, 'alice')).toHaveLength(1);
  });
});
