import { describe, expect, it } from 'vitest';
import { parseDigest, type Reference } from '../../../evidence/index.ts';
import { limits } from '../../../policies/limits.ts';
import { type ImageUse, imagesOf, podSpecs, readLines, writtenAs } from '../../../policies/workload.ts';

const image = 'ghcr.io/acme/shop:1.4.2';
const digest = `sha256:${'3f2a91c07b1d'.repeat(5)}3f2a`;
const container = { name: 'shop', image };
const template = { metadata: { labels: { app: 'shop' } }, spec: { containers: [container] } };

const object = (kind: string, rest: object): object => {
  const [, apiVersion = '', name = ''] = /^(.*)\/(\w+)$/.exec(kind) ?? [];
  return { apiVersion, kind: name, metadata: { name: 'x' }, ...rest };
};

/** `field kind text`, whatever was found and whatever was told. */
const seen = (given: object) => {
  const { uses, unreadable, notJudged } = imagesOf(given);
  return [
    ...uses.map((use) => `${use.field} ${'kind' in use.reference ? use.reference.code : use.reference.text}`),
    ...unreadable.map(({ field, found, expected }) => `${field}: found ${found}, expected ${expected}`),
    ...notJudged.map(({ field, code, why }) => `${field} ${code} ${why}`),
  ];
};

describe('kinds by other names', () => {
  it('are those of their group, whatever the version', () => {
    for (const kind of [
      'extensions/v1beta1/Deployment',
      'apps/v1beta1/Deployment',
      'apps/v1beta2/DaemonSet',
      'batch/v1beta1/Job',
    ])
      expect(seen(object(kind, { spec: { template } })), kind).toEqual([
        `spec.template.spec.containers[0].image ${image}`,
      ]);
    expect(seen(object('batch/v1beta1/CronJob', { spec: { jobTemplate: { spec: { template } } } }))).toHaveLength(1);
    expect(seen(object('core.spinoperator.dev/v1/SpinApp', { spec: { image } }))).toEqual([`spec.image ${image}`]);
  });

  it('are no kinds of the core group without its version', () => {
    expect(seen(object('core/v1/Pod', template))).toEqual([]);
    expect(seen({ apiVersion: 'v2', kind: 'Pod', ...template })).toEqual([]);
    expect(seen({ apiVersion: '__proto__/v1', kind: 'constructor', ...template })).toEqual([]);
  });
});

