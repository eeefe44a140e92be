import { describe, expect, it } from 'vitest';
import type { Signer, Verified } from '../../evidence/index.ts';
import { parseDigest } from '../../evidence/image/digest.ts';
import { type Authority, describeAuthority, describeSigner, refusal, signerKey } from '../../policies/authority.ts';
import type { SignatureJudgement } from '../../policies/decision.ts';
import { compileGlob, type Glob } from '../../policies/glob.ts';
import { compileIdentity, type Identity } from '../../policies/identity.ts';
import { distinctAuthorities } from '../../policies/rule/proofs.ts';

const digest = (letter: string) => parseDigest(`sha256:${letter.repeat(64)}`)!;
const issuer = 'https://token.actions.githubusercontent.com';
const subject = 'https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1';

const certificate = (value = subject, kind: 'uri' | 'email' = 'uri'): Signer => ({
  kind: 'certificate',
  fingerprint: digest('a'),
  certificate: digest('b'),
  subject: { kind, value },
  issuer,
  extensions: {},
  notBefore: new Date(0),
  notAfter: new Date(1),
});
const key = (letter: string): Signer => ({ kind: 'key', fingerprint: digest(letter), algorithm: 'ECDSA P-256' });

const signature = (signer: Signer, statement: object = { kind: 'artifact', role: 'signature' }): Verified =>
  ({ signer, statement, entity: digest('c'), logEntries: [], timestamps: [] }) as unknown as Verified;

const identity = (): Identity => compileIdentity({ issuer, subject }) as Identity;
const authority = (more: Partial<Authority> = {}): Authority =>
  ({
    name: 'release',
    material: { description: `key sha256:${'d'.repeat(64)} (ECDSA P-256) (1 key)` },
    identities: [],
    ...more,
  }) as Authority;
const here = { captures: {}, repository: { registry: 'ghcr.io', path: 'acme/shop' } };

describe('an authority', () => {
  it('of a key takes what the key signed', () =>
    expect(refusal(authority(), signature(key('e')), here)).toBeUndefined());

  it('A-VER-9: without identities takes no certificate', () => {
    expect(refusal(authority(), signature(certificate()), here)).toMatchObject({ agreed: 0 });
  });

  it('takes a certificate that one of its identities is', () => {
    const other = compileIdentity({ issuer, subject: 'https://github.com/acme/other/x' }) as Identity;
    expect(refusal(authority({ identities: [other, identity()] }), signature(certificate()), here)).toBeUndefined();
    expect(refusal(authority({ identities: [other] }), signature(certificate()), here)?.detail).toBe(
      'subject differs after "https://github.com/acme/"',
    );
  });

  it('tells the nearest of its identities', () => {
    const far = compileIdentity({ issuer: 'https://gitlab.example', subject }) as Identity;
    const near = compileIdentity({ issuer, subject: `${subject}0` }) as Identity;
    for (const identities of [
      [far, near],
      [near, far],
    ]) {
      expect(refusal(authority({ identities }), signature(certificate()), here)?.detail).toContain(
        'subject differs after',
      );
    }
  });

  it('is described by its identities, or by its name and a key that is short enough to read', () => {
    expect(describeAuthority(authority({ identities: [identity()] }), {})).toBe(subject);
    expect(describeAuthority(authority(), {})).toBe(`release, key sha256:${'d'.repeat(12)} (ECDSA P-256)`);
    expect(describeSigner(certificate())).toBe(subject);
    expect(describeSigner(key('e'))).toBe(`key sha256:${'e'.repeat(12)}`);
  });
});

