import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Decision, type KubernetesObject, requestFor, type RequestOptions } from '../../policies/index.ts';
import { type Registry, startRegistry } from '../support/registry/index.ts';
import { openCorridor } from '../support/shop/corridor.ts';
import { publishShop, type Shop, shopConfiguration, shopPolicies } from '../support/shop/index.ts';
import { createSigstore, type Sigstore } from '../support/sigstore/index.ts';

/** Attacks by way of the workload: an unsigned image that comes in beside, behind or within something that is welcome. */

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

const pinned = (image: 'shop' | 'unsigned'): string => `${shop.images[image].name}@${shop.images[image].digest}`;
const container = (image: 'shop' | 'unsigned', more: Spec = {}): Spec => ({
  name: image,
  image: pinned(image),
  ...more,
});
const object = (apiVersion: string, kind: string, spec: Spec, metadata: Spec = {}): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: 'o', namespace: 'shop', ...metadata },
  ...{ spec },
});
const pod = (spec: Spec = {}, metadata: Spec = {}): KubernetesObject =>
  object('v1', 'Pod', { containers: [container('shop')], ...spec }, metadata);
const deployment = (image: 'shop' | 'unsigned', more: Spec = {}, metadata: Spec = {}): KubernetesObject =>
  object('apps/v1', 'Deployment', { template: { spec: { containers: [container(image)] } }, ...more }, metadata);

async function judge(
  object: KubernetesObject,
  { oldObject, ...options }: RequestOptions & { readonly oldObject?: KubernetesObject } = {},
): Promise<Decision> {
  await using corridor = openCorridor({
    configuration: shopConfiguration(registry.host),
    policies: shopPolicies(registry.host, shop),
    files: { 'trusted_root.json': sigstore.trustedRoot },
  });
  const operation = oldObject === undefined ? 'CREATE' : 'UPDATE';
  const request = requestFor(object, { operation, ...options });
  return await corridor.judge(object, { operation, request, ...(oldObject === undefined ? {} : { oldObject }) });
}

const denied = ({ findings }: Decision): readonly string[] =>
  findings.filter(({ effect }) => effect === 'deny').map(({ code, field }) => `${code} ${field}`);

describe('a running Pod', () => {
  it('A-ADM-1: gets no unsigned ephemeral container through its subresource', async () => {
    const debugged = (image: 'shop' | 'unsigned') =>
      pod({ ephemeralContainers: [container(image, { name: 'debug' })] });
    const through = { subResource: 'ephemeralcontainers', oldObject: pod() };
    expect(denied(await judge(debugged('unsigned'), through))).toEqual([
      'NO_SIGNATURE spec.ephemeralContainers[0].image',
    ]);
    expect((await judge(debugged('shop'), through)).allowed).toBe(true);
  });

  it('A-ADM-2: is not asked for its image when it is only resized, for that cannot change it', async () => {
    const sized = (cpu: string) =>
      pod({ containers: [container('unsigned', { name: 'main', resources: { limits: { cpu } } })] });
    const { findings, images } = await judge(sized('2'), { subResource: 'resize', oldObject: sized('1') });
    expect({ findings, images }).toEqual({ findings: [], images: [] });
  });

  it('A-ADM-7: is judged whoever made it, and so is what makes it', async () => {
    const owned = pod(
      { containers: [container('unsigned')] },
      { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: '7', controller: true }] },
    );
    const userInfo = {
      username: 'system:serviceaccount:kube-system:replicaset-controller',
      groups: ['system:serviceaccounts:kube-system'],
    };
    expect(denied(await judge(owned, { userInfo }))).toEqual(['NO_SIGNATURE spec.containers[0].image']);
    expect(denied(await judge(deployment('unsigned')))).toEqual([
      'NO_SIGNATURE spec.template.spec.containers[0].image',
    ]);
  });
});

