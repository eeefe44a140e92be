import type { TransparencyLogEntry } from '@sigstore/bundle';
import { limits } from '../limits.ts';
import { type Rejection, rejection } from '../outcome.ts';
import { decodeCertificate } from '../trust/certificate.ts';
import type { Hash } from '../trust/key.ts';
import { Cursor } from './cursor.ts';
import { type ClaimedSigner, type Content, type EntityFormat, identify, type SignedEntity } from './entity.ts';
import { decodeJson } from './json.ts';

/**
 * Bytes of a Sigstore bundle -> entity (protobuf-specs, sigstore_bundle.proto; evidence model, 4.0 step 2). Sizes,
 * depth and counts are bounded before anything is decoded; a field that the version does not have is refused.
 */
export function decodeBundle(bytes: Uint8Array): SignedEntity | Rejection {
  if (bytes.length > limits.bundleBytes) {
    return rejection('LIMIT_ENTITY', `a bundle of ${bytes.length} bytes, more than ${limits.bundleBytes}`);
  }
  const json = decodeJson(bytes, { depth: limits.bundleDepth, values: limits.bundleValues });
  if (json.kind === 'problem') return rejection('ENTITY_MALFORMED', `a bundle that is ${json.detail}`);
  const bundle = new Cursor(json.value, 'the bundle');
  const mediaType = bundle.field('mediaType').text();
  const format = formats.get(mediaType);
  if (bundle.problem !== undefined) return rejection('ENTITY_MALFORMED', bundle.problem);
  if (format === undefined) {
    return rejection('FORMAT_UNSUPPORTED', `a bundle of media type ${JSON.stringify(mediaType.slice(0, 128))}`);
  }
  const entity = read(bundle, format, bytes);
  return bundle.problem === undefined ? entity : rejection('ENTITY_MALFORMED', bundle.problem);
}

const formats = new Map<string, EntityFormat>([
  ['application/vnd.dev.sigstore.bundle+json;version=0.1', 'bundle v0.1'],
  ['application/vnd.dev.sigstore.bundle+json;version=0.2', 'bundle v0.2'],
  ['application/vnd.dev.sigstore.bundle+json;version=0.3', 'bundle v0.3'],
  ['application/vnd.dev.sigstore.bundle.v0.3+json', 'bundle v0.3'],
]);

function read(bundle: Cursor, format: EntityFormat, bytes: Uint8Array): SignedEntity {
  bundle.only('mediaType', 'verificationMaterial', 'messageSignature', 'dsseEnvelope');
  const material = bundle
    .field('verificationMaterial')
    .only('publicKey', 'x509CertificateChain', 'certificate', 'tlogEntries', 'timestampVerificationData');
  const { content, signature } = contentOf(bundle);
  return {
    kind: 'entity',
    id: identify(format, [bytes]),
    format,
    content,
    signatures: [signature],
    signer: signerOf(material, format),
    logEntries: material
      .field('tlogEntries')
      .items(limits.logEntries)
      .map((entry) => logEntry(entry, format)),
    timestamps: timestampsOf(material),
    timestamped: signature,
  };
}

interface Signed {
  readonly content: Content;
  readonly signature: Buffer;
}

function contentOf(bundle: Cursor): Signed {
  if (bundle.has('messageSignature') === bundle.has('dsseEnvelope')) {
    bundle.reject('has both or none of messageSignature and dsseEnvelope');
  }
  return bundle.has('dsseEnvelope')
    ? envelopeOf(bundle.field('dsseEnvelope'))
    : messageOf(bundle.field('messageSignature'));
}

function envelopeOf(envelope: Cursor): Signed {
  envelope.only('payload', 'payloadType', 'signatures');
  const signatures = envelope.field('signatures').items(limits.envelopeSignatures);
  const [first] = signatures;
  // What a second signature would vouch for, verifiers that look at the first only do not see.
  if (first === undefined || signatures.length > 1) envelope.reject(`has ${signatures.length} signatures, not one`);
  const signature = first === undefined ? Buffer.alloc(0) : signatureOf(first.only('sig', 'keyid').field('sig'));
  const content: Content = {
    kind: 'envelope',
    payloadType: envelope.field('payloadType').text(),
    payload: envelope.field('payload').bytes(),
  };
  return { content, signature };
}

function messageOf(message: Cursor): Signed {
  const digest = message.only('messageDigest', 'signature').field('messageDigest').only('algorithm', 'digest');
  const algorithm = digest.field('algorithm');
  const hash = hashes.get(algorithm.text());
  if (hash === undefined) algorithm.reject(`is not one of ${[...hashes.keys()].join(', ')}`);
  const content: Content = { kind: 'message', hash: hash ?? 'sha256', digest: digest.field('digest').bytes() };
  return { content, signature: signatureOf(message.field('signature')) };
}

const hashes = new Map<string, Hash>([
  ['SHA2_256', 'sha256'],
  ['SHA2_384', 'sha384'],
  ['SHA2_512', 'sha512'],
]);

