import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Decision, KubernetesObject } from '../../policies/index.ts';
import type { AdmissionRequest } from '../../policies/request.ts';
import { type Registry, startRegistry } from '../support/registry/index.ts';
import { judgeObject } from './kubernetes/judge-object.ts';
import { manifest, openCorridor } from '../support/shop/corridor.ts';
import * as documents from '../support/shop/index.ts';
import { publishShop, type Shop, shopConfiguration } from '../support/shop/index.ts';
import { createSigstore, githubIssuer, type Sigstore } from '../support/sigstore/index.ts';

let registry: Registry;
let sigstore: Sigstore;
let shop: Shop;

beforeAll(async () => {
  registry = await startRegistry();
  sigstore = createSigstore();
  shop = await publishShop(registry, sigstore);
});
afterAll(() => registry.close());

type Spec = Record<string, unknown>;

const deployment = (name: string, images: readonly string[]): KubernetesObject =>
  manifest(documents.deployment(name, images));
const pod = (name: string, images: readonly string[]): KubernetesObject => manifest(documents.pod(name, images));

const request: AdmissionRequest = {
  kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
  resource: { group: 'apps', version: 'v1', resource: 'deployments' },
  name: 'd',
  namespace: 'shop',
  operation: 'CREATE',
  userInfo: { username: 'ada', groups: ['system:authenticated'] },
};

async function judge(
  spec: Spec,
  object: KubernetesObject,
  review: Parameters<ReturnType<typeof openCorridor>['judge']>[1] = {},
): Promise<Decision> {
  const policies = stringify({
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'ClusterWorkloadPolicy',
    metadata: { name: 'p' },
    spec,
  });
  await using corridor = openCorridor({
    configuration: shopConfiguration(registry.host).replace('unmatchedImages: Deny', 'unmatchedImages: Allow'),
    policies,
    files: { 'trusted_root.json': sigstore.trustedRoot },
  });
  return await corridor.judge(object, review);
}

const told = ({ findings }: Decision): string[] =>
  findings.map(({ effect, code, field, found }) => `${effect} ${code} ${field}: ${found}`);
const rule = (expression: string, more: Spec = {}): Spec => ({ validations: [{ name: 'rule', expression, ...more }] });

