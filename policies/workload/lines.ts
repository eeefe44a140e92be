import type { ComposedImage, WorkloadLine } from './line.ts';
import { type PathStep, parsePathPattern } from './path.ts';
import { groupAliases, workloadTable } from './table.ts';

/** What is looked for in an object of one kind. */
export interface KindPlaces {
  /** `apps/Deployment`. */
  readonly name: string;
  /** One for each line that speaks of the kind. */
  readonly lines: readonly LinePlaces[];
}

/** A line of the table with its paths read. */
export interface LinePlaces {
  readonly line: WorkloadLine;
  readonly places: readonly { readonly verb: Verb; readonly steps: readonly PathStep[] }[];
  readonly composed: readonly { readonly steps: readonly PathStep[]; readonly image: ComposedImage }[];
  readonly notJudged: readonly {
    readonly steps: readonly PathStep[];
    readonly why: string;
    readonly remedy?: string;
  }[];
}

/** The fields of a line that are paths, in the order in which they are looked at. */
export const verbs = [
  'podSpecs',
  'inlinePodSpecs',
  'partialPodSpecs',
  'containers',
  'volumes',
  'images',
  'renamedImages',
  'locations',
  'podSpecTexts',
  'objects',
  'objectTexts',
] as const;

export type Verb = (typeof verbs)[number];

/** By `group/Kind`, whatever the version. */
export type Workloads = ReadonlyMap<string, KindPlaces>;

/** The table and the lines that a configuration adds to it. */
export const readLines = (added: readonly WorkloadLine[] = []): Workloads => addLines(builtinWorkloads, added);

/** With more lines; one for a known kind adds to it. A path that is none is our own bug: the configuration's are checked where it is read. */
export function addLines(workloads: Workloads, lines: readonly WorkloadLine[]): Workloads {
  const kinds = new Map(workloads);
  for (const line of lines) {
    const read = readLine(line);
    for (const kind of line.kinds) {
      const name = kindName(line.group, kind);
      kinds.set(name, { name, lines: [...(kinds.get(name)?.lines ?? []), read] });
    }
  }
  return kinds;
}

/** Paths are read when the first object of the kind comes: most kinds never do. */
function readLine(line: WorkloadLine): LinePlaces {
  let places: LinePlaces['places'] | undefined;
  return {
    line,
    get places() {
      places ??= verbs.flatMap((verb) => (line[verb] ?? []).map((path) => ({ verb, steps: stepsOf(path) })));
      return places;
    },
    composed: (line.composed ?? []).map((image) => ({ steps: stepsOf(image.name), image })),
    notJudged: (line.notJudged ?? []).map(({ path, ...rest }) => ({ steps: stepsOf(path), ...rest })),
  };
}

/** The table without additions. */
export const builtinWorkloads: Workloads = addLines(new Map(), workloadTable);

/** `apps/Deployment`, `v1/Pod`: a group's other names are one. */
export function kindName(group: string, kind: string): string {
  const alias = Object.hasOwn(groupAliases, group) ? groupAliases[group] : undefined;
  return `${alias ?? (group === '' ? 'v1' : group)}/${kind}`;
}

function stepsOf(path: string): readonly PathStep[] {
  const steps = parsePathPattern(path);
  if (steps === undefined) throw new Error(`"${path}" is no path to a place`);
  return steps;
}
