import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decision, KubernetesObject } from '../../../policies/index.ts';
import { renderJsonPatch } from '../../../policies/index.ts';
import type { AdmissionRequest } from '../../../policies/request.ts';
import { type Registry, startRegistry } from '../../support/registry/index.ts';
import { type Corridor, openCorridor } from '../../support/shop/corridor.ts';
import { publishShop, type Shop, shopConfiguration, shopPolicies } from '../../support/shop/index.ts';
import { createSigstore, type Sigstore } from '../../support/sigstore/index.ts';

/** Ways to run an image that a gate over Pod templates never sees. */

let registry: Registry;
let sigstore: Sigstore;
let shop: Shop;
let corridor: Corridor;
let templates: Corridor;

const open = (policies: string, more = ''): Corridor =>
  openCorridor({
    configuration: `${shopConfiguration(registry.host)}${more}`,
    policies,
    files: { 'trusted_root.json': sigstore.trustedRoot },
  });

beforeAll(async () => {
  registry = await startRegistry();
  sigstore = createSigstore();
  shop = await publishShop(registry, sigstore);
  corridor = open(shopPolicies(registry.host, shop));
  templates = open(shopPolicies(registry.host, shop).replaceAll('  signatures:', '  pin: Templates\n  signatures:'));
});
afterAll(() => registry.close());

const seen = ({ findings }: Decision): string[] =>
  findings.map(({ effect, code, field }) => `${effect} ${code} ${field}`);
const tag = (image: 'shop' | 'unsigned'): string => shop.images[image].name;
const pinned = (image: 'shop' | 'unsigned'): string => shop.images[image].reference;

const object = (kind: string, rest: object): KubernetesObject => {
  const [, apiVersion = '', name = ''] = /^(.*)\/(\w+)$/.exec(kind) ?? [];
  return { apiVersion, kind: name, metadata: { name: 'x', namespace: 'shop' }, ...rest };
};
const container = (image: string) => ({ name: 'main', image });
const template = (image: string) => ({ spec: { containers: [container(image)] } });
const podWith = (spec: object): KubernetesObject =>
  object('v1/Pod', { spec: { containers: [container(pinned('shop'))], ...spec } });

const request = (
  operation: AdmissionRequest['operation'],
  resource: string,
  kind: string,
  subResource?: string,
): AdmissionRequest => ({
  operation,
  kind: { group: '', version: 'v1', kind },
  resource: { group: '', version: 'v1', resource },
  namespace: 'shop',
  name: 'x',
  userInfo: { username: 'mallory' },
  ...(subResource === undefined ? {} : { subResource }),
});

/** Where each of these runs the image. */
const carriers: Readonly<Record<string, (image: string) => readonly [object: KubernetesObject, field: string]>> = {
  'an image volume': (image) => [
    podWith({ volumes: [{ name: 'data', image: { reference: image } }] }),
    'spec.volumes[0].image.reference',
  ],
  'an init container': (image) => [podWith({ initContainers: [container(image)] }), 'spec.initContainers[0].image'],
  'a native sidecar': (image) => [
    podWith({ initContainers: [{ ...container(image), restartPolicy: 'Always' }] }),
    'spec.initContainers[0].image',
  ],
  'an ephemeral container': (image) => [
    podWith({ ephemeralContainers: [{ ...container(image), targetContainerName: 'main' }] }),
    'spec.ephemeralContainers[0].image',
  ],
  'a PodTemplate': (image) => [
    object('v1/PodTemplate', { template: template(image) }),
    'template.spec.containers[0].image',
  ],
  'a Deployment of an old version': (image) => [
    object('extensions/v1beta1/Deployment', { spec: { template: template(image) } }),
    'spec.template.spec.containers[0].image',
  ],
  'a CronJob of an old version': (image) => [
    object('batch/v1beta1/CronJob', { spec: { jobTemplate: { spec: { template: template(image) } } } }),
    'spec.jobTemplate.spec.template.spec.containers[0].image',
  ],
  'a SpinApp': (image) => [object('core.spinkube.dev/v1alpha1/SpinApp', { spec: { image } }), 'spec.image'],
  'a Rollout': (image) => [
    object('argoproj.io/v1alpha1/Rollout', { spec: { template: template(image) } }),
    'spec.template.spec.containers[0].image',
  ],
  'a WasmPlugin': (image) => [
    object('extensions.istio.io/v1alpha1/WasmPlugin', { spec: { url: `oci://${image}` } }),
    'spec.url',
  ],
  'a TrainJob': (image) => [
    object('trainer.kubeflow.org/v1alpha1/TrainJob', { spec: { trainer: { image } } }),
    'spec.trainer.image',
  ],
  'a modelcar': (image) => [
    object('serving.kserve.io/v1beta1/InferenceService', {
      spec: { predictor: { model: { storageUri: `oci://${image}` } } },
    }),
    'spec.predictor.model.storageUri',
  ],
  "an edge application's manifest": (image) => [
    object('apps.kubeedge.io/v1alpha1/EdgeApplication', {
      spec: {
        workloadTemplate: { manifests: [object('apps/v1/Deployment', { spec: { template: template(image) } })] },
      },
    }),
    'spec.workloadTemplate.manifests[0].spec.template.spec.containers[0].image',
  ],
  'a podSpecPatch': (image) => [
    object('argoproj.io/v1alpha1/Workflow', {
      spec: { podSpecPatch: JSON.stringify({ containers: [container(image)] }) },
    }),
    'spec.podSpecPatch.containers[0].image',
  ],
  'a virtual machine': (image) => [
    object('kubevirt.io/v1/VirtualMachineInstance', {
      spec: { volumes: [{ name: 'disk', containerDisk: { image } }] },
    }),
    'spec.volumes[0].containerDisk.image',
  ],
};