describe('PodSpecs', () => {
  it('say where they are and where their labels are', () => {
    expect(podSpecs(object('apps/v1/Deployment', { spec: { template } }))).toEqual([
      { path: ['spec', 'template', 'spec'], metadataPath: ['spec', 'template', 'metadata'] },
    ]);
    expect(podSpecs(object('v1/Pod', template))).toEqual([{ path: ['spec'], metadataPath: ['metadata'] }]);
    expect(
      podSpecs(
        object('kubeflow.org/v1/PyTorchJob', {
          spec: { pytorchReplicaSpecs: { Master: { template }, 'a.b': { template } } },
        }),
      ),
    ).toMatchObject([
      { path: ['spec', 'pytorchReplicaSpecs', 'Master', 'template', 'spec'] },
      { path: ['spec', 'pytorchReplicaSpecs', 'a.b', 'template', 'spec'] },
    ]);
  });

  it('that are laid over others may leave images out, and say that they are partial', () => {
    const patch = { containers: [{ name: 'node' }, container], volumes: [{ name: 'v', emptyDir: {} }] };
    const job = object('trainer.kubeflow.org/v1alpha1/TrainJob', {
      spec: {
        runtimePatches: [
          {
            trainingRuntimeSpec: {
              template: { spec: { replicatedJobs: [{ template: { spec: { template: { spec: patch } } } }] } },
            },
          },
        ],
      },
    });
    const at = 'spec.runtimePatches[0].trainingRuntimeSpec.template.spec.replicatedJobs[0].template.spec.template.spec';
    expect(seen(job)).toEqual([`${at}.containers[1].image ${image}`]);
    expect(podSpecs(job)).toMatchObject([{ partial: true }]);
  });

  it('in line are PodSpecs where they have containers, and models are containers beside them', () => {
    const service = object('serving.kserve.io/v1beta1/InferenceService', {
      spec: {
        predictor: { model: { modelFormat: { name: 'onnx' }, storageUri: 's3://models/a' } },
        transformer: { containers: [container], labels: { a: 'b' } },
      },
    });
    expect(seen(service)).toEqual([
      `spec.transformer.containers[0].image ${image}`,
      'spec.predictor.model.storageUri REFERENCE_NOT_OCI a location by s3://, of which nothing can be proven',
    ]);
    expect(podSpecs(service)).toEqual([{ path: ['spec', 'transformer'], metadataPath: ['spec', 'transformer'] }]);
  });

  it('of a built-in kind are missed where they are not', () => {
    expect(seen(object('apps/v1/Deployment', {}))).toEqual(['spec.template.spec: found nothing, expected a PodSpec']);
    expect(seen(object('apps/v1/Deployment', { spec: { template: { spec: null } } }))).toEqual([
      'spec.template.spec: found nothing, expected a PodSpec',
    ]);
    expect(seen(object('v1/Pod', { spec: [] }))).toEqual(['spec: found a list, expected a PodSpec']);
    expect(seen(object('argoproj.io/v1alpha1/Rollout', { spec: { workloadRef: { kind: 'Deployment' } } }))).toEqual([]);
  });
});

describe('references outside of PodSpecs', () => {
  it('are read behind oci:// and docker://, and keep what stands in front when they are written', () => {
    const plugin = (url: string) => object('extensions.istio.io/v1alpha1/WasmPlugin', { spec: { url } });
    for (const prefix of ['oci://', 'OCI://', 'docker://', '']) {
      const { uses } = imagesOf(plugin(`${prefix}${image}`));
      expect(uses).toMatchObject([{ kind: 'reference', text: `${prefix}${image}`, reference: { text: image } }]);
      const written = writtenAs(uses[0] as ImageUse, {
        ...(uses[0]?.reference as Reference),
        digest: parseDigest(digest)!,
      });
      // containers/image, which reads docker://, refuses a tag beside a digest.
      expect(written).toBe(
        prefix === 'docker://' ? `docker://ghcr.io/acme/shop@${digest}` : `${prefix}${image}@${digest}`,
      );
    }
    expect(
      writtenAs(
        { ...imagesOf(plugin('docker://ghcr.io/acme/shop')).uses[0]! },
        imagesOf(plugin('ghcr.io/acme/shop:1')).uses[0]!.reference as Reference,
      ),
    ).toBe('docker://ghcr.io/acme/shop:1');
  });

  it('are told where another scheme stands in front, and never dropped or called malformed', () => {
    for (const url of ['https://example.com/f.wasm', 'file:///opt/f.wasm', 'http://x', 's3://b/k', 'ftp+x://y'])
      expect(seen(object('extensions.istio.io/v1alpha1/WasmPlugin', { spec: { url, sha256: 'a' } }))).toEqual([
        `spec.url REFERENCE_NOT_OCI a location by ${url.split('//')[0]}//, of which nothing can be proven`,
      ]);
    for (const storageUri of ['s3://m', 'hf://org/model', 'pvc://claim/path', '/mnt/models', 'gs://a@b'])
      expect(seen(object('serving.kserve.io/v1alpha1/TrainedModel', { spec: { model: { storageUri } } }))[0]).toContain(
        'spec.model.storageUri REFERENCE_NOT_OCI',
      );
  });

  it('are denied like any other where they are images and malformed', () => {
    expect(seen(object('extensions.istio.io/v1alpha1/WasmPlugin', { spec: { url: 'oci://ghcr.io/acme//x' } }))).toEqual(
      ['spec.url REFERENCE_MALFORMED'],
    );
    expect(seen(object('core.spinkube.dev/v1alpha1/SpinApp', { spec: { image: 'https://example.com/app' } }))).toEqual([
      'spec.image REFERENCE_MALFORMED',
    ]);
    // A node takes no scheme: what is oci:// to a controller is malformed to a kubelet.
    expect(seen(object('v1/Pod', { spec: { containers: [{ name: 'a', image: `oci://${image}` }] } }))).toEqual([
      'spec.containers[0].image REFERENCE_MALFORMED',
    ]);
    expect(seen(object('core.spinkube.dev/v1alpha1/SpinApp', { spec: { image: 7 } }))).toEqual([
      'spec.image: found a number, expected a string',
    ]);
  });

  it('that are empty or absent are left out', () => {
    for (const spec of [{}, { image: '' }, { image: null }, null])
      expect(seen(object('core.spinkube.dev/v1alpha1/SpinApp', { spec }))).toEqual([]);
  });

  it('in EnvoyFilters are modules, at any depth, and not the addresses of key sets', () => {
    const http = (uri: string) => ({ http_uri: { uri, cluster: 'c' } });
    const value = {
      typed_config: {
        providers: { a: { remote_jwks: http('https://keys.example/jwks') } },
        config: { vm_config: { code: { remote: http(`oci://${image}`) } } },
      },
    };
    const filter = object('networking.istio.io/v1alpha3/EnvoyFilter', {
      spec: {
        configPatches: [
          { patch: { operation: 'INSERT_BEFORE', value } },
          { patch: { value: { vmConfig: { code: { remote: { httpUri: { uri: 'https://example.com/x.wasm' } } } } } } },
        ],
      },
    });
    expect(seen(filter)).toEqual([
      `spec.configPatches[0].patch.value.typed_config.config.vm_config.code.remote.http_uri.uri ${image}`,
      'spec.configPatches[1].patch.value.vmConfig.code.remote.httpUri.uri REFERENCE_NOT_OCI a location by https://, of which nothing can be proven',
    ]);
  });
});

