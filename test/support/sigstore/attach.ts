import { type Publisher, sha256 } from '../registry/index.ts';
import { type BundleVersion, bundleMediaType, bundleOf } from './bundle.ts';
import { certificatePem } from './certificate.ts';
import { envelopeOf, type Signed } from './sign.ts';

/** The image that something is attached to. */
export interface Subject {
  readonly repository: string;
  readonly digest: string;
}

/** How a bundle is attached. */
export interface BundlePlace {
  /** `referrers`: the registry lists it. `fallback-tag`: the client keeps the list under `sha256-HEX`, as for registries without the API. */
  readonly via?: 'referrers' | 'fallback-tag';
  readonly version?: BundleVersion;
  /** The artifactType in the descriptor of the fallback tag; some clients write the type of the empty config there. */
  readonly listedAs?: string;
  readonly predicateType?: string;
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const emptyType = 'application/vnd.oci.empty.v1+json';

/** Attaches a bundle as cosign 3 does: a manifest with the image as its subject. Its digest. */
export async function attachBundle(
  registry: Publisher,
  subject: Subject,
  signed: Signed,
  place: BundlePlace = {},
): Promise<string> {
  const bytes = Buffer.from(JSON.stringify(bundleOf(signed, place.version)));
  return attachDocument(registry, subject, bytes, place);
}

/** Attaches any bytes in the place of a bundle. */
export async function attachDocument(
  registry: Publisher,
  subject: Subject,
  bytes: Buffer,
  place: BundlePlace = {},
): Promise<string> {
  const { repository } = subject;
  const artifactType = bundleMediaType(place.version);
  const image = await registry.getManifest(repository, subject.digest);
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType,
    config: { mediaType: emptyType, size: 2, digest: await registry.putBlob(repository, Buffer.from('{}')) },
    layers: [{ mediaType: artifactType, size: bytes.length, digest: await registry.putBlob(repository, bytes) }],
    annotations: {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      'dev.sigstore.bundle.predicateType': place.predicateType ?? 'https://sigstore.dev/cosign/sign/v1',
      'org.opencontainers.image.created': '2026-01-01T00:00:00Z',
    },
    subject: { mediaType: image?.mediaType ?? manifestType, size: image?.bytes.length ?? 0, digest: subject.digest },
  };
  const text = Buffer.from(JSON.stringify(manifest));
  const digest = sha256(text);
  await registry.putManifest(repository, digest, manifestType, text);
  if (place.via === 'fallback-tag') {
    const descriptor = {
      mediaType: manifestType,
      size: text.length,
      digest,
      artifactType: place.listedAs ?? artifactType,
    };
    await list(registry, subject, descriptor);
  }
  return digest;
}

async function list(registry: Publisher, subject: Subject, descriptor: Record<string, unknown>): Promise<void> {
  const tag = subject.digest.replace(':', '-');
  const before = await registry.getManifest(subject.repository, tag);
  const known = before ? (JSON.parse(before.bytes.toString('utf8')) as { manifests: unknown[] }).manifests : [];
  const index = { schemaVersion: 2, mediaType: indexType, manifests: [...known, descriptor] };
  await registry.putManifest(subject.repository, tag, indexType, Buffer.from(JSON.stringify(index)));
}

/** What the layer of a signature under a `.sig` tag says beside its payload. */
export const simpleSigningAnnotations = (signed: Signed): Record<string, string> => ({
  'dev.cosignproject.cosign/signature': signed.signature.toString('base64'),
  ...legacy(signed),
});

/** Adds a signature to the `.sig` tag of an image, as cosign 2 does. The digest of the tag's manifest. */
export const attachSignature = (registry: Publisher, subject: Subject, signed: Signed): Promise<string> =>
  addLayer(registry, subject, 'sig', {
    mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
    bytes: signed.payload,
    annotations: simpleSigningAnnotations(signed),
  });

/** Adds an envelope to the `.att` tag of an image, as cosign 2 does. The digest of the tag's manifest. */
export const attachEnvelope = (
  registry: Publisher,
  subject: Subject,
  signed: Signed,
  predicateType: string,
): Promise<string> =>
  addLayer(registry, subject, 'att', {
    mediaType: 'application/vnd.dsse.envelope.v1+json',
    bytes: Buffer.from(JSON.stringify(envelopeOf(signed))),
    annotations: { 'dev.cosignproject.cosign/signature': '', predicateType, ...legacy(signed) },
  });

function legacy({ chain, entry, timestamp }: Signed): Record<string, string> {
  const [leaf, ...above] = chain;
  const bundle = entry && {
    SignedEntryTimestamp: entry.promised ? entry.entry.signedEntryTimestamp.toString('base64') : '',
    Payload: {
      body: entry.entry.body.toString('base64'),
      integratedTime: entry.entry.integratedTime,
      logIndex: entry.entry.logIndex,
      logID: entry.entry.logId.toString('hex'),
    },
  };
  return {
    ...(bundle ? { 'dev.sigstore.cosign/bundle': JSON.stringify(bundle) } : {}),
    ...(leaf
      ? {
          'dev.sigstore.cosign/certificate': certificatePem(leaf),
          'dev.sigstore.cosign/chain': above.map(certificatePem).join(''),
        }
      : {}),
    ...(timestamp
      ? {
          'dev.sigstore.cosign/rfc3161timestamp': JSON.stringify({
            SignedRFC3161Timestamp: timestamp.toString('base64'),
          }),
        }
      : {}),
  };
}

interface Layer {
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly annotations: Readonly<Record<string, string>>;
}

async function addLayer(registry: Publisher, subject: Subject, suffix: 'sig' | 'att', layer: Layer): Promise<string> {
  const { repository } = subject;
  const tag = `${subject.digest.replace(':', '-')}.${suffix}`;
  const before = await registry.getManifest(repository, tag);
  const known = before ? (JSON.parse(before.bytes.toString('utf8')) as { layers: { digest: string }[] }).layers : [];
  const { mediaType, bytes, annotations } = layer;
  const layers = [
    ...known,
    { mediaType, size: bytes.length, digest: await registry.putBlob(repository, bytes), annotations },
  ];
  const config = Buffer.from(
    JSON.stringify({
      architecture: '',
      created: '0001-01-01T00:00:00Z',
      history: layers.map(() => ({ created: '0001-01-01T00:00:00Z' })),
      os: '',
      rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
      config: {},
    }),
  );
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      size: config.length,
      digest: await registry.putBlob(repository, config),
    },
    layers,
  };
  return registry.putManifest(repository, tag, manifestType, Buffer.from(JSON.stringify(manifest)));
}
