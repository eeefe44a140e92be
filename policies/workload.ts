import type { FieldPath } from './document.ts';
import { collect } from './workload/collect.ts';
import { builtinWorkloads } from './workload/lines.ts';
import type { PodSpecUse, Unreadable } from './workload/search.ts';
import type { ImageUse, NotJudged, ReferenceRules } from './workload/use.ts';
import { valueAt } from './validate.ts';

export { withDefinitions } from './workload/definition.ts';
export { renderWorkloads } from './workload/reference.ts';
export type { WorkloadLine } from './workload/line.ts';
export { readLines, type Workloads } from './workload/lines.ts';
export { podMetadataPath, type PodSpecUse, type Unreadable } from './workload/search.ts';
export { type ImageUse, type NotJudged, type NotJudgedCode, type ReferenceRules, writtenAs } from './workload/use.ts';

/** What an object says of its images. */
export interface WorkloadImages {
  readonly podSpecs: readonly PodSpecUse[];
  /** PodSpec by PodSpec: containers, init, ephemeral, image volumes; then what stands outside of PodSpecs. */
  readonly uses: readonly ImageUse[];
  /** Places where a list or an object ought to stand and something else does: what is there cannot be judged. */
  readonly unreadable: readonly Unreadable[];
  /** Places that run or pull what is no image reference, and those that nobody knows: told, never silently passed over. */
  readonly notJudged: readonly NotJudged[];
}

/** Every image that the object names, wherever its kind keeps them (docs/workloads.md). */
export function imagesOf(object: object, references: ReferenceRules = {}): WorkloadImages {
  const { podSpecs, uses, unreadable, notJudged } = collect(object, references);
  return { podSpecs, uses, unreadable, notJudged };
}

/** Every PodSpec of the object, in the object's own order for each place of the table. */
export const podSpecs = (object: object, references: ReferenceRules = {}): readonly PodSpecUse[] =>
  collect(object, references).podSpecs;

/** The first PodSpec of the object; undefined where the kind has none that Assay knows. */
export const podSpecPath = (object: object): FieldPath | undefined => podSpecs(object)[0]?.path;

/** The kinds of the table, as `apps/Deployment`. */
export const workloadKinds: readonly string[] = [...builtinWorkloads.keys()];

export const isPod = (object: object): boolean =>
  valueAt(object, ['apiVersion']) === 'v1' && valueAt(object, ['kind']) === 'Pod';