describe('an authority that binds its signatures to the repository', () => {
  const glob = (text: string): Glob => compileGlob(text) as Glob;
  const simple = (reference: string) => signature(key('e'), { kind: 'simple-signing', role: 'signature', reference });
  const named = (...names: readonly string[]) =>
    signature(key('e'), { kind: 'in-toto', role: 'signature', subjects: names.map((name) => ({ name, digests: {} })) });
  const bound = authority({ aliases: [glob('build.example/acme/{app}')] });
  const subject = { ...here, captures: { app: 'shop' } };

  const accepted: readonly (readonly [string, Verified])[] = [
    ['its own name', simple('ghcr.io/acme/shop')],
    ['its own name with a tag', simple('GHCR.io/acme/shop:1')],
    ['an alias', simple('build.example/acme/shop')],
    ['a subject of a statement', named('ghcr.io/acme/shop')],
    ['one of several subjects', named('', 'other.example/x/y', 'ghcr.io/acme/shop')],
  ];
  for (const [what, verified] of accepted)
    it(`takes ${what}`, () => expect(refusal(bound, verified, subject)).toBeUndefined());

  const refused: readonly (readonly [string, Verified])[] = [
    ['another repository', simple('ghcr.io/acme/shop-evil')],
    ['an alias for another app', simple('build.example/acme/api')],
    ['a name that is none', simple('not a reference')],
    ['a statement that names nothing', named('')],
    ['a signature that names nothing', signature(key('e'))],
  ];
  for (const [what, verified] of refused)
    it(`refuses ${what}`, () => expect(refusal(bound, verified, subject)).toMatchObject({ agreed: 100 }));

  it('without aliases takes its own name alone', () => {
    const alone = authority({ aliases: [] });
    expect(refusal(alone, simple('ghcr.io/acme/shop'), subject)).toBeUndefined();
    expect(refusal(alone, simple('ghcr.io/acme/api'), subject)).toBeDefined();
  });

  it('takes any of several aliases', () => {
    const several = authority({ aliases: [glob('a.example/x'), glob('b.example/x')] });
    expect(refusal(several, simple('b.example/x'), subject)).toBeUndefined();
  });

  it('takes no name that is none, even where any repository would do', () => {
    const anywhere = authority({ aliases: [glob('**')] });
    for (const verified of [simple('not a reference'), named(''), signature(key('e'))]) {
      expect(refusal(anywhere, verified, subject)?.detail).toBe(
        'it names no repository, and "ghcr.io/acme/shop" is wanted',
      );
    }
  });

  it('and one that does not takes any name', () =>
    expect(refusal(authority(), simple('elsewhere.example/x/y'), subject)).toBeUndefined());
});

describe('a signer', () => {
  it('is one workflow at all its refs, one key, one address', () => {
    expect(signerKey(certificate())).toBe(signerKey(certificate(subject.replace('v1', 'v2'))));
    expect(signerKey(certificate())).not.toBe(signerKey(certificate(subject.replace('release', 'other'))));
    const odd = subject.replace('shop', 'sh@op');
    expect(signerKey(certificate(odd))).toBe(signerKey(certificate(odd.replace('v1', 'v2'))));
    expect(signerKey(key('e'))).toBe(signerKey(key('e')));
    expect(signerKey(key('e'))).not.toBe(signerKey(key('f')));
    expect(signerKey(certificate('a@acme.example', 'email'))).not.toBe(
      signerKey(certificate('a@other.example', 'email')),
    );
  });
});

describe('A-VER-3: a threshold', () => {
  const accepted = (authority: string, signer: Signer): SignatureJudgement => ({
    verdict: 'accepted',
    policy: 'p',
    authority,
    signature: signature(signer),
    source: { via: 'referrers', manifest: digest('c') },
  });

  const cases: readonly (readonly [string, readonly SignatureJudgement[], number])[] = [
    ['nothing', [], 0],
    ['one authority', [accepted('a', key('1'))], 1],
    ['one authority twice', [accepted('a', key('1')), accepted('a', key('2'))], 1],
    ['one signer for two authorities', [accepted('a', key('1')), accepted('b', key('1'))], 1],
    [
      'one workflow at two tags for two authorities',
      [accepted('a', certificate()), accepted('b', certificate(subject.replace('v1', 'v2')))],
      1,
    ],
    ['two signers for two authorities', [accepted('a', key('1')), accepted('b', key('2'))], 2],
    [
      'overlapping authorities, matched the only way that serves both',
      [accepted('a', key('1')), accepted('a', key('2')), accepted('b', key('1'))],
      2,
    ],
    [
      'three authorities and two signers',
      [accepted('a', key('1')), accepted('b', key('2')), accepted('c', key('1')), accepted('c', key('2'))],
      2,
    ],
  ];
  for (const [what, judgements, reached] of cases)
    it(`counts ${reached} for ${what}`, () => expect(distinctAuthorities(judgements)).toBe(reached));

  it('counts nobody who was proven and not accepted', () => {
    const { signature: verified, source } = {
      signature: signature(key('1')),
      source: { via: 'referrers', manifest: digest('c') },
    } as const;
    const proven: SignatureJudgement = {
      verdict: 'proven',
      policy: 'p',
      authority: 'a',
      signature: verified,
      source,
      difference: { agreed: 0, detail: '' },
    };
    expect(distinctAuthorities([proven])).toBe(0);
  });
});