describe('references of several fields', () => {
  const flux = (spec: object) => seen(object('source.toolkit.fluxcd.io/v1/OCIRepository', { spec }));
  const argo = (source: object) => seen(object('argoproj.io/v1alpha1/Application', { spec: { source } }));

  it('are put together', () => {
    expect(flux({ url: 'oci://ghcr.io/acme/app', ref: { tag: '1' } })).toEqual(['spec.url ghcr.io/acme/app:1']);
    expect(flux({ url: 'oci://ghcr.io/acme/app', ref: { tag: '1', digest } })).toEqual([
      `spec.url ghcr.io/acme/app@${digest}`,
    ]);
    expect(flux({ url: 'oci://ghcr.io/acme/app' })).toEqual(['spec.url ghcr.io/acme/app']);
    expect(argo({ repoURL: 'oci://ghcr.io/acme/app', targetRevision: digest })).toEqual([
      `spec.source.repoURL ghcr.io/acme/app@${digest}`,
    ]);
    expect(argo({ repoURL: 'ghcr.io/acme/charts', chart: 'shop', targetRevision: '1.4.2+a' })).toEqual([
      'spec.source.repoURL ghcr.io/acme/charts/shop:1.4.2_a',
    ]);
    expect(
      seen(
        object('kustomize.toolkit.fluxcd.io/v1/Kustomization', {
          spec: {
            images: [
              { name: 'a', newName: 'ghcr.io/acme/app', newTag: '2' },
              { name: 'b', newTag: '3' },
            ],
          },
        }),
      ),
    ).toEqual(['spec.images[0].newName ghcr.io/acme/app:2']);
    expect(
      seen(
        object('operations.kubeedge.io/v1alpha2/NodeUpgradeJob', {
          spec: { image: 'kubeedge/installation-package', version: 'v1.22.0' },
        }),
      ),
    ).toEqual(['spec.image kubeedge/installation-package:v1.22.0']);
  });

  it('are told where their controller chooses the version, or the source is no registry', () => {
    expect(flux({ url: 'oci://ghcr.io/acme/app', ref: { semver: '>=1.0' } })).toEqual([
      'spec.url REFERENCE_NOT_OCI a range of versions (">=1.0"), of which its controller chooses',
    ]);
    expect(argo({ repoURL: 'ghcr.io/acme/charts', chart: 'shop', targetRevision: '1.*' })).toEqual([
      'spec.source.repoURL REFERENCE_NOT_OCI a range of versions ("1.*"), of which its controller chooses',
    ]);
    for (const repoURL of [
      'https://github.com/acme/shop.git',
      'ssh://git@github.com/acme/shop',
      'git@github.com:acme/shop.git',
      'acme/shop',
    ])
      expect(argo({ repoURL, path: 'deploy', targetRevision: 'HEAD' })[0], repoURL).toContain(
        'spec.source.repoURL REFERENCE_NOT_OCI',
      );
    expect(argo({ repoURL: 'https://charts.example', chart: 'shop', targetRevision: '1.4.2' })[0]).toContain(
      'REFERENCE_NOT_OCI',
    );
    expect(argo({ repoURL: 'git@x:y', chart: 'shop', targetRevision: '1' })[0]).toContain('REFERENCE_NOT_OCI');
  });

  it('are never written back', () => {
    const [use] = imagesOf(
      object('source.toolkit.fluxcd.io/v1/OCIRepository', { spec: { url: `oci://${image}` } }),
    ).uses;
    expect(writtenAs(use!, use!.reference as Reference)).toBeUndefined();
  });

  it('rename images in Kustomize', () => {
    const application = object('argoproj.io/v1alpha1/Application', {
      spec: { source: { repoURL: `oci://ghcr.io/acme/app`, kustomize: { images: [`shop=${image}`, image] } } },
    });
    expect(seen(application)).toEqual([
      `spec.source.kustomize.images[0] ${image}`,
      `spec.source.kustomize.images[1] ${image}`,
      'spec.source.repoURL ghcr.io/acme/app',
    ]);
    const [use] = imagesOf(application).uses;
    expect(writtenAs(use!, use!.reference as Reference)).toBe(`shop=${image}`);
  });
});

