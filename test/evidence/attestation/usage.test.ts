import { createHash, sign as cryptoSign, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verify } from '../../../evidence/attestation/verify.ts';
import { parseTrustedRoot } from '../../../evidence/trust/root.ts';
import {
  authorityKeyIdentifier,
  certificateSigning,
  digitalSignature,
  distinguishedName,
  type Extension,
  extendedKeyUsage,
  issue,
  type Purpose,
  toBeSigned,
} from '../../support/sigstore/certificate.ts';
import { timestampList } from '../../support/sigstore/certificate-log.ts';
import * as der from '../../support/sigstore/der.ts';
import { generateKey, keySigner } from '../../support/sigstore/index.ts';
import { keyId, spki } from '../../support/sigstore/key.ts';
import {
  asBundle,
  keyless,
  now,
  proven,
  refusedWith,
  replaced,
  root as worldRoot,
  sigstore,
  stated,
  subject,
  trusted,
} from './world.ts';

describe('the usage of a key', () => {
  it('is code signing by digital signature, whatever else the certificate says', () => {
    const name = { oid: '2.5.29.17', value: der.sequence(der.tag(6, Buffer.from('https://acme.test'))) };
    const usage = (...extensions: readonly Extension[]): string => {
      const pair = generateKey();
      const ends = new Date(now.getTime() + 600_000);
      const content = { subject: distinguishedName(), publicKey: pair.publicKey, notBefore: now, notAfter: ends };
      const leaf = issue({ ...content, extensions: [name, ...extensions] }, sigstore.fulcio.intermediate);
      const signed = { ...stated(keySigner(pair)), signer: keyless, chain: [leaf] };
      const asked = { log: 0, scts: 0, time: 'wallClock' } as const;
      return refusedWith(verify(asBundle(signed), subject, worldRoot, asked, { now }));
    };
    const codeSigning = extendedKeyUsage('codeSigning');
    expect(usage(digitalSignature, codeSigning)).toBe('verified');
    expect(usage(codeSigning)).toBe('verified');
    const unfit = /^CERTIFICATE_MALFORMED a certificate that is not for code signing/;
    expect(usage(certificateSigning, codeSigning)).toMatch(unfit);
    expect(usage(digitalSignature)).toMatch(unfit);
    for (const purpose of ['timeStamping', 'serverAuth', 'clientAuth'] as const) {
      expect(usage(digitalSignature, extendedKeyUsage(purpose))).toMatch(unfit);
    }
    expect(usage({ ...codeSigning, value: Buffer.from('x') })).toMatch(/^CERTIFICATE_MALFORMED/);
    expect(usage({ ...digitalSignature, value: Buffer.from('x') }, codeSigning)).toMatch(/^CERTIFICATE_MALFORMED/);
  });

  it('is time stamping for a timestamp authority, trusted or not', () => {
    const { timestamps } = sigstore;
    const original = new X509Certificate(timestamps.certificate);
    const again = (purpose: Purpose): Buffer =>
      issue(
        {
          subject: distinguishedName('sigstore.test', 'tsa signing'),
          publicKey: original.publicKey,
          notBefore: original.validFromDate,
          notAfter: original.validToDate,
          serial: Buffer.from(original.serialNumber, 'hex'),
          extensions: [
            digitalSignature,
            extendedKeyUsage(purpose),
            authorityKeyIdentifier(timestamps.root.key.publicKey),
          ],
        },
        timestamps.root,
      );
    const rootWith = (leaf: Buffer) => {
      const path = ['timestampAuthorities', 0, 'certChain', 'certificates', 0, 'rawBytes'];
      return trusted(
        parseTrustedRoot(JSON.stringify(replaced(JSON.parse(sigstore.trustedRoot), path, leaf.toString('base64')))),
      );
    };
    const made = asBundle(stated(keyless, { timestamp: true }));
    proven(verify(made, subject, rootWith(again('timeStamping'))));
    for (const purpose of ['codeSigning', 'serverAuth'] as const) {
      expect(refusedWith(verify(made, subject, rootWith(again(purpose))))).toMatch(/^TIMESTAMP_WRONG/);
    }
  });
});

