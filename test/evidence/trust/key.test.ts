import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../evidence/limits.ts';
import { parsePublicKey, withObservers } from '../../../evidence/trust/material.ts';
import { certificatePem } from '../../support/sigstore/certificate.ts';
import { generateKey, type KeyKind, publicPem } from '../../support/sigstore/key.ts';
import { key, keyTrust, root, sigstore, trusted } from '../attestation/world.ts';

const problem = (pem: string): string => {
  const outcome = parsePublicKey(pem);
  return outcome.kind === 'problem' ? outcome.detail : 'no problem';
};

const pemOf = (spki: Buffer): string =>
  `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`;

/** SubjectPublicKeyInfo of an Ed25519 key, RFC 8410. */
const edwards = (point: Buffer): string =>
  pemOf(Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), point]));

describe('a public key', () => {
  const kinds: readonly (readonly [KeyKind, string])[] = [
    ['p256', 'ECDSA P-256'],
    ['p384', 'ECDSA P-384'],
    ['p521', 'ECDSA P-521'],
    ['rsa', 'RSA'],
    ['ed25519', 'Ed25519'],
  ];
  for (const [kind, algorithm] of kinds) {
    it(`is trusted as ${algorithm}`, () => {
      const material = trusted(parsePublicKey(publicPem(generateKey(kind).publicKey)));
      expect(material.description).toMatch(new RegExp(`^key sha256:[0-9a-f]{64} \\(${algorithm}\\) \\(1 key\\)$`));
      expect(material.offers).toMatchObject({ keys: 1, certificateAuthorities: 0 });
    });
  }

  it('A-VER-22: is refused on other curves, of other kinds and too short or too long', () => {
    const of = (pair: { publicKey: Parameters<typeof publicPem>[0] }): string => problem(publicPem(pair.publicKey));
    expect(of(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }))).toMatch(/another curve; expected P-256/);
    expect(of(generateKeyPairSync('ec', { namedCurve: 'P-224' }))).toMatch(/another curve/);
    expect(of(generateKeyPairSync('rsa', { modulusLength: 2047 }))).toMatch(/RSA of 2047 bits; expected at least 2048/);
    expect(of(generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }))).toMatch(
      /the exponent 3; expected/,
    );
    expect(of(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }))).toMatch(
      /type rsa-pss; expected ECDSA, RSA or Ed/,
    );
    expect(of(generateKeyPairSync('ed448'))).toMatch(/type ed448/);
    expect(of(generateKeyPairSync('x25519'))).toMatch(/type x25519/);
    expect(limits.rsaBitsMost).toBe(8192);
  });

  it('is refused above the size that costs too much to verify', () => {
    // 8200 bits of modulus with a fixed odd value: what counts is its length.
    const modulus = Buffer.concat([Buffer.from([0]), Buffer.alloc(1025, 0xff)]);
    const tlv = (tag: number, content: Buffer): Buffer =>
      Buffer.concat([Buffer.from([tag, 0x82, content.length >> 8, content.length & 0xff]), content]);
    const rsa = tlv(0x30, Buffer.concat([tlv(2, modulus), Buffer.from('0203010001', 'hex')]));
    const bits = tlv(3, Buffer.concat([Buffer.from([0]), rsa]));
    const spki = tlv(0x30, Buffer.concat([Buffer.from('300d06092a864886f70d0101010500', 'hex'), bits]));
    expect(problem(pemOf(spki))).toMatch(/RSA of 8200 bits; expected at most 8192/);
  });

  it('is refused with an exponent that is even or huge', () => {
    const modulus = Buffer.concat([Buffer.from([0]), Buffer.alloc(256, 0xff)]);
    const tlv = (tag: number, content: Buffer): Buffer =>
      Buffer.concat([Buffer.from([tag, 0x82, content.length >> 8, content.length & 0xff]), content]);
    const withExponent = (hex: string): string => {
      const exponent = Buffer.from(hex, 'hex');
      const rsa = tlv(0x30, Buffer.concat([tlv(2, modulus), Buffer.from([2, exponent.length]), exponent]));
      const bits = tlv(3, Buffer.concat([Buffer.from([0]), rsa]));
      return pemOf(tlv(0x30, Buffer.concat([Buffer.from('300d06092a864886f70d0101010500', 'hex'), bits])));
    };
    expect(problem(withExponent('010001'))).toBe('no problem');
    expect(problem(withExponent('010003'))).toBe('no problem');
    for (const hex of ['010002', '0100000001', '00ffff', '03'])
      expect(problem(withExponent(hex))).toMatch(/the exponent \d+; expected an odd one/);
  });

  it('is refused as an Ed25519 point of small order, or none', () => {
    const small = [
      '01',
      '00',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    ];
    for (const hex of small) {
      expect(problem(edwards(Buffer.from(hex.padEnd(64, '0'), 'hex')))).toMatch(/no point of large order/);
    }
    expect(problem(edwards(Buffer.alloc(32, 0xff)))).toMatch(/no point of large order/);
  });

  it('is exactly one block of PEM, and no private key', () => {
    const pem = publicPem(key.publicKey);
    expect(problem('')).toMatch(/exactly one PEM block/);
    expect(problem(pem + pem)).toMatch(/exactly one PEM block/);
    expect(problem(pem.replace('END', 'ENDE'))).toMatch(/exactly one PEM block/);
    expect(problem(pem.replace('M', '*'))).toMatch(/exactly one PEM block/);
    expect(problem(pemOf(Buffer.from('AAAA')))).toBe('not a DER public key');
    expect(problem(certificatePem(sigstore.fulcio.root.certificate))).toMatch(/exactly one PEM block/);
    expect(problem(key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())).toMatch(/^a private key/);
    expect(problem(pem + ' '.repeat(limits.pemBytes))).toMatch(/expected one public key/);
  });

  it('may be bound to one hash, which is part of its identifier', () => {
    const bound = trusted(parsePublicKey(publicPem(key.publicKey), { hash: 'sha256' }));
    expect(bound.id).toBe(keyTrust.id);
    expect(trusted(parsePublicKey(publicPem(key.publicKey), { hash: 'sha512' })).id).not.toBe(keyTrust.id);
    const edwardsKey = publicPem(generateKey('ed25519').publicKey);
    expect(parsePublicKey(edwardsKey, { hash: 'sha256' })).toMatchObject({ detail: 'Ed25519 takes no hash' });
  });

  it('may be observed by the logs of a root, without trusting its certificate authorities', () => {
    const observed = withObservers(keyTrust, root);
    expect(observed.offers).toEqual({
      keys: 1,
      certificateAuthorities: 0,
      logs: 2,
      ctLogs: 1,
      timestampAuthorities: 1,
    });
    expect(observed.id).not.toBe(keyTrust.id);
  });
});