describe('a validation', () => {
  it('that speaks of the object is evaluated once, and says its message', async () => {
    const spec = rule('object.metadata.name != "d"', { message: ' not that name ' });
    expect(told(await judge(spec, deployment('d', ['x.example/a:1', 'x.example/b:1'])))).toEqual([
      'deny VALIDATION_FAILED metadata.name: not that name',
    ]);
  });

  it('that speaks of a PodSpec is told at the fields that made it false', async () => {
    const spec = rule('pod.containers.all(c, has(c.resources))');
    expect(told(await judge(spec, deployment('d', ['x.example/a:1'])))).toEqual([
      'deny VALIDATION_FAILED spec.template.spec.containers[0].resources: failed expression: pod.containers.all(c, has(c.resources))',
    ]);
    const { findings } = await judge(spec, deployment('d', ['x.example/a:1', 'x.example/b:1']));
    expect(findings.map(({ fields }) => fields)).toEqual([
      ['spec.template.spec.containers[0].resources', 'spec.template.spec.containers[1].resources'],
    ]);
    const nothing = await judge(rule('pod == null'), deployment('d', ['x.example/a:1']));
    expect(nothing.findings.map(({ field, fields }) => [field, fields])).toEqual([['spec.template.spec', undefined]]);
    const podPath = rule('podPath == "spec.template.spec" && podMetadata.labels.app == "x"');
    expect(told(await judge(podPath, deployment('x', ['x.example/a:1'])))).toEqual([]);
  });

  it('that speaks of an image is evaluated for each that the policy governs', async () => {
    const spec = { ...rule('image.tag == "1"'), images: ['x.example/*'], pin: 'None' };
    const object = deployment('d', ['x.example/a:1', 'x.example/b:2', 'y.example/c:2']);
    expect(told(await judge(spec, object))).toEqual([
      'deny VALIDATION_FAILED spec.template.spec.containers[1].image: failed expression: image.tag == "1"',
    ]);
  });

  it('is about images where a variable that it reads is', async () => {
    const spec = {
      ...rule('variables.tag == "1"'),
      variables: [{ name: 'tag', expression: 'image.tag' }],
      pin: 'None',
    };
    expect((await judge(spec, deployment('d', ['x.example/a:2']))).findings).toMatchObject([
      { field: 'spec.template.spec.containers[0].image', policy: 'p', rule: 'rule' },
    ]);
  });

  it('joins evidence and workload', async () => {
    const authorities = [{ name: 'release', keyless: { trustRoot: 'private', identities: shopIdentities() } }];
    const spec = {
      ...rule('image.signatures.size() > 0 || has(pod.runtimeClassName)', { message: 'unsigned images are sandboxed' }),
      authorities,
      pin: 'None',
    };
    const signed = deployment('d', [shop.images.shop.name]);
    const unsigned = deployment('d', [shop.images.unsigned.name]);
    const sandboxed = manifest(
      documents
        .deployment('d', [shop.images.unsigned.name])
        .replace('      containers:', '      runtimeClassName: gvisor\n      containers:'),
    );
    expect((await judge(spec, signed)).allowed).toBe(true);
    expect(told(await judge(spec, unsigned))).toEqual([
      expect.stringContaining('unsigned images are sandboxed') as string,
    ]);
    expect((await judge(spec, sandboxed)).allowed).toBe(true);
  });

  it('sees no signature of a signer that its own authorities do not accept', async () => {
    const authorities = [
      {
        name: 'other',
        keyless: {
          trustRoot: 'private',
          identities: [{ issuer: 'https://issuer.example', subject: 'nobody@acme.example' }],
        },
      },
    ];
    const spec = { ...rule('image.signatures.size() > 0'), authorities, pin: 'None' };
    expect((await judge(spec, deployment('d', [shop.images.shop.name]))).allowed).toBe(false);
  });

  it('whose evidence cannot be reached is undecided, and onUnavailable decides', async () => {
    const authorities = [{ name: 'release', keyless: { trustRoot: 'private', identities: shopIdentities() } }];
    const spec = { ...rule('image.signatures.size() > 0'), authorities, images: [`${registry.host}/**`], pin: 'None' };
    const object = deployment('d', [shop.images.shop.name]);
    const remove = registry.faults.add({ kind: 'status', status: 500 });
    try {
      expect((await judge(spec, object)).findings).toMatchObject([{ effect: 'deny', kind: 'undecided' }]);
      expect((await judge({ ...spec, onUnavailable: 'Warn' }, object)).findings).toMatchObject([{ effect: 'warn' }]);
      const decided = { ...spec, ...rule('image.signatures.size() > 0 || object.metadata.name == "d"') };
      expect((await judge(decided, object)).findings).toEqual([]);
    } finally {
      remove();
    }
  });

  it('says what its message expression comes to, where that is of use', async () => {
    const message = async (messageExpression: string): Promise<string | undefined> =>
      (await judge(rule('false', { message: 'fallback', messageExpression }), pod('p', ['x.example/a:1']))).findings[0]
        ?.found;
    expect(await message('"name is " + object.metadata.name')).toBe('name is p');
    expect(await message('"  "')).toBe('fallback');
    expect(await message('"two\\nlines"')).toBe('fallback');
    expect(await message('string(object.none)')).toBe('fallback');
    expect(await message(`"${'x'.repeat(5121)}"`)).toBe('fallback');
  });

  it('that ends in an error is worth what failurePolicy says', async () => {
    const object = pod('p', ['x.example/a:1']);
    expect((await judge(rule('object.none == 1'), object)).findings).toMatchObject([
      { kind: 'error', effect: 'deny', code: 'EXPRESSION_FAILED' },
    ]);
    expect((await judge({ ...rule('object.none == 1'), failurePolicy: 'Ignore' }, object)).findings).toMatchObject([
      { kind: 'error', effect: 'warn' },
    ]);
  });

  it('A-CEL-1: costs no more than its budget, and the variables it reads count', async () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', data: { items: Array.from({ length: 200 }, (_, at) => at) } };
    const bomb = 'object.data.items.all(a, object.data.items.all(b, object.data.items.all(c, a + b + c >= 0)))';
    expect((await judge(rule(bomb), object)).findings).toMatchObject([
      { code: 'EXPRESSION_FAILED', found: expect.stringContaining('CEL_COST_EXCEEDED') as string },
    ]);
    const costly = 'object.data.items.all(a, object.data.items.all(b, a + b >= 0))';
    const many = Array.from({ length: 60 }, (_, at) => ({ name: `r${at}`, expression: `${costly} && ${at} >= 0` }));
    const codes = (await judge({ validations: many }, object)).findings.map(({ code }) => code);
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.length).toBeLessThan(60);
    expect(new Set(codes)).toEqual(new Set(['EXPRESSION_FAILED']));
  });
});