function signatureOf(field: Cursor): Buffer {
  const signature = field.bytes();
  if (signature.length > limits.signatureBytes) field.reject(`is longer than ${limits.signatureBytes} bytes`);
  return signature;
}

function signerOf(material: Cursor, format: EntityFormat): ClaimedSigner {
  const named = ['publicKey', 'x509CertificateChain', 'certificate'].filter((name) => material.has(name));
  if (named.length !== 1) material.reject('has not exactly one of publicKey, x509CertificateChain and certificate');
  if (material.has('publicKey')) {
    material.field('publicKey').only('hint');
    return { kind: 'key' };
  }
  if (material.has('certificate')) return leaf(material.field('certificate'));
  const chain = material.field('x509CertificateChain');
  if (format === 'bundle v0.3') chain.reject('is not part of a bundle v0.3, which carries the leaf alone');
  const certificates = chain.only('certificates').field('certificates').items(limits.suppliedCertificates);
  const [first, ...others] = certificates;
  if (first === undefined) chain.reject('is empty');
  for (const other of others)
    if (isRoot(other.field('rawBytes').bytes())) other.reject('is a root, which only trust can add');
  return leaf(first ?? chain);
}

/** protobuf-specs: a signer sends no root, so that no verifier is tempted to believe one that came along. */
function isRoot(der: Buffer): boolean {
  const certificate = decodeCertificate(der);
  return 'x509' in certificate && certificate.x509.subject.equals(certificate.x509.issuer);
}

const leaf = (certificate: Cursor): ClaimedSigner => ({
  kind: 'certificate',
  der: certificate.only('rawBytes').field('rawBytes').bytes(),
  legacy: false,
});

function logEntry(entry: Cursor, format: EntityFormat): TransparencyLogEntry {
  entry.only(...entryFields);
  const promise = entry.has('inclusionPromise')
    ? entry.field('inclusionPromise').only('signedEntryTimestamp')
    : undefined;
  // v0.1 had proofs without checkpoints, which prove nothing; its promise is what counts.
  const proof = entry.has('inclusionProof') ? entry.field('inclusionProof') : undefined;
  const useful = format !== 'bundle v0.1' || proof?.has('checkpoint') === true ? proof : undefined;
  if (format === 'bundle v0.1' && promise === undefined) entry.reject('has no inclusion promise');
  if (format !== 'bundle v0.1' && proof === undefined) entry.reject('has no inclusion proof');
  const kind = entry.field('kindVersion').only('kind', 'version');
  const body = entry.field('canonicalizedBody');
  const canonicalizedBody = body.bytes();
  if (canonicalizedBody.length > limits.logBodyBytes) body.reject(`is longer than ${limits.logBodyBytes} bytes`);
  return {
    // The index among all shards; Rekor v2 and protobuf leave out a zero.
    logIndex: entry.has('logIndex') ? entry.field('logIndex').count() : '0',
    logId: { keyId: entry.field('logId').only('keyId').field('keyId').bytes() },
    kindVersion: { kind: kind.field('kind').text(), version: kind.field('version').text() },
    integratedTime: entry.has('integratedTime') ? entry.field('integratedTime').count() : '0',
    inclusionPromise: promise && { signedEntryTimestamp: signatureOf(promise.field('signedEntryTimestamp')) },
    inclusionProof: useful && inclusionProof(useful),
    canonicalizedBody,
  };
}

const entryFields = [
  'logIndex',
  'logId',
  'kindVersion',
  'integratedTime',
  'inclusionPromise',
  'inclusionProof',
  'canonicalizedBody',
];

function inclusionProof(proof: Cursor): NonNullable<TransparencyLogEntry['inclusionProof']> {
  proof.only('logIndex', 'rootHash', 'treeSize', 'hashes', 'checkpoint');
  const envelope = proof.field('checkpoint').only('envelope').field('envelope');
  const checkpoint = envelope.text();
  if (checkpoint.length > limits.checkpointBytes) envelope.reject(`is longer than ${limits.checkpointBytes} bytes`);
  return {
    logIndex: proof.has('logIndex') ? proof.field('logIndex').count() : '0',
    rootHash: proof.field('rootHash').bytes(),
    treeSize: proof.field('treeSize').count(),
    hashes: proof
      .field('hashes')
      .items(limits.proofHashes)
      .map((hash) => hash.bytes()),
    checkpoint: { envelope: checkpoint },
  };
}

function timestampsOf(material: Cursor): Buffer<ArrayBuffer>[] {
  if (!material.has('timestampVerificationData')) return [];
  const list = material.field('timestampVerificationData').only('rfc3161Timestamps').field('rfc3161Timestamps');
  return list.items(limits.timestamps).map((timestamp) => {
    const signed = timestamp.only('signedTimestamp').field('signedTimestamp');
    const der = signed.bytes();
    if (der.length > limits.timestampBytes) signed.reject(`is longer than ${limits.timestampBytes} bytes`);
    return der;
  });
}