describe('an unsigned image', () => {
  for (const [name, carrier] of Object.entries(carriers)) {
    it(`A-REF-14: in ${name} is denied as in a Pod, and a signed one is admitted`, async () => {
      const [bad, field] = carrier(pinned('unsigned'));
      expect(seen(await corridor.judge(bad))).toEqual([`deny NO_SIGNATURE ${field}`]);
      expect(seen(await corridor.judge(carrier(pinned('shop'))[0]))).toEqual([]);
    });
  }

  it('in an ephemeral container is denied where a Pod runs already', async () => {
    const oldObject = podWith({});
    const review = {
      operation: 'UPDATE',
      oldObject,
      request: request('UPDATE', 'pods', 'Pod', 'ephemeralcontainers'),
    } as const;
    const debugged = podWith({ ephemeralContainers: [container(pinned('unsigned'))] });
    expect(seen(await corridor.judge(debugged, review))).toEqual([
      'deny NO_SIGNATURE spec.ephemeralContainers[0].image',
    ]);
    expect(seen(await corridor.judge(podWith({ ephemeralContainers: [container(tag('shop'))] }), review))).toEqual([
      'deny NOT_PINNED spec.ephemeralContainers[0].image',
    ]);
  });

  it('that a custom resource had before warns, and a new one is denied', async () => {
    const app = (image: string, replicas: number) =>
      object('core.spinkube.dev/v1alpha1/SpinApp', { spec: { image, replicas } });
    const update = (before: string, after: string) =>
      corridor.judge(app(after, 2), {
        operation: 'UPDATE',
        oldObject: app(before, 1),
        request: request('UPDATE', 'spinapps', 'SpinApp'),
      });
    expect(seen(await update(pinned('unsigned'), pinned('unsigned')))).toEqual(['warn NO_SIGNATURE spec.image']);
    expect(seen(await update(pinned('shop'), pinned('unsigned')))).toEqual(['deny NO_SIGNATURE spec.image']);
  });

  it('in an annotation is what kubectl remembers, and runs nothing', async () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(
        podWith({ containers: [container(tag('unsigned'))] }),
      ),
    };
    expect(seen(await corridor.judge({ ...podWith({}), metadata: { name: 'x', annotations } }))).toEqual([]);
  });
});

