import { generateKeyPairSync, sign as cryptoSign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeBundle } from '../../../evidence/attestation/bundle.ts';
import type { SignedEntity } from '../../../evidence/attestation/entity.ts';
import { decodeEnvelope, decodeSignatureLayer } from '../../../evidence/attestation/legacy.ts';
import { verify } from '../../../evidence/attestation/verify.ts';
import { parseCertificateAuthority, parsePublicKey, withObservers } from '../../../evidence/trust/material.ts';
import { parseTrustedRoot } from '../../../evidence/trust/root.ts';
import {
  alternativeNames,
  certificateAuthority,
  certificatePem,
  digitalSignature,
  distinguishedName,
  extendedKeyUsage,
  type Extension,
  issue,
} from '../../support/sigstore/certificate.ts';
import * as der from '../../support/sigstore/der.ts';
import {
  bundleOf,
  type CertificateWish,
  createSigstore,
  envelopeOf,
  generateKey,
  keySigner,
  preAuthenticationEncoding,
  publicPem,
  type SignatureWish,
  type Signed,
  signMessage,
} from '../../support/sigstore/index.ts';
import { dsseBody, hashedRekordBody, intotoBody, intotoBody001 } from '../../support/sigstore/log-body.ts';
import {
  annotationsOf,
  asBundle,
  asEnvelopeLayer,
  asSignatureLayer,
  bundleBytes,
  byKey,
  changedBundle,
  entity,
  hex,
  image,
  key,
  keyless,
  keyTrust,
  now,
  otherImage,
  payloadType,
  proveKeyless,
  proven,
  refusedWith,
  release,
  replaced,
  root,
  sigstore,
  simpleSigning,
  simplySigned,
  stated,
  statementText,
  subject,
  trusted,
} from './world.ts';

const minutes = (count: number): Date => new Date(now.getTime() + count * 60_000);
const refused = (outcome: { readonly kind: string }): { toBe(words: RegExp): void } => ({
  toBe: (words) => expect(refusedWith(outcome)).toMatch(words),
});
const keylessBundle = (wish: SignatureWish = {}, text?: string): SignedEntity => asBundle(stated(keyless, wish, text));
const certified = (certificate: CertificateWish): SignedEntity => keylessBundle({ certificate });

describe('a signature that is copied from something else (A-VER-1)', () => {
  it('is refused in every format', () => {
    for (const made of [keylessBundle(), asSignatureLayer(simplySigned(keyless)), asEnvelopeLayer(stated(keyless))]) {
      refused(proveKeyless(made, otherImage)).toBe(/^SUBJECT_MISMATCH .*not (of )?sha256:/);
    }
    refused(proveKeyless(asBundle(signMessage(image, keyless)), otherImage)).toBe(
      /^SUBJECT_MISMATCH a signature of sha256/,
    );
    refused(proveKeyless(asBundle(signMessage(image, keyless)), { digest: otherImage.digest })).toBe(
      /^SUBJECT_MISMATCH/,
    );
  });

  it('is refused where the artifact is not what its digest says', () => {
    refused(proveKeyless(keylessBundle(), { ...subject, bytes: Buffer.from('x') })).toBe(
      /^SUBJECT_MISMATCH the artifact/,
    );
  });

  it('is refused by weak, upper-case, short and contradicting digests', () => {
    const right = hex(image);
    const wrong: readonly (readonly [unknown, RegExp])[] = [
      [[{ digest: { sha1: right } }], /^SUBJECT_MISMATCH/],
      [[{ digest: { gitCommit: right } }], /^SUBJECT_MISMATCH/],
      [[{ digest: { sha256: right.toUpperCase() } }], /^SUBJECT_MISMATCH/],
      [[{ digest: { sha256: right.slice(0, 63) } }], /^SUBJECT_MISMATCH/],
      [
        [{ digest: { sha256: right, sha512: 'a'.repeat(128) } }],
        /^SUBJECT_MISMATCH a subject whose sha256 .* sha512 is not/,
      ],
      [
        [{ digest: { sha256: right } }, { digest: { sha256: right, sha384: 'a' } }],
        /^SUBJECT_MISMATCH .* sha384 is not/,
      ],
      [[], /^SUBJECT_MISMATCH a statement about nothing/],
      [undefined, /^SUBJECT_MISMATCH a statement about nothing/],
      [[{ digest: {} }], /^STATEMENT_MALFORMED/],
      [[{ name: 'x' }], /^STATEMENT_MALFORMED/],
      [[{ digest: { sha256: [right] } }], /^STATEMENT_MALFORMED/],
    ];
    for (const [list, words] of wrong) {
      refused(proveKeyless(keylessBundle({}, statementText({ subject: list })))).toBe(words);
    }
    const both = [{ digest: { sha256: 'b'.repeat(64) } }, { digest: { sha256: right, sha512: hex(image, 'sha512') } }];
    proven(proveKeyless(keylessBundle({}, statementText({ subject: both }))));
  });
});