describe('what controllers fill in', () => {
  const filled = (token: string) =>
    `REFERENCE_FILLED_IN a text that its controller fills in ("${token}"); what comes of it is judged where it arrives`;

  it('is told where it stands in kinds whose controllers do so', () => {
    expect(
      seen(
        object('argoproj.io/v1alpha1/Workflow', {
          spec: { templates: [{ name: 'a', container: { image: 'ghcr.io/{{inputs.parameters.app}}:1' } }] },
        }),
      ),
    ).toEqual([`spec.templates[0].container.image ${filled('{{')}`]);
    expect(seen(object('tekton.dev/v1/Task', { spec: { steps: [{ name: 'a', image: '$(params.image)' }] } }))).toEqual([
      `spec.steps[0].image ${filled('$(')}`,
    ]);
    const trialSpec = object('batch/v1/Job', {
      spec: { template: { spec: { containers: [{ name: 'a', image: '${trialParameters.image}' }] } } },
    });
    expect(seen(object('kubeflow.org/v1beta1/Experiment', { spec: { trialTemplate: { trialSpec } } }))).toEqual([
      `spec.trialTemplate.trialSpec.spec.template.spec.containers[0].image ${filled('${')}`,
    ]);
  });

  it('is malformed anywhere else', () => {
    for (const text of ['{{x}}', '$(params.image)', '${x}'])
      expect(seen(object('v1/Pod', { spec: { containers: [{ name: 'a', image: text }] } }))).toEqual([
        'spec.containers[0].image REFERENCE_MALFORMED',
      ]);
    expect(
      seen(
        object('argoproj.io/v1alpha1/Workflow', { spec: { templates: [{ container: { image: '$(params.image)' } }] } }),
      ),
    ).toEqual(['spec.templates[0].container.image REFERENCE_MALFORMED']);
  });
});

