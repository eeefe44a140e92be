import { describe, expect, it } from 'vitest';
import { decodeBundle } from '../../../evidence/attestation/bundle.ts';
import { decodeEnvelope, decodeEnvelopeLayer, decodeSignatureLayer } from '../../../evidence/attestation/legacy.ts';
import { limits } from '../../../evidence/limits.ts';
import { certificatePem } from '../../support/sigstore/certificate.ts';
import { bundleOf, envelopeOf, signMessage } from '../../support/sigstore/index.ts';
import {
  annotationsOf,
  asBundle,
  bundleBytes,
  byKey,
  changedBundle,
  image,
  keyless,
  proveKeyless,
  proven,
  refusedWith,
  sigstore,
  simplySigned,
  stated,
  statementText,
} from './world.ts';

const signed = stated(keyless, { timestamp: true });
const material = 'verificationMaterial';
const entry = [material, 'tlogEntries', 0] as const;
const long = (bytes: number): string => Buffer.alloc(bytes, 1).toString('base64');
const text64 = (text: string): string => Buffer.from(text).toString('base64');
const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

describe('a bundle', () => {
  it('has one of four media types, to the letter', () => {
    for (const mediaType of [
      'application/vnd.dev.sigstore.bundle.v0.3+json ',
      'application/vnd.dev.sigstore.bundle+json;version=0.4',
      'application/vnd.dev.sigstore.bundle+json; version=0.3',
      'application/vnd.dev.sigstore.bundle.v0.3.1+json',
      'APPLICATION/vnd.dev.sigstore.bundle.v0.3+json',
      '',
    ]) {
      expect(refusedWith(changedBundle(signed, ['mediaType'], mediaType))).toMatch(
        /^FORMAT_UNSUPPORTED a bundle of media/,
      );
    }
    expect(refusedWith(changedBundle(signed, ['mediaType'], undefined))).toMatch(/^ENTITY_MALFORMED .*mediaType/);
    const old = 'application/vnd.dev.sigstore.bundle+json;version=0.3';
    expect(changedBundle(signed, ['mediaType'], old)).toMatchObject({ format: 'bundle v0.3' });
  });

  it('is refused with anything in it that is missing, unknown or of another shape', () => {
    const bad: readonly (readonly [readonly (string | number)[], unknown, RegExp])[] = [
      [['extra'], 1, /has the unknown field "extra"/],
      [[material, 'extra'], 1, /unknown field/],
      [[...entry, 'extra'], 1, /unknown field/],
      [[...entry, 'inclusionProof', 'extra'], 1, /unknown field/],
      [['dsseEnvelope', 'signatures', 0, 'cert'], 'x', /unknown field/],
      [['dsseEnvelope', 'extra'], 1, /unknown field/],
      [['dsseEnvelope'], undefined, /both or none/],
      [
        ['messageSignature'],
        { messageDigest: { algorithm: 'SHA2_256', digest: 'AAAA' }, signature: 'AAAA' },
        /both or none/,
      ],
      [[material], undefined, /is not an object/],
      [[material, 'certificate'], undefined, /not exactly one of publicKey/],
      [[material, 'publicKey'], { hint: '' }, /not exactly one of publicKey/],
      [[material, 'certificate', 'rawBytes'], '', /not base64 of at least one byte/],
      [[material, 'tlogEntries'], {}, /is not a list/],
      [[...entry, 'inclusionProof'], undefined, /has no inclusion proof/],
      [[...entry, 'logId'], undefined, /logId is not an object/],
      [[...entry, 'logIndex'], '-1', /not a whole number/],
      [[...entry, 'logIndex'], '1e3', /not a whole number/],
      [[...entry, 'logIndex'], 1.5, /not a whole number/],
      [[...entry, 'integratedTime'], '0x10', /not a whole number/],
      [[...entry, 'inclusionProof', 'treeSize'], '', /not a whole number/],
      [[...entry, 'inclusionProof', 'checkpoint'], undefined, /checkpoint/],
      [[...entry, 'inclusionProof', 'hashes'], ['='], /not base64/],
      [[...entry, 'kindVersion', 'kind'], 7, /is not a string/],
      [['dsseEnvelope', 'payload'], 'AAA*', /not base64/],
      [['dsseEnvelope', 'signatures', 0, 'sig'], 'AAAAA', /not base64/],
    ];
    for (const [path, value, words] of bad) {
      const outcome = refusedWith(changedBundle(signed, path, value));
      expect(outcome).toMatch(/^ENTITY_MALFORMED/);
      expect(outcome).toMatch(words);
    }
  });

  it('of v0.1 needs the promise of its log, later ones the proof', () => {
    expect(refusedWith(changedBundle(signed, [...entry, 'inclusionPromise'], undefined, '0.1'))).toMatch(
      /no inclusion promise/,
    );
    proven(proveKeyless(changedBundle(signed, [...entry, 'inclusionProof'], undefined, '0.1')));
    proven(proveKeyless(changedBundle(signed, [...entry, 'inclusionProof', 'checkpoint'], undefined, '0.1')));
    // A proof that leads to a checkpoint counts, and so must be right, whatever the promise says.
    expect(refusedWith(proveKeyless(asBundle(stated(keyless, { log: 'wrong-proof' }), '0.1')))).toMatch(
      /^LOG_ENTRY_WRONG/,
    );
    expect(refusedWith(changedBundle(signed, [...entry, 'inclusionProof'], undefined, '0.2'))).toMatch(
      /no inclusion proof/,
    );
  });

  it('of v0.3 carries the leaf alone, and none carries a root', () => {
    const chain = { certificates: signed.chain.slice(0, 2).map((der) => ({ rawBytes: der.toString('base64') })) };
    const { [material]: had } = bundleOf(signed) as { verificationMaterial: Record<string, unknown> };
    const { certificate: _, ...rest } = had;
    expect(refusedWith(changedBundle(signed, [material], { ...rest, x509CertificateChain: chain }))).toMatch(
      /leaf alone/,
    );
    proven(proveKeyless(asBundle(signed, '0.2')));
    const whole = signed.chain.map((der) => ({ rawBytes: der.toString('base64') }));
    const path = [material, 'x509CertificateChain', 'certificates'];
    expect(refusedWith(changedBundle(signed, path, whole, '0.2'))).toMatch(/is a root, which only trust can add/);
    expect(refusedWith(changedBundle(signed, path, [], '0.2'))).toMatch(/x509CertificateChain is empty/);
  });

  it('names the hash of a message, one that is allowed', () => {
    const message = signMessage(image, keyless);
    for (const algorithm of ['SHA1', 'HASH_ALGORITHM_UNSPECIFIED', 'sha2_256', 1, undefined]) {
      const outcome = changedBundle(message, ['messageSignature', 'messageDigest', 'algorithm'], algorithm);
      expect(refusedWith(outcome)).toMatch(/^ENTITY_MALFORMED .*messageDigest.algorithm is not/);
    }
  });

  it('is refused above its bounds', () => {
    const proof = [...entry, 'inclusionProof'];
    const [one] = (bundleOf(signed) as { verificationMaterial: { tlogEntries: unknown[] } }).verificationMaterial
      .tlogEntries;
    const stamps = (count: number, bytes: number) => ({
      rfc3161Timestamps: many(count, { signedTimestamp: long(bytes) }),
    });
    const certificates = many(limits.suppliedCertificates + 1, { rawBytes: signed.chain[0]?.toString('base64') });
    const bad: readonly (readonly [readonly (string | number)[], unknown, RegExp, '0.2'?])[] = [
      [[material, 'tlogEntries'], many(limits.logEntries + 1, one), /17 elements, more than 16/],
      [[...proof, 'hashes'], many(limits.proofHashes + 1, 'AAAA'), /65 elements, more than 64/],
      [[...proof, 'checkpoint', 'envelope'], 'x'.repeat(limits.checkpointBytes + 1), /longer than 16384/],
      [[...entry, 'canonicalizedBody'], long(limits.logBodyBytes + 1), /longer than 131072/],
      [[...entry, 'inclusionPromise', 'signedEntryTimestamp'], long(limits.signatureBytes + 1), /longer than 1024/],
      [['dsseEnvelope', 'signatures', 0, 'sig'], long(limits.signatureBytes + 1), /longer than 1024/],
      [[material, 'timestampVerificationData'], stamps(limits.timestamps + 1, 1), /17 elements, more than 16/],
      [[material, 'timestampVerificationData'], stamps(1, limits.timestampBytes + 1), /longer than 32768/],
      [[material, 'x509CertificateChain', 'certificates'], certificates, /9 elements, more than 8/, '0.2'],
      [['dsseEnvelope', 'signatures'], many(limits.envelopeSignatures + 1, {}), /17 elements, more than 16/],
      [['extra'], many(limits.bundleValues + 1, 0), /more than 8192 values/],
      [['extra'], nested(limits.bundleDepth + 1), /nested deeper than 16/],
    ];
    for (const [path, value, words, version] of bad) {
      expect(refusedWith(changedBundle(signed, path, value, version))).toMatch(words);
    }
    expect(refusedWith(decodeBundle(Buffer.alloc(limits.bundleBytes + 1, 0x20)))).toMatch(/^LIMIT_ENTITY a bundle of/);
    const certificate = changedBundle(signed, [material, 'certificate', 'rawBytes'], long(limits.certificateBytes + 1));
    expect(refusedWith(proveKeyless(certificate))).toMatch(
      /^CERTIFICATE_MALFORMED a certificate of 16385 bytes, more than 16384/,
    );
  });

  it('is refused as bytes that are no JSON, or two documents to two parsers', () => {
    const text = bundleBytes(signed).toString('utf8');
    for (const bad of [
      '',
      'null',
      '[]',
      '7',
      text.slice(1),
      `${text}{}`,
      `\uFEFF${text}`,
      text.replace('{', '{"mediaType":"x",'),
    ]) {
      expect(refusedWith(decodeBundle(Buffer.from(bad)))).toMatch(/^ENTITY_MALFORMED/);
    }
    const escaped = text.replace('{', String.raw`{"media\u0054ype":"x",`);
    expect(refusedWith(decodeBundle(Buffer.from(escaped)))).toMatch(/the key "mediaType" is written twice/);
    const inherited = text.replace('{', '{"__proto__":{"mediaType":"x"},');
    expect(refusedWith(decodeBundle(Buffer.from(inherited)))).toMatch(/unknown field "__proto__"/);
  });

  it('may write base64 in either alphabet and a null for what is absent', () => {
    const urlSafe = bundleBytes(signed)
      .toString('utf8')
      .replaceAll(
        /"sig":"([^"]+)"/g,
        (_, sig: string) => `"sig":"${sig.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}"`,
      );
    proven(proveKeyless(decodeBundle(Buffer.from(urlSafe))));
    proven(proveKeyless(changedBundle(signed, ['messageSignature'], null)));
  });
});

