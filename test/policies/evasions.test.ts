import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { anonymous } from '../../evidence/index.ts';
import {
  compilePolicies,
  type Decision,
  judge,
  type KubernetesObject,
  parseDocuments,
  requestFor,
  type Review,
} from '../../policies/index.ts';
import { pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import { openCorridor } from '../support/shop/corridor.ts';
import { deployment, publishShop, type Shop, shopConfiguration, shopPolicies } from '../support/shop/index.ts';
import {
  createSigstore,
  generateKey,
  keyId,
  keySigner,
  publicPem,
  type Sigstore,
  signImage,
} from '../support/sigstore/index.ts';
import { manifest } from '../support/shop/corridor.ts';
import { limits } from '../../policies/limits.ts';
import { judgeObject, noEvidence } from './kubernetes/judge-object.ts';

/** Ways past a rule by what it makes allowances for: an old object, an exception, a subresource, a name that is not there yet. */

type Spec = Record<string, unknown>;

let registry: Registry;
let sigstore: Sigstore;
let shop: Shop;

beforeAll(async () => {
  registry = await startRegistry();
  sigstore = createSigstore();
  shop = await publishShop(registry, sigstore);
});
afterAll(() => registry.close());

const ours = (kind: string, name: string, spec: Spec, metadata: Spec = {}): string =>
  stringify({ apiVersion: 'assay.dev/v1alpha1', kind, metadata: { name, ...metadata }, spec });

const denied = ({ findings }: Decision): readonly string[] =>
  findings.filter(({ effect }) => effect === 'deny').map(({ code }) => code);

async function judgeShop(policies: string, image: string, review: Partial<Review> = {}): Promise<Decision> {
  await using corridor = openCorridor({
    configuration: shopConfiguration(registry.host),
    policies,
    files: { 'trusted_root.json': sigstore.trustedRoot },
  });
  return await corridor.judge(deployment('d', [image]), review);
}

describe('a revoked signer', () => {
  const revoking = (key: Buffer): string =>
    ours('Revocation', 'incident-7', { reason: 'stolen', signers: [{ key: `sha256:${key.toString('hex')}` }] });

  it('denies an UPDATE too, though the object had the image before', async () => {
    const image = shop.images.billing.reference;
    const policies = shopPolicies(registry.host, shop);
    const again = { operation: 'UPDATE', oldObject: manifest(deployment('d', [image])) } as const;
    expect(denied(await judgeShop(policies, image, again))).toEqual([]);
    const revoked = `${policies}\n---\n${revoking(keyId(shop.key.publicKey))}`;
    expect(denied(await judgeShop(revoked, image, again))).toEqual(['SIGNER_REVOKED']);
  });

  it('is named where he was one of two, and so neither an UPDATE nor an exception makes up for him', async () => {
    const [one, two] = [generateKey(), generateKey()];
    const image = await pushImage(registry, { repository: 'acme/pair', tag: '1' });
    for (const key of [one, two]) await signImage({ registry, ...image, format: 'bundle', as: keySigner(key) });
    const authority = (name: string, { publicKey }: typeof one): Spec => ({
      name,
      key: { data: publicPem(publicKey) },
    });
    const both = ours('ClusterWorkloadPolicy', 'both', {
      images: [`${registry.host}/acme/**`],
      authorities: [authority('one', one), authority('two', two)],
      signatures: { from: ['one', 'two'], threshold: 2 },
    });
    const again = { operation: 'UPDATE', oldObject: manifest(deployment('d', [image.reference])) } as const;
    expect(denied(await judgeShop(both, image.reference, again))).toEqual([]);
    const revoked = `${both}---\n${revoking(keyId(two.publicKey))}`;
    expect(denied(await judgeShop(revoked, image.reference, again))).toEqual(['SIGNER_REVOKED']);
  });
});

const pod = (containers: readonly Spec[], metadata: Spec = {}): KubernetesObject & Spec => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', ...metadata },
  spec: { containers },
});
const container = (name: string, more: Spec = {}): Spec => ({ name, image: `x.example/${name}`, ...more });
const privileged = { securityContext: { privileged: true } };
const found = 'pod.containers.filter(c, c.?securityContext.privileged.orValue(false)).map(c, c.name)';
const guard = ours('ClusterWorkloadPolicy', 'guard', {
  validations: [
    {
      name: 'privileged',
      expression: `size(${found}) == 0`,
      messageExpression: `${found}.join(", ") + " is privileged"`,
    },
  ],
});