describe('what a certificate of another kind says', () => {
  const arc = '1.3.6.1.4.1.57264.1';
  const says = (...extensions: readonly Extension[]) => {
    const pair = generateKey();
    const ends = new Date(now.getTime() + 600_000);
    const content = { subject: distinguishedName(), publicKey: pair.publicKey, notBefore: now, notAfter: ends };
    const all = [digitalSignature, extendedKeyUsage('codeSigning'), ...extensions];
    const leaf = issue({ ...content, extensions: all }, sigstore.fulcio.intermediate);
    const signed = { ...stated(keySigner(pair)), signer: keyless, chain: [leaf] };
    return verify(asBundle(signed), subject, worldRoot, { log: 0, scts: 0, time: 'wallClock' }, { now });
  };
  const uri = (value: string): Extension => ({ oid: '2.5.29.17', value: der.sequence(der.tag(6, Buffer.from(value))) });
  const raw: Extension = { oid: `${arc}.1`, value: Buffer.from('https://issuer.test') };
  const wrapped = (text: string): Extension => ({ oid: `${arc}.8`, value: der.utf8(text) });

  it('is the issuer by either extension alone', () => {
    for (const extension of [raw, wrapped('https://issuer.test')]) {
      expect(proven(says(uri('https://acme.test'), extension)).signer).toMatchObject({ issuer: 'https://issuer.test' });
    }
    const path: Extension = { ...raw, value: Buffer.from('issuer') };
    expect(refusedWith(says(uri('https://acme.test'), path, wrapped('https://mallory.test/issuer')))).toMatch(
      /\.1 and \.8 disagree/,
    );
  });

  it('is no name of another scheme or with a control in it', () => {
    const other = (oid: string): Extension => ({
      oid: '2.5.29.17',
      value: der.sequence(der.tagged(0, der.oid(oid), der.tagged(0, der.utf8('jo')))),
    });
    expect(proven(says(other(`${arc}.7`))).signer).toMatchObject({ subject: { kind: 'other', value: 'jo' } });
    expect(refusedWith(says(other('1.3.6.1.4.1.311.20.2.3')))).toMatch(
      /^CERTIFICATE_MALFORMED .*another name of a kind/,
    );
    for (const name of ['https://a.b/\u007f', 'https://a.b/\u0001']) {
      expect(refusedWith(says(uri(name)))).toMatch(/^CERTIFICATE_MALFORMED .*not printable/);
    }
    expect(refusedWith(says())).toMatch(/^CERTIFICATE_MALFORMED 0 subject names; expected one/);
  });
});

describe('a promise of a CT log', () => {
  const pair = generateKey();
  const issuer = sigstore.fulcio.intermediate;
  const content = {
    subject: distinguishedName(),
    publicKey: pair.publicKey,
    notBefore: now,
    notAfter: new Date(now.getTime() + 600_000),
    extensions: [
      digitalSignature,
      extendedKeyUsage('codeSigning'),
      authorityKeyIdentifier(issuer.key.publicKey),
      { oid: '2.5.29.17', value: der.sequence(der.tag(6, Buffer.from('https://acme.test'))) },
    ],
  };

  /** An SCT by the log's own key (RFC 6962, 3.2), of any version and over any hash. */
  function promise(version: number, code: number, hash: string): Buffer {
    const when = Buffer.alloc(8);
    when.writeBigUInt64BE(BigInt(now.getTime()));
    const body = toBeSigned(content, issuer);
    const size = Buffer.alloc(3);
    size.writeUIntBE(body.length, 0, 3);
    const issuerHash = createHash('sha256').update(spki(issuer.key.publicKey)).digest();
    const signed = Buffer.concat([
      Buffer.from([version, 0]),
      when,
      Buffer.from([0, 1]),
      issuerHash,
      size,
      body,
      Buffer.alloc(2),
    ]);
    const { log } = sigstore.fulcio;
    const signature = cryptoSign(hash, signed, log.key.privateKey);
    const head = Buffer.concat([
      Buffer.from([version]),
      keyId(log.key.publicKey),
      when,
      Buffer.alloc(2),
      Buffer.from([code, 3]),
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(signature.length);
    return Buffer.concat([head, length, signature]);
  }

  const certifiedWith = (...promises: readonly Buffer[]) => {
    const leaf = issue({ ...content, extensions: [...content.extensions, timestampList(promises)] }, issuer);
    const signed = stated(keySigner(pair), { log: 'none' });
    return verify(
      asBundle({ ...signed, signer: keyless, chain: [leaf] }),
      subject,
      root,
      { log: 0, time: 'wallClock' },
      { now },
    );
  };
  const root = trusted(parseTrustedRoot(sigstore.trustedRoot));

  it('is version 1 with SHA-256, though the log signed others', () => {
    proven(certifiedWith(promise(0, 4, 'sha256')));
    expect(refusedWith(certifiedWith(promise(0, 2, 'sha1')))).toMatch(
      /^SCT_WRONG an SCT that is not version 1 with SHA-256/,
    );
    expect(refusedWith(certifiedWith(promise(0, 6, 'sha512')))).toMatch(/^SCT_WRONG an SCT that is not version 1/);
    expect(refusedWith(certifiedWith(promise(1, 4, 'sha256')))).toMatch(/^SCT_WRONG an SCT that is not version 1/);
    expect(refusedWith(certifiedWith(promise(0, 4, 'sha256'), promise(0, 2, 'sha1')))).toMatch(/^SCT_WRONG/);
    expect(refusedWith(certifiedWith())).toMatch(/^SCT_MISSING/);
  });
});