describe('a statement', () => {
  it('is believed only with the payload type of in-toto, which is signed with it', () => {
    const signed = { ...stated(keyless), payloadType: 'application/vnd.acme+json' };
    refused(proveKeyless(asBundle(signed))).toBe(/^SIGNATURE_WRONG/);
    const honest = changedTo('application/vnd.acme+json');
    refused(verify(honest, subject, keyTrust)).toBe(/^PAYLOAD_TYPE_UNKNOWN an envelope of type "application\/vnd.acme/);
  });

  it('is believed only as in-toto v0.1 or v1, with a predicate type (A-VER-2)', () => {
    proven(proveKeyless(keylessBundle({}, statementText({ _type: 'https://in-toto.io/Statement/v0.1' }))));
    for (const type of [undefined, 'https://in-toto.io/Statement/v2', 'https://in-toto.io/Statement/v1 ', 1]) {
      refused(proveKeyless(keylessBundle({}, statementText({ _type: type })))).toBe(
        /^STATEMENT_MALFORMED a statement of type/,
      );
    }
    for (const predicateType of [undefined, '', 7]) {
      refused(proveKeyless(keylessBundle({}, statementText({ predicateType })))).toBe(
        /^STATEMENT_MALFORMED .*predicateType/,
      );
    }
  });

  it('is a signature of the image only with exactly the type that cosign signs with', () => {
    for (const predicateType of ['https://sigstore.dev/cosign/sign/v1/', 'https://sigstore.dev/cosign/sign/v11', 'x']) {
      const { statement } = proven(proveKeyless(keylessBundle({}, statementText({ predicateType }))));
      expect(statement).toMatchObject({ role: 'attestation', predicateType });
    }
  });

  it('is refused with a key twice, trailing text, a byte order mark or broken UTF-8', () => {
    const text = statementText();
    for (const bad of [text.replace('{', '{"predicateType":"x",'), `${text}x`, `\uFEFF${text}`, '', '[]', 'null']) {
      refused(proveKeyless(keylessBundle({}, bad === '' ? ' ' : bad))).toBe(/^STATEMENT_MALFORMED/);
    }
    const broken = Buffer.from(text.replace('"predicate":{}', '"predicate":"\u00ff"'), 'latin1');
    refused(verify(signedEnvelopeOf(broken), subject, keyTrust)).toBe(
      /^STATEMENT_MALFORMED a statement that is not UTF-8/,
    );
  });
});

describe("cosign's payload", () => {
  it('is refused with another type, digest or shape', () => {
    const bad: readonly (readonly [Buffer, RegExp])[] = [
      [simpleSigning(subject.digest, 'atomic container signature'), /^STATEMENT_MALFORMED .*of type "atomic/],
      [simpleSigning(otherImage.digest), /^SUBJECT_MISMATCH/],
      [simpleSigning(subject.digest.toUpperCase()), /^SUBJECT_MISMATCH/],
      [simpleSigning(subject.digest.slice(7)), /^SUBJECT_MISMATCH/],
      [Buffer.from('[]'), /^STATEMENT_MALFORMED/],
      [Buffer.from('{"critical":1,"critical":2}'), /^STATEMENT_MALFORMED .*written twice/],
    ];
    for (const [payload, words] of bad) {
      refused(proveKeyless(asSignatureLayer(simplySigned(keyless, {}, payload)))).toBe(words);
    }
  });
});

describe('a signature that was not made by whom it claims', () => {
  it('is refused for a tampered payload or signature, and for a key of somebody else', () => {
    const stranger = generateKey();
    for (const wish of [{ tamper: 'payload' }, { tamper: 'signature' }, { signedBy: stranger }] as const) {
      refused(proveKeyless(keylessBundle(wish))).toBe(/^SIGNATURE_WRONG .* key of its certificate/);
      refused(verify(asBundle(stated(byKey, wish)), subject, keyTrust)).toBe(/^SIGNATURE_WRONG .* a trusted key/);
      refused(proveKeyless(asSignatureLayer(simplySigned(keyless, wish)))).toBe(/^SIGNATURE_WRONG/);
      refused(proveKeyless(asEnvelopeLayer(stated(keyless, wish)))).toBe(/^SIGNATURE_WRONG/);
    }
    refused(verify(asBundle(stated(keySigner(stranger))), subject, keyTrust)).toBe(/^SIGNATURE_WRONG/);
    refused(verify(asBundle(signMessage(image, keySigner(stranger))), { digest: subject.digest }, keyTrust)).toBe(
      /^SIGNATURE_WRONG/,
    );
  });

  it('is refused where keys are trusted and a certificate came, and the other way round', () => {
    refused(verify(keylessBundle(), subject, keyTrust)).toBe(/^KEY_MISMATCH signed with a certificate/);
    refused(proveKeyless(asBundle(stated(byKey)))).toBe(/^KEY_MISMATCH signed with a bare key/);
    refused(proveKeyless(asSignatureLayer(simplySigned(byKey)))).toBe(/^KEY_MISMATCH/);
    // Also with logs and timestamps of a root, a key's authority trusts no certificate.
    refused(verify(keylessBundle(), subject, withObservers(keyTrust, root))).toBe(/^KEY_MISMATCH/);
  });

  it("is judged by the trusted key alone where cosign's layer brings a certificate, too", () => {
    const withKey = { ...simplySigned(keyless), signature: simplySigned(byKey).signature };
    expect(proven(verify(asSignatureLayer(withKey), subject, keyTrust)).signer.kind).toBe('key');
    refused(verify(asSignatureLayer(simplySigned(keyless)), subject, keyTrust)).toBe(/^SIGNATURE_WRONG/);
  });

  it('is found wherever it stands among many (A-VER-24), and nothing else is', () => {
    const honest = envelopeOf(stated(byKey));
    const foreign = Array.from({ length: 5 }, () => envelopeOf(stated(keySigner(generateKey()))).signatures[0]);
    const hinted = { ...foreign[0], keyid: 'the right one' };
    const several = (signatures: readonly unknown[]) =>
      verify(entity(decodeEnvelope(Buffer.from(JSON.stringify({ ...honest, signatures })))), subject, keyTrust);
    proven(several([hinted, ...foreign, honest.signatures[0]]));
    proven(several([{ ...honest.signatures[0], keyid: 'lies' }, ...foreign]));
    refused(several([hinted, ...foreign])).toBe(/^SIGNATURE_WRONG/);
  });

  it('is refused with a second signature in a bundle, or none', () => {
    const signed = stated(keyless);
    const [one] = envelopeOf(signed).signatures;
    for (const signatures of [[one, one], []]) {
      refused(changedBundle(signed, ['dsseEnvelope', 'signatures'], signatures)).toBe(
        /^ENTITY_MALFORMED .* signatures, not one/,
      );
    }
  });
});

describe('a hash or algorithm that is weaker than it should be (A-VER-22)', () => {
  const over = (hash: string | null, pair = key): SignedEntity => {
    const bytes = preAuthenticationEncoding(payloadType, Buffer.from(statementText()));
    return asBundle({ ...stated(keySigner(pair)), signature: cryptoSign(hash, bytes, pair.privateKey) });
  };

  it('is refused: SHA-1 and SHA-224 with every kind of key', () => {
    for (const kind of ['p256', 'p384', 'p521', 'rsa'] as const) {
      const pair = generateKey(kind);
      const material = trusted(parsePublicKey(publicPem(pair.publicKey)));
      for (const hash of ['sha1', 'sha224'])
        refused(verify(over(hash, pair), subject, material)).toBe(/^SIGNATURE_WRONG/);
    }
    refused(verify(over('sha384'), subject, keyTrust)).toBe(/^SIGNATURE_WRONG/);
  });

  it('is refused where the key is bound to one hash and the signature is over another', () => {
    const pair = generateKey('p384');
    const strict = trusted(parsePublicKey(publicPem(pair.publicKey), { hash: 'sha384' }));
    proven(verify(over('sha384', pair), subject, strict));
    refused(verify(over('sha256', pair), subject, strict)).toBe(/^SIGNATURE_WRONG/);
    proven(verify(over('sha256', pair), subject, trusted(parsePublicKey(publicPem(pair.publicKey)))));
  });

  it('is refused: RSA-PSS in the place of PKCS #1', () => {
    const pair = generateKey('rsa');
    const material = trusted(parsePublicKey(publicPem(pair.publicKey)));
    const bytes = preAuthenticationEncoding(payloadType, Buffer.from(statementText()));
    const signature = cryptoSign('sha256', bytes, { key: pair.privateKey, padding: 6 });
    refused(verify(asBundle({ ...stated(keySigner(pair)), signature }), subject, material)).toBe(/^SIGNATURE_WRONG/);
  });

  it('is refused in a certificate, whoever issued it', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const curve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    for (const pair of [weak, curve]) {
      const chain = [sigstore.fulcio.issue(release, pair.publicKey, { notBefore: now })];
      refused(proveKeyless(asBundle({ ...stated(keyless), chain }))).toBe(/^ALGORITHM_REFUSED/);
    }
  });
});

describe('an artifact that is only known by its digest', () => {
  const digestOnly = { digest: subject.digest };

  for (const kind of ['p256', 'p384', 'p521', 'rsa'] as const) {
    it(`is proven signed by ${kind}, and not if it was not`, () => {
      const pair = generateKey(kind);
      const hash = kind === 'p384' ? 'sha384' : kind === 'p521' ? 'sha512' : 'sha256';
      const material = trusted(parsePublicKey(publicPem(pair.publicKey)));
      const over256 = {
        ...signMessage(image, keySigner(pair)),
        signature: cryptoSign('sha256', image, pair.privateKey),
      };
      proven(verify(asBundle(over256), digestOnly, material));
      const forged = Buffer.from(over256.signature);
      forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
      refused(verify(asBundle({ ...over256, signature: forged }), digestOnly, material)).toBe(/^SIGNATURE_WRONG/);
      const bound = trusted(parsePublicKey(publicPem(pair.publicKey), { hash: 'sha384' }));
      refused(verify(asBundle(over256), digestOnly, bound)).toBe(/^ARTIFACT_NEEDED/);
      expect(hash).toMatch(/^sha/);
    });
  }

  it('is refused where the signature is over the artifact itself or over another hash', () => {
    const pair = generateKey('ed25519');
    const material = trusted(parsePublicKey(publicPem(pair.publicKey)));
    const signed = signMessage(image, keySigner(pair));
    proven(verify(asBundle(signed), subject, material));
    refused(verify(asBundle(signed), digestOnly, material)).toBe(/^ARTIFACT_NEEDED/);
    const sha512 = changedBundle(signMessage(image, byKey), ['messageSignature', 'messageDigest'], {
      algorithm: 'SHA2_512',
      digest: Buffer.from(hex(image, 'sha512'), 'hex').toString('base64'),
    });
    refused(verify(entity(sha512), digestOnly, keyTrust)).toBe(
      /^ARTIFACT_NEEDED signed by its sha512; given by its sha256/,
    );
    proven(verify(entity(sha512), subject, keyTrust));
  });
});

describe('a certificate', () => {
  it('is good from its first to its last second, and not one longer (A-VER-5)', () => {
    proven(proveKeyless(keylessBundle({ loggedAt: minutes(10) })));
    refused(proveKeyless(keylessBundle({ loggedAt: minutes(17) }))).toBe(
      /^TIMESTAMP_OUTSIDE_CERTIFICATE signed 2026-11-02 10:31:07 UTC, certificate ended 10:24:07$/,
    );
    refused(proveKeyless(keylessBundle({ loggedAt: new Date(+minutes(10) + 1000) }))).toBe(
      /^TIMESTAMP_OUTSIDE_CERTIFICATE/,
    );
    refused(proveKeyless(keylessBundle({ loggedAt: new Date(+now - 1000) }))).toBe(
      /^TIMESTAMP_OUTSIDE_CERTIFICATE signed 2026-11-02 10:14:06 UTC, certificate starts 10:14:07$/,
    );
  });

  it('must have been good at every time that is known', () => {
    proven(proveKeyless(keylessBundle({ timestamp: minutes(9) })));
    refused(proveKeyless(keylessBundle({ timestamp: minutes(11) }))).toBe(/^TIMESTAMP_OUTSIDE_CERTIFICATE/);
    refused(proveKeyless(keylessBundle({ timestamp: true, loggedAt: minutes(60 * 24) }))).toBe(
      /^TIMESTAMP_OUTSIDE_CERTIFICATE signed 2026-11-03 10:14:07 UTC, certificate ended 2026-11-02 10:24:07 UTC/,
    );
  });

  it('of another Sigstore is refused, its log, its certificate authority and its CT log each alone', () => {
    const other = createSigstore({ now: () => now, organization: 'mallory.test' });
    const strange = asBundle(stated(other.keyless(release)));
    refused(proveKeyless(strange)).toBe(/^LOG_ENTRY_WRONG a log entry of a log that is not trusted here/);
    const theirs = trusted(parseTrustedRoot(other.trustedRoot));
    refused(verify(strange, subject, withObservers(root, theirs))).toBe(/^CERTIFICATE_UNTRUSTED/);
    const authorities = trusted(
      parseCertificateAuthority(
        [other.fulcio.intermediate, other.fulcio.root].map((ca) => certificatePem(ca.certificate)).join(''),
      ),
    );
    proven(verify(strange, subject, withObservers(authorities, theirs)));
    const mixed: unknown = replaced(
      JSON.parse(other.trustedRoot),
      ['ctlogs'],
      (JSON.parse(sigstore.trustedRoot) as { ctlogs: unknown }).ctlogs,
    );
    refused(verify(strange, subject, trusted(parseTrustedRoot(JSON.stringify(mixed))))).toBe(/^SCT_WRONG/);
  });

  it('is refused of an authority, or with the promise of a CT log, that was not trusted then', () => {
    const ended = (path: readonly (string | number)[], end: Date) =>
      trusted(
        parseTrustedRoot(
          JSON.stringify(replaced(JSON.parse(sigstore.trustedRoot), [...path, 'validFor', 'end'], end.toISOString())),
        ),
      );
    const before = new Date(+now - 1000);
    refused(verify(keylessBundle(), subject, ended(['certificateAuthorities', 0], before))).toBe(
      /^CERTIFICATE_UNTRUSTED/,
    );
    proven(verify(keylessBundle(), subject, ended(['certificateAuthorities', 0], now)));
    refused(verify(keylessBundle(), subject, ended(['ctlogs', 0, 'publicKey'], before))).toBe(/^SCT_WRONG/);
    proven(verify(keylessBundle(), subject, ended(['ctlogs', 0, 'publicKey'], now)));
  });

  it('needs the promise of a CT log where the root has one, and a right one everywhere', () => {
    refused(proveKeyless(certified({ scts: 'none' }))).toBe(/^SCT_MISSING seen by no CT log of 1 required/);
    refused(proveKeyless(certified({ scts: 'wrong' }))).toBe(/^SCT_WRONG/);
    refused(proveKeyless(certified({ scts: 'stranger' }))).toBe(/^SCT_WRONG/);
    proven(verify(certified({ scts: 'none' }), subject, root, { scts: 0 }));
    refused(verify(certified({ scts: 'wrong' }), subject, root, { scts: 0 })).toBe(/^SCT_WRONG/);
  });

  it('counts one CT log once, however often it promises (A-VER-3)', () => {
    proven(proveKeyless(certified({ scts: 'two' })));
    refused(verify(certified({ scts: 'two' }), subject, root, { scts: 2 })).toBe(
      /^SCT_MISSING seen by 1 CT log of 2 required/,
    );
  });

  it('must be for code signing, and of nobody who issues certificates', () => {
    refused(proveKeyless(certified({ withoutPurpose: true }))).toBe(/^CERTIFICATE_MALFORMED .*not for code signing/);
    const own = certificateAuthority('acme', 'ca', key, { notBefore: now, notAfter: minutes(10) }, undefined, [
      alternativeNames([{ kind: 'uri', value: 'https://acme.test' }]),
    ]);
    const signed = { ...stated(keySigner(key)), signer: keyless, chain: [own.certificate] };
    const itself = trusted(parseCertificateAuthority(certificatePem(own.certificate)));
    refused(verify(asBundle(signed), subject, itself, { time: 'wallClock' }, { now })).toBe(
      /^CERTIFICATE_MALFORMED .*authority, not of a signer/,
    );
  });

  it('is refused as anything but DER, and where it ends before it starts', () => {
    refused(proveKeyless(certified({ notBefore: minutes(5), notAfter: now }))).toBe(
      /^CERTIFICATE_MALFORMED .*ends before it starts/,
    );
    const [leaf = image] = stated(keyless).chain;
    const cut = [leaf.subarray(0, -1), Buffer.concat([leaf, Buffer.from([0])]), leaf.subarray(1), Buffer.from('x')];
    for (const bytes of cut) {
      refused(proveKeyless(asBundle({ ...stated(keyless), chain: [bytes] }))).toBe(
        /^CERTIFICATE_MALFORMED not a DER certificate/,
      );
    }
  });

  it('is refused with a critical extension that is not understood', () => {
    const unknown: Extension = { oid: '1.2.3.4', critical: true, value: der.utf8('x') };
    refused(proveKeyless(certified({ extensions: [unknown] }))).toBe(
      /^CERTIFICATE_MALFORMED .*critical extension 1\.2\.3\.4/,
    );
    proven(proveKeyless(certified({ extensions: [{ ...unknown, critical: false }] })));
  });

  it('has exactly one name, without spaces and line breaks in it (A-VER-6)', () => {
    const uri = { kind: 'uri', value: release.subject.value } as const;
    for (const names of [[uri, uri], [uri, { kind: 'email', value: 'a@b.c' }], []] as const) {
      refused(proveKeyless(certified({ names }))).toBe(/^CERTIFICATE_MALFORMED \d subject names; expected one/);
    }
    for (const value of ['https://a.b/\nhttps://github.com/acme', 'https://a.b/ c', '', 'https://a.b/\u00e9']) {
      refused(proveKeyless(certified({ names: [{ kind: 'uri', value }] }))).toBe(
        /^CERTIFICATE_MALFORMED its subject name is empty/,
      );
    }
    for (const kind of ['dns', 'ip'] as const) {
      refused(proveKeyless(certified({ names: [{ kind, value: '1.2.3.4' }] }))).toBe(
        /^CERTIFICATE_MALFORMED .*neither a URI/,
      );
    }
  });

  it('says of which kind its name is', () => {
    for (const name of [
      { kind: 'email', value: 'jo@acme.test' },
      { kind: 'uri', value: 'jo@acme.test' },
      { kind: 'other', value: 'jo' },
    ] as const) {
      expect(proven(proveKeyless(certified({ names: [name] }))).signer).toMatchObject({ subject: name });
    }
  });
});

describe("Fulcio's extensions (A-VER-7)", () => {
  const arc = '1.3.6.1.4.1.57264.1';
  const raw = (number: number, text: string): Extension => ({ oid: `${arc}.${number}`, value: Buffer.from(text) });
  const wrapped = (number: number, text: string): Extension => ({ oid: `${arc}.${number}`, value: der.utf8(text) });

  it('are read from their old and their new form, all twenty-four', () => {
    const { signer } = proven(proveKeyless(certified({ extensions: [wrapped(23, 'production')] })));
    expect(signer).toMatchObject({
      issuer: release.issuer,
      extensions: { ...release.extensions, deploymentEnvironment: 'production' },
    });
  });

  it('are refused where the old and the new one disagree', () => {
    for (const number of [1, 2, 3, 5, 6]) {
      refused(proveKeyless(certified({ extensions: [raw(number, 'mallory')] }))).toBe(
        new RegExp(String.raw`^CERTIFICATE_MALFORMED its extensions \.${number} and \.\d+ disagree: "mallory"`),
      );
    }
  });

  it('are refused in the wrong encoding, cut off, padded or with controls', () => {
    const bad: readonly Extension[] = [
      raw(8, release.issuer),
      { oid: `${arc}.12`, value: Buffer.concat([der.utf8('https://github.com/acme/shop'), Buffer.from([0])]) },
      { oid: `${arc}.12`, value: Buffer.from([0x0c, 0x81, 0x01, 0x61]) },
      { oid: `${arc}.12`, value: Buffer.from([0x0c, 0x05, 0x61]) },
      { oid: `${arc}.12`, value: Buffer.from([0x13, 0x01, 0x61]) },
      wrapped(24, 'repo\nother'),
      wrapped(24, 'repo\u202eother'),
      { oid: `${arc}.24`, value: Buffer.from([0x0c, 0x01, 0xff]) },
      raw(4, 'name\u0000'),
    ];
    for (const extension of bad) {
      refused(proveKeyless(certified({ extensions: [extension] }))).toBe(
        /^CERTIFICATE_MALFORMED .*not printable UTF-8/,
      );
    }
  });

  it("name the repository on an enterprise's own server, and on no other one than the old extension", () => {
    const own = 'https://git.acme.test/acme/shop';
    expect(proven(proveKeyless(certified({ extensions: [wrapped(12, own)] }))).signer).toMatchObject({
      extensions: { sourceRepository: own },
    });
    for (const url of [
      'https://github.com/mallory/acme/shop',
      'http://github.com/acme/shop',
      'https:///acme/shop',
      'acme/shop/',
    ]) {
      refused(proveKeyless(certified({ extensions: [wrapped(12, url)] }))).toBe(
        /^CERTIFICATE_MALFORMED its extensions \.5 and \.12 disagree/,
      );
    }
  });

  it('may be long, with their length written in the shortest way', () => {
    for (const length of [127, 128, 255, 256, 300]) {
      const value = 'x'.repeat(length);
      expect(proven(proveKeyless(certified({ extensions: [wrapped(24, value)] }))).signer).toMatchObject({
        extensions: { tokenSubject: value },
      });
    }
    const text = Buffer.from('x'.repeat(200));
    for (const head of [
      [0x0c, 0x82, 0x00, 0xc8],
      [0x0c, 0x83, 0x00, 0x00, 0xc8],
      [0x0c, 0x80],
      [0x0c, 0x81],
    ]) {
      const extension = { oid: `${arc}.24`, value: Buffer.concat([Buffer.from(head), text]) };
      refused(proveKeyless(certified({ extensions: [extension] }))).toBe(/^CERTIFICATE_MALFORMED .*in DER/);
    }
  });

  it('may hold emoji', () => {
    expect(
      proven(proveKeyless(certified({ extensions: [raw(4, '\u{1F469}\u200D\u{1F4BB} release')] }))).signer,
    ).toMatchObject({
      extensions: { githubWorkflowName: '\u{1F469}\u200D\u{1F4BB} release' },
    });
  });

  it('are refused twice', () => {
    refused(proveKeyless(certified({ extensions: [wrapped(24, 'a'), wrapped(24, 'a')] }))).toBe(
      /^CERTIFICATE_MALFORMED .*twice/,
    );
  });

  it('may be absent: then nothing is said', () => {
    const { signer } = proven(proveKeyless(asBundle(stated(sigstore.keyless({ ...release, extensions: {} })))));
    expect(signer).toMatchObject({ issuer: release.issuer, extensions: {} });
  });
});

describe('a log entry', () => {
  it('must be there where the root has logs', () => {
    refused(proveKeyless(keylessBundle({ log: 'none' }))).toBe(/^LOG_ENTRY_MISSING seen by no log of 1 required/);
    refused(proveKeyless(keylessBundle({ log: 'none', timestamp: true }))).toBe(/^LOG_ENTRY_MISSING/);
    refused(proveKeyless(asSignatureLayer(simplySigned(keyless, { log: 'none' })))).toBe(/^LOG_ENTRY_MISSING/);
    proven(verify(keylessBundle({ log: 'none', timestamp: true }), subject, root, { log: 0 }));
  });

  it('must be promised or proven by a log that is trusted', () => {
    for (const log of ['wrong-promise', 'wrong-proof', 'wrong-checkpoint'] as const) {
      refused(proveKeyless(keylessBundle({ log }))).toBe(
        /^LOG_ENTRY_WRONG the log https:\/\/rekor.test does not vouch/,
      );
    }
    refused(proveKeyless(keylessBundle({ log: 'stranger' }))).toBe(/^LOG_ENTRY_WRONG .*not trusted here/);
    refused(proveKeyless(asSignatureLayer(simplySigned(keyless, { log: 'wrong-promise' })))).toBe(/^LOG_ENTRY_WRONG/);
  });

  it('A-VER-4: must be about this signature (CVE-2022-36056)', () => {
    for (const entryKind of ['dsse', 'intoto', 'hashedrekord'] as const) {
      refused(proveKeyless(keylessBundle({ log: 'of-another', entryKind }))).toBe(
        /^LOG_ENTRY_WRONG the log entry is about something else/,
      );
    }
    refused(proveKeyless(asSignatureLayer(simplySigned(keyless, { log: 'of-another' })))).toBe(/^LOG_ENTRY_WRONG/);
  });

  const logged = (
    body: (signed: Signed, verifier: string) => Buffer,
    kind: string,
    version: string,
    verifier?: string,
  ): SignedEntity => {
    const signed = stated(keyless, { log: 'none' });
    const entry = sigstore.rekor.append(body(signed, verifier ?? certificatePem(signed.chain[0] ?? image)), now);
    return asBundle({ ...signed, entry: { kind, version, entry, promised: true, proven: true } });
  };
  const text = (signed: Signed): string => JSON.stringify(envelopeOf(signed));
  const pae = ({ payload }: Signed): string => hex(preAuthenticationEncoding(payloadType, payload));
  const kinds: readonly (readonly [string, string, (signed: Signed, verifier: string) => Buffer])[] = [
    ['dsse', '0.0.1', (signed, verifier) => dsseBody(text(signed), verifier)],
    ['intoto', '0.0.2', (signed, verifier) => intotoBody(text(signed), verifier)],
    ['hashedrekord', '0.0.1', (signed, verifier) => hashedRekordBody(pae(signed), signed.signature, verifier)],
    ['hashedrekord', '0.0.2', (signed, verifier) => rekor2(pae(signed), signed.signature, verifier)],
    ['dsse', '0.0.2', (signed, verifier) => rekor2Envelope(hex(signed.payload), signed.signature, verifier)],
  ];

  for (const [kind, version, body] of kinds) {
    it(`A-VER-4: must be by this signer, kind ${kind} ${version} (CVE-2026-22703)`, () => {
      proven(proveKeyless(logged(body, kind, version)));
      const other = stated(keyless).chain[0] ?? image;
      refused(proveKeyless(logged(body, kind, version, certificatePem(other)))).toBe(
        /^LOG_ENTRY_WRONG .*another certificate or key/,
      );
      refused(proveKeyless(logged(body, kind, version, publicPem(key.publicKey)))).toBe(
        /^LOG_ENTRY_WRONG .*another certificate or key/,
      );
    });

    it(`A-VER-4: must be over this, with this signature, kind ${kind} ${version}`, () => {
      const otherSignature = (signed: Signed, verifier: string): Buffer =>
        body({ ...signed, signature: stated(keyless).signature }, verifier);
      refused(proveKeyless(logged(otherSignature, kind, version))).toBe(/^LOG_ENTRY_WRONG .*another signature/);
      const otherPayload = (signed: Signed, verifier: string): Buffer =>
        body({ ...signed, payload: Buffer.from('{}') }, verifier);
      refused(proveKeyless(logged(otherPayload, kind, version))).toBe(/^LOG_ENTRY_WRONG .*another artifact/);
    });
  }

  it('must be of the kind that it says and of one that is known', () => {
    const [[, , dsse] = ['', '', () => image] as const] = kinds;
    refused(proveKeyless(logged(dsse, 'intoto', '0.0.2'))).toBe(/^LOG_ENTRY_WRONG .*another kind than it says/);
    refused(proveKeyless(logged(dsse, 'dsse', '0.0.2'))).toBe(/^LOG_ENTRY_WRONG .*another kind than it says/);
    const strange = (): Buffer => Buffer.from('{"kind":"rpm","apiVersion":"0.0.1","spec":{}}');
    refused(proveKeyless(logged(strange, 'rpm', '0.0.1'))).toBe(/^LOG_ENTRY_WRONG .*not known here \("rpm 0.0.1"\)/);
    refused(proveKeyless(logged(() => Buffer.from('not JSON'), 'dsse', '0.0.1'))).toBe(
      /^LOG_ENTRY_WRONG .*its body is not JSON/,
    );
    const twice = (): Buffer => Buffer.from('{"kind":"dsse","kind":"dsse","apiVersion":"0.0.1","spec":{}}');
    refused(proveKeyless(logged(twice, 'dsse', '0.0.1'))).toBe(/^LOG_ENTRY_WRONG .*written twice/);
    refused(proveKeyless(logged(() => Buffer.from('{"kind":"dsse","apiVersion":"0.0.1"}'), 'dsse', '0.0.1'))).toBe(
      /^LOG_ENTRY_WRONG/,
    );
  });

  it('must say of which kind it is, and of one verifier', () => {
    const dsse = (signed: Signed, verifier: string): Buffer => dsseBody(text(signed), verifier);
    refused(proveKeyless(logged(dsse, 'hashedrekord', '0.0.1'))).toBe(/^LOG_ENTRY_WRONG .*another kind than it says/);
    const twice = (signed: Signed, verifier: string): Buffer =>
      dsseBody(text(signed), verifier + certificatePem(image));
    refused(proveKeyless(logged(twice, 'dsse', '0.0.1'))).toBe(/^LOG_ENTRY_WRONG .*another certificate or key/);
  });

  it("of an envelope proves nothing of cosign's payload, though hash and signature be the same", () => {
    const signed = simplySigned(keyless, { log: 'none' });
    const envelope = JSON.stringify({ ...envelopeOf(signed), payloadType: 'x' });
    const body = dsseBody(envelope, certificatePem(signed.chain[0] ?? image));
    const entry = sigstore.rekor.append(body, now);
    const made = asSignatureLayer({
      ...signed,
      entry: { kind: 'dsse', version: '0.0.1', entry, promised: true, proven: false },
    });
    refused(proveKeyless(made)).toBe(/^LOG_ENTRY_WRONG .*another artifact/);
  });

  it('of the oldest kind is over this payload and this stored envelope', () => {
    const signed = stated(keyless, { log: 'none' });
    const verifier = certificatePem(signed.chain[0] ?? image);
    const layerWith = (body: Buffer): SignedEntity => {
      const entry = sigstore.rekor.append(body, now);
      return asEnvelopeLayer({
        ...signed,
        entry: { kind: 'intoto', version: '0.0.1', entry, promised: true, proven: false },
      });
    };
    const right = JSON.parse(intotoBody001(text(signed), verifier).toString('utf8')) as unknown;
    const changed = (path: readonly string[], value: string): SignedEntity =>
      layerWith(Buffer.from(JSON.stringify(replaced(right, ['spec', 'content', ...path], value))));
    proven(proveKeyless(changed(['hash', 'algorithm'], 'sha256')));
    refused(proveKeyless(changed(['hash', 'value'], 'a'.repeat(64)))).toBe(/^LOG_ENTRY_WRONG .*another signature/);
    refused(proveKeyless(changed(['hash', 'algorithm'], 'sha1'))).toBe(/^LOG_ENTRY_WRONG .*another signature/);
    refused(proveKeyless(changed(['payloadHash', 'value'], 'a'.repeat(64)))).toBe(
      /^LOG_ENTRY_WRONG .*another artifact/,
    );
    refused(proveKeyless(changed(['payloadHash', 'algorithm'], 'md5'))).toBe(/^LOG_ENTRY_WRONG .*another artifact/);
  });

  it('of the oldest kind binds a stored envelope, and no bundle', () => {
    const body = (signed: Signed, verifier: string): Buffer => intotoBody001(text(signed), verifier);
    refused(proveKeyless(logged(body, 'intoto', '0.0.1'))).toBe(/^LOG_ENTRY_WRONG .*cannot be bound to a bundle/);
    const signed = stated(keyless, { log: 'none' });
    const entry = sigstore.rekor.append(body(signed, certificatePem(signed.chain[0] ?? image)), now);
    const kept = { kind: 'intoto', version: '0.0.1', entry, promised: true, proven: false };
    proven(proveKeyless(asEnvelopeLayer({ ...signed, entry: kept })));
    const other = sigstore.rekor.append(body(signed, certificatePem(stated(keyless).chain[0] ?? image)), now);
    refused(proveKeyless(asEnvelopeLayer({ ...signed, entry: { ...kept, entry: other } }))).toBe(
      /^LOG_ENTRY_WRONG .*another certificate/,
    );
  });

  it('counts once, however often it is there (A-VER-3)', () => {
    const signed = stated(keyless);
    const [one] = (bundleOf(signed)['verificationMaterial'] as { tlogEntries: unknown[] }).tlogEntries;
    const twice = entity(changedBundle(signed, ['verificationMaterial', 'tlogEntries'], [one, one]));
    expect(proven(proveKeyless(twice)).logEntries).toHaveLength(1);
    refused(verify(twice, subject, root, { log: 2 })).toBe(/^LOG_ENTRY_MISSING seen by 1 log of 2 required/);
  });

  it('is refused where the proof contradicts its checkpoint or the time its promise', () => {
    const entry = ['verificationMaterial', 'tlogEntries', 0] as const;
    stated(keyless);
    const signed = stated(keyless);
    for (const [field, value] of [
      ['treeSize', '9999'],
      ['rootHash', Buffer.alloc(32).toString('base64')],
    ] as const) {
      refused(proveKeyless(changedBundle(signed, [...entry, 'inclusionProof', field], value))).toBe(
        /^LOG_ENTRY_WRONG .*another tree/,
      );
    }
    refused(proveKeyless(changedBundle(signed, [...entry, 'integratedTime'], String(now.getTime() / 1000 + 1)))).toBe(
      /^LOG_ENTRY_WRONG/,
    );
    refused(proveKeyless(changedBundle(signed, [...entry, 'inclusionProof', 'logIndex'], '0'))).toBe(
      /^LOG_ENTRY_WRONG/,
    );
  });

  it('of a time when the log was not trusted is refused', () => {
    const ended: unknown = replaced(
      JSON.parse(sigstore.trustedRoot),
      ['tlogs', 0, 'publicKey', 'validFor', 'end'],
      new Date(+now - 1000).toISOString(),
    );
    refused(verify(keylessBundle(), subject, trusted(parseTrustedRoot(JSON.stringify(ended))))).toBe(
      /^LOG_ENTRY_WRONG logged 2026-11-02 10:14:07 UTC, when the log's key was not valid/,
    );
    const endsNow: unknown = replaced(
      JSON.parse(sigstore.trustedRoot),
      ['tlogs', 0, 'publicKey', 'validFor', 'end'],
      now.toISOString(),
    );
    proven(verify(keylessBundle(), subject, trusted(parseTrustedRoot(JSON.stringify(endsNow)))));
  });

  it('without a promise is refused where its log was given up before the signature was timestamped', () => {
    const ending = (end: Date) =>
      trusted(
        parseTrustedRoot(
          JSON.stringify(
            replaced(JSON.parse(sigstore.trustedRoot), ['tlogs', 1, 'publicKey', 'validFor', 'end'], end.toISOString()),
          ),
        ),
      );
    const made = keylessBundle({ rekor: 2, timestamp: true });
    refused(verify(made, subject, ending(new Date(+now - 1000)))).toBe(
      /^LOG_ENTRY_WRONG the log's key was not valid when the signature was timestamped/,
    );
    proven(verify(made, subject, ending(now)));
    const byLoggedKey = asBundle(stated(sigstore.logged(key), { rekor: 2, timestamp: false }));
    proven(verify(byLoggedKey, subject, withObservers(keyTrust, root), { log: 1 }));
    refused(verify(byLoggedKey, subject, withObservers(keyTrust, ending(minutes(60))), { log: 1 })).toBe(
      /^LOG_ENTRY_WRONG the log's key/,
    );
    const starting: unknown = replaced(
      JSON.parse(sigstore.trustedRoot),
      ['tlogs', 1, 'publicKey', 'validFor', 'start'],
      minutes(1).toISOString(),
    );
    refused(verify(made, subject, trusted(parseTrustedRoot(JSON.stringify(starting))))).toBe(
      /^LOG_ENTRY_WRONG the log's key/,
    );
  });

  it("is not looked at where a key's authority names no logs", () => {
    const made = asBundle(stated(sigstore.logged(key), { log: 'of-another' }));
    expect(proven(verify(made, subject, keyTrust)).logEntries).toEqual([]);
    refused(verify(made, subject, withObservers(keyTrust, root))).toBe(/^LOG_ENTRY_WRONG/);
  });
});

describe('a time of signing', () => {
  it('is missing where only Rekor v2 has the signature, which signs no times', () => {
    refused(proveKeyless(keylessBundle({ rekor: 2, timestamp: false }))).toBe(
      /^TIMESTAMP_MISSING no trusted time of signing/,
    );
    for (const log of ['wrong-proof', 'wrong-checkpoint'] as const) {
      refused(proveKeyless(keylessBundle({ rekor: 2, timestamp: true, log }))).toBe(/^LOG_ENTRY_WRONG/);
    }
    refused(proveKeyless(keylessBundle({ rekor: 2, timestamp: true, log: 'of-another' }))).toBe(/^LOG_ENTRY_WRONG/);
  });

  it('is missing where the log promised nothing, whatever integratedTime says', () => {
    refused(proveKeyless(keylessBundle({ log: 'no-promise' }))).toBe(
      /^TIMESTAMP_MISSING no trusted time of signing \(log or timestamp\)/,
    );
  });

  it('is of the source that the authority asks for', () => {
    proven(verify(keylessBundle(), subject, root, { time: 'log' }));
    refused(verify(keylessBundle(), subject, root, { time: 'tsa' })).toBe(
      /^TIMESTAMP_MISSING no trusted time of signing \(tsa\)/,
    );
    proven(verify(keylessBundle({ timestamp: true }), subject, root, { time: 'tsa' }));
    const stamped = keylessBundle({ log: 'no-promise', timestamp: true });
    refused(verify(stamped, subject, root, { time: 'log' })).toBe(
      /^TIMESTAMP_MISSING no trusted time of signing \(log\)/,
    );
  });

  it('is the wall clock only where that is written out and the clock is given', () => {
    const own = trusted(
      parseCertificateAuthority(
        [sigstore.fulcio.intermediate, sigstore.fulcio.root].map((ca) => certificatePem(ca.certificate)).join(''),
      ),
    );
    const made = keylessBundle({ log: 'none' });
    refused(verify(made, subject, own, {}, { now })).toBe(
      /^TIMESTAMP_MISSING seen by no timestamp authority of 1 required/,
    );
    refused(verify(made, subject, own, { timestamps: 0 }, { now })).toBe(/^TIMESTAMP_MISSING no trusted time/);
    refused(verify(made, subject, own, { time: 'wallClock' })).toBe(
      /^TIMESTAMP_MISSING no trusted time of signing \(wallClock\)/,
    );
    proven(verify(made, subject, own, { time: 'wallClock' }, { now }));
    refused(verify(made, subject, own, { time: 'wallClock' }, { now: minutes(11) })).toBe(
      /^TIMESTAMP_OUTSIDE_CERTIFICATE/,
    );
  });

  it('is the wall clock in addition to the log, where the root has one', () => {
    refused(verify(keylessBundle({ log: 'none' }), subject, root, { time: 'wallClock' }, { now })).toBe(
      /^LOG_ENTRY_MISSING/,
    );
    proven(verify(keylessBundle(), subject, root, { time: 'wallClock' }, { now }));
  });

  it('is refused of another authority, over something else, or malformed', () => {
    refused(proveKeyless(keylessBundle({ timestamp: 'wrong' }))).toBe(
      /^TIMESTAMP_WRONG a timestamp of 2026-11-02 10:14:07 UTC by no authority/,
    );
    const other = createSigstore({ now: () => now }).timestamps;
    const signed = stated(keyless);
    refused(proveKeyless(asBundle({ ...signed, timestamp: other.stamp(signed.signature, now) }))).toBe(
      /^TIMESTAMP_WRONG/,
    );
    refused(proveKeyless(asBundle({ ...signed, timestamp: Buffer.from('x') }))).toBe(
      /^TIMESTAMP_WRONG .*not an RFC 3161 response/,
    );
    refused(proveKeyless(asSignatureLayer(simplySigned(keyless, { timestamp: 'wrong' })))).toBe(/^TIMESTAMP_WRONG/);
  });

  it('is over the signature in a bundle, and over the stored envelope in a layer of cosign', () => {
    const signed = stated(keyless);
    const stored = Buffer.from(JSON.stringify(envelopeOf(signed)));
    proven(proveKeyless(asSignatureLayer(simplySigned(keyless, { timestamp: true }))));
    proven(proveKeyless(asEnvelopeLayer({ ...signed, timestamp: sigstore.timestamps.stamp(stored, now) })));
    refused(proveKeyless(asEnvelopeLayer(stated(keyless, { timestamp: true })))).toBe(/^TIMESTAMP_WRONG/);
  });

  it('counts one authority once, however often it stamps (A-VER-3)', () => {
    const signed = stated(keyless);
    const stamp = (at: Date) => ({
      signedTimestamp: sigstore.timestamps.stamp(signed.signature, at).toString('base64'),
    });
    const both = changedBundle(signed, ['verificationMaterial', 'timestampVerificationData'], {
      rfc3161Timestamps: [stamp(now), stamp(minutes(1))],
    });
    refused(verify(entity(both), subject, root, { timestamps: 2 })).toBe(
      /^TIMESTAMP_MISSING seen by 1 timestamp authority of 2/,
    );
    expect(proven(verify(entity(both), subject, root, { timestamps: 1 })).timestamps).toHaveLength(2);
    refused(verify(asBundle(signed), subject, root, { timestamps: 1 })).toBe(
      /^TIMESTAMP_MISSING seen by no timestamp authority of 1/,
    );
  });

  it('is not borrowed from another authority that is trusted then', () => {
    const early = new Date(+now - 1000).toISOString();
    const ended: unknown = replaced(
      JSON.parse(sigstore.trustedRoot),
      ['timestampAuthorities', 0, 'validFor', 'end'],
      early,
    );
    refused(verify(keylessBundle({ timestamp: true }), subject, trusted(parseTrustedRoot(JSON.stringify(ended))))).toBe(
      /^TIMESTAMP_WRONG/,
    );
  });
});

describe('what was signed', () => {
  it('is told as it was written: names, predicate, annotations', () => {
    const subjects = [{ digest: { sha256: 'b'.repeat(64) } }, { name: 'shop', digest: { sha256: hex(image) } }];
    const text = statementText({
      subject: subjects,
      predicate: { builder: { id: 'x' } },
      predicateType: 'https://slsa.dev/provenance/v1',
    });
    expect(proven(proveKeyless(keylessBundle({}, text))).statement).toMatchObject({
      predicate: { builder: { id: 'x' } },
      subjects: [{ name: '' }, { name: 'shop', digests: { sha256: hex(image) } }],
      payload: `sha256:${hex(Buffer.from(text))}`,
    });
    const payload = Buffer.from(simpleSigning().toString().replace('"optional":null', '"optional":{"team":"shop"}'));
    expect(proven(proveKeyless(asSignatureLayer(simplySigned(keyless, {}, payload)))).statement).toMatchObject({
      annotations: { team: 'shop' },
      payload: `sha256:${hex(payload)}`,
    });
  });

  it('is named in the refusal when it is about something else', () => {
    const subjects = [{ digest: { sha256: 'b'.repeat(64) } }, { digest: { sha256: 'c'.repeat(64) } }];
    const one = keylessBundle({}, statementText({ subject: subjects.slice(1) }));
    refused(proveKeyless(one)).toBe(
      /^SUBJECT_MISMATCH a statement about "sha256:cccccccccccc", not sha256:[0-9a-f]{12}$/,
    );
    const two = keylessBundle({}, statementText({ subject: subjects }));
    refused(proveKeyless(two)).toBe(
      /^SUBJECT_MISMATCH a statement about "sha256:bbbbbbbbbbbb" and 1 more, not sha256:[0-9a-f]{12}$/,
    );
  });

  it('is refused nested too deeply', () => {
    const deep = Buffer.from(
      simpleSigning()
        .toString()
        .replace('null', '['.repeat(20) + ']'.repeat(20)),
    );
    refused(proveKeyless(asSignatureLayer(simplySigned(keyless, {}, deep)))).toBe(
      /^STATEMENT_MALFORMED .*nested deeper than 16/,
    );
  });
});

describe('what the trust material does not know', () => {
  const without = (...lists: readonly string[]) =>
    trusted(
      parseTrustedRoot(
        JSON.stringify(
          lists.reduce((text, list) => replaced(text, [list], []), JSON.parse(sigstore.trustedRoot) as unknown),
        ),
      ),
    );

  it('is not looked at: timestamps without timestamp authorities', () => {
    expect(
      proven(verify(keylessBundle({ timestamp: 'wrong' }), subject, without('timestampAuthorities'))).timestamps,
    ).toEqual([]);
  });

  it('is needed all the same where the authority asks for it', () => {
    refused(verify(certified({ scts: 'none' }), subject, without('ctlogs'), { scts: 1 })).toBe(
      /^SCT_MISSING seen by no CT log of 1/,
    );
    refused(verify(certified({}), subject, without('ctlogs'), { scts: 1 })).toBe(/^SCT_WRONG/);
    proven(verify(certified({}), subject, without('ctlogs')));
    refused(verify(keylessBundle(), subject, without('tlogs'), { log: 1, timestamps: 0 })).toBe(/^LOG_ENTRY_MISSING/);
    refused(
      verify(keylessBundle({ timestamp: true }), subject, without('timestampAuthorities'), { timestamps: 1 }),
    ).toBe(/^TIMESTAMP_MISSING/);
  });

  it('makes a timestamp needed where there are no logs', () => {
    refused(verify(keylessBundle(), subject, without('tlogs'))).toBe(
      /^TIMESTAMP_MISSING seen by no timestamp authority of 1/,
    );
    proven(verify(keylessBundle({ timestamp: true, log: 'none' }), subject, without('tlogs')));
  });

  it('never makes the wall clock a time of signing, though it be given', () => {
    proven(verify(keylessBundle(), subject, root, {}, { now: minutes(60 * 24 * 365) }));
    refused(verify(keylessBundle({ log: 'no-promise' }), subject, root, {}, { now })).toBe(/^TIMESTAMP_MISSING/);
  });

  it('counts two logs as two', () => {
    const signed = stated(keyless, { timestamp: true });
    const [leaf = image] = signed.chain;
    const body = dsseBody(JSON.stringify(envelopeOf(signed)), certificatePem(leaf));
    const entry = sigstore.rekor2.append(body, now);
    const material = (entry: Signed['entry']) =>
      (
        bundleOf(entry === undefined ? signed : { ...signed, entry })['verificationMaterial'] as {
          tlogEntries: unknown[];
        }
      ).tlogEntries;
    const both = [
      ...material(undefined),
      ...material({ kind: 'dsse', version: '0.0.1', entry, promised: false, proven: true }),
    ];
    const made = entity(changedBundle(signed, ['verificationMaterial', 'tlogEntries'], both));
    expect(proven(verify(made, subject, root, { log: 2 })).logEntries).toHaveLength(2);
    refused(verify(made, subject, root, { log: 3 })).toBe(/^LOG_ENTRY_MISSING seen by 2 logs of 3 required/);
  });

  it('is never who issued the certificate, also where no CT log could contradict', () => {
    const other = createSigstore({ now: () => now, organization: 'mallory.test' });
    const chain = [sigstore.fulcio.intermediate, sigstore.fulcio.root]
      .map((ca) => certificatePem(ca.certificate))
      .join('');
    const own = trusted(parseCertificateAuthority(chain));
    const made = asBundle(stated(other.keyless(release), { log: 'none' }));
    refused(verify(made, subject, own, { time: 'wallClock' }, { now })).toBe(
      /^CERTIFICATE_UNTRUSTED no trusted certificate authority of 2026-11-02/,
    );
    proven(verify(keylessBundle({ log: 'none' }), subject, own, { time: 'wallClock' }, { now }));
  });

  it('says no issuer of a certificate that names none', () => {
    const own = certificateAuthority('acme', 'root', generateKey(), { notBefore: now, notAfter: minutes(60) });
    const leaf = issue(
      {
        subject: distinguishedName('acme'),
        publicKey: key.publicKey,
        notBefore: now,
        notAfter: minutes(10),
        extensions: [
          digitalSignature,
          extendedKeyUsage('codeSigning'),
          alternativeNames([{ kind: 'email', value: 'ci@acme.test' }]),
        ],
      },
      own,
    );
    const material = trusted(parseCertificateAuthority(certificatePem(own.certificate)));
    const made = asBundle({ ...stated(byKey), signer: keyless, chain: [leaf] });
    const { signer } = proven(verify(made, subject, material, { time: 'wallClock' }, { now }));
    expect(signer).toMatchObject({
      kind: 'certificate',
      subject: { kind: 'email', value: 'ci@acme.test' },
      extensions: {},
    });
    expect(signer).not.toHaveProperty('issuer');
  });
});

describe('the identifier of an entity', () => {
  it('changes with every part that can change what is proven', () => {
    const signed = simplySigned(keyless, { timestamp: true });
    const annotations = annotationsOf(signed);
    const id = (payload: Buffer, changed: Record<string, string> = {}): string =>
      entity(decodeSignatureLayer(payload, { ...annotations, ...changed })).id;
    const other = annotationsOf(simplySigned(keyless, { timestamp: true }));
    const ids = [
      id(signed.payload),
      id(Buffer.from('{}')),
      ...Object.keys(other)
        .filter((name) => name !== 'dev.sigstore.cosign/chain')
        .map((name) => id(signed.payload, { [name]: other[name] ?? '' })),
    ];
    expect(new Set(ids).size).toBe(6);
    expect(id(signed.payload, { predicateType: 'a hint' })).toBe(ids[0]);
    expect(entity(decodeBundle(bundleBytes(stated(keyless)))).id).not.toBe(
      entity(decodeBundle(bundleBytes(stated(keyless)))).id,
    );
  });
});

function changedTo(type: string): SignedEntity {
  return signedEnvelopeOf(Buffer.from(statementText()), type);
}

function signedEnvelopeOf(payload: Buffer, type = payloadType): SignedEntity {
  const signature = cryptoSign('sha256', preAuthenticationEncoding(type, payload), key.privateKey);
  const signatures = [{ sig: signature.toString('base64') }];
  const text = JSON.stringify({ payloadType: type, payload: payload.toString('base64'), signatures });
  return entity(decodeEnvelope(Buffer.from(text)));
}

const derOf = (pem: string): string => pem.replaceAll(/-----[A-Z ]+-----|\s/g, '');
const verifierOf = (pem: string): unknown =>
  pem.includes('PUBLIC KEY') ? { publicKey: { rawBytes: derOf(pem) } } : { x509Certificate: { rawBytes: derOf(pem) } };
const base64 = (hexText: string): string => Buffer.from(hexText, 'hex').toString('base64');

/** Rekor v2's hashedrekord 0.0.2. */
const rekor2 = (digest: string, signature: Buffer, verifier: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      apiVersion: '0.0.2',
      kind: 'hashedrekord',
      spec: {
        hashedRekordV002: {
          data: { algorithm: 'SHA2_256', digest: base64(digest) },
          signature: { content: signature.toString('base64'), verifier: verifierOf(verifier) },
        },
      },
    }),
  );

/** Rekor v2's dsse 0.0.2. */
const rekor2Envelope = (digest: string, signature: Buffer, verifier: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      apiVersion: '0.0.2',
      kind: 'dsse',
      spec: {
        dsseV002: {
          payloadHash: { algorithm: 'SHA2_256', digest: base64(digest) },
          signatures: [{ content: signature.toString('base64'), verifier: verifierOf(verifier) }],
        },
      },
    }),
  );
