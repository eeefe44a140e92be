import type { TransparencyLogEntry } from '@sigstore/bundle';
import { limits } from '../limits.ts';
import { type Rejection, rejection } from '../outcome.ts';
import { decodePem } from '../trust/certificate.ts';
import { Cursor, decodeBase64 } from './cursor.ts';
import { type ClaimedSigner, type Content, type EntityFormat, identify, type SignedEntity } from './entity.ts';
import { decodeJson, type Json, parseJson, textAt } from './json.ts';

/** The annotations of a layer, as its manifest has them. */
export type Annotations = Readonly<Record<string, string>>;

export const simpleSigningLayer = 'application/vnd.dev.cosign.simplesigning.v1+json';
export const envelopeLayer = 'application/vnd.dsse.envelope.v1+json';

/** A layer of cosign's `.sig` image -> entity: the payload as stored, all else in the annotations (SIGNATURE_SPEC.md). */
export function decodeSignatureLayer(payload: Uint8Array, annotations: Annotations): SignedEntity | Rejection {
  if (payload.length > limits.simpleSigningBytes) {
    return rejection(
      'LIMIT_ENTITY',
      `a signature payload of ${payload.length} bytes, more than ${limits.simpleSigningBytes}`,
    );
  }
  const signature = decodeBase64(annotation(annotations, 'dev.cosignproject.cosign/signature'));
  if (signature === undefined || signature.length === 0 || signature.length > limits.signatureBytes) {
    return malformed('the annotation dev.cosignproject.cosign/signature is not base64 of a signature');
  }
  const bytes = Buffer.from(payload);
  return fromLayer('cosign signature layer', { kind: 'payload', payload: bytes }, [signature], signature, annotations);
}

/** A layer of cosign's `.att` image -> entity: a DSSE envelope, with certificate and log entry in the annotations. */
export function decodeEnvelopeLayer(envelope: Uint8Array, annotations: Annotations): SignedEntity | Rejection {
  const read = readEnvelope(envelope);
  if ('detail' in read) return read;
  return fromLayer('cosign attestation layer', read.content, read.signatures, read.content.stored, annotations);
}

/** A DSSE envelope by itself -> entity. It may carry several signatures; keys are all that can prove them. */
export function decodeEnvelope(envelope: Uint8Array): SignedEntity | Rejection {
  const read = readEnvelope(envelope);
  if ('detail' in read) return read;
  const [first = read.content.stored] = read.signatures;
  return fromLayer('DSSE envelope', read.content, read.signatures, first, {});
}

interface Envelope {
  readonly content: Extract<Content, { kind: 'envelope' }> & { readonly stored: Buffer };
  readonly signatures: readonly Buffer[];
}

function readEnvelope(bytes: Uint8Array): Envelope | Rejection {
  if (bytes.length > limits.envelopeBytes) {
    return rejection('LIMIT_ENTITY', `an envelope of ${bytes.length} bytes, more than ${limits.envelopeBytes}`);
  }
  const json = decodeJson(bytes, { depth: limits.bundleDepth, values: limits.bundleValues });
  if (json.kind === 'problem') return malformed(`an envelope that is ${json.detail}`);
  const envelope = new Cursor(json.value, 'the envelope');
  const listed = envelope.field('signatures').items(limits.envelopeSignatures);
  if (listed.length === 0) envelope.reject('has no signatures');
  // DSSE: consumers ignore fields that they do not know, and key hints prove nothing.
  const signatures = listed.map((each) => {
    const signature = each.field('sig').bytes();
    if (signature.length > limits.signatureBytes) each.reject(`is longer than ${limits.signatureBytes} bytes`);
    return signature;
  });
  const payloadType = envelope.field('payloadType').text();
  const payload = envelope.field('payload').bytes();
  if (envelope.problem !== undefined) return malformed(envelope.problem);
  return { content: { kind: 'envelope', payloadType, payload, stored: Buffer.from(bytes) }, signatures };
}

