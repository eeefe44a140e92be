import { describe, expect, it } from 'vitest';
import { decodeEnvelope } from '../../../evidence/attestation/legacy.ts';
import { isVerified, verify } from '../../../evidence/attestation/verify.ts';
import { parsePublicKey, withObservers } from '../../../evidence/trust/material.ts';
import { envelopeOf, generateKey, keySigner, publicPem, signMessage } from '../../support/sigstore/index.ts';
import {
  asBundle,
  asEnvelopeLayer,
  asSignatureLayer,
  byKey,
  entity,
  image,
  key,
  keyless,
  keyTrust,
  now,
  proveKeyless,
  proven,
  refusedWith,
  root,
  sigstore,
  simplySigned,
  stated,
  subject,
  trusted,
} from './world.ts';

describe('a signature that holds', () => {
  for (const version of ['0.1', '0.2', '0.3'] as const) {
    it(`is proven from a keyless bundle v${version}`, () => {
      const verified = proven(proveKeyless(asBundle(stated(keyless), version)));
      expect(verified).toMatchObject({ format: `bundle v${version}`, subject: subject.digest, material: root.id });
      expect(verified.statement).toMatchObject({ kind: 'in-toto', role: 'signature' });
      expect(verified.logEntries).toMatchObject([{ log: 'https://rekor.test', integratedTime: now }]);
      expect(verified.signer).toMatchObject({
        kind: 'certificate',
        subject: { kind: 'uri', value: 'https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1.4.2' },
        issuer: 'https://token.actions.githubusercontent.com',
        extensions: { runnerEnvironment: 'github-hosted', sourceRepository: 'https://github.com/acme/shop' },
      });
    });
  }

  for (const entryKind of ['dsse', 'intoto', 'hashedrekord'] as const) {
    it(`is proven where the log keeps it as ${entryKind}`, () => {
      proven(proveKeyless(asBundle(stated(keyless, { entryKind }))));
    });
  }

  for (const entryKind of ['dsse', 'hashedrekord'] as const) {
    it(`is proven where Rekor v2 keeps it as ${entryKind}, and a timestamp authority saw it`, () => {
      const verified = proven(proveKeyless(asBundle(stated(keyless, { rekor: 2, entryKind, timestamp: true }))));
      expect(verified.logEntries).toMatchObject([{ log: 'https://log2026.rekor.test' }]);
      expect(verified.logEntries[0]).not.toHaveProperty('integratedTime');
    });
  }

  it("is proven from cosign's .sig layer, with the reference it was made under", () => {
    const { statement } = proven(proveKeyless(asSignatureLayer(simplySigned(keyless))));
    expect(statement).toMatchObject({ kind: 'simple-signing', role: 'signature', reference: 'ghcr.io/acme/shop' });
  });

  it("is proven from cosign's .att layer", () => {
    proven(proveKeyless(asEnvelopeLayer(stated(keyless))));
  });

  it('is proven over the artifact itself, by its bytes and by its digest alone', () => {
    const signed = signMessage(image, keyless);
    expect(proven(proveKeyless(asBundle(signed))).statement).toEqual({ kind: 'artifact', role: 'signature' });
    proven(proveKeyless(asBundle(signed), { digest: subject.digest }));
  });

  it('is proven with a timestamp instead of a promise of the log', () => {
    const verified = proven(proveKeyless(asBundle(stated(keyless, { log: 'no-promise', timestamp: true }))));
    expect(verified.timestamps).toMatchObject([{ time: now }]);
    expect(verified.logEntries[0]).not.toHaveProperty('integratedTime');
  });

  for (const kind of ['p256', 'p384', 'p521', 'rsa', 'ed25519'] as const) {
    it(`is proven by a bare key of the kind ${kind}, in a bundle and in cosign's layers`, () => {
      const pair = generateKey(kind);
      const material = trusted(parsePublicKey(publicPem(pair.publicKey)));
      const signer = keySigner(pair);
      for (const made of [
        asBundle(stated(signer)),
        asSignatureLayer(simplySigned(signer)),
        asEnvelopeLayer(stated(signer)),
        entity(decodeEnvelope(Buffer.from(JSON.stringify(envelopeOf(stated(signer)))))),
      ]) {
        expect(proven(verify(made, subject, material)).signer.kind).toBe('key');
      }
    });
  }

  it('is proven by a key and its log where the authority asks for the log', () => {
    const observed = withObservers(keyTrust, root);
    const logged = stated(sigstore.logged(key));
    expect(proven(verify(asBundle(logged), subject, observed, { log: 1 })).logEntries).toHaveLength(1);
    expect(refusedWith(verify(asBundle(stated(byKey)), subject, observed, { log: 1 }))).toBe(
      'LOG_ENTRY_MISSING seen by no log of 1 required',
    );
  });
});

describe('the seal', () => {
  it('is on nothing but what verify returns', () => {
    const verified = proven(proveKeyless(asBundle(stated(keyless))));
    expect(isVerified({ ...verified })).toBe(false);
    expect(isVerified(undefined)).toBe(false);
    expect(Object.isFrozen(verified)).toBe(true);
  });
});