describe('pins', () => {
  const pin = async (given: KubernetesObject): Promise<readonly object[]> =>
    renderJsonPatch((await templates.judge(given, { phase: 'mutate' })).version);

  it('are written wherever a reference can be written to, and keep the scheme', async () => {
    for (const [name, carrier] of Object.entries(carriers)) {
      if (name === 'a podSpecPatch') continue;
      const [given, field] = carrier(tag('shop'));
      const { version } = await templates.judge(given, { phase: 'mutate' });
      expect(version.patches, name).toHaveLength(1);
      expect(JSON.stringify(renderJsonPatch(version)), name).toContain(`${tag('shop')}@${shop.images.shop.digest}`);
      expect(seen(await templates.judge(version.object)), `${name} ${field}`).toEqual([]);
      expect(await pin(version.object), name).toEqual([]);
    }
    const [plugin] = carriers['a WasmPlugin']!(tag('shop'));
    expect(await pin(plugin)).toEqual([
      { op: 'replace', path: '/spec/url', value: `oci://${tag('shop')}@${shop.images.shop.digest}` },
    ]);
  });

  it('are no business of the default outside of Pods: what a controller makes of it is pinned as a Pod', async () => {
    const [app] = carriers['a SpinApp']!(tag('shop'));
    expect((await corridor.judge(app, { phase: 'mutate' })).version.patches).toEqual([]);
    expect(seen(await corridor.judge(app))).toEqual([]);
    expect(seen(await templates.judge(app))).toEqual(['deny NOT_PINNED spec.image']);
  });

  it('are left to the writer in a text and in several fields', async () => {
    const [workflow] = carriers['a podSpecPatch']!(tag('shop'));
    const repository = object('source.toolkit.fluxcd.io/v1/OCIRepository', {
      spec: { url: `oci://${registry.host}/acme/shop`, ref: { tag: tag('shop').split(':').at(-1) } },
    });
    for (const given of [workflow, repository]) {
      expect(await pin(given)).toEqual([]);
      expect((await templates.judge(given)).findings).toMatchObject([
        { code: 'NOT_PINNED', remedy: 'write the digest: nothing is written here' },
      ]);
    }
    const ref = { digest: shop.images.shop.digest };
    expect(
      seen(
        await templates.judge(
          object('source.toolkit.fluxcd.io/v1/OCIRepository', {
            spec: { url: `oci://${registry.host}/acme/shop`, ref },
          }),
        ),
      ),
    ).toEqual([]);
  });
});

describe('rules about Pods', () => {
  const judge = async (expression: string, given: KubernetesObject) => {
    const policies = `apiVersion: assay.dev/v1alpha1\nkind: ClusterWorkloadPolicy\nmetadata: {name: p}\nspec:\n  validations:\n  - {name: r, expression: ${JSON.stringify(expression)}}\n`;
    await using strict = openCorridor({
      configuration: 'apiVersion: assay.dev/v1alpha1\nkind: Configuration\n',
      policies,
    });
    return seen(await strict.judge(given));
  };
  const containers = [container('ghcr.io/acme/shop:1')];

  it('are evaluated for each PodSpec of a custom resource, with its labels', async () => {
    const service = object('serving.kserve.io/v1beta1/InferenceService', {
      spec: { predictor: { containers, labels: { team: 'a' } }, transformer: { containers, labels: { team: 'b' } } },
    });
    expect(await judge("podMetadata.labels.team == 'a'", service)).toEqual([
      'deny VALIDATION_FAILED spec.transformer.labels.team',
    ]);
    const rollout = object('argoproj.io/v1alpha1/Rollout', {
      spec: { template: { metadata: { labels: { team: 'a' } }, spec: { containers } } },
    });
    expect(await judge("podMetadata.labels.team == 'a' && podPath == 'spec.template.spec'", rollout)).toEqual([]);
  });

  it('are not for one that is laid over another, which says too little of what will run', async () => {
    const job = object('trainer.kubeflow.org/v1alpha1/TrainJob', {
      spec: { podTemplateOverrides: [{ spec: { containers } }] },
    });
    expect(await judge('has(pod.securityContext)', job)).toEqual([]);
    expect(await judge('has(pod.securityContext)', object('v1/Pod', { spec: { containers } }))).toHaveLength(1);
  });
});

describe('what cannot be read', () => {
  it('is an error of policies about Pods, too, which would miss what stands there', async () => {
    const policy = (more = '') =>
      `apiVersion: assay.dev/v1alpha1\nkind: ClusterWorkloadPolicy\nmetadata: {name: hardened}\nspec:\n  validations:\n  - {name: host, expression: "!(has(pod.hostNetwork) && pod.hostNetwork)"}\n${more}`;
    const tasks = Array.from({ length: 1001 }, () => ({ template: { spec: { hostNetwork: true } } }));
    const job = object('batch.volcano.sh/v1alpha1/Job', { spec: { tasks } });
    for (const [more, effect] of [
      ['', 'deny'],
      ['  failurePolicy: Ignore\n', 'warn'],
    ] as const) {
      await using strict = openCorridor({
        configuration: 'apiVersion: assay.dev/v1alpha1\nkind: Configuration\n',
        policies: policy(more),
      });
      expect(seen(await strict.judge(job))).toEqual([`${effect} OBJECT_UNREADABLE spec.tasks`]);
    }
    await using other = openCorridor({
      configuration: 'apiVersion: assay.dev/v1alpha1\nkind: Configuration\n',
      policies: policy().replace('!(has(pod.hostNetwork) && pod.hostNetwork)', 'has(object.metadata.name)'),
    });
    expect(seen(await other.judge(job))).toEqual([]);
  });
});

