import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { decodeBundle } from '../../../evidence/attestation/bundle.ts';
import type { SignedEntity } from '../../../evidence/attestation/entity.ts';
import { decodeEnvelopeLayer, decodeSignatureLayer } from '../../../evidence/attestation/legacy.ts';
import { cosignSignature, type Subject } from '../../../evidence/attestation/statement.ts';
import { isVerified, type Verified, verify } from '../../../evidence/attestation/verify.ts';
import { parseDigest } from '../../../evidence/image/digest.ts';
import type { Rejection } from '../../../evidence/outcome.ts';
import { type MaterialProblem, parsePublicKey, type TrustMaterial } from '../../../evidence/trust/material.ts';
import { parseTrustedRoot } from '../../../evidence/trust/root.ts';
import {
  bundleOf,
  type BundleVersion,
  createSigstore,
  envelopeOf,
  generateKey,
  githubWorkflow,
  keySigner,
  publicPem,
  type SignatureWish,
  type Signed,
  signEnvelope,
  type Signer,
  signMessage,
} from '../../support/sigstore/index.ts';

/** The private Sigstore of these tests, its clock standing still. */
export const now = new Date('2026-11-02T10:14:07Z');
export const sigstore = createSigstore({ now: () => now });
export const root = trusted(parseTrustedRoot(sigstore.trustedRoot, 'test root'));

export const release = githubWorkflow({ repository: 'acme/shop', workflow: 'release.yml', ref: 'refs/tags/v1.4.2' });
export const keyless: Signer = sigstore.keyless(release);

export const key = generateKey();
export const keyTrust = trusted(parsePublicKey(publicPem(key.publicKey)));
export const byKey: Signer = keySigner(key);

/** An image manifest, as far as these tests care. */
export const image = Buffer.from('{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json"}');
export const subject: Subject = { digest: digestOf(image), bytes: image };
export const otherImage: Subject = { digest: digestOf(Buffer.from('other')), bytes: Buffer.from('other') };

export const payloadType = 'application/vnd.in-toto+json';

export interface Said {
  readonly _type?: unknown;
  readonly predicateType?: unknown;
  readonly subject?: unknown;
  readonly predicate?: unknown;
}

/** The text of a statement about the image; whatever is given replaces or, as undefined, removes a field. */
export const statementText = (said: Said = {}): string =>
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'ghcr.io/acme/shop', digest: { sha256: hex(image) } }],
    predicateType: cosignSignature,
    predicate: {},
    ...said,
  });

export const simpleSigning = (digest: string = subject.digest, type = 'cosign container image signature'): Buffer =>
  Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': 'ghcr.io/acme/shop' },
        image: { 'docker-manifest-digest': digest },
        type,
      },
      optional: null,
    }),
  );

/** A signed statement, before any format. */
export const stated = (signer: Signer, wish: SignatureWish = {}, text = statementText()): Signed =>
  signEnvelope(Buffer.from(text), payloadType, signer, wish);

export const asBundle = (signed: Signed, version?: BundleVersion): SignedEntity =>
  entity(decodeBundle(bundleBytes(signed, version)));

export const bundleBytes = (signed: Signed, version?: BundleVersion): Buffer =>
  Buffer.from(JSON.stringify(bundleOf(signed, version)));

/** A bundle with one thing in it replaced or, as undefined, removed. */
export const changedBundle = (
  signed: Signed,
  path: readonly (string | number)[],
  value: unknown,
  version?: BundleVersion,
): SignedEntity | Rejection =>
  decodeBundle(
    Buffer.from(JSON.stringify(replaced(JSON.parse(bundleBytes(signed, version).toString('utf8')), path, value))),
  );

/** The JSON value with one thing in it replaced or, as undefined, removed. */
export function replaced(document: unknown, [step, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(document)) {
    return document.map((item: unknown, index) => (index === step ? replaced(item, rest, value) : item));
  }
  const fields = new Map(Object.entries(document ?? {}));
  fields.set(String(step), replaced(fields.get(String(step)), rest, value));
  return Object.fromEntries(fields);
}

export const asSignatureLayer = (signed: Signed): SignedEntity =>
  entity(decodeSignatureLayer(signed.payload, annotationsOf(signed)));

export const asEnvelopeLayer = (signed: Signed): SignedEntity =>
  entity(
    decodeEnvelopeLayer(Buffer.from(JSON.stringify(envelopeOf(signed))), {
      ...annotationsOf(signed),
      'dev.cosignproject.cosign/signature': '',
    }),
  );

export const simplySigned = (signer: Signer, wish: SignatureWish = {}, payload = simpleSigning()): Signed =>
  signMessage(payload, signer, wish);

/** cosign 2's annotations for a layer. */
export function annotationsOf({ signature, chain, entry, timestamp }: Signed): Record<string, string> {
  const pem = chain.map((der) => `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`);
  const bundle = entry && {
    SignedEntryTimestamp: entry.entry.signedEntryTimestamp.toString('base64'),
    Payload: {
      body: entry.entry.body.toString('base64'),
      integratedTime: entry.entry.integratedTime,
      logIndex: entry.entry.logIndex,
      logID: entry.entry.logId.toString('hex'),
    },
  };
  return {
    'dev.cosignproject.cosign/signature': signature.toString('base64'),
    ...(bundle ? { 'dev.sigstore.cosign/bundle': JSON.stringify(bundle) } : {}),
    ...(pem[0] === undefined
      ? {}
      : { 'dev.sigstore.cosign/certificate': pem[0], 'dev.sigstore.cosign/chain': pem.slice(1).join('') }),
    ...(timestamp
      ? {
          'dev.sigstore.cosign/rfc3161timestamp': JSON.stringify({
            SignedRFC3161Timestamp: timestamp.toString('base64'),
          }),
        }
      : {}),
  };
}

/** The entity, or a failing test. */
export function entity(decoded: SignedEntity | Rejection): SignedEntity {
  if (decoded.kind === 'rejection') throw new Error(`${decoded.code}: ${decoded.detail}`);
  return decoded;
}

export function trusted(material: TrustMaterial | MaterialProblem): TrustMaterial {
  if (material.kind === 'problem') throw new Error(material.detail);
  return material;
}

/** Verified, or a failing test that says why not. */
export function proven(outcome: Verified | Rejection): Verified {
  if (outcome.kind === 'rejection') throw new Error(`${outcome.code}: ${outcome.detail}`);
  expect(isVerified(outcome)).toBe(true);
  return outcome;
}

/** The code of a rejection, with its words. */
export function refusedWith(outcome: { readonly kind: string }): string {
  const { code, detail } = outcome as Partial<Rejection>;
  return code === undefined ? outcome.kind : `${code} ${detail}`;
}

/** Verifies an entity about the image under the test root. */
export const proveKeyless = (decoded: SignedEntity | Rejection, about: Subject = subject): Verified | Rejection =>
  decoded.kind === 'rejection' ? decoded : verify(decoded, about, root);

export function digestOf(bytes: Uint8Array) {
  const digest = parseDigest(`sha256:${hex(bytes)}`);
  if (digest === undefined) throw new Error('not a digest');
  return digest;
}

export function hex(bytes: Uint8Array, algorithm = 'sha256'): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
