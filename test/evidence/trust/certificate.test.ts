import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../evidence/limits.ts';
import { decodeCertificate, decodePem } from '../../../evidence/trust/certificate.ts';
import {
  authority,
  certificatePem,
  distinguishedName,
  type Extension,
  issue,
  subjectKeyIdentifier,
} from '../../support/sigstore/certificate.ts';
import { generateKey } from '../../support/sigstore/index.ts';

const key = generateKey();
const name = distinguishedName('sigstore.test', 'leaf');
const notBefore = new Date('2026-02-28T10:00:00Z');
const notAfter = new Date('2026-12-28T11:00:00Z');

interface Wish {
  readonly publicKey?: KeyObject;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly extensions?: readonly Extension[];
}

const certificate = (wish: Wish = {}): Buffer =>
  issue({ subject: name, publicKey: key.publicKey, notBefore, notAfter, extensions: [], ...wish }, { name, key });

/** The bytes with every such text in them replaced by one as long. */
const patched = (der: Buffer, from: string, to: string): Buffer =>
  Buffer.from(der.toString('latin1').replaceAll(from, to), 'latin1');

const whyNot = (der: Buffer): string => {
  const decoded = decodeCertificate(der);
  return 'kind' in decoded ? `${decoded.why}: ${decoded.detail}` : 'a certificate';
};

const twoReadings = 'malformed: a certificate that two parsers read differently';

describe('a certificate', () => {
  it('is read with its key and its period', () => {
    const der = certificate();
    const decoded = decodeCertificate(der);
    if ('kind' in decoded) throw new Error(decoded.detail);
    expect(decoded.der).toEqual(der);
    expect(decoded.key.spki).toEqual(key.publicKey.export({ type: 'spki', format: 'der' }));
    expect([decoded.notBefore, decoded.notAfter]).toEqual([notBefore, notAfter]);
  });

  it('is refused where one parser makes another day of a day that does not exist', () => {
    expect(whyNot(patched(certificate(), '260228100000Z', '260230100000Z'))).toBe(twoReadings);
    const november = certificate({ notAfter: new Date('2026-11-30T11:00:00Z') });
    expect(whyNot(november)).toBe('a certificate');
    expect(whyNot(patched(november, '261130110000Z', '261131110000Z'))).toBe(twoReadings);
  });

  it('is refused where two parsers see two keys', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const spki = rsa.publicKey.export({ type: 'spki', format: 'der' });
    expect(whyNot(certificate({ publicKey: rsa.publicKey }))).toBe('a certificate');
    // rsaEncryption with its NULL left out (RFC 3279, 2.3.1 wants it): OpenSSL writes it back, and so another key's bytes.
    const bare = Buffer.from(
      spki.toString('hex').replace('300d06092a864886f70d0101010500', '300b06092a864886f70d010101'),
      'hex',
    );
    bare.writeUInt16BE(bare.length - 4, 2);
    const publicKey = { export: () => bare } as unknown as KeyObject;
    expect(whyNot(certificate({ publicKey }))).toBe(twoReadings);
  });

  it('is refused where it ends before it starts, and good for the one second in which it does both', () => {
    expect(whyNot(certificate({ notAfter: new Date('2026-02-28T09:59:59Z') }))).toBe(
      'malformed: a certificate that ends before it starts',
    );
    expect(whyNot(certificate({ notAfter: notBefore }))).toBe('a certificate');
  });

  it('is refused with an extension twice', () => {
    const twice = subjectKeyIdentifier(key.publicKey);
    expect(whyNot(certificate({ extensions: [twice, authority()] }))).toBe('a certificate');
    expect(whyNot(certificate({ extensions: [twice, authority(), twice] }))).toBe(
      'malformed: a certificate with an extension twice',
    );
  });

  it('is refused with fields that throw when they are looked at', () => {
    const broken = { oid: '2.5.29.19', critical: true, value: Buffer.from([0x30, 0x03, 0x01, 0x01, 0x01]) };
    expect(whyNot(certificate({ extensions: [broken] }))).toBe('malformed: not a DER certificate');
    for (const oid of ['2.5.29.14', '2.5.29.35', '2.5.29.15'])
      expect(whyNot(certificate({ extensions: [{ oid, value: Buffer.from('x') }] })), oid).toBe(
        'malformed: not a DER certificate',
      );
  });

  it('is refused with a key that is not allowed, by the reason of the key', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    expect(whyNot(certificate({ publicKey: weak.publicKey }))).toBe(
      'refused: RSA of 1024 bits; expected at least 2048',
    );
  });

  it('is not read at all where it is too long, and not with anything behind it', () => {
    const value = Buffer.alloc(limits.certificateBytes);
    expect(whyNot(certificate({ extensions: [{ oid: '1.2.3', value }] }))).toMatch(
      /^malformed: a certificate of \d+ bytes, more than 16384$/,
    );
    expect(whyNot(Buffer.concat([certificate(), Buffer.from([0])]))).toBe('malformed: not a DER certificate');
    expect(whyNot(Buffer.from('not DER'))).toBe('malformed: not a DER certificate');
  });
});

describe('PEM', () => {
  const der = certificate();
  const pem = certificatePem(der);

  it('is every block of the label, in order', () => {
    const other = certificate({ notAfter: notBefore });
    expect(decodePem(`words\n${pem}more\n${certificatePem(other)}`, 'CERTIFICATE')).toEqual([der, other]);
    expect(decodePem(pem, 'PUBLIC KEY')).toBeUndefined();
  });

  it('is nothing at all where one block has no end or is not base64', () => {
    expect(decodePem(pem + pem.replace('-----END CERTIFICATE-----', ''), 'CERTIFICATE')).toBeUndefined();
    for (const body of ['', 'AAA', 'AA*A', '=AAA', 'AAAA====', 'AAA=AAAA'])
      expect(
        decodePem(`${pem}-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`, 'CERTIFICATE'),
        body,
      ).toBeUndefined();
  });
});