describe('what cannot be judged', () => {
  it('is told and never denies by itself', async () => {
    const given = [
      object('extensions.istio.io/v1alpha1/WasmPlugin', { spec: { url: 'https://example.com/x.wasm' } }),
      object('example.com/v1/Widget', { spec: { template: template(tag('unsigned')) } }),
      object('tekton.dev/v1/Task', { spec: { steps: [container('$(params.image)')] } }),
    ];
    const decisions = await Promise.all(given.map((one) => corridor.judge(one)));
    expect(decisions.map(seen)).toEqual([
      ['warn REFERENCE_NOT_OCI spec.url'],
      ['warn WORKLOAD_UNKNOWN spec.template.spec'],
      ['audit REFERENCE_FILLED_IN spec.steps[0].image'],
    ]);
    expect(decisions.every(({ allowed }) => allowed)).toBe(true);
  });

  it('goes to the audit log only where the configuration lets unknown images be', async () => {
    await using lenient = openCorridor({
      configuration: shopConfiguration(registry.host).replace('unmatchedImages: Deny', 'unmatchedImages: Allow'),
      policies: shopPolicies(registry.host, shop),
      files: { 'trusted_root.json': sigstore.trustedRoot },
    });
    expect(
      seen(await lenient.judge(object('example.com/v1/Widget', { spec: template(tag('unsigned')).spec }))),
    ).toEqual(['audit WORKLOAD_UNKNOWN spec']);
  });
});

describe('subresources', () => {
  const rules = (expression: string, scope = 'images: ["none.example/*"]') => `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: caps}
spec:
  ${scope}
  validations:
  - {name: cap, expression: ${JSON.stringify(expression)}, message: too much}
`;

  it('that resize a Pod bring its images, which they cannot change, and its limits, which are judged', async () => {
    await using capped = open(
      `${shopPolicies(registry.host, shop)}---\n${rules("pod.containers.all(c, !has(c.resources) || quantity(c.resources.limits.cpu).compareTo(quantity('2')) <= 0)")}`,
    );
    const resized = (cpu: string) =>
      podWith({ containers: [{ ...container(tag('unsigned')), resources: { limits: { cpu } } }] });
    const review = {
      operation: 'UPDATE',
      oldObject: resized('1'),
      request: request('UPDATE', 'pods', 'Pod', 'resize'),
    } as const;
    expect(seen(await capped.judge(resized('2'), review))).toEqual([]);
    expect((await capped.judge(resized('64'), review)).findings).toMatchObject([
      { effect: 'deny', policy: 'caps', rule: 'cap' },
    ]);
    expect((await capped.judge(resized('2'), { ...review, phase: 'mutate' })).version.patches).toEqual([]);
  });

  it('that scale bring no image, and their number is judged', async () => {
    await using capped = open(rules('!has(object.spec.replicas) || object.spec.replicas <= 10'));
    const scale = (replicas: number) => object('autoscaling/v1/Scale', { spec: { replicas }, status: { replicas: 1 } });
    const review = {
      operation: 'UPDATE',
      oldObject: scale(1),
      request: request('UPDATE', 'deployments', 'Scale', 'scale'),
    } as const;
    expect((await capped.judge(scale(10), review)).allowed).toBe(true);
    expect((await capped.judge(scale(1000), review)).findings).toMatchObject([{ effect: 'deny', rule: 'cap' }]);
  });

  it('that connect bring options instead of an object, and rules may read them', async () => {
    const connects =
      '{resourceRules: [{apiGroups: [""], apiVersions: ["*"], operations: [CONNECT], resources: ["pods/*"]}]}';
    const text = rules("request.operation != 'CONNECT' || object.kind != 'PodExecOptions'");
    await using strict = open(text.replace('spec:', `spec:\n  matchConstraints: ${connects}`));
    for (const [kind, rest, allowed] of [
      ['v1/PodExecOptions', { command: ['sh'], container: 'main', stdin: true }, false],
      ['v1/PodPortForwardOptions', { ports: [8080] }, true],
      ['v1/NodeProxyOptions', { path: '/exec/a/b/c' }, true],
    ] as const) {
      const options = object(kind, rest);
      const connect = request('CONNECT', 'pods', String(options.kind), 'exec');
      for (const phase of ['mutate', 'validate'] as const) {
        const decision = await strict.judge(options, { phase, operation: 'CONNECT', request: connect });
        expect(decision.allowed, `${kind} ${phase}`).toBe(allowed || phase === 'mutate');
        expect(decision.images).toEqual([]);
      }
    }
  });
});
