import {
  knownMirrors,
  parseTrustedRoot,
  publicGoodPublished,
  publicGoodRoot,
  staleness,
  type TrustMaterial,
} from '../evidence/index.ts';
import type { Configuration } from './configuration.ts';
import type { Document } from './document.ts';
import { present } from './present.ts';
import { valueAt } from './validate.ts';

/** A TUF repository that the configuration takes a trust root from. */
export interface TrustSource {
  readonly name: string;
  /** Base URL. */
  readonly mirror: string;
  /** As the configuration writes it. */
  readonly rootFile?: string;
  readonly refreshHours: number;
}

/** Trust by a name, and where it is from. */
export interface NamedTrust {
  readonly material: TrustMaterial;
  readonly from: 'embedded' | 'file' | 'tuf';
  /** When its source last vouched for it; of a file that is not known here. */
  readonly asOf?: Date;
}

type TrustRoot = NonNullable<Configuration['trustRoots']>[number];

/** The TUF repositories of a configuration, known mirrors written out. */
export function trustSources({ trustRoots = [] }: Configuration): readonly TrustSource[] {
  return trustRoots.flatMap(({ name, tuf }) => {
    const mirror = tuf === undefined ? undefined : mirrorOf(name, tuf.mirror);
    if (tuf === undefined || mirror === undefined) return [];
    const { rootFile, refreshHours = 24 } = tuf;
    return [present({ name, mirror, rootFile, refreshHours })];
  });
}

/** What is wrong with an entry and at which of its fields; undefined where nothing is. */
export function faultOfTrustRoot({ name, file, tuf }: TrustRoot): readonly [field: string, detail: string] | undefined {
  if ((file === undefined) === (tuf === undefined)) return ['', 'exactly one of "file" and "tuf" is written'];
  if (tuf === undefined) return undefined;
  const names = Object.keys(knownMirrors).join(', ');
  const mirror = mirrorOf(name, tuf.mirror);
  if (mirror === undefined)
    return tuf.mirror === undefined
      ? ['tuf', `"${name}" is no known instance (${names}); write its "mirror"`]
      : ['tuf.mirror', `${JSON.stringify(tuf.mirror)} is neither a known instance (${names}) nor an http or https URL`];
  if (tuf.rootFile === undefined && mirror !== knownMirrors['public-good'])
    return ['tuf', 'only the root.json of public-good comes with the program; write "rootFile"'];
  return undefined;
}

/** Loads one entry from what the machine has; a clause where nothing can be proven under it. */
export function loadFetched(
  { name, mirror, rootFile }: TrustSource,
  kept: { readonly text: string; readonly asOf: Date } | undefined,
): NamedTrust | (() => NamedTrust) | string {
  const embedded = mirror === knownMirrors['public-good'] && rootFile === undefined;
  // A newer program may bring a newer root than the one that was fetched long ago.
  if (embedded && (kept === undefined || kept.asOf < publicGoodPublished)) return embeddedTrust;
  if (kept === undefined)
    return `the trust root "${name}" was not fetched yet from ${mirror} (assay trust refresh; the webhook does so by itself)`;
  const material = parseTrustedRoot(kept.text, `${name} root`);
  return material.kind === 'problem'
    ? `what is kept of the trust root "${name}": ${material.detail}; refresh it (assay trust refresh)`
    : { material, from: 'tuf', asOf: kept.asOf };
}

/** The public-good root that came with the program. */
export function embeddedTrust(): NamedTrust {
  if (embedded === undefined) {
    const { material, published } = publicGoodRoot();
    embedded = { material, from: 'embedded', asOf: published };
  }
  return embedded;
}

/** It never changes while the program runs. */
let embedded: NamedTrust | undefined;

/** A sentence for each trust root that these documents name and that is older than it should be. */
export function staleTrust(
  documents: readonly Document[],
  trust: ReadonlyMap<string, NamedTrust>,
  now: Date,
): readonly string[] {
  const named = new Set(documents.flatMap(({ value }) => rootsNamed(valueAt(value, ['spec', 'authorities']))));
  return [...trust.keys()].flatMap((name) => {
    const root = named.has(name) ? trust.get(name) : undefined;
    return root === undefined ? [] : (staleSentence(root, now) ?? []);
  });
}

/** Undefined while it is fresh, or where its age is not known. */
export const staleSentence = ({ material, asOf }: NamedTrust, now: Date): string | undefined =>
  asOf && staleness({ material, asOf }, now);

function rootsNamed(authorities: unknown): unknown[] {
  if (!Array.isArray(authorities)) return [];
  const kinds = ['keyless', 'key', 'certificateAuthority'];
  return authorities.flatMap((authority: unknown) => kinds.map((kind) => valueAt(authority, [kind, 'trustRoot'])));
}

function mirrorOf(name: string, mirror: string | undefined): string | undefined {
  const known = Object.entries(knownMirrors).find(([instance]) => instance === (mirror ?? name));
  if (known !== undefined) return known[1];
  if (mirror === undefined || !URL.canParse(mirror)) return undefined;
  const url = new URL(mirror);
  // TUF signs what it brings, so that HTTP without TLS forges nothing.
  return url.protocol === 'https:' || url.protocol === 'http:' ? mirror.replace(/\/+$/, '') : undefined;
}