describe('what an expression may name', () => {
  it('is the request, and outside of admission nobody knows it', async () => {
    const spec = rule('request.userInfo.username == "ada" && request.namespace == "shop"');
    const object = pod('p', ['x.example/a:1']);
    expect((await judge(spec, object, { request })).allowed).toBe(true);
    expect((await judge(spec, object)).findings).toMatchObject([{ code: 'NOT_OBSERVABLE', effect: 'deny' }]);
  });

  it('is the old object, null where there is none', async () => {
    const spec = rule('oldObject == null || oldObject.metadata.name == object.metadata.name');
    const object = pod('p', ['x.example/a:1']);
    expect((await judge(spec, object)).allowed).toBe(true);
    const oldObject = pod('q', ['x.example/a:1']);
    expect((await judge(spec, object, { operation: 'UPDATE', oldObject })).allowed).toBe(false);
  });

  it('is the list of governed images', async () => {
    const spec = { ...rule('images.map(i, i.repository) == ["x.example/a"]'), images: ['x.example/*'], pin: 'None' };
    expect((await judge(spec, deployment('d', ['x.example/a:1', 'y.example/b:1']))).allowed).toBe(true);
  });

  it('is what a pattern captured', async () => {
    const spec = { ...rule('image.captures.app == "a"'), images: ['x.example/{app}'], pin: 'None' };
    expect((await judge(spec, deployment('d', ['x.example/a:1']))).allowed).toBe(true);
    expect((await judge(spec, deployment('d', ['x.example/b:1']))).allowed).toBe(false);
  });

  it('is the namespace, which somebody must know', async () => {
    const spec = rule('namespaceObject.metadata.labels.team == "a"');
    const object = { ...pod('p', ['x.example/a:1']), metadata: { name: 'p', namespace: 'shop' } };
    expect((await judge(spec, object)).findings).toMatchObject([{ code: 'LOOKUP_UNAVAILABLE', effect: 'deny' }]);
  });

  it('is what else is in the cluster, and what nobody has looked up is unknown, never empty', async () => {
    const other = (kind: string, apiVersion: string, namespace: string, labels = {}): KubernetesObject => ({
      apiVersion,
      kind,
      metadata: { name: 'x', ...(namespace === '' ? {} : { namespace }), labels },
    });
    const objects = [
      other('NetworkPolicy', 'networking.k8s.io/v1', 'shop'),
      other('RuntimeClass', 'node.k8s.io/v1', ''),
      { ...other('Namespace', 'v1', '', { team: 'a' }), metadata: { name: 'dev', labels: { team: 'a' } } },
    ];
    const policy = (expression: string): string =>
      stringify({
        apiVersion: 'assay.dev/v1alpha1',
        kind: 'ClusterWorkloadPolicy',
        metadata: { name: 'p' },
        spec: rule(expression),
      });
    const object = { ...pod('p', ['x.example/a:1']), metadata: { name: 'p', namespace: 'shop' } };
    const codes = async (expression: string): Promise<readonly string[]> =>
      (await judgeObject(policy(expression), object, { objects })).findings.map(({ code }) => code);
    expect(await codes('cluster.networkPolicies(object.metadata.namespace).size() == 1')).toEqual([]);
    expect(await codes('cluster.networkPolicies("dev").size() == 0')).toEqual([]);
    expect(await codes('cluster.networkPolicies("dev").size() == 1')).toEqual(['VALIDATION_FAILED']);
    expect(await codes('cluster.runtimeClasses().exists(c, c.metadata.name == "x")')).toEqual([]);
    expect(await codes('cluster.namespaceLabels("dev").team == "a"')).toEqual([]);
    expect(await codes('cluster.objects("node.k8s.io/v1", "RuntimeClass", "").size() == 1')).toEqual([]);
    for (const lookup of ['podDisruptionBudgets', 'serviceAccounts', 'peerAuthentications', 'authorizationPolicies'])
      expect(await codes(`cluster.${lookup}("shop").size() == 0`)).toEqual(['LOOKUP_UNAVAILABLE']);
    expect(await codes('cluster.serviceAccounts("shop").size() == 0 || true')).toEqual([]);
  });

  it('is whether a user may do something, which somebody must know', async () => {
    const spec = rule('authorizer.group("").resource("pods").check("create").allowed()');
    expect((await judge(spec, pod('p', ['x.example/a:1']))).findings).toMatchObject([{ code: 'LOOKUP_UNAVAILABLE' }]);
  });
});

