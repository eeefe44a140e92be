import { argoLines } from './kind/argo.ts';
import { kserveLines } from './kind/kserve.ts';
import { kubeflowLines } from './kind/kubeflow.ts';
import { tektonLines } from './kind/tekton.ts';
import type { WorkloadLine } from './line.ts';

/**
 * Where each kind keeps its PodSpecs and its other OCI references; a kind is a line. Versions of a group are not told apart: a path that one of
 * them does not have leads nowhere in it. Paths are those of path.ts.
 */
export const workloadTable: readonly WorkloadLine[] = [
  { group: '', kinds: ['Pod'], podSpecs: ['spec'], required: true },
  { group: '', kinds: ['PodTemplate'], podSpecs: ['template.spec'], required: true },
  { group: '', kinds: ['ReplicationController'], podSpecs: ['spec.template.spec'], required: true },
  {
    group: 'apps',
    kinds: ['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet'],
    podSpecs: ['spec.template.spec'],
    required: true,
  },
  { group: 'batch', kinds: ['Job'], podSpecs: ['spec.template.spec'], required: true },
  { group: 'batch', kinds: ['CronJob'], podSpecs: ['spec.jobTemplate.spec.template.spec'], required: true },

  { group: 'core.spinkube.dev', kinds: ['SpinApp'], images: ['spec.image'], volumes: ['spec.volumes[]'] },
  { group: 'core.spinkube.dev', kinds: ['SpinAppExecutor'], images: ['spec.deploymentConfig.spinImage'] },
  { group: 'agents.x-k8s.io', kinds: ['Sandbox'], podSpecs: ['spec.podTemplate.spec'] },
  { group: 'extensions.agents.x-k8s.io', kinds: ['SandboxTemplate'], podSpecs: ['spec.podTemplate.spec'] },

  ...kubeflowLines,
  ...kserveLines,

  { group: 'serving.knative.dev', kinds: ['Service', 'Configuration'], podSpecs: ['spec.template.spec'] },
  { group: 'serving.knative.dev', kinds: ['Revision'], podSpecs: ['spec'] },
  { group: 'sources.knative.dev', kinds: ['ContainerSource'], podSpecs: ['spec.template.spec'] },
  { group: 'sinks.knative.dev', kinds: ['JobSink'], podSpecs: ['spec.job.spec.template.spec'] },
  { group: 'caching.internal.knative.dev', kinds: ['Image'], images: ['spec.image'] },
  {
    group: 'operator.knative.dev',
    kinds: ['KnativeServing', 'KnativeEventing'],
    images: ['spec.registry.override.*'],
    placeholder: '${',
  },

  ...tektonLines,
  ...argoLines,

  { group: 'ray.io', kinds: ['RayCluster'], ...ray('spec') },
  { group: 'ray.io', kinds: ['RayJob'], ...ray('spec.rayClusterSpec', 'spec.submitterPodTemplate.spec') },
  {
    group: 'ray.io',
    kinds: ['RayCronJob'],
    ...ray('spec.jobTemplate.rayClusterSpec', 'spec.jobTemplate.submitterPodTemplate.spec'),
  },
  { group: 'ray.io', kinds: ['RayService'], ...ray('spec.rayClusterConfig') },
  {
    group: 'leaderworkerset.x-k8s.io',
    kinds: ['LeaderWorkerSet'],
    podSpecs: ['spec.leaderWorkerTemplate.leaderTemplate.spec', 'spec.leaderWorkerTemplate.workerTemplate.spec'],
  },
  { group: 'batch.volcano.sh', kinds: ['Job'], podSpecs: ['spec.tasks[].template.spec'] },
  { group: 'batch.volcano.sh', kinds: ['CronJob'], podSpecs: ['spec.jobTemplate.spec.tasks[].template.spec'] },
  { group: 'flow.volcano.sh', kinds: ['JobTemplate'], podSpecs: ['spec.tasks[].template.spec'] },
  { group: 'kueue.x-k8s.io', kinds: ['Workload'], podSpecs: ['spec.podSets[].template.spec'] },
  { group: 'sparkoperator.k8s.io', kinds: ['SparkApplication'], ...spark('spec') },
  { group: 'sparkoperator.k8s.io', kinds: ['ScheduledSparkApplication'], ...spark('spec.template') },
  {
    group: 'sparkoperator.k8s.io',
    kinds: ['SparkConnect'],
    images: ['spec.image'],
    partialPodSpecs: ['spec.server.template.spec', 'spec.executor.template.spec'],
  },

  { group: 'operations.kubeedge.io', kinds: ['ImagePrePullJob'], images: ['spec.imagePrePullTemplate.images[]'] },
  {
    group: 'operations.kubeedge.io',
    kinds: ['NodeUpgradeJob'],
    composed: [{ name: 'spec.image', tag: 'version' }],
    bare: 'image',
  },
  {
    group: 'apps.kubeedge.io',
    kinds: ['EdgeApplication'],
    objects: ['spec.workloadTemplate.manifests[]'],
    notJudged: [
      {
        path: 'spec.workloadScope.targetNodeGroups[].overriders.imageOverriders[].value',
        why: 'a part of an image; the Pods that come of it are judged',
      },
    ],
  },
  {
    group: 'apps.kruise.io',
    kinds: ['CloneSet', 'StatefulSet', 'DaemonSet', 'BroadcastJob'],
    podSpecs: ['spec.template.spec'],
  },
  { group: 'apps.kruise.io', kinds: ['ImagePullJob'], images: ['spec.image'] },
  { group: 'apps.kruise.io', kinds: ['ImageListPullJob'], images: ['spec.images[]'] },
  { group: 'apps.kruise.io', kinds: ['SidecarSet'], partialPodSpecs: ['spec'] },
  {
    group: 'apps.kruise.io',
    kinds: ['AdvancedCronJob'],
    podSpecs: ['spec.template.jobTemplate.spec.template.spec', 'spec.template.broadcastJobTemplate.spec.template.spec'],
    images: ['spec.template.imageListPullJobTemplate.spec.images[]'],
  },
  {
    group: 'apps.kruise.io',
    kinds: ['UnitedDeployment'],
    podSpecs: ['spec.template.*.spec.template.spec'],
    partialPodSpecs: ['spec.topology.subsets[].patch.spec'],
  },
  { group: 'apps.kruise.io', kinds: ['WorkloadSpread'], partialPodSpecs: ['spec.subsets[].patch.spec'] },

  {
    group: 'operators.coreos.com',
    kinds: ['ClusterServiceVersion'],
    podSpecs: ['spec.install.spec.deployments[].spec.template.spec'],
    images: ['spec.relatedImages[].image'],
  },
  { group: 'operators.coreos.com', kinds: ['CatalogSource'], images: ['spec.image'] },
  {
    group: 'olm.operatorframework.io',
    kinds: ['ClusterExtension', 'ClusterCatalog'],
    images: ['spec.source.image.ref'],
  },

  { group: 'extensions.istio.io', kinds: ['WasmPlugin'], locations: ['spec.url'], bare: 'image' },
  { group: 'extensions.istio.io', kinds: ['TrafficExtension'], locations: ['spec.wasm.url'], bare: 'image' },
  {
    group: 'networking.istio.io',
    kinds: ['EnvoyFilter'],
    locations: ['http_uri', 'httpUri'].map((uri) => `spec.configPatches[].patch.value.**.code.remote.${uri}.uri`),
  },

  {
    group: 'source.toolkit.fluxcd.io',
    kinds: ['OCIRepository'],
    composed: [{ name: 'spec.url', tag: 'ref.tag', digest: 'ref.digest', range: 'ref.semver' }],
  },
  {
    group: 'source.toolkit.fluxcd.io',
    kinds: ['HelmRepository'],
    notJudged: [{ path: 'spec.url', why: 'a repository of charts; what a chart renders is judged' }],
  },
  {
    group: 'source.toolkit.fluxcd.io',
    kinds: ['HelmChart'],
    notJudged: [
      { path: 'spec.chart', why: 'a chart whose repository another object names; what it renders is judged' },
    ],
  },
  {
    group: 'helm.toolkit.fluxcd.io',
    kinds: ['HelmRelease'],
    composed: [{ name: 'spec.postRenderers[].kustomize.images[].newName', tag: 'newTag', digest: 'digest' }],
    bare: 'image',
  },
  {
    group: 'kustomize.toolkit.fluxcd.io',
    kinds: ['Kustomization'],
    composed: [{ name: 'spec.images[].newName', tag: 'newTag', digest: 'digest' }],
    bare: 'image',
  },
  {
    group: 'kpack.io',
    kinds: ['Image'],
    images: ['spec.source.registry.image'],
    notJudged: [{ path: 'spec.tag', why: 'where what is built is pushed; nothing is pulled from it yet' }],
  },
  {
    group: 'kpack.io',
    kinds: ['Build'],
    images: ['spec.builder.image', 'spec.runImage.image', 'spec.lastBuild.image', 'spec.source.registry.image'],
    notJudged: [{ path: 'spec.tags[]', why: 'where what is built is pushed; nothing is pulled from it yet' }],
  },
  {
    group: 'kpack.io',
    kinds: ['Builder', 'ClusterBuilder'],
    notJudged: [{ path: 'spec.tag', why: 'where what is built is pushed; nothing is pulled from it yet' }],
  },
  { group: 'kpack.io', kinds: ['ClusterStore'], images: ['spec.sources[].image'] },
  { group: 'kpack.io', kinds: ['ClusterStack'], images: ['spec.buildImage.image', 'spec.runImage.image'] },
  { group: 'kpack.io', kinds: ['Buildpack', 'ClusterBuildpack', 'ClusterLifecycle'], images: ['spec.image'] },
  { group: 'pkg.crossplane.io', kinds: ['Provider', 'Configuration', 'Function'], images: ['spec.package'] },
  {
    group: 'pkg.crossplane.io',
    kinds: ['ProviderRevision', 'ConfigurationRevision', 'FunctionRevision', 'ControllerConfig'],
    images: ['spec.image'],
  },
  {
    group: 'pkg.crossplane.io',
    kinds: ['DeploymentRuntimeConfig'],
    partialPodSpecs: ['spec.deploymentTemplate.spec.template.spec'],
  },

  {
    group: 'kubevirt.io',
    kinds: ['VirtualMachine', 'VirtualMachineInstanceReplicaSet'],
    ...machine('spec.template.spec'),
    locations: ['spec.dataVolumeTemplates[].spec.source.registry.url'],
  },
  { group: 'kubevirt.io', kinds: ['VirtualMachineInstance'], ...machine('spec') },
  {
    group: 'pool.kubevirt.io',
    kinds: ['VirtualMachinePool'],
    ...machine('spec.virtualMachineTemplate.spec.template.spec'),
    locations: ['spec.virtualMachineTemplate.spec.dataVolumeTemplates[].spec.source.registry.url'],
  },
  { group: 'cdi.kubevirt.io', kinds: ['DataVolume', 'VolumeImportSource'], locations: ['spec.source.registry.url'] },
  { group: 'cdi.kubevirt.io', kinds: ['DataImportCron'], locations: ['spec.template.spec.source.registry.url'] },
  { group: 'apps.openshift.io', kinds: ['DeploymentConfig'], podSpecs: ['spec.template.spec'] },
];

