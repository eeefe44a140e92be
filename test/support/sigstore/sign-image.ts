import type { Publisher } from '../registry/index.ts';
import { attachBundle, attachEnvelope, attachSignature, type BundlePlace, type Subject } from './attach.ts';
import { signEnvelope, signMessage, type SignatureWish, type Signed, type Signer } from './sign.ts';

/** What cosign's signatures are called where they are statements. */
export const cosignSignPredicate = 'https://sigstore.dev/cosign/sign/v1';

/** An image to be signed and how. Everything that is not said is as cosign does it. */
export interface ImageSignature extends SignatureWish, BundlePlace {
  readonly registry: Publisher;
  readonly repository: string;
  /** The image that the signature is attached to. */
  readonly digest: string;
  readonly as: Signer;
  /** `sig-tag`: simple signing under a `.sig` tag, cosign 2. `bundle`: a DSSE bundle as a referrer, cosign 3. */
  readonly format: 'sig-tag' | 'bundle';
  /** The digest that the signed bytes name; the image's by default. */
  readonly subject?: string;
  /** The name that the simple-signing payload carries. */
  readonly dockerReference?: string;
  /** Annotations of the signer, as `cosign sign -a`. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** The signed bytes, instead of any that would be built. */
  readonly payload?: string;
  readonly payloadType?: string;
}

/** An attestation about an image. */
export interface ImageAttestation extends Omit<ImageSignature, 'format' | 'predicateType'> {
  /** `att-tag`: an envelope under a `.att` tag, cosign 2. `bundle`: a referrer, cosign 3. */
  readonly format: 'att-tag' | 'bundle';
  readonly predicateType: string;
  readonly predicate: unknown;
  /** The type that the manifest's annotation declares, where it lies. */
  readonly declaredType?: string;
}

/** What was written. */
export interface Attached {
  readonly signed: Signed;
  /** The digest of the manifest that carries it. */
  readonly manifest: string;
}

const inToto = 'application/vnd.in-toto+json';

/** Signs an image without cosign, exactly as cosign 2 or 3 would have, and attaches the signature. */
export async function signImage(how: ImageSignature): Promise<Attached> {
  const image: Subject = { repository: how.repository, digest: how.digest };
  if (how.format === 'sig-tag') {
    const signed = signMessage(Buffer.from(how.payload ?? simpleSigning(how)), how.as, how);
    return { signed, manifest: await attachSignature(how.registry, image, signed) };
  }
  const statement = how.payload ?? statementOf(how, cosignSignPredicate, {});
  const signed = signEnvelope(Buffer.from(statement), how.payloadType ?? inToto, how.as, how);
  return { signed, manifest: await attachBundle(how.registry, image, signed, how) };
}

/** Attests to something about an image and attaches the attestation. */
export async function attestImage(how: ImageAttestation): Promise<Attached> {
  const image: Subject = { repository: how.repository, digest: how.digest };
  const statement = how.payload ?? statementOf(how, how.predicateType, how.predicate);
  const signed = signEnvelope(Buffer.from(statement), how.payloadType ?? inToto, how.as, how);
  const declared = how.declaredType ?? how.predicateType;
  const manifest =
    how.format === 'att-tag'
      ? await attachEnvelope(how.registry, image, signed, declared)
      : await attachBundle(how.registry, image, signed, { ...how, predicateType: declared });
  return { signed, manifest };
}

type About = Pick<ImageSignature, 'registry' | 'repository' | 'digest' | 'subject' | 'dockerReference' | 'annotations'>;

/** The payload under a `.sig` tag (containers/image, "simple signing"). */
function simpleSigning(how: About): string {
  return JSON.stringify({
    critical: {
      identity: { 'docker-reference': how.dockerReference ?? `${how.registry.host}/${how.repository}` },
      image: { 'docker-manifest-digest': how.subject ?? how.digest },
      type: 'cosign container image signature',
    },
    optional: how.annotations ?? null,
  });
}

function statementOf(how: About, predicateType: string, predicate: unknown): string {
  const [algorithm = 'sha256', hex] = (how.subject ?? how.digest).split(':');
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { [algorithm]: hex }, annotations: how.annotations ?? {} }],
    predicateType,
    predicate,
  });
}
