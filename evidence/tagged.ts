import {
  type Annotations,
  decodeEnvelopeLayer,
  decodeSignatureLayer,
  envelopeLayer,
  simpleSigningLayer,
} from './attestation/legacy.ts';
import type { SignedEntity } from './attestation/entity.ts';
import { type Digest, digestAlgorithm, digestHex } from './image/digest.ts';
import type { Repository } from './image/reference.ts';
import { limits } from './limits.ts';
import type { Source } from './need.ts';
import { type Rejection, refusal } from './outcome.ts';
import { mayBe, type Part, type Sought, tooMany, vanished } from './part.ts';
import type { RegistryClient, RequestScope } from './registry/client.ts';
import type { OciManifest } from './registry/manifest.ts';

/** One of cosign's tags beside an image. */
interface CosignTag {
  readonly suffix: 'sig' | 'att';
  readonly via: Source['via'];
  readonly mediaType: string;
  readonly layerBytes: number;
  readonly decode: (bytes: Uint8Array, annotations: Annotations) => SignedEntity | Rejection;
}

const tags: Readonly<Record<Sought['kind'], CosignTag>> = {
  signatures: {
    suffix: 'sig',
    via: 'sig-tag',
    mediaType: simpleSigningLayer,
    layerBytes: limits.simpleSigningBytes,
    decode: decodeSignatureLayer,
  },
  attestations: {
    suffix: 'att',
    via: 'att-tag',
    mediaType: envelopeLayer,
    layerBytes: limits.envelopeBytes,
    decode: decodeEnvelopeLayer,
  },
};

/** The layers of cosign's `.sig` or `.att` tag (cosign, SIGNATURE_SPEC.md and ATTESTATION_SPEC.md). */
export async function taggedLayers(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  scope: RequestScope,
  sought: Sought,
): Promise<Part[]> {
  // A tag has at most 128 characters, so cosign has none for a SHA-512; a registry's answer to one would be no outage.
  if (digestAlgorithm(digest) !== 'sha256') return [];
  const tag = tags[sought.kind];
  const read = await client.tagged(repository, `sha256-${digestHex(digest)}.${tag.suffix}`, scope);
  if (read.kind !== 'found') return read.kind === 'absent' ? [] : [read];
  const { parsed } = read.value;
  const layers = (parsed.kind === 'manifest' ? parsed.layers : []).filter(
    ({ mediaType, annotations }) => mediaType === tag.mediaType && mayBe(sought, annotations['predicateType']),
  );
  const excess = tooMany(sought, layers.length);
  if (excess !== undefined) return [excess];
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  if (total > limits.bundlesBytes) {
    const detail = `the layers of ${tag.suffix} have ${total} bytes together; at most ${limits.bundlesBytes} are read`;
    return [refusal('LIMIT_BYTES', detail)];
  }
  const source: Source = { via: tag.via, manifest: read.value.digest };
  return (await Promise.all(layers.map((layer) => entity(client, repository, { tag, layer, source }, scope)))).flat();
}

interface PlacedLayer {
  readonly tag: CosignTag;
  readonly layer: OciManifest['layers'][number];
  readonly source: Source;
}

async function entity(
  client: RegistryClient,
  repository: Repository,
  { tag, layer, source }: PlacedLayer,
  scope: RequestScope,
): Promise<Part[]> {
  const blob = await client.blob(repository, layer, tag.layerBytes, scope);
  if (blob.kind !== 'found') return vanished(blob);
  const bytes = blob.value.length + limits.annotationsBytes;
  return [{ kind: 'candidate', candidate: { source, entity: tag.decode(blob.value, layer.annotations), bytes } }];
}
