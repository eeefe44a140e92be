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

/** Replaces one string of the object. */
export interface Patch {
  readonly path: FieldPath;
  readonly value: string;
}

/** A new version with the patch in place; the one before stays as it was, sharing what did not change. */
export function patched(version: Version, patch: Patch): Version {
  const object = replaceAt(version.object, patch.path, patch.value);
  return isObject(object) ? { ...version, object, patches: [...version.patches, patch] } : version;
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
export function renderJsonPatch(version: Version): readonly JsonPatchOperation[] {
  return version.patches.map(({ path, value }) => ({ op: 'replace', path: pointer(path), value }));
}

export interface JsonPatchOperation {
  readonly op: 'replace';
  /** RFC 6901. */
  readonly path: string;
  readonly value: string;
}

const pointer = (path: FieldPath): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
