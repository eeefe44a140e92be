import { decodeBundle } from './attestation/bundle.ts';
import { recogniseForeign } from './attestation/foreign.ts';
import { decodeSignatureLayer, simpleSigningLayer } from './attestation/legacy.ts';
import { type Digest, digestAlgorithm, digestHex } from './image/digest.ts';
import type { Repository } from './image/reference.ts';
import { limits } from './limits.ts';
import type { Candidate, Source } from './need.ts';
import { type Gap, type Read, type Refusal, refusal } from './outcome.ts';
import type { RegistryClient, RequestScope } from './registry/client.ts';
import type { Descriptor, OciManifest } from './registry/manifest.ts';

/**
 * Gathers everything that claims to sign a digest: bundles through the referrers API or its fallback tag, and cosign's
 * `.sig` tag. Both are asked at once, so that no format costs more time than another, and neither replaces the other.
 */
export async function discover(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  scope: RequestScope,
): Promise<Discovery> {
  const [referred, tagged] = await Promise.all([
    bundles(client, repository, digest, scope),
    simpleSignings(client, repository, digest, scope),
  ]);
  const parts = [referred, tagged].flat();
  const refused = parts.find((part) => part.kind === 'refusal');
  if (refused?.kind === 'refusal') return refused;
  const candidates = parts.flatMap((part) => (part.kind === 'candidate' ? [part.candidate] : []));
  const missing = parts.find((part) => part.kind === 'gap');
  return { kind: 'discovered', candidates, ...(missing?.kind === 'gap' ? { missing } : {}) };
}

/** What was found; `missing` says that there may be more. A refusal taints the whole. */
export type Discovery =
  | { readonly kind: 'discovered'; readonly candidates: readonly Candidate[]; readonly missing?: Gap }
  | Refusal;

type Part = { readonly kind: 'candidate'; readonly candidate: Candidate } | Gap | Refusal;

async function bundles(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  scope: RequestScope,
): Promise<Part[]> {
  const read = await client.referrers(repository, digest, scope);
  if (read.kind !== 'found') return read.kind === 'absent' ? [] : [read];
  const { descriptors, via } = read.value;
  const wanted = descriptors.filter(mayBeSignature);
  if (wanted.length > limits.signaturesPerImage) return [tooMany(wanted.length)];
  const placed = (
    await Promise.all(
      wanted.map((descriptor) => place(client, repository, { via, manifest: descriptor.digest }, scope)),
    )
  ).flat();
  const total = placed.reduce((sum, part) => sum + (part.kind === 'placed' ? part.layer.size : 0), 0);
  if (total > limits.bundlesBytes) return [tooLong(total)];
  const found = placed.map(
    async (part): Promise<Part[]> => (part.kind === 'placed' ? await bundle(client, repository, part, scope) : [part]),
  );
  return (await Promise.all(found))
    .flat()
    .concat(descriptors.slice(0, limits.signaturesPerImage).flatMap((descriptor) => foreign(descriptor, via)));
}

/** Where the bytes of a bundle lie, which are asked for once it is known how many there are of all together. */
interface Placed {
  readonly kind: 'placed';
  readonly layer: OciManifest['layers'][number];
  readonly source: Source;
}

async function place(
  client: RegistryClient,
  repository: Repository,
  source: Source,
  scope: RequestScope,
): Promise<(Placed | Gap | Refusal)[]> {
  const read = await client.manifest(repository, source.manifest, scope);
  if (read.kind !== 'found') return vanished(read);
  const { parsed } = read.value;
  const [layer] = parsed.kind === 'manifest' ? parsed.layers : [];
  return layer === undefined || !isBundleType(layer.mediaType) ? [] : [{ kind: 'placed', layer, source }];
}

/** What is known and not verified here costs no request, and is only there to be explained. */
function foreign({ artifactType, digest }: Descriptor, via: Source['via']): Part[] {
  const rejection = recogniseForeign(artifactType ?? '');
  return rejection === undefined
    ? []
    : [{ kind: 'candidate', candidate: { source: { via, manifest: digest }, entity: rejection, bytes: 256 } }];
}

/**
 * cosign 3 leaves the artifact type empty, so the type cannot choose; the predicate annotation, a hint of whoever pushed,
 * can only hide the pusher's own bundle.
 */
function mayBeSignature({ artifactType, annotations }: Descriptor): boolean {
  const type = artifactType ?? emptyType;
  if (type !== emptyType && !isBundleType(type)) return false;
  const predicate = annotations['dev.sigstore.bundle.predicateType'];
  return predicate === undefined || predicate === 'https://sigstore.dev/cosign/sign/v1';
}

const emptyType = 'application/vnd.oci.empty.v1+json';

/** Sigstore bundle specification, "Media type". */
const isBundleType = (type: string): boolean =>
  /^application\/vnd\.dev\.sigstore\.bundle(\.v[0-9.]+)?\+json(;version=[0-9.]+)?$/.test(type);

async function bundle(
  client: RegistryClient,
  repository: Repository,
  { layer, source }: Placed,
  scope: RequestScope,
): Promise<Part[]> {
  const blob = await client.blob(repository, layer, limits.bundleBytes, scope);
  if (blob.kind !== 'found') return vanished(blob);
  return [{ kind: 'candidate', candidate: { source, entity: decodeBundle(blob.value), bytes: blob.value.length } }];
}

async function simpleSignings(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  scope: RequestScope,
): Promise<Part[]> {
  // A tag has at most 128 characters, so cosign has none for a SHA-512; a registry's answer to one would be no outage.
  if (digestAlgorithm(digest) !== 'sha256') return [];
  const read = await client.tagged(repository, `sha256-${digestHex(digest)}.sig`, scope);
  if (read.kind !== 'found') return read.kind === 'absent' ? [] : [read];
  const { parsed } = read.value;
  const layers =
    parsed.kind === 'manifest' ? parsed.layers.filter(({ mediaType }) => mediaType === simpleSigningLayer) : [];
  if (layers.length > limits.signaturesPerImage) return [tooMany(layers.length)];
  const source: Source = { via: 'sig-tag', manifest: read.value.digest };
  return (await Promise.all(layers.map((layer) => simpleSigning(client, repository, layer, source, scope)))).flat();
}

async function simpleSigning(
  client: RegistryClient,
  repository: Repository,
  layer: OciManifest['layers'][number],
  source: Source,
  scope: RequestScope,
): Promise<Part[]> {
  const blob = await client.blob(repository, layer, limits.simpleSigningBytes, scope);
  if (blob.kind !== 'found') return vanished(blob);
  return [
    {
      kind: 'candidate',
      candidate: {
        source,
        entity: decodeSignatureLayer(blob.value, layer.annotations),
        bytes: blob.value.length + limits.annotationsBytes,
      },
    },
  ];
}

/** What a list names and the registry does not have was removed meanwhile: one signature less, nothing more. */
const vanished = (read: Exclude<Read<unknown>, { kind: 'found' }>): (Gap | Refusal)[] =>
  read.kind === 'absent' ? [] : [read];

const tooMany = (count: number): Refusal =>
  refusal(
    'LIMIT_SIGNATURES',
    `${count} signatures are attached to this digest; at most ${limits.signaturesPerImage} are looked at`,
  );

const tooLong = (bytes: number): Refusal =>
  refusal(
    'LIMIT_BYTES',
    `the bundles attached to this digest have ${bytes} bytes together; at most ${limits.bundlesBytes} are read`,
  );
