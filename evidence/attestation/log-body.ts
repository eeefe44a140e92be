import { createHash } from 'node:crypto';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { limits } from '../limits.ts';
import { decodePem } from '../trust/certificate.ts';
import type { Hash } from '../trust/key.ts';
import { decodeBase64 } from './cursor.ts';
import type { Content } from './entity.ts';
import { at, decodeJson, listAt, textAt } from './json.ts';
import { digestOf, type Signed } from './signature.ts';

/** What an entry of a log must be about: this signature, by this verifier, over these bytes. */
export interface Logged {
  readonly content: Content;
  readonly signed: Signed;
  readonly signature: Buffer;
  /** DER of the leaf certificate, or of the SubjectPublicKeyInfo where a bare key signed. */
  readonly verifier: Buffer;
}

/**
 * What the entry is about instead, or undefined where it is about exactly this. @sigstore/verify leaves the verifier
 * out, so that an entry of somebody else's for the same artifact would count (CVE-2022-36056, CVE-2026-22703).
 */
export function differsFromBody(entry: TransparencyLogEntry, logged: Logged): string | undefined {
  const json = decodeJson(entry.canonicalizedBody, { depth: limits.bundleDepth, values: limits.bundleValues });
  if (json.kind === 'problem') return `its body is ${json.detail}`;
  const { kind, version } = entry.kindVersion;
  if (textAt(json.value, 'kind') !== kind || textAt(json.value, 'apiVersion') !== version) {
    return 'its body is of another kind than it says';
  }
  const compare = kinds.get(`${kind} ${version}`);
  if (compare === undefined)
    return `it is of a kind that is not known here (${JSON.stringify(`${kind} ${version}`.slice(0, 64))})`;
  return compare(at(json.value, 'spec'), logged);
}

type Compare = (spec: unknown, logged: Logged) => string | undefined;

const otherSignature = 'it records another signature';
const otherArtifact = 'it records another artifact';
const otherVerifier = 'it records another certificate or key';

/** Rekor's types, each with the fields that bind it to what was signed (rekor/pkg/types, rekor-tiles). */
const kinds = new Map<string, Compare>([
  ['hashedrekord 0.0.1', hashedRekord1],
  ['hashedrekord 0.0.2', hashedRekord2],
  ['dsse 0.0.1', dsse1],
  ['dsse 0.0.2', dsse2],
  ['intoto 0.0.1', intoto1],
  ['intoto 0.0.2', intoto2],
]);

/** For an envelope the hash is that of its pre-authentication encoding (client specification, "Rekor entry kind"). */
function hashedRekord1(spec: unknown, { signed, signature, verifier }: Logged): string | undefined {
  const hash = v1Hashes.get(textAt(spec, 'data', 'hash', 'algorithm'));
  const value = Buffer.from(textAt(spec, 'data', 'hash', 'value'), 'hex');
  if (hash === undefined || digestOf(signed, hash)?.equals(value) !== true) return otherArtifact;
  if (!sameBase64(textAt(spec, 'signature', 'content'), signature)) return otherSignature;
  return samePem(textAt(spec, 'signature', 'publicKey', 'content'), verifier) ? undefined : otherVerifier;
}

function hashedRekord2(spec: unknown, { signed, signature, verifier }: Logged): string | undefined {
  const record = at(spec, 'hashedRekordV002');
  const hash = v2Hashes.get(textAt(record, 'data', 'algorithm'));
  const digest = hash && digestOf(signed, hash);
  if (digest === undefined || !sameBase64(textAt(record, 'data', 'digest'), digest)) return otherArtifact;
  if (!sameBase64(textAt(record, 'signature', 'content'), signature)) return otherSignature;
  return sameVerifier(at(record, 'signature', 'verifier'), verifier) ? undefined : otherVerifier;
}

