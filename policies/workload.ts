import {
  parseReference,
  type Reference,
  type ReferenceOptions,
  type ReferenceProblem,
  type Rewrite,
  rewriteReference,
} from '../evidence/index.ts';
import { type FieldPath, renderPath } from './document.ts';
import { limits } from './limits.ts';
import { present } from './present.ts';
import { valueAt } from './validate.ts';
import { isObject } from './version.ts';

/** How the configuration has image references read. */
export interface ReferenceRules extends ReferenceOptions {
  readonly rewrites?: readonly Rewrite[];
}

/** One place of an object that names an image. */
export interface ImageUse {
  readonly path: FieldPath;
  /** `spec.containers[0].image`. */
  readonly field: string;
  /** The container's or volume's name, where it has one. */
  readonly container?: string;
  readonly text: string;
  readonly reference: Reference | ReferenceProblem;
  /** Where the PodSpec begins that holds it. */
  readonly podSpec: FieldPath;
}

/** Where the built-in kinds keep their PodSpecs; one line a kind. Extended by adding a line. */
const podSpecPaths: Readonly<Record<string, FieldPath>> = {
  'v1/Pod': ['spec'],
  'v1/PodTemplate': ['template', 'spec'],
  'v1/ReplicationController': ['spec', 'template', 'spec'],
  'apps/Deployment': ['spec', 'template', 'spec'],
  'apps/ReplicaSet': ['spec', 'template', 'spec'],
  'apps/DaemonSet': ['spec', 'template', 'spec'],
  'apps/StatefulSet': ['spec', 'template', 'spec'],
  'batch/Job': ['spec', 'template', 'spec'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** The kinds of the table, as `apps/Deployment`. */
export const workloadKinds: readonly string[] = Object.keys(podSpecPaths);

/** Where the object keeps its PodSpec; undefined where the kind has none that Assay knows. */
export function podSpecPath(object: object): FieldPath | undefined {
  const apiVersion = valueAt(object, ['apiVersion']);
  const kind = valueAt(object, ['kind']);
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  // A group's other versions carry the PodSpec at the same place (apps/v1beta1, batch/v1beta1).
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : apiVersion;
  const key = `${group === 'extensions' ? 'apps' : group}/${kind}`;
  return Object.hasOwn(podSpecPaths, key) ? podSpecPaths[key] : undefined;
}

export const isPod = (object: object): boolean =>
  valueAt(object, ['apiVersion']) === 'v1' && valueAt(object, ['kind']) === 'Pod';

/** What an object says of its images. */
export interface WorkloadImages {
  /** In the order of its fields: containers, init, ephemeral, image volumes. */
  readonly uses: readonly ImageUse[];
  /** Places where a list or an object ought to stand and something else does: what is there cannot be judged. */
  readonly unreadable: readonly Unreadable[];
}

export interface Unreadable {
  readonly field: string;
  readonly found: string;
  readonly expected: string;
}

export function imagesOf(object: object, references: ReferenceRules = {}): WorkloadImages {
  const podSpec = podSpecPath(object);
  if (podSpec === undefined) return { uses: [], unreadable: [] };
  const unreadable: Unreadable[] = [];
  if (!isObject(valueAt(object, podSpec))) unreadable.push(unlike(object, podSpec, 'a PodSpec'));
  const containers = ['containers', 'initContainers', 'ephemeralContainers'].flatMap((list) =>
    items(object, [...podSpec, list], unreadable).map((path) =>
      imageUse(object, references, podSpec, path, [...path, 'image']),
    ),
  );
  const volumes = items(object, [...podSpec, 'volumes'], unreadable)
    .filter((path, _, all) => isTooLong(all) || (valueAt(object, [...path, 'image']) ?? null) !== null)
    .map((path) => imageUse(object, references, podSpec, path, [...path, 'image', 'reference']));
  return { uses: [...containers, ...volumes], unreadable };
}

/** Paths of the list's objects. An absent or null list is empty; anything else that is no list of objects is told. */
function items(object: object, path: FieldPath, unreadable: Unreadable[]): FieldPath[] {
  const list = valueAt(object, path) ?? [];
  if (!Array.isArray(list)) {
    unreadable.push(unlike(object, path, 'a list'));
    return [];
  }
  // Cut where it is sure that nobody will look at the images: millions of items would take the memory of all reviews.
  if (isTooLong(list)) return list.slice(0, limits.imagesPerObject + 1).map((_, index) => [...path, index]);
  return list.flatMap((item: unknown, index) => {
    if (isObject(item)) return [[...path, index]];
    unreadable.push(unlike(object, [...path, index], 'an object'));
    return [];
  });
}

const isTooLong = ({ length }: readonly unknown[]): boolean => length > limits.imagesPerObject;

function unlike(object: object, path: FieldPath, expected: string): Unreadable {
  const value = valueAt(object, path);
  const found =
    value === undefined ? 'nothing' : value === null ? 'null' : `a ${Array.isArray(value) ? 'list' : typeof value}`;
  return { field: renderPath(path), found, expected };
}

/** An image that is absent, empty or no string is still a use: it has a problem, and the problem denies. */
function imageUse(
  object: object,
  references: ReferenceRules,
  podSpec: FieldPath,
  owner: FieldPath,
  path: FieldPath,
): ImageUse {
  const value = valueAt(object, path);
  const text = typeof value === 'string' ? value : '';
  const name = valueAt(object, [...owner, 'name']);
  const container = typeof name === 'string' ? name : undefined;
  return present({
    path,
    field: renderPath(path),
    container,
    text,
    reference: readReference(text, references),
    podSpec,
  });
}

function readReference(text: string, { rewrites = [], ...options }: ReferenceRules): Reference | ReferenceProblem {
  const reference = parseReference(text, options);
  return 'kind' in reference ? reference : rewriteReference(reference, rewrites);
}