describe('an UPDATE of what breaks a rule already', () => {
  const before = pod([container('a', privileged), container('b')]);

  it('only warns where it breaks it as before', async () => {
    const same = pod([container('a', privileged), container('b', { workingDir: '/srv' })]);
    expect(denied(await judgeObject(guard, same, { oldObject: before }))).toEqual([]);
  });

  it('denies where the rule says otherwise than before', async () => {
    const worse = pod([container('a', privileged), container('b', privileged)]);
    expect(denied(await judgeObject(guard, worse, { oldObject: before }))).toEqual(['VALIDATION_FAILED']);
    const renamed = pod([container('c', privileged), container('b')]);
    expect(denied(await judgeObject(guard, renamed, { oldObject: before }))).toEqual(['VALIDATION_FAILED']);
  });
});

describe('an UPDATE that turns a fault into a worse one at the same place', () => {
  const withVolume = (hostPath: Spec): KubernetesObject => {
    const { spec, ...rest } = pod([container('a')]);
    return { ...rest, ...{ spec: { ...(spec as Spec), volumes: [{ name: 'v', hostPath }] } } };
  };
  const noHostPath = ours('ClusterWorkloadPolicy', 'guard', {
    validations: [{ name: 'host-path', expression: 'pod.?volumes.orValue([]).all(v, !has(v.hostPath))' }],
  });

  it('is denied where the field has other values now, and only warned about where it has the same', async () => {
    const oldObject = withVolume({ path: '/var/log', type: 'Directory' });
    expect(denied(await judgeObject(noHostPath, oldObject, { oldObject }))).toEqual([]);
    for (const path of ['/', '/var/log/..'])
      expect(denied(await judgeObject(noHostPath, withVolume({ path, type: 'Directory' }), { oldObject }))).toEqual([
        'VALIDATION_FAILED',
      ]);
  });

  it('is denied where another item of the same name has the fault, too', async () => {
    const mounting = (...mounts: readonly Spec[]): KubernetesObject => pod([container('a', { volumeMounts: mounts })]);
    const mount = (mountPath: string, readOnly = false): Spec => ({ name: 'v', mountPath, readOnly });
    const readOnly = ours('ClusterWorkloadPolicy', 'guard', {
      validations: [
        {
          name: 'read-only',
          expression: 'pod.containers.all(c, c.?volumeMounts.orValue([]).all(m, m.?readOnly.orValue(false) == true))',
        },
      ],
    });
    const oldObject = mounting(mount('/srv'));
    expect(denied(await judgeObject(readOnly, oldObject, { oldObject }))).toEqual([]);
    const moved = mounting(mount('/other', true), mount('/srv'));
    expect(denied(await judgeObject(readOnly, moved, { oldObject }))).toEqual([]);
    for (const worse of [mounting(mount('/srv'), mount('/etc')), mounting(mount('/etc'))])
      expect(denied(await judgeObject(readOnly, worse, { oldObject }))).toEqual(['VALIDATION_FAILED']);
  });

  it('is denied where another container has taken the name of the one that has the fault', async () => {
    const twice = pod([container('a', privileged), container('a', { ...privileged, workingDir: '/srv' })]);
    const each = ours('ClusterWorkloadPolicy', 'guard', {
      validations: [
        { name: 'privileged', expression: 'pod.containers.all(c, !c.?securityContext.privileged.orValue(false))' },
      ],
    });
    const oldObject = pod([container('a', privileged)]);
    expect(denied(await judgeObject(each, twice, { oldObject }))).toEqual(['VALIDATION_FAILED']);
  });

  it('is denied where the object has more faults than are told', async () => {
    const each = (count: number) => pod(Array.from({ length: count }, (_, at) => container(`c${at}`, privileged)));
    const all = ours('ClusterWorkloadPolicy', 'guard', {
      validations: [
        {
          name: 'privileged',
          expression: 'pod.containers.all(c, !c.?securityContext.privileged.orValue(false))',
          messageExpression: '"of " + string(size(pod.containers)) + " containers some are privileged"',
        },
      ],
    });
    const most = limits.culprits;
    expect(denied(await judgeObject(all, each(most + 1), { oldObject: each(most) }))).toEqual(['VALIDATION_FAILED']);
    const fewer = each(most - 1);
    expect(denied(await judgeObject(all, fewer, { oldObject: fewer }))).toEqual([]);
  });
});

