import { verify, X509Certificate } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { describe, expect, it } from 'vitest';
import {
  type BundleVersion,
  bundleOf,
  createSigstore,
  generateKey,
  githubWorkflow,
  type KeyKind,
  keyId,
  keySigner,
  person,
  type SignatureWish,
  type Signed,
  signEnvelope,
  type Signer,
  signMessage,
} from '../support/sigstore/index.ts';

const payload = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}');
const workflow = githubWorkflow({ repository: 'acme/shop', workflow: 'release.yml', ref: 'refs/tags/v1' });

const envelope = (signer: Signer, wish: SignatureWish = {}) =>
  signEnvelope(payload, 'application/vnd.in-toto+json', signer, wish);

interface Thresholds {
  readonly tlogThreshold?: number;
  readonly ctlogThreshold?: number;
  readonly timestampThreshold?: number;
}

/** The judgement of the library that Assay uses for cryptography: nothing, or the code of its refusal. */
function judge(
  signed: Signed,
  thresholds: Thresholds = {},
  version: BundleVersion = '0.3',
  root = '',
): string | undefined {
  const { signer } = signed;
  const text = root === '' ? (signer.sigstore ?? createSigstore()).trustedRoot : root;
  const keys =
    signer.kind === 'key'
      ? {
          [keyId(signer.key.publicKey).toString('base64')]: {
            rawBytes: signer.key.publicKey.export({ type: 'spki', format: 'der' }),
            keyDetails: 0,
            validFor: { start: new Date(0) },
          },
        }
      : {};
  const trust = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(text)), keys);
  const defaults = signer.kind === 'key' ? { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 } : {};
  const bundle = bundleFromJSON(JSON.parse(JSON.stringify(bundleOf(signed, version))));
  try {
    new Verifier(trust, { ...defaults, ...thresholds }).verify(toSignedEntity(bundle, payload));
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

describe('what the private Sigstore signs', () => {
  const sigstore = createSigstore();
  const keyless = sigstore.keyless(workflow);

  for (const version of ['0.1', '0.2', '0.3'] as const) {
    it(`verifies as a keyless envelope in a bundle v${version}`, () => {
      expect(judge(envelope(keyless), {}, version)).toBeUndefined();
    });
  }

  for (const entryKind of ['dsse', 'intoto'] as const) {
    it(`verifies with a log entry of kind ${entryKind}`, () => {
      expect(judge(envelope(keyless, { entryKind }))).toBeUndefined();
    });
  }

  for (const entryKind of ['hashedrekord', 'dsse'] as const) {
    it(`verifies with a ${entryKind} entry of Rekor v2, of which the time is told by a timestamp`, () => {
      const signed = envelope(keyless, { rekor: 2, entryKind });
      expect(judge(signed, { timestampThreshold: 1 })).toBeUndefined();
      expect(signed.entry?.entry.integratedTime).toBe(0);
      const forged = envelope(keyless, { rekor: 2, entryKind, log: 'wrong-checkpoint' });
      expect(judge(forged)).toBe('TLOG_INCLUSION_PROOF_ERROR');
    });
  }

  it('verifies as a keyless message', () => {
    expect(judge(signMessage(payload, keyless))).toBeUndefined();
  });

  it('verifies with a promise alone in old bundles, and with a proof alone in new ones', () => {
    expect(judge(envelope(keyless, { log: 'no-proof' }), {}, '0.1')).toBeUndefined();
    const stamped = envelope(keyless, { log: 'no-promise', timestamp: true });
    expect(judge(stamped, { timestampThreshold: 1 })).toBeUndefined();
  });

  it('verifies with a timestamp instead of a log', () => {
    const signed = envelope(keyless, { log: 'none', timestamp: true });
    expect(judge(signed, { tlogThreshold: 0, timestampThreshold: 1 })).toBeUndefined();
  });

  for (const kind of ['p256', 'rsa', 'ed25519'] satisfies KeyKind[]) {
    it(`verifies with a key of kind ${kind}`, () => {
      expect(judge(envelope(keySigner(generateKey(kind))))).toBeUndefined();
    });
  }

  for (const [kind, hash] of [
    ['p384', 'sha384'],
    ['p521', 'sha512'],
  ] as const) {
    it(`verifies with a key of kind ${kind} under ${hash}, where @sigstore/verify takes sha256 whatever the curve`, () => {
      const key = generateKey(kind);
      const signed = signMessage(payload, keySigner(key));
      expect(verify(hash, payload, key.publicKey, signed.signature)).toBe(true);
      expect(judge(signed)).toBe('SIGNATURE_ERROR');
    });
  }

  it('verifies with a key that is logged', () => {
    expect(judge(envelope(sigstore.logged()), { tlogThreshold: 1 })).toBeUndefined();
  });

  it('proves every entry of a log that grows', () => {
    for (let i = 0; i < 20; i++) expect(judge(envelope(keyless))).toBeUndefined();
    const early = sigstore.rekor.find(3)?.inclusionProof;
    expect(early?.treeSize).toBe(sigstore.rekor.size);
  });
});

describe('what it signs wrongly', () => {
  const sigstore = createSigstore();
  const keyless = sigstore.keyless(person('ann@example.com'));
  const later = new Date(sigstore.now().getTime() + 3600_000);

  const cases: [string, SignatureWish, string, Thresholds?][] = [
    ['a stranger signed it', { signedBy: generateKey() }, 'SIGNATURE_ERROR'],
    ['the payload was changed', { tamper: 'payload' }, 'TLOG_BODY_ERROR'],
    ['the signature was changed', { tamper: 'signature' }, 'TLOG_BODY_ERROR'],
    ['the log entry is missing', { log: 'none' }, 'TIMESTAMP_ERROR'],
    ['the log entry is of another signature', { log: 'of-another' }, 'TLOG_BODY_ERROR'],
    ['the log is a stranger', { log: 'stranger' }, 'TLOG_INCLUSION_PROMISE_ERROR'],
    ['the promise is wrong', { log: 'wrong-promise' }, 'TLOG_INCLUSION_PROMISE_ERROR'],
    ['the proof leads elsewhere', { log: 'wrong-proof' }, 'TLOG_INCLUSION_PROOF_ERROR'],
    ['the checkpoint is forged', { log: 'wrong-checkpoint' }, 'TLOG_INCLUSION_PROOF_ERROR'],
    ['it was logged after the certificate ended', { loggedAt: later }, 'CERTIFICATE_ERROR'],
    ['the certificate has no SCT', { certificate: { scts: 'none' } }, 'CERTIFICATE_ERROR'],
    ['the SCT is wrong', { certificate: { scts: 'wrong' } }, 'CERTIFICATE_ERROR'],
    ['the SCT is of a strange log', { certificate: { scts: 'stranger' } }, 'CERTIFICATE_ERROR'],
    ['the timestamp is of other bytes', { timestamp: 'wrong' }, 'TIMESTAMP_ERROR', { timestampThreshold: 1 }],
  ];
  for (const [what, wish, code, thresholds] of cases) {
    it(`does not verify when ${what}`, () => {
      expect(judge(envelope(keyless, wish), thresholds)).toBe(code);
    });
  }

  it('does not verify under the root of another Sigstore', () => {
    const signed = signMessage(payload, keyless);
    expect(judge(signed, { tlogThreshold: 0 }, '0.3', createSigstore().trustedRoot)).toBeDefined();
  });
});

describe('its certificates', () => {
  const extensions = (signed: Signed) => new X509Certificate(signed.chain[0] ?? Buffer.alloc(0));

  it('chain up to the root, by signature and by name', () => {
    const { fulcio } = createSigstore();
    const [root, intermediate] = [fulcio.root, fulcio.intermediate].map((one) => new X509Certificate(one.certificate));
    const leaf = new X509Certificate(fulcio.issue(workflow, generateKey().publicKey));
    expect(leaf.checkIssued(intermediate!)).toBe(true);
    expect(intermediate!.checkIssued(root!)).toBe(true);
    expect(leaf.verify(intermediate!.publicKey)).toBe(true);
    expect(root!.ca && intermediate!.ca && !leaf.ca).toBe(true);
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.3']);
  });

  it('carry the identity and every extension that it brings', () => {
    const signed = envelope(createSigstore().keyless(workflow));
    const certificate = extensions(signed);
    expect(certificate.subjectAltName).toBe(
      'URI:https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1',
    );
    const raw = certificate.raw.toString('latin1');
    for (const text of Object.values(workflow.extensions ?? {})) expect(raw).toContain(text);
    expect(extensions(envelope(createSigstore().keyless(person('ann@example.com')))).subjectAltName).toBe(
      'email:ann@example.com',
    );
  });

  it('hold when they are told to, by the clock that was passed in', () => {
    const now = new Date('2026-03-01T10:00:00Z');
    const sigstore = createSigstore({ now: () => now });
    const usual = extensions(envelope(sigstore.keyless(workflow)));
    expect([usual.validFromDate, usual.validToDate]).toEqual([now, new Date('2026-03-01T10:10:00Z')]);
    const notBefore = new Date('2025-01-01T00:00:00Z');
    const notAfter = new Date('2055-01-01T00:00:00Z');
    const other = extensions(envelope(sigstore.keyless(workflow), { certificate: { notBefore, notAfter } }));
    expect([other.validFromDate, other.validToDate]).toEqual([notBefore, notAfter]);
  });
});