describe('a match condition', () => {
  const spec = (expression: string, more: Spec = {}): Spec => ({
    ...rule('false'),
    matchConditions: [{ name: 'a', expression }],
    ...more,
  });
  const object = pod('p', ['x.example/a:1']);

  it('that is false takes the object out', async () => {
    expect((await judge(spec('object.metadata.name == "q"'), object)).findings).toEqual([]);
    expect((await judge(spec('object.metadata.name == "p"'), object)).allowed).toBe(false);
  });

  it('that fails is an error of the policy, unless another is false', async () => {
    expect((await judge(spec('object.none == 1'), object)).findings).toMatchObject([
      { rule: 'match', kind: 'error', effect: 'deny' },
    ]);
    const other = {
      matchConditions: [
        { name: 'a', expression: 'object.none == 1' },
        { name: 'b', expression: 'false' },
      ],
    };
    expect((await judge({ ...rule('false'), ...other }, object)).findings).toEqual([]);
  });

  it('cannot speak of one image', async () => {
    await expect(judge(spec('image.tag == "1"'), object)).rejects.toThrow('EXPRESSION_WRONG');
  });
});

describe('an UPDATE', () => {
  const spec = rule('!has(object.metadata.labels.bad) || object.metadata.labels.bad == oldObject.metadata.labels.bad');
  const labelled = (bad?: string): KubernetesObject => ({
    ...pod('p', ['x.example/a:1']),
    metadata: { name: 'p', labels: bad === undefined ? {} : { bad } },
  });

  it('is denied for what it makes worse, and warned about what was there', async () => {
    const plain = rule('!has(object.metadata.labels.bad)');
    const update = { operation: 'UPDATE' as const };
    expect((await judge(plain, labelled('x'), { ...update, oldObject: labelled('x') })).findings).toMatchObject([
      { effect: 'warn', softened: { kind: 'unchanged' } },
    ]);
    expect((await judge(plain, labelled('x'), { ...update, oldObject: labelled() })).allowed).toBe(false);
    const strict = { ...plain, updates: 'Strict' };
    expect((await judge(strict, labelled('x'), { ...update, oldObject: labelled('x') })).allowed).toBe(false);
  });

  it('is denied for a further container with the old fault, and warned about the old one wherever it stands', async () => {
    const spec = rule('pod.containers.all(c, has(c.resources))');
    const plainly = rule('object.metadata.labels.bad == "good"');
    const containers = (...names: readonly string[]): KubernetesObject =>
      ({
        ...pod('p', []),
        spec: {
          containers: names.map((name) => ({
            name,
            image: 'x.example/a:1',
            ...(name.startsWith('good') ? { resources: {} } : {}),
          })),
        },
      }) as KubernetesObject;
    const allowed = async (before: KubernetesObject, after: KubernetesObject) =>
      (await judge(spec, after, { operation: 'UPDATE', oldObject: before })).allowed;
    expect(await allowed(containers('bad'), containers('good', 'bad'))).toBe(true);
    expect(await allowed(containers('bad', 'worse'), containers('worse', 'good'))).toBe(true);
    expect(await allowed(containers('bad', 'good'), containers('bad', 'worse'))).toBe(false);
    expect(await allowed(containers('bad'), containers('worse'))).toBe(false);
    expect((await judge(plainly, labelled('y'), { operation: 'UPDATE', oldObject: labelled('x') })).allowed).toBe(
      false,
    );
  });

  it('is not excused where the change itself is the fault', async () => {
    expect((await judge(spec, labelled('y'), { operation: 'UPDATE', oldObject: labelled('x') })).allowed).toBe(false);
  });

  it('is denied for an image of another digest, and warned about the same', async () => {
    const authorities = [{ name: 'release', keyless: { trustRoot: 'private', identities: shopIdentities() } }];
    const signatures = { authorities, signatures: { from: ['release'] }, pin: 'None' };
    const unsigned = deployment('d', [shop.images.unsigned.name]);
    const moved = deployment('d', [shop.images.stranger.name]);
    const update = { operation: 'UPDATE' as const };
    expect((await judge(signatures, unsigned, { ...update, oldObject: unsigned })).findings).toMatchObject([
      { effect: 'warn', code: 'NO_SIGNATURE' },
    ]);
    expect((await judge(signatures, unsigned, { ...update, oldObject: moved })).allowed).toBe(false);
  });
});

describe('an audit annotation', () => {
  const object = pod('p', ['x.example/a:1', 'x.example/b:1']);

  it('is part of the decision under the name of its policy, each value once', async () => {
    const spec = { auditAnnotations: [{ key: 'tag', valueExpression: 'image.tag' }], pin: 'None' };
    expect((await judge(spec, object)).annotations).toEqual({ 'p/tag': '1' });
    const none = { auditAnnotations: [{ key: 'tag', valueExpression: 'object.metadata.name == "q" ? "q" : ""' }] };
    expect((await judge(none, object)).annotations).toEqual({});
  });
});

const shopIdentities = (): readonly Spec[] => [
  {
    issuer: githubIssuer,
    subjectGlob: 'https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/*',
  },
];
