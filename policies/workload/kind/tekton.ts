import type { WorkloadLine } from '../line.ts';

type Places = Pick<WorkloadLine, 'containers' | 'volumes' | 'images' | 'objects'>;

const task = (at: string): Places => ({
  containers: [`${at}.steps[]`, `${at}.stepTemplate`, `${at}.sidecars[]`],
  volumes: [`${at}.volumes[]`],
  images: bundle(`${at}.steps[].ref`),
});

/** Where a definition comes from a bundle: the first form has gone from v1. */
const bundle = (reference: string): readonly string[] => [
  `${reference}.bundle`,
  `${reference}.params[name=bundle].value`,
];

const run = (at: string): Places =>
  both(task(`${at}.taskSpec`), { images: bundle(`${at}.taskRef`), objects: [`${at}.taskSpec`] });

const pipeline = (at: string): Places =>
  ['tasks[]', 'finally[]'].reduce<Places>((all, tasks) => both(all, run(`${at}.${tasks}`)), {});

/** Pipelines within the tasks of a pipeline, one level of them. */
const nested = (at: string): Places =>
  ['tasks[]', 'finally[]'].reduce<Places>(
    (all, tasks) =>
      both(all, both(pipeline(`${at}.${tasks}.pipelineSpec`), { images: bundle(`${at}.${tasks}.pipelineRef`) })),
    pipeline(at),
  );

const both = (a: Places, b: Places): Places => ({
  containers: [...(a.containers ?? []), ...(b.containers ?? [])],
  volumes: [...(a.volumes ?? []), ...(b.volumes ?? [])],
  images: [...(a.images ?? []), ...(b.images ?? [])],
  objects: [...(a.objects ?? []), ...(b.objects ?? [])],
});

const line = (kind: string, places: Places): WorkloadLine => ({
  group: 'tekton.dev',
  kinds: [kind],
  placeholder: '$(',
  ...places,
});

export const tektonLines: readonly WorkloadLine[] = [
  ...['Task', 'ClusterTask'].map((kind) => line(kind, task('spec'))),
  line('TaskRun', both(run('spec'), { volumes: ['spec.podTemplate.volumes[]'] })),
  line('Pipeline', nested('spec')),
  line(
    'PipelineRun',
    both(nested('spec.pipelineSpec'), {
      images: bundle('spec.pipelineRef'),
      volumes: [
        'spec.taskRunTemplate.podTemplate.volumes[]',
        'spec.podTemplate.volumes[]',
        'spec.taskRunSpecs[].podTemplate.volumes[]',
        'spec.taskRunSpecs[].taskPodTemplate.volumes[]',
      ],
    }),
  ),
  line('StepAction', { images: ['spec.image'] }),
  line('CustomRun', { images: bundle('spec.customRef') }),
  {
    group: 'triggers.tekton.dev',
    kinds: ['TriggerTemplate'],
    objects: ['spec.resourcetemplates[]'],
    placeholder: '$(',
  },
];