describe('an UPDATE of an image that breaks a rule already', () => {
  const unsigned = (name: string, digit: string): Spec => ({ name, image: `x.example/app@sha256:${digit.repeat(64)}` });
  const demand = ours('ClusterWorkloadPolicy', 'demand', {
    pin: 'None',
    validations: [{ name: 'origin', expression: 'image.repository == ""' }],
  });
  const deployed = (spec: Spec): KubernetesObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd', namespace: 'shop' },
    ...{ spec: { template: { spec } } },
  });
  const jobs = (...groups: readonly Spec[]): KubernetesObject => ({
    apiVersion: 'jobset.x-k8s.io/v1alpha2',
    kind: 'JobSet',
    metadata: { name: 'j', namespace: 'shop' },
    ...{
      spec: {
        replicatedJobs: groups.map((container, index) => ({
          name: `g${index}`,
          template: { spec: { template: { spec: { containers: [container] } } } },
        })),
      },
    },
  });
  const before = deployed({ containers: [unsigned('a', '1')] });
  const rows: readonly (readonly [string, KubernetesObject, KubernetesObject, readonly string[]])[] = [
    ['that stays', before, deployed({ containers: [unsigned('a', '1')], nodeName: 'n' }), []],
    ['that is another one now', before, deployed({ containers: [unsigned('a', '2')] }), ['VALIDATION_FAILED']],
    [
      'that runs in another container now',
      before,
      deployed({ containers: [unsigned('b', '1')] }),
      ['VALIDATION_FAILED'],
    ],
    [
      'that runs in one more container',
      before,
      deployed({ containers: [unsigned('a', '1'), unsigned('b', '1')] }),
      ['VALIDATION_FAILED'],
    ],
    [
      'that runs in a container of that name in one more PodSpec',
      jobs(unsigned('a', '1')),
      jobs(unsigned('a', '1'), unsigned('a', '1')),
      ['VALIDATION_FAILED'],
    ],
  ];
  it.each(rows)('A-REF-15: %s is denied only where that is new', async (_, oldObject, object, codes) => {
    expect(denied(await judgeObject(demand, object, { oldObject }))).toEqual(codes);
  });

  it('is denied for another rule than before', async () => {
    const two = ours('ClusterWorkloadPolicy', 'demand', {
      pin: 'None',
      validations: [
        { name: 'origin', expression: 'image.repository == ""' },
        { name: 'node', expression: '!has(pod.nodeName) || image.repository == ""' },
      ],
    });
    const bound = deployed({ containers: [unsigned('a', '1')], nodeName: 'n' });
    const { findings } = await judgeObject(two, bound, { oldObject: before });
    expect(findings.map(({ effect, rule }) => [effect, rule])).toEqual([
      ['deny', 'node'],
      ['warn', 'origin'],
    ]);
  });

  it('whose tag cannot be resolved is not known to be the same', async () => {
    const tagged = deployed({ containers: [{ name: 'a', image: 'x.example/app:1' }] });
    const needsDigest = ours('ClusterWorkloadPolicy', 'demand', {
      signatures: { from: ['k'] },
      authorities: [{ name: 'k', key: { data: publicPem(generateKey().publicKey) } }],
    });
    expect(denied(await judgeObject(needsDigest, tagged, { oldObject: tagged, evidence: 'nothing' }))).toEqual([
      'TAG_NOT_FOUND',
    ]);
  });
});

