import { describe, expect, it } from 'vitest';
import { answerBundleRequest, type BundleRequest } from '../../../evidence/attestation/verify-bundle.ts';
import { publicPem, signMessage } from '../../support/sigstore/index.ts';
import {
  bundleBytes,
  byKey,
  hex,
  image,
  key,
  keyless,
  refusedWith,
  release,
  sigstore,
  stated,
  statementText,
} from './world.ts';

const identity = { kind: 'identity', subject: release.subject.value, issuer: release.issuer } as const;
const pem = { kind: 'key', pem: publicPem(key.publicKey) } as const;

const answer = (changed: Partial<BundleRequest>): string =>
  refusedWith(
    answerBundleRequest({
      bundle: bundleBytes(stated(keyless)),
      signer: identity,
      trustedRoot: sigstore.trustedRoot,
      artifact: image,
      ...changed,
    }),
  );

describe('assay verify-bundle', () => {
  it('accepts an artifact as bytes and as digest, by identity and by key', () => {
    expect(answer({})).toBe('accepted');
    expect(answer({ artifact: `sha256:${hex(image)}` })).toBe('accepted');
    const logged = bundleBytes(stated(sigstore.logged(key)));
    expect(answer({ signer: pem, bundle: logged })).toBe('accepted');
    const message = bundleBytes(signMessage(image, sigstore.logged(key)));
    expect(answer({ signer: pem, bundle: message, artifact: `sha256:${hex(image)}` })).toBe('accepted');
  });

  it('accepts a subject that is named by SHA-512 alone only with the artifact at hand', () => {
    const subject = [{ digest: { sha512: hex(image, 'sha512') } }];
    const bundle = bundleBytes(stated(keyless, {}, statementText({ subject })));
    expect(answer({ bundle })).toBe('accepted');
    expect(answer({ bundle, artifact: Buffer.from('other') })).toMatch(/^SUBJECT_MISMATCH/);
    expect(answer({ bundle, artifact: `sha256:${hex(image)}` })).toMatch(/^SUBJECT_MISMATCH/);
  });

  it('compares identity and issuer to the letter, and refuses empty ones (A-VER-6, A-VER-9)', () => {
    for (const subject of [
      '',
      '.*',
      `${identity.subject}x`,
      identity.subject.slice(1),
      identity.subject.toUpperCase(),
    ]) {
      expect(answer({ signer: { ...identity, subject } })).toMatch(/notAccepted/);
    }
    for (const issuer of ['', '.*', `${identity.issuer}/`]) {
      expect(answer({ signer: { ...identity, issuer } })).toMatch(/notAccepted/);
    }
  });

  it("wants a key's signature in the log of its root, too", () => {
    expect(answer({ signer: pem, bundle: bundleBytes(stated(byKey)) })).toMatch(/^LOG_ENTRY_MISSING/);
  });

  it('says which of what it was given cannot be used', () => {
    const problem = (request: Partial<BundleRequest>) =>
      answerBundleRequest({ bundle: Buffer.from(''), signer: identity, artifact: image, ...request });
    for (const signer of [identity, pem])
      expect(problem({ trustedRoot: '{}', signer })).toMatchObject({
        kind: 'problem',
        detail: expect.stringMatching(/^the trusted root: /) as string,
      });
    expect(problem({ trustedRoot: sigstore.trustedRoot, signer: { kind: 'key', pem: '' } })).toMatchObject({
      kind: 'problem',
      detail: expect.stringMatching(/^the key: /) as string,
    });
    expect(answer({ artifact: 'sha256:AB' })).toMatch(/^SUBJECT_MISMATCH the artifact is neither a file/);
    expect(answer({ bundle: Buffer.from('x') })).toMatch(/^ENTITY_MALFORMED/);
    const { trustedRoot: _, ...embedded } = {
      trustedRoot: '',
      bundle: bundleBytes(stated(keyless)),
      signer: identity,
      artifact: image,
    };
    expect(refusedWith(answerBundleRequest(embedded))).toMatch(/^LOG_ENTRY_WRONG/);
  });
});