describe('bundles of Tekton', () => {
  it('are images, whichever way they are named', () => {
    const run = object('tekton.dev/v1/PipelineRun', {
      spec: {
        pipelineRef: {
          resolver: 'bundles',
          params: [
            { name: 'bundle', value: image },
            { name: 'kind', value: 'pipeline' },
          ],
        },
        pipelineSpec: {
          tasks: [{ taskRef: { bundle: image } }],
          finally: [{ taskSpec: { sidecars: [container], steps: [{ ref: { name: 'a' } }] } }],
        },
      },
    });
    expect(seen(run)).toEqual([
      `spec.pipelineSpec.finally[0].taskSpec.sidecars[0].image ${image}`,
      `spec.pipelineSpec.tasks[0].taskRef.bundle ${image}`,
      `spec.pipelineRef.params[0].value ${image}`,
    ]);
  });
});

describe('texts that are objects', () => {
  const workflow = (podSpecPatch: unknown) =>
    object('argoproj.io/v1alpha1/Workflow', { spec: { podSpecPatch, templates: [] } });

  it('are read, as YAML or JSON, and not written to', () => {
    for (const patch of [
      `containers: [{name: main, image: "${image}"}]`,
      JSON.stringify({ containers: [container] }),
    ]) {
      const { uses } = imagesOf(workflow(patch));
      expect(uses).toMatchObject([{ field: 'spec.podSpecPatch.containers[0].image', readOnly: true }]);
      expect(uses[0]).not.toHaveProperty('podSpec');
      expect(writtenAs(uses[0]!, uses[0]!.reference as Reference)).toBeUndefined();
      expect(podSpecs(workflow(patch))).toEqual([]);
    }
  });

  it('are unreadable where they cannot be read', () => {
    expect(seen(workflow('containers: ['))[0]).toMatch(/^spec.podSpecPatch: found .*, expected YAML or JSON$/);
    expect(seen(workflow('containers: []\ncontainers: []'))[0]).toContain('written twice');
    expect(seen(workflow('just words'))).toEqual(['spec.podSpecPatch: found a string, expected a PodSpec']);
    expect(seen(workflow({ containers: [] }))).toEqual(['spec.podSpecPatch: found a object, expected a string']);
    expect(seen(workflow(''))).toEqual([]);
  });

  it('that are filled in are told', () => {
    expect(seen(workflow('{{workflow.parameters.patch}}'))[0]).toContain('spec.podSpecPatch REFERENCE_FILLED_IN');
    expect(seen(workflow('containers: [{name: a, image: "{{workflow.parameters.image}}"}]'))[0]).toContain(
      'spec.podSpecPatch.containers[0].image REFERENCE_FILLED_IN',
    );
  });

  it('are unreadable where a reader in Go would take a key for another', () => {
    expect(seen(workflow(`Containers: [{name: a, image: "${image}"}]`))).toEqual([
      'spec.podSpecPatch: found the key "Containers", which some readers take for it, expected the key "containers"',
    ]);
    expect(seen(workflow('volumes: [{name: a, image: {Reference: x}}]'))[0]).toContain('the key "Reference"');
    expect(seen(workflow('initContainers: [{name: a, IMAGE: x}]'))[0]).toContain('the key "IMAGE"');
  });

  it('are read up to a length, in one object', () => {
    const half = `a: "${'x'.repeat(limits.workloadTextCharacters / 2)}"`;
    const spec = { templates: [{ podSpecPatch: half }, { podSpecPatch: half }] };
    expect(seen(object('argoproj.io/v1alpha1/Workflow', { spec }))).toEqual([
      `spec.templates[1].podSpecPatch: found more, expected at most ${limits.workloadTextCharacters} characters of such texts in an object`,
    ]);
  });

  it('may be whole objects, many of them', () => {
    const manifest = `apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: "${image}"}]}\n---\napiVersion: core.spinkube.dev/v1alpha1\nkind: SpinApp\nspec: {image: "${image}"}\n`;
    const templates = [{ name: 'make', resource: { action: 'create', manifest } }];
    expect(seen(object('argoproj.io/v1alpha1/Workflow', { spec: { templates } }))).toEqual([
      `spec.templates[0].resource.manifest.spec.containers[0].image ${image}`,
      `spec.templates[0].resource.manifest.spec.image ${image}`,
    ]);
    const found = imagesOf(object('argoproj.io/v1alpha1/Workflow', { spec: { templates } }));
    expect(found.uses.map(({ readOnly, podSpec }) => [readOnly, podSpec])).toEqual([
      [true, undefined],
      [true, undefined],
    ]);
    expect(found.podSpecs).toEqual([]);
  });
});

