import type { WorkloadLine } from '../line.ts';

const jobs = 'replicatedJobs[].template.spec.template.spec';

/** The jobs of Kubeflow's first training operator, by what their ReplicaSpecs are called. */
const legacyJobs = {
  PyTorchJob: 'pytorch',
  TFJob: 'tf',
  MPIJob: 'mpi',
  XGBoostJob: 'xgb',
  PaddleJob: 'paddle',
  JAXJob: 'jax',
  MXJob: 'mx',
};

/** Kubeflow, and JobSet, which its trainer makes. */
export const kubeflowLines: readonly WorkloadLine[] = [
  { group: 'kubeflow.org', kinds: ['Notebook'], podSpecs: ['spec.template.spec'] },
  ...Object.entries(legacyJobs).map(([kind, framework]) => ({
    group: 'kubeflow.org',
    kinds: [kind],
    podSpecs: [`spec.${framework}ReplicaSpecs.*.template.spec`],
  })),
  {
    group: 'kubeflow.org',
    kinds: ['Experiment'],
    objects: ['spec.trialTemplate.trialSpec'],
    containers: ['spec.metricsCollectorSpec.collector.customCollector'],
    placeholder: '${',
  },
  {
    group: 'kubeflow.org',
    kinds: ['Trial'],
    objects: ['spec.runSpec'],
    containers: ['spec.metricsCollector.collector.customCollector'],
  },
  {
    group: 'trainer.kubeflow.org',
    kinds: ['TrainJob'],
    partialPodSpecs: [
      `spec.runtimePatches[].trainingRuntimeSpec.template.spec.${jobs}`,
      'spec.podTemplateOverrides[].spec',
      'spec.podSpecOverrides[]',
    ],
    images: ['spec.trainer.image'],
    locations: ['spec.initializer.dataset.storageUri', 'spec.initializer.model.storageUri'],
  },
  {
    group: 'trainer.kubeflow.org',
    kinds: ['TrainingRuntime', 'ClusterTrainingRuntime'],
    podSpecs: [`spec.template.spec.${jobs}`],
  },
  { group: 'jobset.x-k8s.io', kinds: ['JobSet'], podSpecs: [`spec.${jobs}`] },
];