/** Groups that are, or were, names of another: the same kinds with the same fields. */
export const groupAliases: Readonly<Record<string, string>> = {
  extensions: 'apps',
  'core.spinoperator.dev': 'core.spinkube.dev',
  'crd.projectcalico.org': 'projectcalico.org',
};

function ray(cluster: string, ...podSpecs: readonly string[]): Pick<WorkloadLine, 'podSpecs' | 'images'> {
  return {
    podSpecs: [`${cluster}.headGroupSpec.template.spec`, `${cluster}.workerGroupSpecs[].template.spec`, ...podSpecs],
    images: [`${cluster}.autoscalerOptions.image`],
  };
}

function spark(at: string): Pick<WorkloadLine, 'images' | 'containers' | 'volumes' | 'partialPodSpecs'> {
  const parts = [`${at}.driver`, `${at}.executor`];
  return {
    images: [
      `${at}.image`,
      ...parts.map((part) => `${part}.image`),
      ...['', 'driver.', 'executor.'].map((part) => `${at}.sparkConf["spark.kubernetes.${part}container.image"]`),
    ],
    containers: parts.flatMap((part) => [`${part}.initContainers[]`, `${part}.sidecars[]`]),
    volumes: [`${at}.volumes[]`],
    partialPodSpecs: parts.map((part) => `${part}.template.spec`),
  };
}

function machine(instance: string): Pick<WorkloadLine, 'images'> {
  return {
    images: [`${instance}.volumes[].containerDisk.image`, `${instance}.domain.firmware.kernelBoot.container.image`],
  };
}
