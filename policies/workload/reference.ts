import type { ComposedImage, WorkloadLine } from './line.ts';
import { groupAliases, workloadTable } from './table.ts';

/** docs/workloads.md: the table as a page. */
export function renderWorkloads(): string {
  return [
    '# Where images are looked for',
    '',
    'Generated from the table (`policies/workload/table.ts`) by `npm run generate`. What stands at these places is judged like the image of a Pod, whatever the version of the group. `workloads` of the configuration adds kinds and places.',
    '',
    'Paths: `a[]` is each item of a list, `a.*` each value of a map, `a[name=x]` items with that field, `a.**.b` any depth, `a["b.c"]` a key with dots.',
    'A *PodSpec* stands for its containers, init containers (native sidecars among them), ephemeral containers and image volumes; rules about `pod` are evaluated once for each. A *partial* one is laid over another: its images are judged, rules about `pod` are not evaluated for it.',
    '`oci://` and `docker://` in front of a reference are kept when it is pinned. Pins are those of Pods and of templates (`pin: Templates`): whatever is no Pod counts as a template.',
    '',
    '| kind | PodSpecs | other images | not judged |',
    '| --- | --- | --- | --- |',
    ...workloadTable.flatMap(rows),
    '',
    '## Other names of groups',
    '',
    ...Object.entries(groupAliases).map(([alias, group]) => `* \`${alias}\` is \`${group}\``),
    '',
    '## What is told instead of judged',
    '',
    '* A location of another scheme (`https://`, `s3://`, Git): REFERENCE_NOT_OCI, a warning.',
    '* A text that a controller fills in (`{{...}}` of Argo, `$(...)` of Tekton, `${...}` of Katib): REFERENCE_FILLED_IN, to the audit log; what comes of it is judged where it arrives.',
    '* Containers with images in a kind that is not here, and fields called like images of a CustomResourceDefinition: WORKLOAD_UNKNOWN, a warning with the line that would have them judged.',
    '* Images are no business of `pods/resize`, which cannot change them, of `Scale`, and of what CONNECT brings.',
    '',
    'Not looked at: annotations (what kubectl remembers there runs nothing), values of Helm charts and of Argo CD parameters (what they render arrives as objects), `status`.',
    '',
  ].join('\n');
}

/** One row a kind; those of a line are the same. */
const rows = (line: WorkloadLine): string[] =>
  line.kinds.map((kind) => {
    const cells = [
      podSpecsOf(line),
      imagesOf(line),
      (line.notJudged ?? []).map(({ path, why }) => `${code(path)}: ${why}`),
    ];
    return `| ${line.group === '' ? 'v1' : line.group} ${kind} | ${cells.map((cell) => cell.join('<br>')).join(' | ')} |`;
  });

const podSpecsOf = ({ podSpecs, inlinePodSpecs, partialPodSpecs, podSpecTexts }: WorkloadLine): string[] => [
  ...each(podSpecs),
  ...each(inlinePodSpecs, ' (where it has containers)'),
  ...each(partialPodSpecs, ' (partial)'),
  ...each(podSpecTexts, ' (partial, a text)'),
];

const imagesOf = (line: WorkloadLine): string[] => [
  ...each(line.containers?.map((path) => `${path}.image`)),
  ...each(line.volumes?.map((path) => `${path}.image.reference`)),
  ...each(line.images),
  ...each(line.renamedImages, ' (`old=new:tag`)'),
  ...each(line.locations, line.bare === 'image' ? ' (`oci://`, or no scheme)' : ' (`oci://`)'),
  ...(line.composed ?? []).map(composed),
  ...each(line.objects, ' (an object, looked at as its own kind)'),
  ...each(line.objectTexts, ' (a text of objects)'),
];

const each = (paths: readonly string[] = [], note = ''): string[] => paths.map((path) => `${code(path)}${note}`);

function composed({ name, chart, tag, digest }: ComposedImage): string {
  const parts = [chart, tag, digest].filter((part) => part !== undefined).map(code);
  return `${code(name)} with ${parts.join(', ')} beside it`;
}

const code = (text: string): string => `\`${text}\``;
