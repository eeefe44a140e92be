import { decodeBundle } from './attestation/bundle.ts';
import { recogniseForeign } from './attestation/foreign.ts';
import type { Digest } from './image/digest.ts';
import type { Repository } from './image/reference.ts';
import { limits } from './limits.ts';
import type { Source } from './need.ts';
import { type Gap, type Refusal, refusal } from './outcome.ts';
import { mayBe, type Part, type Sought, tooMany, vanished } from './part.ts';
import type { RegistryClient, RequestScope } from './registry/client.ts';
import type { Descriptor, OciManifest } from './registry/manifest.ts';

/** Sigstore bundles that the referrers API, or its fallback tag, lists for a digest. */
export async function referredBundles(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  scope: RequestScope,
  sought: Sought,
): Promise<Part[]> {
  const read = await client.referrers(repository, digest, scope);
  if (read.kind !== 'found') return read.kind === 'absent' ? [] : [read];
  const { descriptors, via } = read.value;
  const wanted = descriptors.filter((descriptor) => mayBeBundle(descriptor, sought));
  const excess = tooMany(sought, wanted.length);
  if (excess !== undefined) return [excess];
  const placed = (
    await Promise.all(
      wanted.map((descriptor) => place(client, repository, { via, manifest: descriptor.digest }, scope)),
    )
  ).flat();
  const total = placed.reduce((sum, part) => sum + (part.kind === 'placed' ? part.layer.size : 0), 0);
  if (total > limits.bundlesBytes) return [tooLong(total)];
  const found = await Promise.all(
    placed.map(
      async (part): Promise<Part[]> =>
        part.kind === 'placed' ? await bundle(client, repository, part, scope) : [part],
    ),
  );
  return found.flat().concat(sought.kind === 'signatures' ? foreignSignatures(descriptors, via) : []);
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
const foreignSignatures = (descriptors: readonly Descriptor[], via: Source['via']): Part[] =>
  descriptors.slice(0, limits.signaturesPerImage).flatMap(({ artifactType, digest }): Part[] => {
    const rejection = recogniseForeign(artifactType ?? '');
    return rejection === undefined
      ? []
      : [{ kind: 'candidate', candidate: { source: { via, manifest: digest }, entity: rejection, bytes: 256 } }];
  });

/** cosign 3 leaves the artifact type empty, so the type cannot choose. */
function mayBeBundle({ artifactType, annotations }: Descriptor, sought: Sought): boolean {
  const type = artifactType ?? emptyType;
  if (type !== emptyType && !isBundleType(type)) return false;
  return mayBe(sought, annotations['dev.sigstore.bundle.predicateType']);
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

const tooLong = (bytes: number): Refusal =>
  refusal(
    'LIMIT_BYTES',
    `the bundles attached to this digest have ${bytes} bytes together; at most ${limits.bundlesBytes} are read`,
  );
