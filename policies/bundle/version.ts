import { parseSemver, Semver } from '../cel/go/semver.ts';
import { bundleFormat } from './format.ts';
import { type BundleProblem, bundleProblem } from './problem.ts';

/** Which bundle was used last, as a door remembers it for each repository. */
export interface LastBundle {
  readonly digest: string;
  /** A semantic version; absent where the bundle had none. */
  readonly version?: string;
  /** RFC 3339; absent where the bundle had none. */
  readonly created?: string;
}

/** What the manifest, and so its signature, says of the bundle's age; one of both at least. */
export function versionOf(digest: string, annotations: Readonly<Record<string, string>>): LastBundle | BundleProblem {
  const version = annotations[bundleFormat.version];
  const created = annotations[bundleFormat.created];
  if (version === undefined && created === undefined)
    return bundleProblem(
      'BUNDLE_VERSION_MISSING',
      `the manifest has neither the annotation "${bundleFormat.version}" nor "${bundleFormat.created}", so that an older one could not be told from it`,
    );
  const fault = version === undefined ? undefined : faultOfBundleVersion(version);
  if (fault !== undefined) return bundleProblem('BUNDLE_MALFORMED', fault);
  if (created !== undefined && instant(created) === undefined)
    return bundleProblem('BUNDLE_MALFORMED', `${quoted(created)} is no time of RFC 3339, such as 2026-11-02T10:14:00Z`);
  return { digest, ...(version === undefined ? {} : { version }), ...(created === undefined ? {} : { created }) };
}

/**
 * Undefined where the bundle may follow the last one. Whoever may move a tag, or answers for a registry, can bring back
 * what was signed once; so each is newer than the last, or the same.
 */
export function rollback(next: LastBundle, last: LastBundle | undefined): BundleProblem | undefined {
  if (last === undefined || next.digest === last.digest) return undefined;
  const kind = last.version === undefined ? 'created' : 'version';
  const before = last[kind];
  const now = next[kind];
  const shown = `${describe(last)} (${last.digest.slice(0, 19)}) was used last`;
  if (now === undefined) return bundleProblem('BUNDLE_ROLLED_BACK', `it has no "${bundleFormat[kind]}", and ${shown}`);
  const order = kind === 'version' ? compareVersions(now, before) : compareTimes(now, before);
  if (order > 0) return undefined;
  return bundleProblem(
    'BUNDLE_ROLLED_BACK',
    order === 0
      ? `it calls itself ${describe(next)} as another does: ${shown}; other contents have a newer version`
      : `it is ${describe(next)}, and ${shown}`,
  );
}

/** Undefined for a semantic version. */
export const faultOfBundleVersion = (text: string): string | undefined =>
  semver(text) === undefined ? `${quoted(text)} is no semantic version, such as 1.2.3` : undefined;

/** What a door kept, or undefined where it is not what `JSON.stringify` of a {@link LastBundle} writes. */
export function parseLastBundle(text: string): LastBundle | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('digest' in value) || typeof value.digest !== 'string')
    return undefined;
  const version = 'version' in value ? value.version : undefined;
  const created = 'created' in value ? value.created : undefined;
  const known = {
    ...(typeof version === 'string' && semver(version) !== undefined ? { version } : {}),
    ...(typeof created === 'string' && instant(created) !== undefined ? { created } : {}),
  };
  return Object.keys(known).length === 0 ? undefined : { digest: value.digest, ...known };
}

function semver(text: string): Semver | undefined {
  const parsed = parseSemver(text);
  return parsed instanceof Semver ? parsed : undefined;
}

function compareVersions(next: string, last = ''): number {
  const [a, b] = [semver(next), semver(last)];
  return a === undefined || b === undefined ? -1 : a.compareTo(b);
}

const compareTimes = (next: string, last = ''): number =>
  Math.sign((instant(next) ?? NaN) - (instant(last) ?? NaN)) || 0;

/** Milliseconds since 1970. */
function instant(text: string): number | undefined {
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(text)
    ? new Date(text).getTime()
    : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

const describe = ({ version, created }: LastBundle): string => `version ${version ?? `of ${created ?? 'no time'}`}`;

const quoted = (text: string): string => JSON.stringify(text.slice(0, 64));