describe('objects within objects', () => {
  const edge = (...manifests: readonly unknown[]) =>
    object('apps.kubeedge.io/v1alpha1/EdgeApplication', { spec: { workloadTemplate: { manifests } } });
  const at = 'spec.workloadTemplate.manifests[0]';

  it('are looked at as their own kinds say, lists of them item by item', () => {
    expect(seen(edge(object('apps/v1/Deployment', { spec: { template } })))).toEqual([
      `${at}.spec.template.spec.containers[0].image ${image}`,
    ]);
    expect(podSpecs(edge(object('apps/v1/Deployment', { spec: { template } })))).toMatchObject([
      { path: ['spec', 'workloadTemplate', 'manifests', 0, 'spec', 'template', 'spec'] },
    ]);
    expect(seen(edge({ apiVersion: 'v1', kind: 'List', items: [object('v1/Pod', template)] }))).toEqual([
      `${at}.items[0].spec.containers[0].image ${image}`,
    ]);
    expect(seen(edge(object('v1/ConfigMap', { data: {} })))).toEqual([]);
    expect(seen(edge('x'))).toEqual([`${at}: found a string, expected an object`]);
  });

  it('are told where nobody knows their kind and they hold containers', () => {
    expect(seen(edge(object('example.com/v1/Widget', { spec: template.spec })))).toEqual([
      `${at}.spec WORKLOAD_UNKNOWN a PodSpec in apps.kubeedge.io/EdgeApplication, of which nothing says where it keeps them`,
    ]);
  });

  it('are followed to a depth', () => {
    let inner = object('v1/Pod', template);
    for (let depth = 0; depth < limits.embeddedObjectDepth; depth += 1) inner = edge(inner);
    expect(seen(inner)).toHaveLength(1);
    expect(seen(inner)[0]).toContain(image);
    expect(seen(edge(inner))[0]).toContain(
      `expected objects within objects at most ${limits.embeddedObjectDepth} deep`,
    );
  });
});