function dsse1(spec: unknown, { content, signature, verifier }: Logged): string | undefined {
  if (!samePayload(at(spec, 'payloadHash'), content)) return otherArtifact;
  const ours = listAt(spec, 'signatures').filter((one) => sameBase64(textAt(one, 'signature'), signature));
  if (ours.length === 0) return otherSignature;
  return ours.some((one) => samePem(textAt(one, 'verifier'), verifier)) ? undefined : otherVerifier;
}

function dsse2(spec: unknown, { content, signature, verifier }: Logged): string | undefined {
  const record = at(spec, 'dsseV002');
  const hash = v2Hashes.get(textAt(record, 'payloadHash', 'algorithm'));
  const digest = hash && payloadDigest(content, hash);
  if (digest === undefined || !sameBase64(textAt(record, 'payloadHash', 'digest'), digest)) return otherArtifact;
  const ours = listAt(record, 'signatures').filter((one) => sameBase64(textAt(one, 'content'), signature));
  if (ours.length === 0) return otherSignature;
  return ours.some((one) => sameVerifier(at(one, 'verifier'), verifier)) ? undefined : otherVerifier;
}

/** The oldest kind has no signature in it: only the hash of the stored envelope binds it to one. */
function intoto1(spec: unknown, { content, verifier }: Logged): string | undefined {
  if (content.kind !== 'envelope' || content.stored === undefined)
    return 'it is of a kind that cannot be bound to a bundle';
  if (!samePayload(at(spec, 'content', 'payloadHash'), content)) return otherArtifact;
  const hash = v1Hashes.get(textAt(spec, 'content', 'hash', 'algorithm'));
  const value = textAt(spec, 'content', 'hash', 'value');
  if (hash === undefined || createHash(hash).update(content.stored).digest('hex') !== value) return otherSignature;
  return samePem(textAt(spec, 'publicKey'), verifier) ? undefined : otherVerifier;
}

/** Its signatures are base64 of base64, because the envelope was bytes of JSON in JSON. */
function intoto2(spec: unknown, { content, signature, verifier }: Logged): string | undefined {
  if (!samePayload(at(spec, 'content', 'payloadHash'), content)) return otherArtifact;
  const ours = listAt(spec, 'content', 'envelope', 'signatures').filter((one) =>
    sameBase64(decodeBase64(textAt(one, 'sig'))?.toString('latin1') ?? '', signature),
  );
  if (ours.length === 0) return otherSignature;
  return ours.some((one) => samePem(textAt(one, 'publicKey'), verifier)) ? undefined : otherVerifier;
}

const v1Hashes = new Map<string, Hash>([
  ['sha256', 'sha256'],
  ['sha384', 'sha384'],
  ['sha512', 'sha512'],
]);

const v2Hashes = new Map<string, Hash>([
  ['SHA2_256', 'sha256'],
  ['SHA2_384', 'sha384'],
  ['SHA2_512', 'sha512'],
]);

function payloadDigest(content: Content, hash: Hash): Buffer | undefined {
  return content.kind === 'envelope' ? createHash(hash).update(content.payload).digest() : undefined;
}

function samePayload(payloadHash: unknown, content: Content): boolean {
  const hash = v1Hashes.get(textAt(payloadHash, 'algorithm'));
  return hash !== undefined && payloadDigest(content, hash)?.toString('hex') === textAt(payloadHash, 'value');
}

const sameBase64 = (text: string, bytes: Buffer): boolean => decodeBase64(text)?.equals(bytes) === true;

/** Base64 of PEM: of a certificate, or of a bare key. */
function samePem(text: string, der: Buffer): boolean {
  const pem = decodeBase64(text)?.toString('latin1') ?? '';
  const blocks = decodePem(pem, 'CERTIFICATE') ?? decodePem(pem, 'PUBLIC KEY') ?? [];
  return blocks.length === 1 && blocks[0]?.equals(der) === true;
}

const sameVerifier = (verifier: unknown, der: Buffer): boolean =>
  sameBase64(textAt(verifier, 'x509Certificate', 'rawBytes') || textAt(verifier, 'publicKey', 'rawBytes'), der);
