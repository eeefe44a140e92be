import type { WorkloadLine } from '../line.ts';

/** What one template of a workflow may run; a template may also stand within a step. */
function templates(at: string): Places {
  const all = [
    `${at}.templates[]`,
    `${at}.templates[].steps[][].inline`,
    `${at}.templates[].dag.tasks[].inline`,
    `${at}.templateDefaults`,
  ];
  return {
    containers: all.flatMap((template) => [
      `${template}.container`,
      `${template}.script`,
      `${template}.containerSet.containers[]`,
      `${template}.initContainers[]`,
      `${template}.sidecars[]`,
    ]),
    volumes: [`${at}.volumes[]`, ...all.map((template) => `${template}.volumes[]`)],
    podSpecTexts: [`${at}.podSpecPatch`, ...all.map((template) => `${template}.podSpecPatch`)],
    objectTexts: all.map((template) => `${template}.resource.manifest`),
  };
}

type Places = Pick<WorkloadLine, 'containers' | 'volumes' | 'podSpecTexts' | 'objectTexts'>;

/** A sync that somebody asks for may bring sources of its own. */
const application = (...places: readonly string[]): Pick<WorkloadLine, 'composed' | 'renamedImages'> => {
  const sources = places.flatMap((at) => [`${at}.source`, `${at}.sources[]`]);
  return {
    composed: [...sources, `${places[0]}.sourceHydrator.drySource`].map((source) => ({
      name: `${source}.repoURL`,
      chart: 'chart',
      tag: 'targetRevision',
    })),
    renamedImages: sources.map((source) => `${source}.kustomize.images[]`),
  };
};

const group = 'argoproj.io';

export const argoLines: readonly WorkloadLine[] = [
  { group, kinds: ['Rollout'], podSpecs: ['spec.template.spec'] },
  { group, kinds: ['Experiment'], podSpecs: ['spec.templates[].template.spec'] },
  {
    group,
    kinds: ['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun'],
    podSpecs: ['spec.metrics[].provider.job.spec.template.spec'],
    placeholder: '{{',
  },
  {
    group,
    kinds: ['Workflow', 'WorkflowTemplate', 'ClusterWorkflowTemplate'],
    ...templates('spec'),
    placeholder: '{{',
  },
  { group, kinds: ['CronWorkflow'], ...templates('spec.workflowSpec'), placeholder: '{{' },
  {
    group,
    kinds: ['Sensor'],
    containers: ['spec.template.container'],
    volumes: ['spec.template.volumes[]'],
    objects: ['k8s', 'argoWorkflow'].map((trigger) => `spec.triggers[].template.${trigger}.source.resource`),
    placeholder: '{{',
  },
  {
    group,
    kinds: ['EventSource'],
    containers: ['spec.template.container'],
    volumes: ['spec.template.volumes[]'],
  },
  { group, kinds: ['Application'], ...application('spec', 'operation.sync') },
  { group, kinds: ['ApplicationSet'], ...application('spec.template.spec'), placeholder: '{{' },
];
