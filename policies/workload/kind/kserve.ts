import type { WorkloadLine } from '../line.ts';

/** Components of an InferenceService are PodSpecs with fields of their own between, and their models are containers with a storageUri. */
const components = ['spec.predictor', 'spec.transformer', 'spec.explainer'];
const models = [
  'spec.predictor.model',
  ...'sklearn xgboost tensorflow pytorch triton onnx huggingface pmml lightgbm paddle'
    .split(' ')
    .map((framework) => `spec.predictor.${framework}`),
  'spec.explainer.art',
];

export const kserveLines: readonly WorkloadLine[] = [
  {
    group: 'serving.kserve.io',
    kinds: ['InferenceService'],
    inlinePodSpecs: [...components, 'spec.predictor.workerSpec'],
    containers: models,
    locations: [
      ...models.map((model) => `${model}.storageUri`),
      ...components.map((component) => `${component}.storageUris[].uri`),
    ],
  },
  {
    group: 'serving.kserve.io',
    kinds: ['ServingRuntime', 'ClusterServingRuntime'],
    inlinePodSpecs: ['spec', 'spec.workerSpec'],
  },
  {
    group: 'serving.kserve.io',
    kinds: ['ClusterStorageContainer'],
    containers: ['spec.container'],
  },
  { group: 'serving.kserve.io', kinds: ['TrainedModel'], locations: ['spec.model.storageUri'] },
  {
    group: 'serving.kserve.io',
    kinds: ['LocalModelCache', 'LocalModelNamespaceCache'],
    locations: ['spec.sourceModelUri'],
  },
  {
    group: 'serving.kserve.io',
    kinds: ['LLMInferenceService', 'LLMInferenceServiceConfig'],
    inlinePodSpecs: [
      ...['', 'prefill.'].flatMap((part) => [`spec.${part}template`, `spec.${part}worker`]),
      'spec.router.scheduler.template',
    ],
    locations: ['spec.model.uri', 'spec.model.lora.adapters[].uri'],
  },
];