describe('a statement', () => {
  it('is refused above its bounds', () => {
    const digest = { digest: { sha256: 'a'.repeat(64) } };
    const crowded = stated(keyless, {}, statementText({ subject: many(limits.subjects + 1, digest) }));
    expect(refusedWith(proveKeyless(asBundle(crowded)))).toMatch(
      /^LIMIT_ENTITY a statement of 1025 subjects, more than 1024/,
    );
    const deep = stated(keyless, {}, statementText({ predicate: nested(limits.statementDepth + 1) }));
    expect(refusedWith(proveKeyless(asBundle(deep)))).toMatch(
      /^STATEMENT_MALFORMED a statement that is nested deeper than 64/,
    );
    const wide = statementText().replace('"predicate":{}', `"predicate":[${'0,'.repeat(limits.statementValues)}0]`);
    expect(refusedWith(proveKeyless(asBundle(stated(keyless, {}, wide))))).toMatch(/more than 2000000 values/);
  });
});

describe("cosign's layers", () => {
  const layer = simplySigned(keyless);
  const decode = (changed: Record<string, string>) =>
    refusedWith(decodeSignatureLayer(layer.payload, { ...annotationsOf(layer), ...changed }));

  it('are refused with annotations that cannot be read', () => {
    const bundle = 'dev.sigstore.cosign/bundle';
    const good = annotationsOf(layer)[bundle] ?? '';
    const bad: readonly (readonly [string, string, RegExp])[] = [
      ['dev.cosignproject.cosign/signature', '', /is not base64 of a signature/],
      ['dev.cosignproject.cosign/signature', '!!!!', /is not base64 of a signature/],
      ['dev.cosignproject.cosign/signature', long(limits.signatureBytes + 1), /is not base64 of a signature/],
      ['dev.sigstore.cosign/certificate', 'x', /certificate is not PEM/],
      ['dev.sigstore.cosign/certificate', 'x'.repeat(limits.pemBytes + 1), /certificate is not PEM/],
      [bundle, '{', /bundle is not JSON/],
      [bundle, '{}', /SignedEntryTimestamp|Payload/],
      [bundle, good.replace('"logID":"', '"logID":"G'), /logID that is not 64 hex digits/],
      [bundle, good.replace(/("logID":"[0-9a-f]{64})/, '$1zz'), /logID that is not 64 hex digits/],
      [bundle, good.replace('{', `{"more":${'['.repeat(20)}${']'.repeat(20)},`), /nested deeper than 16/],
      [bundle, `${good}${' '.repeat(limits.logBodyBytes * 2)}`, /is longer than 262144 characters/],
      [
        bundle,
        good.replace(/"body":"[^"]+"/, `"body":"${text64('['.repeat(20) + ']'.repeat(20))}"`),
        /nested deeper than 16/,
      ],
      [bundle, good.replace('"body":"', '"body":"!'), /body is not base64/],
      [bundle, good.replace(/"body":"[^"]+"/, '"body":"AAAA"'), /body that is not/],
      [bundle, good.replace('"logIndex":', '"logIndex":-'), /not a whole number/],
      ['dev.sigstore.cosign/rfc3161timestamp', '7', /SignedRFC3161Timestamp/],
      ['dev.sigstore.cosign/rfc3161timestamp', 'x', /is not JSON/],
      ['dev.sigstore.cosign/rfc3161timestamp', `{"a":${'['.repeat(20)}${']'.repeat(20)}}`, /nested deeper than 16/],
      [
        'dev.sigstore.cosign/rfc3161timestamp',
        `{"a":"${'x'.repeat(limits.timestampBytes * 2)}"}`,
        /is longer than 65536 characters/,
      ],
    ];
    for (const [name, value, words] of bad) {
      expect(decode({ [name]: value })).toMatch(/^ENTITY_MALFORMED/);
      expect(decode({ [name]: value })).toMatch(words);
    }
    const pem = certificatePem(sigstore.fulcio.root.certificate);
    const padded = pem.replace('\n', '\n'.repeat(limits.pemBytes));
    expect(decode({ 'dev.sigstore.cosign/certificate': padded })).toMatch(/certificate is not PEM/);
    expect(decode({ 'dev.sigstore.cosign/certificate': pem.repeat(limits.suppliedCertificates + 1) })).toMatch(
      /^LIMIT_ENTITY 9 cert/,
    );
  });

  it('are refused above their bounds', () => {
    const large = decodeSignatureLayer(Buffer.alloc(limits.simpleSigningBytes + 1), {});
    expect(refusedWith(large)).toMatch(/^LIMIT_ENTITY a signature payload of 65537 bytes/);
    expect(refusedWith(decodeEnvelopeLayer(Buffer.alloc(limits.envelopeBytes + 1), {}))).toMatch(
      /^LIMIT_ENTITY an envelope/,
    );
    const deep = JSON.stringify({ ...envelopeOf(stated(byKey)), more: nested(limits.bundleDepth) });
    expect(refusedWith(decodeEnvelope(Buffer.from(deep)))).toMatch(/an envelope that is nested deeper than 16/);
    const [one] = envelopeOf(stated(byKey)).signatures;
    const crowd = { ...envelopeOf(stated(byKey)), signatures: many(limits.envelopeSignatures + 1, one) };
    expect(refusedWith(decodeEnvelope(Buffer.from(JSON.stringify(crowd))))).toMatch(/17 elements, more than 16/);
  });

  it('are refused with no signature, one that is too long, or no payload', () => {
    const honest = envelopeOf(stated(byKey));
    const of = (changed: Record<string, unknown>): string =>
      refusedWith(decodeEnvelope(Buffer.from(JSON.stringify({ ...honest, ...changed }))));
    expect(of({ signatures: [] })).toMatch(/has no signatures/);
    expect(of({ signatures: [{ sig: long(limits.signatureBytes + 1) }] })).toMatch(/longer than 1024/);
    expect(of({ payload: '' })).toMatch(/payload is not base64/);
    expect(of({ payloadType: undefined })).toMatch(/payloadType is not a string/);
    expect(refusedWith(decodeEnvelope(Buffer.from('{}')))).toMatch(/^ENTITY_MALFORMED/);
    expect(refusedWith(decodeEnvelope(Buffer.from('x')))).toMatch(/^ENTITY_MALFORMED an envelope that is not JSON/);
  });
});

function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}
