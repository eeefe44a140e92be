import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeEnvelope } from '../../../evidence/attestation/legacy.ts';
import { verify } from '../../../evidence/attestation/verify.ts';
import type { Rejection } from '../../../evidence/outcome.ts';
import { parsePublicKey, withObservers } from '../../../evidence/trust/material.ts';
import { parseTrustedRoot } from '../../../evidence/trust/root.ts';
import { certificatePem } from '../../support/sigstore/certificate.ts';
import {
  createSigstore,
  envelopeOf,
  generateKey,
  keySigner,
  publicPem,
  signEnvelope,
  signMessage,
} from '../../support/sigstore/index.ts';
import { dsseBody } from '../../support/sigstore/log-body.ts';
import {
  asBundle,
  byKey,
  changedBundle,
  entity,
  image,
  keyless,
  keyTrust,
  now,
  proveKeyless,
  release,
  root,
  sigstore,
  stated,
  statementText,
  subject,
  trusted,
} from './world.ts';

const docs = readFileSync('docs/errors.md', 'utf8');
const union = /type RejectionCode =([^;]+);/.exec(readFileSync('evidence/outcome.ts', 'utf8'))?.[1] ?? '';
const codes = [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code ?? '');

const keylessWith = (wish: Parameters<typeof stated>[1], text?: string) =>
  proveKeyless(asBundle(stated(keyless, wish, text)));
const edwards = generateKey('ed25519');
const other = createSigstore({ now: () => now });

/** Each code as somebody meets it. */
const examples: Readonly<Record<string, () => { readonly kind: string }>> = {
  ENTITY_MALFORMED: () => changedBundle(signMessage(image, keyless), ['messageSignature', 'signature'], '!'),
  FORMAT_UNSUPPORTED: () =>
    changedBundle(stated(keyless), ['mediaType'], 'application/vnd.dev.sigstore.bundle+json;version=99.9'),
  LIMIT_ENTITY: () => {
    const crowd = Array.from({ length: 2000 }, () => ({ digest: { sha256: 'a'.repeat(64) } }));
    return keylessWith({}, statementText({ subject: crowd }));
  },
  PAYLOAD_TYPE_UNKNOWN: () => {
    const signed = signEnvelope(Buffer.from('{}'), 'application/vnd.acme+json', byKey);
    return verify(entity(decodeEnvelope(Buffer.from(JSON.stringify(envelopeOf(signed))))), subject, keyTrust);
  },
  STATEMENT_MALFORMED: () => keylessWith({}, statementText({ _type: undefined })),
  SUBJECT_MISMATCH: () =>
    keylessWith({}, statementText({ subject: [{ digest: { sha256: '77ab20c1f3d9'.padEnd(64, '0') } }] })),
  SIGNATURE_WRONG: () => verify(asBundle(stated(keySigner(generateKey()))), subject, keyTrust),
  KEY_MISMATCH: () => verify(asBundle(stated(keyless)), subject, keyTrust),
  ALGORITHM_REFUSED: () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    return proveKeyless(
      asBundle({ ...stated(keyless), chain: [sigstore.fulcio.issue(release, weak, { notBefore: now })] }),
    );
  },
  ARTIFACT_NEEDED: () => {
    const material = trusted(parsePublicKey(publicPem(edwards.publicKey)));
    return verify(asBundle(signMessage(image, keySigner(edwards))), { digest: subject.digest }, material);
  },
  CERTIFICATE_MALFORMED: () => {
    const old = { oid: '1.3.6.1.4.1.57264.1.1', value: Buffer.from('https://issuer.one') };
    const signer = sigstore.keyless({ ...release, issuer: 'https://issuer.two' });
    return proveKeyless(asBundle(stated(signer, { certificate: { extensions: [old] } })));
  },
  CERTIFICATE_UNTRUSTED: () =>
    verify(
      asBundle(stated(other.keyless(release))),
      subject,
      withObservers(root, trusted(parseTrustedRoot(other.trustedRoot))),
    ),
  SCT_MISSING: () => keylessWith({ certificate: { scts: 'none' } }),
  SCT_WRONG: () => keylessWith({ certificate: { scts: 'wrong' } }),
  LOG_ENTRY_MISSING: () => keylessWith({ log: 'none' }),
  LOG_ENTRY_WRONG: () => {
    const signed = stated(keyless, { log: 'none' });
    const body = dsseBody(JSON.stringify(envelopeOf(signed)), certificatePem(stated(keyless).chain[0] ?? image));
    const entry = sigstore.rekor.append(body, now);
    return proveKeyless(
      asBundle({ ...signed, entry: { kind: 'dsse', version: '0.0.1', entry, promised: true, proven: true } }),
    );
  },
  TIMESTAMP_MISSING: () => keylessWith({ log: 'no-promise' }),
  TIMESTAMP_WRONG: () => keylessWith({ timestamp: 'wrong' }),
  TIMESTAMP_OUTSIDE_CERTIFICATE: () => keylessWith({ loggedAt: new Date(+now + 17 * 60_000) }),
};

describe('docs/errors.md', () => {
  it('has an example here for each code of a rejection, and no other', () => {
    expect(Object.keys(examples).sort()).toEqual([...codes].sort());
  });

  for (const [code, produce] of Object.entries(examples)) {
    it(`tells cause, remedy and example of ${code}, and the example is what is said`, () => {
      const outcome = produce() as Rejection;
      expect(outcome).toMatchObject({ kind: 'rejection', code });
      const section = docs.split(/^## /m).find((text) => text.startsWith(`${code}\n`)) ?? '';
      expect(section).toMatch(/\n\n\S[\s\S]+\nRemedy: \S/);
      expect(section).toContain(`Example: \`${outcome.detail}\``);
    });
  }
});