describe('an exception', () => {
  const excusing = (policy: string, rules: readonly string[], object: Spec = {}): string =>
    ours(
      'WorkloadException',
      'e',
      {
        policy,
        rules,
        objects: [{ namespace: 'shop', ...object }],
        reason: 'r',
        approver: 'ada',
        expires: '2026-12-01',
      },
      { namespace: 'shop' },
    );

  it('does not let in what nobody looked at, an object of too many images', async () => {
    const many = pod(Array.from({ length: limits.imagesPerObject + 1 }, (_, index) => container(`c${index}`)));
    const policies = `${guard}---\n${excusing('configuration', ['limits'])}`;
    expect(denied(await judgeObject(policies, many))).toEqual(['LIMIT_IMAGES']);
  });

  it('does not approve another exception', async () => {
    const own = {
      apiVersion: 'assay.dev/v1alpha1',
      kind: 'WorkloadException',
      metadata: { name: 'mine', namespace: 'shop' },
      ...{ spec: { approver: 'ada' } },
    };
    const policies = `${guard}---\n${excusing('configuration', ['approval'])}`;
    expect(denied(await judgeObject(policies, own, { userInfo: { username: 'mallory' } }))).toEqual([
      'EXCEPTION_NOT_APPROVED',
    ]);
  });

  const unnamed = pod([container('a', privileged)], { name: undefined, generateName: 'web' });
  it.each([
    ['web', false],
    ['*web', false],
    ['web*', true],
    ['*', true],
    ['w*b*', true],
  ])('A-ADM-14: for %s, of an object whose name begins with "web" and is not made yet: %s', async (name, covers) => {
    const policies = `${guard}---\n${excusing('guard', ['privileged'], { name })}`;
    expect(denied(await judgeObject(policies, unnamed)).length === 0).toBe(covers);
  });
});

describe('a policy whose parameters lie where tenants may write', () => {
  const limits = (name: string, namespace: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    ...{ data: { most: '1' } },
  });
  const limited = (more: Spec = {}): string =>
    ours('ClusterWorkloadPolicy', 'limited', {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      paramRef: { name: 'limits' },
      validations: [{ name: 'containers', expression: 'size(pod.containers) <= int(params.data.most)' }],
      ...more,
    });
  const two = pod([container('a'), container('b')]);
  const codes = async (policies: string, objects: readonly KubernetesObject[]) =>
    denied(await judgeObject(policies, two, { objects }));

  it('is not silenced by taking them away, unless it says so or has others to stand in', async () => {
    const elsewhere = [limits('limits', 'other')];
    expect(await codes(limited(), [limits('limits', 'shop')])).toEqual(['VALIDATION_FAILED']);
    expect(await codes(limited(), elsewhere)).toEqual(['PARAMETERS_NOT_FOUND']);
    expect(await codes(limited({ paramRef: { selector: { matchLabels: { a: 'b' } } } }), elsewhere)).toEqual([
      'PARAMETERS_NOT_FOUND',
    ]);
    const allowed = { paramRef: { name: 'limits', parameterNotFoundAction: 'Allow' } };
    expect(await codes(limited(allowed), elsewhere)).toEqual([]);
    const data = { type: 'object', default: { most: '1' }, properties: { most: { type: 'string' } } };
    const defaults = { paramSchema: { type: 'object', properties: { data } } };
    expect(await codes(limited(defaults), elsewhere)).toEqual(['VALIDATION_FAILED']);
  });
});

describe('a DELETE that brings no object', () => {
  it('is not let through by a policy that guards deletes', async () => {
    const guarded = ours('ClusterWorkloadPolicy', 'kept', {
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['DELETE'], resources: ['pods'] }],
      },
      validations: [{ name: 'kept', expression: '!has(oldObject.metadata.labels)' }],
    });
    const { request } = { request: requestFor(pod([]), { operation: 'DELETE' }) };
    const compiled = compilePolicies(parseDocuments(guarded, 'p.yaml').documents, { trustRoots: new Map() });
    const decision = await judge(
      { phase: 'validate', operation: 'DELETE', request },
      {
        policies: compiled.policies,
        references: {},
        unmatchedImages: 'Allow',
        evidence: noEvidence,
        keychain: anonymous,
        now: new Date(),
        signal: AbortSignal.timeout(5000),
      },
    );
    expect(denied(decision)).toEqual(['EXPRESSION_FAILED']);
  });
});

describe('a subresource that is called like that of a Pod', () => {
  it('A-ADM-2: hides no image of another kind', async () => {
    const custom = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd', namespace: 'shop' },
      ...{ spec: { template: { spec: { containers: [container('a')] } } } },
    };
    const demand = ours('ClusterWorkloadPolicy', 'demand', {
      pin: 'None',
      validations: [{ name: 'no', expression: 'image.repository == ""' }],
    });
    const resize = { operation: 'UPDATE', subResource: 'resize', oldObject: pod([]) } as const;
    expect(denied(await judgeObject(demand, custom, resize))).toEqual(['VALIDATION_FAILED']);
    expect(denied(await judgeObject(demand, pod([container('a')]), resize))).toEqual([]);
  });
});