describe('kinds that nobody knows', () => {
  it('are told where they hold something like a PodSpec, with the line that would make it judged', () => {
    const widget = object('example.com/v1/Widget', {
      spec: { roles: [{ pod: template.spec }], 'a.b': { containers: [container] } },
    });
    const { uses, notJudged } = imagesOf(widget);
    expect(uses).toEqual([]);
    expect(notJudged.map(({ field, code, text, remedy }) => [field, code, text, remedy])).toEqual([
      [
        'spec.roles[0].pod',
        'WORKLOAD_UNKNOWN',
        image,
        'add to workloads of the configuration: {"group":"example.com","kinds":["Widget"],"podSpecs":["spec.roles[].pod"]}',
      ],
      [
        'spec["a.b"]',
        'WORKLOAD_UNKNOWN',
        image,
        'add to workloads of the configuration: {"group":"example.com","kinds":["Widget"],"podSpecs":["spec[\\"a.b\\"]"]}',
      ],
    ]);
    const workloads = readLines([
      { group: 'example.com', kinds: ['Widget'], podSpecs: ['spec.roles[].pod', 'spec["a.b"]'] },
    ]);
    expect(imagesOf(widget, { workloads })).toMatchObject({
      uses: [{ text: image }, { text: image }],
      notJudged: [],
      unreadable: [],
    });
  });

  it('are told in known kinds, too, where no line leads', () => {
    const app = object('core.spinkube.dev/v1alpha1/SpinApp', { spec: { image, future: { podTemplate: template } } });
    expect(imagesOf(app)).toMatchObject({
      uses: [{ text: image }],
      notJudged: [{ code: 'WORKLOAD_UNKNOWN', field: 'spec.future.podTemplate.spec' }],
    });
  });

  it('are left alone where containers have no images, or stand in status or metadata', () => {
    const status = { pods: [{ containers: [container] }] };
    expect(seen(object('example.com/v1/Widget', { spec: { containers: [{ name: 'a' }, 'b', null] }, status }))).toEqual(
      [],
    );
    expect(
      seen(object('metrics.k8s.io/v1beta1/PodMetrics', { containers: [{ name: 'a', usage: { cpu: '1' } }] })),
    ).toEqual([]);
  });

  it('are told where they are too large to be looked through', () => {
    const huge = object('example.com/v1/Widget', {
      spec: { list: Array.from({ length: limits.workloadValues }, () => ({})) },
    });
    expect(seen(huge)).toEqual([
      ` WORKLOAD_UNKNOWN example.com/Widget is unknown, and has more than ${limits.workloadValues} values to look for containers in`,
    ]);
  });
});

describe('what runs nothing', () => {
  it('has no images: annotations, scales, options of a connection, bindings, reviews', () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(
        object('v1/Pod', { spec: { containers: [{ name: 'a', image: 'ghcr.io/old/x:1' }] } }),
      ),
    };
    expect(seen(object('v1/Pod', { ...template, metadata: { annotations } }))).toEqual([
      `spec.containers[0].image ${image}`,
    ]);
    for (const [kind, rest] of Object.entries({
      'autoscaling/v1/Scale': { spec: { replicas: 3 }, status: { replicas: 1, selector: 'a=b' } },
      'v1/PodExecOptions': { stdin: true, container: 'shop', command: ['sh'] },
      'v1/PodAttachOptions': { container: 'shop' },
      'v1/PodPortForwardOptions': { ports: [80] },
      'v1/PodProxyOptions': { path: '/' },
      'v1/NodeProxyOptions': { path: '/exec' },
      'v1/ServiceProxyOptions': { path: '/' },
      'v1/Binding': { target: { kind: 'Node', name: 'n' } },
      'policy/v1/Eviction': { deleteOptions: {} },
      'authentication.k8s.io/v1/TokenRequest': { spec: { audiences: [] } },
    }))
      expect(seen(object(kind, rest)), kind).toEqual([]);
  });
});

