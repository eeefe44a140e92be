import type { Pack, Profile } from '../schema/pack.ts';
import type { PackReference } from './reference.ts';

/** What a reference asks of a pack. */
export interface Chosen {
  readonly kind: 'chosen';
  /** Values of parameters by the name of each policy that is in force, in the order of the profiles. */
  readonly policies: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

/** A profile or version that is not there, and those that are. */
export interface NotThere {
  readonly kind: 'unknown';
  readonly what: 'profile' | 'version';
  readonly written: string;
  readonly candidates: readonly string[];
}

/** Policies and values of the profiles that are named, and of those that they include; a profile's own values go before those of what it includes. */
export function chooseProfiles({ spec }: Pack, { profiles, version }: PackReference): Chosen | NotThere {
  const byName = new Map(spec.profiles.map((profile) => [profile.name, profile]));
  const names = profiles.length === 0 ? [spec.defaultProfile] : profiles;
  const strange = names.find((name) => !byName.has(name));
  if (strange !== undefined)
    return { kind: 'unknown', what: 'profile', written: strange, candidates: [...byName.keys()] };
  const minor = minorOf(spec, version);
  if (typeof minor === 'object') return minor;
  const { versions } = spec;
  const byVersion = versions === undefined ? {} : { [versions.parameter]: minor };
  const policies = new Map<string, Readonly<Record<string, unknown>>>();
  for (const name of names) {
    for (const { policies: held = [], params = {} } of chain(name, byName, new Set())) {
      for (const policy of held) policies.set(policy, { ...policies.get(policy), ...byVersion });
      for (const [policy, values] of policies) policies.set(policy, { ...values, ...params });
    }
  }
  return { kind: 'chosen', policies };
}

/** What a profile includes, then itself; each once. */
function chain(name: string, byName: ReadonlyMap<string, Profile>, seen: Set<string>): readonly Profile[] {
  const profile = byName.get(name);
  if (profile === undefined || seen.has(name)) return [];
  seen.add(name);
  return [...(profile.includes ?? []).flatMap((one) => chain(one, byName, seen)), profile];
}

/** The minor version that is asked for; `latest` where none is. */
function minorOf({ versions }: Pack['spec'], version = 'latest'): number | NotThere {
  if (versions === undefined) {
    return version === 'latest' ? 0 : { kind: 'unknown', what: 'version', written: version, candidates: ['latest'] };
  }
  const [oldest, newest] = [minor(versions.oldest), minor(versions.newest)];
  const asked = version === 'latest' ? newest : minor(version);
  if (asked >= oldest && asked <= newest) return asked;
  const candidates = [`${versions.oldest} to ${versions.newest}`, 'latest'];
  return { kind: 'unknown', what: 'version', written: version, candidates };
}

/** 34 of `v1.34`, `1.34` and `v1.34.2`; not a number for what is no such version. */
const minor = (version: string): number => Number(/^v?1\.(0|[1-9]\d{0,2})(?:\.\d+)?$/.exec(version)?.[1] ?? Number.NaN);
