import { decodeJson, isRecord, own } from '../attestation/json.ts';
import { type Digest, parseDigest } from '../image/digest.ts';
import { limits } from '../limits.ts';
import { found, type Read, type Refusal, refusal } from '../outcome.ts';

/** An image manifest (OCI image-spec 1.1, manifest.md; or Docker's schema 2, which reads the same). */
export interface OciManifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: Layer;
  readonly layers: readonly Layer[];
  readonly subject?: Layer;
  readonly annotations: Readonly<Record<string, string>>;
}

/** An image index (OCI image-spec 1.1, image-index.md), or Docker's manifest list. */
export interface OciIndex {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
  readonly subject?: Layer;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What is said of a blob (OCI image-spec 1.1, descriptor.md); size in bytes. */
export interface Layer {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What an index says of a manifest. */
export interface Descriptor extends Layer {
  readonly artifactType?: string;
  readonly platform?: Platform;
}

/** Where a manifest runs, as Go spells operating systems and architectures. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly osVersion?: string;
}

/**
 * Bytes -> manifest or index, never something that could be taken for both: the type that the registry says, the type
 * that the body says and the fields agree (CVE-2021-41190). Schema 1 and layers kept elsewhere are refused.
 */
export function decodeManifest(bytes: Uint8Array, contentType: string | undefined): Read<OciManifest | OciIndex> {
  const json = decodeJson(bytes, { depth: limits.manifestDepth, values: limits.manifestValues });
  if (json.kind === 'problem') return malformed(`the manifest is ${json.detail}`);
  const body = json.value;
  if (!isRecord(body)) return malformed('the manifest is no JSON object');
  const misspelt = misspeltField(body);
  if (misspelt !== undefined)
    return malformed(`the manifest has a field ${quoted(misspelt)}, which nodes take for another of that name`);
  const mediaType = agreedType(body, contentType);
  if (typeof mediaType !== 'string') return mediaType;
  const kind = kinds.get(mediaType);
  if (kind === undefined) return unsupported(`the manifest is of type ${quoted(mediaType)}`);
  if (own(body, 'schemaVersion') !== 2) return unsupported('the manifest is not of schema version 2');
  for (const field of foreign[kind]) {
    if (Object.hasOwn(body, field)) return malformed(`the ${kind} has ${quoted(field)}, which only another kind has`);
  }
  const annotations = annotationsOf(body);
  if (annotations === undefined) return malformed(`the annotations of the ${kind} are not all texts`);
  const subject = Object.hasOwn(body, 'subject') ? layer(own(body, 'subject'), 'subject') : undefined;
  if (subject !== undefined && 'kind' in subject) return subject;
  const shared = { mediaType, annotations, ...(subject === undefined ? {} : { subject }) };
  return kind === 'index' ? index(body, shared) : manifest(body, shared);
}

/** The media types that are asked for, which are all that are read. */
export const acceptedTypes: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

const kinds: ReadonlyMap<string, 'manifest' | 'index'> = new Map(
  acceptedTypes.map((type) => [type, /index|list/.test(type) ? 'index' : 'manifest'] as const),
);

/** Fields that make a body something else to another reader. */
const foreign = {
  index: ['config', 'layers', 'blobs', 'fsLayers', 'history', 'signatures'],
  manifest: ['manifests', 'blobs', 'fsLayers', 'history', 'signatures'],
} as const;

/**
 * Nodes read JSON as Go does, which ignores case in the names of fields: `Manifests` beside `manifests`, or `Digest` beside
 * `digest`, would show them another image than the one that is judged here. Annotations are no fields.
 */
function misspeltField(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    // Both ways, as Go folds: the long s and the Kelvin sign are letters to it.
    const meant = fields.get(name.toUpperCase().toLowerCase());
    if (meant !== undefined && meant !== name) return name;
    const within = name === 'annotations' ? undefined : misspeltField(inner);
    if (within !== undefined) return within;
  }
  return undefined;
}

const fields: ReadonlyMap<string, string> = new Map(
  [
    ...['schemaVersion', 'mediaType', 'artifactType', 'config', 'layers', 'manifests', 'subject', 'annotations'],
    ...['digest', 'size', 'urls', 'data', 'platform', 'os', 'architecture', 'variant', 'os.version', 'os.features'],
    ...foreign.index,
    ...foreign.manifest,
  ].map((name) => [name.toLowerCase(), name] as const),
);

function agreedType(body: Readonly<Record<string, unknown>>, contentType: string | undefined): string | Refusal {
  const header = contentType?.split(';')[0]?.trim().toLowerCase();
  const written = own(body, 'mediaType');
  if (own(body, 'schemaVersion') === 1) return unsupported('the manifest is of schema version 1');
  if (written !== undefined && typeof written !== 'string')
    return malformed('the mediaType of the manifest is no text');
  if (header !== undefined && written !== undefined && header !== written.toLowerCase()) {
    return malformed(`the registry says ${quoted(header)} and the manifest says ${quoted(written)}`);
  }
  const type = written ?? header;
  return type ?? malformed('neither the registry nor the manifest says which kind it is');
}

interface Shared {
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly subject?: Layer;
}

function manifest(body: Readonly<Record<string, unknown>>, shared: Shared): Read<OciManifest> {
  const config = layer(own(body, 'config'), 'config');
  if ('kind' in config) return config;
  const listed = own(body, 'layers');
  if (!Array.isArray(listed)) return malformed('the manifest has no list of layers');
  if (listed.length > limits.layers) return tooMany('LIMIT_BYTES', listed.length, 'layers', limits.layers);
  const layers: Layer[] = [];
  for (const [at, entry] of listed.entries()) {
    const read = layer(entry, `layers[${at}]`);
    if ('kind' in read) return read;
    if (/\.(?:foreign|nondistributable)\./.test(read.mediaType)) {
      return unsupported(`layers[${at}] is of type ${quoted(read.mediaType)}, which is kept outside of the registry`);
    }
    layers.push(read);
  }
  const artifactType = own(body, 'artifactType');
  if (artifactType !== undefined && typeof artifactType !== 'string') return malformed('the artifactType is no text');
  return found({
    kind: 'manifest',
    ...shared,
    ...(artifactType === undefined ? {} : { artifactType }),
    config,
    layers,
  });
}

function index(body: Readonly<Record<string, unknown>>, shared: Shared): Read<OciIndex> {
  const listed = own(body, 'manifests');
  if (!Array.isArray(listed)) return malformed('the index has no list of manifests');
  if (listed.length > limits.indexEntries)
    return tooMany('LIMIT_PLATFORMS', listed.length, 'manifests', limits.indexEntries);
  const manifests: Descriptor[] = [];
  for (const [at, entry] of listed.entries()) {
    const read = descriptor(entry, `manifests[${at}]`);
    if ('kind' in read) return read;
    manifests.push(read);
  }
  return found({ kind: 'index', ...shared, manifests });
}

function descriptor(value: unknown, where: string): Descriptor | Refusal {
  const read = layer(value, where);
  if ('kind' in read) return read;
  const artifactType = own(value, 'artifactType');
  if (artifactType !== undefined && typeof artifactType !== 'string')
    return malformed(`${where}.artifactType is no text`);
  const place = own(value, 'platform');
  const platform = place === undefined ? undefined : platformOf(place);
  if (place !== undefined && platform === undefined) return malformed(`${where}.platform is no platform`);
  return {
    ...read,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(platform === undefined ? {} : { platform }),
  };
}

function layer(value: unknown, where: string): Layer | Refusal {
  const mediaType = own(value, 'mediaType');
  const digest = own(value, 'digest');
  const size = own(value, 'size');
  if (typeof mediaType !== 'string') return malformed(`${where}.mediaType is no text`);
  const parsed = typeof digest === 'string' ? parseDigest(digest) : undefined;
  if (parsed === undefined) return malformed(`${where}.digest is no digest of sha256 or sha512`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    return malformed(`${where}.size is no number of bytes`);
  // A layer that is fetched from elsewhere is not what the registry holds, and nobody hashes it here.
  const urls = own(value, 'urls');
  if (urls !== undefined && !(Array.isArray(urls) && urls.length === 0))
    return unsupported(`${where} has urls: it is kept outside of the registry`);
  const annotations = annotationsOf(value);
  if (annotations === undefined) return malformed(`${where}.annotations are not all texts`);
  return { mediaType, digest: parsed, size, annotations };
}

function annotationsOf(value: unknown): Readonly<Record<string, string>> | undefined {
  const annotations = own(value, 'annotations');
  if (annotations === undefined) return {};
  if (!isRecord(annotations)) return undefined;
  const entries: [string, string][] = [];
  for (const [name, text] of Object.entries(annotations)) {
    if (typeof text !== 'string') return undefined;
    entries.push([name, text]);
  }
  return Object.fromEntries(entries);
}

function platformOf(value: unknown): Platform | undefined {
  const [os, architecture, variant, osVersion] = ['os', 'architecture', 'variant', 'os.version'].map((name) =>
    own(value, name),
  );
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined;
  if (variant !== undefined && typeof variant !== 'string') return undefined;
  if (osVersion !== undefined && typeof osVersion !== 'string') return undefined;
  return {
    os,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    ...(osVersion === undefined ? {} : { osVersion }),
  };
}

const malformed = (detail: string): Refusal => refusal('MANIFEST_MALFORMED', detail);
const unsupported = (detail: string): Refusal => refusal('MANIFEST_UNSUPPORTED', detail);
const tooMany = (code: 'LIMIT_BYTES' | 'LIMIT_PLATFORMS', count: number, what: string, most: number): Refusal =>
  refusal(code, `the manifest names ${count} ${what}; at most ${most} are read`);

/** From outside: shortened, and control characters escaped. */
const quoted = (text: string): string => JSON.stringify(text.slice(0, 100));