function fromLayer(
  format: EntityFormat,
  content: Content,
  signatures: readonly Buffer[],
  timestamped: Buffer,
  annotations: Annotations,
): SignedEntity | Rejection {
  const signer = signerOf(annotation(annotations, 'dev.sigstore.cosign/certificate'));
  if ('detail' in signer) return signer;
  const logEntries = logEntriesOf(annotation(annotations, 'dev.sigstore.cosign/bundle'));
  if ('detail' in logEntries) return logEntries;
  const timestamps = timestampsOf(annotation(annotations, 'dev.sigstore.cosign/rfc3161timestamp'));
  if ('detail' in timestamps) return timestamps;
  const stored =
    content.kind === 'envelope' ? content.stored : content.kind === 'payload' ? content.payload : undefined;
  const kept = entityAnnotations.map((name) => Buffer.from(annotation(annotations, name)));
  const id = identify(format, [stored ?? Buffer.alloc(0), ...kept]);
  return { kind: 'entity', id, format, content, signatures, signer, logEntries, timestamps, timestamped };
}

/** What of the annotations can change what is proven; others (`predicateType`) are hints. */
const entityAnnotations = [
  'dev.cosignproject.cosign/signature',
  'dev.sigstore.cosign/certificate',
  'dev.sigstore.cosign/bundle',
  'dev.sigstore.cosign/rfc3161timestamp',
];

const annotation = (annotations: Annotations, name: string): string =>
  Object.hasOwn(annotations, name) ? (annotations[name] ?? '') : '';

function signerOf(pem: string): ClaimedSigner | Rejection {
  if (pem === '') return { kind: 'key' };
  const blocks = pem.length > limits.pemBytes ? undefined : decodePem(pem, 'CERTIFICATE');
  const [der] = blocks ?? [];
  if (blocks === undefined || der === undefined) {
    return malformed('the annotation dev.sigstore.cosign/certificate is not PEM');
  }
  if (blocks.length > limits.suppliedCertificates) {
    return rejection('LIMIT_ENTITY', `${blocks.length} certificates, more than ${limits.suppliedCertificates}`);
  }
  return { kind: 'certificate', der, legacy: true };
}

/** cosign's own bundle: the log's promise (SET) over body, time, index and log, without a proof (cosign/bundle/rekor.go). */
function logEntriesOf(text: string): readonly TransparencyLogEntry[] | Rejection {
  if (text === '') return [];
  const json = parseAnnotation(text, limits.logBodyBytes * 2);
  if (json.kind === 'problem') return malformed(`the annotation dev.sigstore.cosign/bundle is ${json.detail}`);
  const bundle = new Cursor(json.value, 'the annotation dev.sigstore.cosign/bundle');
  const payload = bundle.field('Payload');
  const canonicalizedBody = payload.field('body').bytes();
  const keyId = payload.field('logID').text();
  if (!/^[0-9a-f]{64}$/.test(keyId)) payload.reject('has a logID that is not 64 hex digits');
  const body = decodeJson(canonicalizedBody, { depth: limits.bundleDepth, values: limits.bundleValues });
  if (body.kind === 'problem') payload.reject(`has a body that is ${body.detail}`);
  const value = body.kind === 'json' ? body.value : undefined;
  const entry: TransparencyLogEntry = {
    logIndex: payload.field('logIndex').count(),
    logId: { keyId: Buffer.from(keyId, 'hex') },
    kindVersion: { kind: textAt(value, 'kind'), version: textAt(value, 'apiVersion') },
    integratedTime: payload.field('integratedTime').count(),
    inclusionPromise: { signedEntryTimestamp: bundle.field('SignedEntryTimestamp').bytes() },
    inclusionProof: undefined,
    canonicalizedBody,
  };
  return bundle.problem === undefined ? [entry] : malformed(bundle.problem);
}

function timestampsOf(text: string): readonly Buffer<ArrayBuffer>[] | Rejection {
  if (text === '') return [];
  const json = parseAnnotation(text, limits.timestampBytes * 2);
  if (json.kind === 'problem')
    return malformed(`the annotation dev.sigstore.cosign/rfc3161timestamp is ${json.detail}`);
  const holder = new Cursor(json.value, 'the annotation dev.sigstore.cosign/rfc3161timestamp');
  const timestamp = holder.field('SignedRFC3161Timestamp').bytes();
  return holder.problem === undefined ? [timestamp] : malformed(holder.problem);
}

/** Base64 in JSON, of at most so many characters; what is longer is not cut off, for the rest would be read by nobody. */
const parseAnnotation = (text: string, most: number): Json =>
  text.length > most
    ? { kind: 'problem', detail: `longer than ${most} characters` }
    : parseJson(text, { depth: limits.bundleDepth, values: limits.bundleValues });

const malformed = (detail: string): Rejection => rejection('ENTITY_MALFORMED', detail);
