import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../evidence/limits.ts';
import { parseCertificateAuthority } from '../../../evidence/trust/material.ts';
import { parseTrustedRoot, publicGoodRoot } from '../../../evidence/trust/root.ts';
import {
  authority,
  certificateAuthority,
  certificatePem,
  distinguishedName,
  issue,
} from '../../support/sigstore/certificate.ts';
import * as der from '../../support/sigstore/der.ts';
import { generateKey } from '../../support/sigstore/key.ts';
import { replaced, root, sigstore, trusted } from '../attestation/world.ts';

const changed = (path: readonly (string | number)[], value: unknown): string =>
  JSON.stringify(replaced(JSON.parse(sigstore.trustedRoot), path, value));

const problemOf = (text: string): string => {
  const outcome = parseTrustedRoot(text);
  return outcome.kind === 'problem' ? outcome.detail : 'no problem';
};

const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'der' });

describe('a trusted root', () => {
  it('says what it offers, and has an identifier of what is in it', () => {
    expect(root.offers).toEqual({ keys: 0, certificateAuthorities: 1, logs: 2, ctLogs: 1, timestampAuthorities: 1 });
    expect(root.description).toBe('test root (1 certificate authority, 2 logs, 1 CT log, 1 timestamp authority)');
    const again = trusted(parseTrustedRoot(JSON.stringify(JSON.parse(sigstore.trustedRoot)), 'another name'));
    expect(again.id).toBe(root.id);
    for (const path of [
      ['tlogs', 0, 'baseUrl'],
      ['tlogs', 0, 'publicKey', 'validFor', 'end'],
      ['ctlogs', 0, 'publicKey', 'validFor', 'start'],
      ['certificateAuthorities', 0, 'validFor', 'end'],
      ['timestampAuthorities', 0, 'validFor', 'start'],
    ]) {
      const other = parseTrustedRoot(changed(path, path[2] === 'baseUrl' ? 'https://other' : '2026-11-01T00:00:00Z'));
      expect(trusted(other).id).not.toBe(root.id);
    }
    expect(trusted(parseTrustedRoot(changed(['tlogs'], []))).id).not.toBe(root.id);
  });

  it('may leave out the end of a validity and the start of an authority, not the start of a log', () => {
    expect(problemOf(changed(['tlogs', 0, 'publicKey', 'validFor'], {}))).toBe(
      'the trusted root.tlogs[0].publicKey has no validFor.start',
    );
    expect(problemOf(changed(['tlogs', 0, 'publicKey', 'validFor'], undefined))).toMatch(/has no validFor.start/);
    expect(problemOf(changed(['ctlogs', 0, 'publicKey', 'validFor'], { start: null }))).toMatch(
      /has no validFor.start/,
    );
    trusted(parseTrustedRoot(changed(['certificateAuthorities', 0, 'validFor'], undefined)));
  });

  it('is refused with anything in it that is not as it should be', () => {
    const bad: readonly (readonly [string, RegExp])[] = [
      ['', /not JSON/],
      ['{"mediaType":"x","mediaType":"y"}', /written twice/],
      [changed(['mediaType'], 'application/json'), /mediaType is not application\/vnd.dev.sigstore.trustedroot/],
      [changed(['tlogs', 0, 'publicKey', 'rawBytes'], 'AAAA'), /publicKey is not a DER public key/],
      [changed(['tlogs', 0, 'publicKey', 'rawBytes'], '!'), /not base64/],
      [changed(['tlogs', 0, 'publicKey', 'rawBytes'], weak.toString('base64')), /publicKey is RSA of 1024 bits/],
      [
        changed(['ctlogs', 0, 'publicKey', 'rawBytes'], weak.toString('base64')),
        /ctlogs\[0\].publicKey is RSA of 1024/,
      ],
      [changed(['tlogs', 0, 'hashAlgorithm'], 'SHA2_512'), /does not hash with SHA2_256/],
      [changed(['tlogs', 0, 'logId'], undefined), /has no logId/],
      [changed(['tlogs', 0, 'publicKey', 'validFor', 'start'], 'yesterday'), /not a time like/],
      ...['2026-01-31', '2026-01-31T12:00:00+14:00', '+002026-01-31T12:00:00Z', '2026-01-31T12:00:00Z(x)'].map(
        (time) => [changed(['tlogs', 0, 'publicKey', 'validFor', 'start'], time), /start is not a time like/] as const,
      ),
      [
        changed(['timestampAuthorities', 0, 'certChain', 'certificates', 1], {
          rawBytes: sigstore.timestamps.certificate.toString('base64'),
        }),
        /certificates\[1\] is a certificate that is not a certificate authority/,
      ],
      [changed(['certificateAuthorities', 0, 'certChain', 'certificates'], []), /has no certificates/],
      [changed(['timestampAuthorities', 0, 'certChain', 'certificates'], []), /has no certificates/],
      [changed(['certificateAuthorities', 0, 'certChain', 'certificates', 0, 'rawBytes'], 'AAAA'), /not a DER cert/],
      [
        changed(['certificateAuthorities', 0, 'certChain', 'certificates', 0], {
          rawBytes: sigstore.timestamps.certificate.toString('base64'),
        }),
        /is a certificate that is not a certificate authority/,
      ],
      [changed(['tlogs'], {}), /tlogs is not a list/],
      [' '.repeat(limits.trustedRootBytes + 1), /more than 1048576 bytes/],
      [
        changed(['more'], '').replace('"more":""', `"more":${'['.repeat(20)}${']'.repeat(20)}`),
        /nested deeper than 16/,
      ],
      [
        changed(
          ['tlogs'],
          Array.from({ length: limits.trustedInstances + 1 }, () => ({})),
        ),
        /has 65 elements, more than 64/,
      ],
      [
        changed(
          ['certificateAuthorities', 0, 'certChain', 'certificates'],
          Array.from({ length: 9 }, () => ({})),
        ),
        /has 9 elements, more than 8/,
      ],
    ];
    for (const [text, words] of bad) expect(problemOf(text)).toMatch(words);
  });

  it('is refused, and not thrown over, with extensions that cannot be read', () => {
    const key = generateKey();
    const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z') };
    for (const oid of ['2.5.29.15', '2.5.29.19', '2.5.29.35', '2.5.29.14']) {
      const name = distinguishedName('acme', 'root');
      const extensions = [{ oid, critical: false, value: Buffer.from('x') }];
      const rawBytes = issue(
        { subject: name, publicKey: key.publicKey, ...validity, extensions },
        { name, key },
      ).toString('base64');
      const path = ['certificateAuthorities', 0, 'certChain', 'certificates', 1];
      expect(problemOf(changed(path, { rawBytes }))).toMatch(/is not a DER certificate|is a certificate that is not/);
    }
  });

  it('may know more than is understood here', () => {
    trusted(parseTrustedRoot(changed(['certificateAuthorities', 0, 'operator'], 'acme')));
  });
});

