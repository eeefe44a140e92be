import { differences } from './difference.ts';
import type { FieldPath } from './document.ts';

/** One immutable version of an object under review; whoever changes the object makes a new one. */
export interface Version {
  readonly object: KubernetesObject;
  /** The object before an UPDATE. */
  readonly oldObject?: KubernetesObject;
  /** What led here from the object that arrived. */
  readonly patches: readonly Patch[];
}

/** Plain JSON as the API server or a manifest brought it; only what identifies an object is read by name. */
export interface KubernetesObject {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata?: unknown;
}

/** One change on the way from the object that arrived, as RFC 6902 has it. */
export interface Patch {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: FieldPath;
  /** Absent where something is removed. */
  readonly value?: unknown;
}

/** A new version with one string replaced; the one before stays as it was, sharing what did not change. */
export function patched(version: Version, path: FieldPath, value: string): Version {
  const object = replaceAt(version.object, path, value);
  const patch: Patch = { op: 'replace', path, value };
  return isObject(object) ? { ...version, object, patches: [...version.patches, patch] } : version;
}

/** A new version with this object in place of the last one; what differs are its patches. */
export function changed(version: Version, object: KubernetesObject): Version {
  const patches = differences(version.object, object);
  return patches.length === 0 ? version : { ...version, object, patches: [...version.patches, ...patches] };
}

export const isObject = (value: unknown): value is KubernetesObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function replaceAt(value: unknown, path: FieldPath, replacement: string): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === step ? replaceAt(item, rest, replacement) : item));
  if (!isObject(value)) return value;
  // Entries, not assignment: a key named __proto__ stays an own property.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === step ? replaceAt(item, rest, replacement) : item]),
  );
}

/** RFC 6902 operations from the object that arrived to this version. */
export const renderJsonPatch = (version: Version): readonly JsonPatchOperation[] =>
  version.patches.map(({ op, path, value }) =>
    op === 'remove' ? { op, path: pointer(path) } : { op, path: pointer(path), value },
  );

export interface JsonPatchOperation {
  readonly op: Patch['op'];
  /** RFC 6901. */
  readonly path: string;
  readonly value?: unknown;
}

const pointer = (path: FieldPath): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