describe('an UPDATE', () => {
  it('A-ADM-4, A-REF-15: that scales down and changes the image is judged by the image', async () => {
    const before = deployment('shop', { replicas: 5 });
    expect(denied(await judge(deployment('unsigned', { replicas: 0 }), { oldObject: before }))).toEqual([
      'NO_SIGNATURE spec.template.spec.containers[0].image',
    ]);
    expect((await judge(deployment('shop', { replicas: 0 }), { oldObject: before })).allowed).toBe(true);
  });

  it('A-ADM-5: of an object that is being deleted is judged like any other', async () => {
    const dying = { deletionTimestamp: '2026-11-02T10:00:00Z', finalizers: ['acme.example/keep'] };
    const change = { oldObject: deployment('shop', {}, dying) };
    expect(denied(await judge(deployment('unsigned', {}, dying), change))).toEqual([
      'NO_SIGNATURE spec.template.spec.containers[0].image',
    ]);
  });

  it('A-ADM-10: that gives an object other labels leaves it judged', async () => {
    const labels = { 'policy.sigstore.dev/exclude': 'true', 'assay.dev/skip': 'true', 'control-plane': 'x' };
    const change = { oldObject: deployment('shop') };
    expect((await judge(deployment('unsigned', {}, { labels, annotations: labels }), change)).allowed).toBe(false);
  });
});

describe('A-ADM-6: an unsigned image', () => {
  const unsigned = (): Spec => ({ spec: { containers: [container('unsigned')] } });
  const beside = (list: string, more: Spec = {}): KubernetesObject =>
    pod({ [list]: [container('unsigned', { ...more })] });
  const cases: Readonly<Record<string, () => KubernetesObject>> = {
    'in an init container': () => beside('initContainers'),
    'in a sidecar': () => beside('initContainers', { restartPolicy: 'Always' }),
    'in an ephemeral container': () => beside('ephemeralContainers'),
    'in an image volume': () => pod({ volumes: [{ name: 'v', image: { reference: pinned('unsigned') } }] }),
    'in a PodTemplate': () => ({
      apiVersion: 'v1',
      kind: 'PodTemplate',
      metadata: { name: 't', namespace: 'shop' },
      ...{ template: unsigned() },
    }),
    'in a CronJob': () => object('batch/v1', 'CronJob', { jobTemplate: { spec: { template: unsigned() } } }),
    'in a Rollout': () => object('argoproj.io/v1alpha1', 'Rollout', { template: unsigned() }),
    'in a SpinApp': () => object('core.spinkube.dev/v1alpha1', 'SpinApp', { image: pinned('unsigned') }),
    'in a manifest within an EdgeApplication': () =>
      object('apps.kubeedge.io/v1alpha1', 'EdgeApplication', {
        workloadTemplate: { manifests: [deployment('unsigned')] },
      }),
  };
  for (const [where, build] of Object.entries(cases)) {
    it(`${where} is denied`, async () => {
      const decision = await judge(build());
      expect(denied(decision).join()).toContain('NO_SIGNATURE');
      expect(decision.allowed).toBe(false);
    });
  }

  it('that only the last applied configuration remembers is no image of the object', async () => {
    const remembered = JSON.stringify(deployment('unsigned'));
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': remembered };
    expect((await judge(deployment('shop', {}, { annotations }))).allowed).toBe(true);
  });
});

describe('what the mutating phase made', () => {
  it('A-ADM-17: is judged as it is in the end, whoever changed it after the pin', async () => {
    const tagged = pod({ containers: [{ name: 'main', image: shop.images.shop.name }] });
    await using corridor = openCorridor({
      configuration: shopConfiguration(registry.host),
      policies: shopPolicies(registry.host, shop),
      files: { 'trusted_root.json': sigstore.trustedRoot },
    });
    const { version } = await corridor.judge(tagged, { phase: 'mutate' });
    expect((await corridor.judge(version.object)).allowed).toBe(true);
    expect(denied(await corridor.judge(tagged))).toEqual(['NOT_PINNED spec.containers[0].image']);
    const injected = pod({ containers: [container('shop'), container('unsigned')] });
    expect(denied(await corridor.judge(injected))).toEqual(['NO_SIGNATURE spec.containers[1].image']);
  });
});