describe('the embedded public-good root', () => {
  it('holds what Sigstore runs, and the day on which it was published', () => {
    const { material, published } = publicGoodRoot();
    expect(material.description).toMatch(/^public-good root \(2 certificate authorities, \d logs, 2 CT logs/);
    expect(published.toISOString()).toBe('2026-11-05T00:00:00.000Z');
  });

  it('is of the version of @sigstore/tuf whose day is written down', () => {
    const { version } = JSON.parse(readFileSync('node_modules/@sigstore/tuf/package.json', 'utf8')) as {
      version: string;
    };
    expect(version, 'a newer one was installed: write its day of publication into evidence/trust/root.ts').toBe(
      '5.0.1',
    );
  });
});

describe('an own certificate authority', () => {
  const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z') };
  const top = certificateAuthority('acme', 'root', generateKey('p384'), validity);
  const below = certificateAuthority('acme', 'issuing', generateKey(), validity, top);
  const pem = (...chain: readonly { readonly certificate: Buffer }[]): string =>
    chain.map(({ certificate }) => certificatePem(certificate)).join('');
  const problem = (text: string): string => {
    const outcome = parseCertificateAuthority(text);
    return outcome.kind === 'problem' ? outcome.detail : 'no problem';
  };

  it('is a chain up to its self-signed root', () => {
    expect(trusted(parseCertificateAuthority(pem(below, top))).offers).toMatchObject({
      certificateAuthorities: 1,
      logs: 0,
    });
    trusted(parseCertificateAuthority(pem(top)));
    expect(problem(pem(below))).toMatch(/^the last certificate is not self-signed/);
    expect(problem(pem(top, below))).toMatch(/^certificate 1 is not issued by the next one/);
    const namesake = certificateAuthority('acme', 'root', generateKey('p384'), validity);
    expect(problem(pem(below, namesake))).toMatch(/^certificate 1 is not issued by the next one/);
  });

  it('is refused where it is none, or says what is not evaluated', () => {
    expect(problem('')).toBe('expected PEM blocks "CERTIFICATE"');
    expect(problem(pem(top).replace('M', '!'))).toBe('expected PEM blocks "CERTIFICATE"');
    expect(problem(pem({ certificate: sigstore.timestamps.certificate }, top))).toMatch(/not a certificate authority/);
    expect(problem(pem(...Array.from({ length: 9 }, () => top)))).toMatch(/^9 certificates, more than 8/);
    expect(problem('x'.repeat(limits.pemBytes + 1))).toMatch(/characters; expected one chain/);
    const constrained = certificateAuthority('acme', 'root', generateKey('p384'), validity, undefined, [
      { oid: '2.5.29.30', critical: true, value: der.sequence() },
    ]);
    expect(problem(pem(constrained))).toMatch(/name constraints, which are not evaluated/);
    expect(authority().critical).toBe(true);
  });
});
