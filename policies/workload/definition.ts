import { limits } from '../limits.ts';
import { definedKind, type SchemaPath } from './crd.ts';
import type { WorkloadLine } from './line.ts';
import { addLines, builtinWorkloads, type KindPlaces, kindName, type Verb, type Workloads } from './lines.ts';
import { leadsTo, type PathStep, renderPathPattern } from './path.ts';
import type { ReferenceRules } from './use.ts';

/** What a CustomResourceDefinition defines that no line leads to, as a line that would. */
export type Uncovered = Pick<WorkloadLine, 'group' | 'kinds'> & Required<Pick<WorkloadLine, 'podSpecs' | 'images'>>;

/** What of the kind that this object defines would not be judged; undefined for what defines none, or nothing more to judge. */
export function uncovered(object: unknown, workloads: Workloads): Uncovered | undefined {
  const defined = definedKind(object);
  if (defined === undefined) return undefined;
  const { group, kind } = defined;
  const known = workloads.get(kindName(group, kind));
  const missed = (paths: readonly SchemaPath[], covers: (places: Places, path: SchemaPath) => boolean) =>
    paths
      .filter((path) => !covers(placesOf(known), path))
      .slice(0, limits.problemsShown)
      .map(renderPathPattern);
  const podSpecs = missed(defined.podSpecs, coversPodSpec);
  const images = missed(defined.images, coversImage);
  return podSpecs.length + images.length === 0 ? undefined : { group, kinds: [kind], podSpecs, images };
}

/** The same rules for somebody who has these definitions at hand: what they call images is told wherever an object has it. */
export function withDefinitions(references: ReferenceRules, objects: readonly unknown[]): ReferenceRules {
  const workloads = references.workloads ?? builtinWorkloads;
  const lines = new Map<string, WorkloadLine>();
  for (const object of objects) {
    const missed = uncovered(object, workloads);
    if (missed === undefined) continue;
    const { group, kinds, images } = missed;
    const why = 'a text that its CustomResourceDefinition calls an image, of which nothing says that it is one';
    const remedy = lineToAdd({ group, kinds, images });
    // The same definition may come twice, by a flag and among the manifests: the last one counts.
    lines.set(kinds.map((kind) => kindName(group, kind)).join(), {
      group,
      kinds,
      notJudged: images.map((path) => ({ path, why, remedy })),
    });
  }
  return lines.size === 0 ? references : { ...references, workloads: addLines(workloads, [...lines.values()]) };
}

/** What an operator is to write. */
export function lineToAdd({ group, kinds, podSpecs = [], images = [] }: WorkloadLine): string {
  const places = { ...(podSpecs.length === 0 ? {} : { podSpecs }), ...(images.length === 0 ? {} : { images }) };
  return `add to workloads of the configuration: ${JSON.stringify({ group, kinds, ...places })}`;
}

type Places = readonly { readonly verb: Verb | 'composed' | 'notJudged'; readonly steps: readonly PathStep[] }[];

const placesOf = (known: KindPlaces | undefined): Places =>
  (known?.lines ?? []).flatMap(({ places, composed, notJudged }) => [
    ...places,
    ...composed.map(({ steps }) => ({ verb: 'composed' as const, steps })),
    // What has a remedy is told for want of a line.
    ...notJudged
      .filter(({ remedy }) => remedy === undefined)
      .map(({ steps }) => ({ verb: 'notJudged' as const, steps })),
  ]);

const key = (name: string): PathStep => ({ kind: 'key', key: name });

/** What looks like a PodSpec in a schema may be a set of containers to the table. */
const coversPodSpec = (places: Places, path: SchemaPath): boolean =>
  places.some(({ verb, steps }) => {
    switch (verb) {
      case 'podSpecs':
      case 'inlinePodSpecs':
      case 'partialPodSpecs':
        return leadsTo(steps, path);
      case 'containers':
        return leadsTo(steps, [...path, key('containers'), { kind: 'items' }]);
      case 'objects':
        return leadsTo(steps, path, true);
      default:
        return false;
    }
  });

const coversImage = (places: Places, path: SchemaPath): boolean =>
  places.some(({ verb, steps }) => {
    switch (verb) {
      case 'images':
      case 'renamedImages':
      case 'locations':
      case 'composed':
      case 'notJudged':
        return leadsTo(steps, path);
      case 'containers':
        return leadsTo([...steps, key('image')], path);
      case 'volumes':
        return leadsTo([...steps, key('image'), key('reference')], path);
      case 'podSpecs':
      case 'inlinePodSpecs':
      case 'partialPodSpecs':
      case 'objects':
        return leadsTo(steps, path, true);
      default:
        return false;
    }
  });