describe('hostile shapes', () => {
  const pod = (spec: object) => seen(object('v1/Pod', { spec }));

  it('are told where they stand', () => {
    expect(pod({ containers: 'shop' })).toEqual(['spec.containers: found a string, expected a list']);
    expect(pod({ containers: { 0: container } })).toEqual(['spec.containers: found a object, expected a list']);
    expect(pod({ containers: [null, 3, [container]] })).toEqual([
      'spec.containers[0]: found null, expected an object',
      'spec.containers[1]: found a number, expected an object',
      'spec.containers[2]: found a list, expected an object',
    ]);
    expect(pod({ containers: [{ name: 'a' }, { name: 'b', image: {} }], volumes: [{ image: 'x' }] })).toEqual([
      'spec.containers[0].image REFERENCE_MALFORMED',
      'spec.containers[1].image REFERENCE_MALFORMED',
      'spec.volumes[0].image.reference REFERENCE_MALFORMED',
    ]);
    expect(pod({ containers: null, initContainers: undefined, volumes: [] })).toEqual([]);
    expect(pod({ containers: [container], Containers: [] })).toEqual([
      `spec.containers[0].image ${image}`,
      'spec: found the key "Containers", which some readers take for it, expected the key "containers"',
    ]);
  });

  it('on the way to images are told, and what is behind others is judged', () => {
    const job = (replicas: unknown) =>
      seen(object('kubeflow.org/v1/PyTorchJob', { spec: { pytorchReplicaSpecs: replicas } }));
    expect(job([{ template }])).toEqual(['spec.pytorchReplicaSpecs: found a list, expected an object']);
    expect(job({ Master: null, Worker: { template } })).toEqual([
      `spec.pytorchReplicaSpecs.Worker.template.spec.containers[0].image ${image}`,
      'spec.pytorchReplicaSpecs.Master: found null, expected an object',
    ]);
    expect(seen(object('batch.volcano.sh/v1alpha1/Job', { spec: { tasks: { template } } }))).toEqual([
      'spec.tasks: found a object, expected a list',
    ]);
    expect(seen(object('tekton.dev/v1/TaskRun', { spec: { taskRef: { params: { name: 'bundle' } } } }))[0]).toContain(
      'spec.taskRef.params: found',
    );
  });

  it('of great length are one finding', () => {
    const many = limits.imagesPerObject + 1;
    const task = { template };
    expect(
      seen(object('batch.volcano.sh/v1alpha1/Job', { spec: { tasks: Array.from({ length: many }, () => task) } })),
    ).toEqual([`spec.tasks: found a list, expected at most ${limits.imagesPerObject} items`]);
    const map = Object.fromEntries(Array.from({ length: many }, (_, index) => [`r${index}`, task]));
    expect(seen(object('kubeflow.org/v1/PyTorchJob', { spec: { pytorchReplicaSpecs: map } }))).toEqual([
      `spec.pytorchReplicaSpecs: found a object, expected at most ${limits.imagesPerObject} items`,
    ]);
    const steps = Array.from({ length: 600 }, () => container);
    const { uses } = imagesOf(object('tekton.dev/v1/Task', { spec: { steps, sidecars: steps } }));
    expect(uses).toHaveLength(many);
  });

  it('of many PodSpecs, which every rule would look at, are told', () => {
    const half = Array.from({ length: limits.podSpecsPerObject / 2 }, () => ({
      template: { spec: { containers: [] } },
    }));
    const ray = (more: object[]) =>
      object('ray.io/v1/RayCluster', {
        spec: { headGroupSpec: half[0], workerGroupSpecs: [...half, ...half.slice(1), ...more] },
      });
    expect(seen(ray([]))).toEqual([]);
    expect(podSpecs(ray([]))).toHaveLength(limits.podSpecsPerObject);
    expect(seen(ray([...half.slice(0, 1)]))).toEqual([
      `spec.workerGroupSpecs[999].template.spec: found one more, expected at most ${limits.podSpecsPerObject} PodSpecs in an object`,
    ]);
    expect(podSpecs(ray(half.slice(0, 1)))).toHaveLength(limits.podSpecsPerObject);
  });

  it('are told a hundred times at most', () => {
    expect(pod({ containers: Array.from({ length: limits.imagesPerObject }, () => null) })).toHaveLength(
      limits.problemsShown,
    );
  });

  it('that take too many values to look through are one finding', () => {
    const template = {
      container: null,
      steps: Array.from({ length: 900 }, () => Array.from({ length: 300 }, () => ({}))),
    };
    const found = seen(object('argoproj.io/v1alpha1/Workflow', { spec: { templates: [template] } }));
    expect(found).toEqual([
      `: found more than ${limits.workloadValues} values on the way to images, expected an object that can be looked through`,
    ]);
  });
});
