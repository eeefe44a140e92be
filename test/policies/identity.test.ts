import { describe, expect, it } from 'vitest';
import type { CertificateSigner } from '../../evidence/index.ts';
import { compileIdentity, difference, type Identity } from '../../policies/identity.ts';
import { extensionNames, type IdentitySpec } from '../../policies/schema/authority.ts';
import { parseDigest } from '../../evidence/image/digest.ts';

const issuer = 'https://token.actions.githubusercontent.com';
const subject = 'https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1';
const zero = parseDigest(`sha256:${'0'.repeat(64)}`)!;

const signer = (change: Partial<CertificateSigner> = {}): CertificateSigner => ({
  kind: 'certificate',
  fingerprint: zero,
  certificate: zero,
  subject: { kind: 'uri', value: subject },
  issuer,
  extensions: {},
  notBefore: new Date(0),
  notAfter: new Date(1),
  ...change,
});

const identity = (spec: Omit<IdentitySpec, 'issuer'>): Identity => {
  const compiled = compileIdentity({ issuer, ...spec });
  if ('length' in compiled) throw new Error(JSON.stringify(compiled));
  return compiled;
};
const refused = (spec: Omit<IdentitySpec, 'issuer'>) => {
  const compiled = compileIdentity({ issuer, ...spec });
  return 'length' in compiled ? compiled.map(({ field, code }) => `${field} ${code}`) : [];
};
const accepts = (spec: Omit<IdentitySpec, 'issuer'>, who: CertificateSigner, captures = {}): boolean =>
  difference(identity(spec), who, captures) === undefined;

describe('an identity', () => {
  it('A-VER-6: is its literal subject and nothing near it', () => {
    expect(accepts({ subject }, signer())).toBe(true);
    for (const value of [
      `${subject}-evil`,
      subject.replace('.yml', 'Xyml'),
      subject.toUpperCase(),
      `${subject}\n`,
      ` ${subject}`,
      '',
    ]) {
      expect(accepts({ subject }, signer({ subject: { kind: 'uri', value } }))).toBe(false);
    }
  });

  it('A-VER-9: has a literal issuer, and none is not any', () => {
    expect(accepts({ subject }, signer({ issuer: `${issuer}.evil` }))).toBe(false);
    const { issuer: _, ...without } = signer();
    expect(accepts({ subject }, without)).toBe(false);
  });

  it('does not cross kinds: an email address is no URI of the same text', () => {
    expect(
      accepts({ subject: 'dev@acme.example' }, signer({ subject: { kind: 'email', value: 'dev@acme.example' } })),
    ).toBe(true);
    expect(
      accepts({ subject: 'dev@acme.example' }, signer({ subject: { kind: 'other', value: 'dev@acme.example' } })),
    ).toBe(false);
    expect(accepts({ subject, subjectKind: 'other' }, signer())).toBe(false);
  });

  it('with a glob stays within a segment', () => {
    const subjectGlob = 'https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/*';
    expect(accepts({ subjectGlob }, signer())).toBe(true);
    expect(accepts({ subjectGlob }, signer({ subject: { kind: 'uri', value: `${subject}/more` } }))).toBe(false);
    expect(
      accepts(
        { subjectGlob },
        signer({
          subject: {
            kind: 'uri',
            value: 'https://github.com.evil/acme/shop/.github/workflows/release.yml@refs/tags/v1',
          },
        }),
      ),
    ).toBe(false);
  });

  it('A-VER-6: with a regular expression matches the whole subject, by RE2', () => {
    const subjectRegExp = '^https://github\\.com/acme/[a-z]+/\\.github/workflows/release\\.yml@refs/tags/v[0-9.]+$';
    expect(accepts({ subjectRegExp }, signer())).toBe(true);
    for (const value of [
      `${subject}-evil`,
      `x${subject}`,
      `${subject}\n`,
      subject.replace('github.com', 'githubXcom'),
    ]) {
      expect(accepts({ subjectRegExp }, signer({ subject: { kind: 'uri', value } }))).toBe(false);
    }
    expect(accepts({ subjectRegExp: '^(?:.*)$', broadPattern: 'Accept', subjectKind: 'uri' }, signer())).toBe(true);
    const group = '^https://github\\.com/acme/(?:shop|api)/\\.github/workflows/release\\.yml@refs/tags/v1$';
    expect(accepts({ subjectRegExp: group }, signer())).toBe(true);
    expect(accepts({ subjectRegExp: group.replace('shop|', '') }, signer())).toBe(false);
    const dev = signer({ subject: { kind: 'email', value: 'dev@acme.example' } });
    expect(accepts({ subjectRegExp: '^[a-z]+@acme\\.example$', subjectKind: 'email' }, dev)).toBe(true);
    const start = performance.now();
    expect(
      accepts(
        { subjectRegExp: '^https://github\\.com/(a+)+$' },
        signer({ subject: { kind: 'uri', value: `https://github.com/${'a'.repeat(5000)}!` } }),
      ),
    ).toBe(false);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('puts captures in, ignoring their case alone', () => {
    const subjectGlob = 'https://github.com/acme/{app}/.github/workflows/release.yml@refs/tags/*';
    expect(accepts({ subjectGlob }, signer(), { app: 'shop' })).toBe(true);
    expect(
      accepts({ subjectGlob }, signer({ subject: { kind: 'uri', value: subject.replace('shop', 'Shop') } }), {
        app: 'shop',
      }),
    ).toBe(true);
    expect(
      accepts({ subjectGlob }, signer({ subject: { kind: 'uri', value: subject.replace('acme', 'Acme') } }), {
        app: 'shop',
      }),
    ).toBe(false);
    expect(accepts({ subjectGlob }, signer(), { app: 'api' })).toBe(false);
    expect(accepts({ subjectGlob }, signer(), {})).toBe(false);
  });

  for (const name of extensionNames) {
    it(`compares ${name} literally, and its absence is a difference`, () => {
      const spec = { subject, [name]: 'https://github.com/acme/shop' };
      const having = (value: string) => signer({ extensions: { [name]: value } });
      expect(accepts(spec, having('https://github.com/acme/shop'))).toBe(true);
      expect(accepts(spec, having('https://github.com/acme/shop-evil'))).toBe(false);
      expect(accepts(spec, having('https://github.com/Acme/shop'))).toBe(false);
      expect(accepts(spec, signer())).toBe(false);
    });
  }

  it('says where the nearest miss differs', () => {
    expect(
      difference(
        identity({ subject }),
        signer({ subject: { kind: 'uri', value: 'https://github.com/mallory/shop/x' } }),
        {},
      )?.detail,
    ).toBe('subject differs after "https://github.com/"');
    expect(
      difference(
        identity({ subject, runnerEnvironment: 'github-hosted' }),
        signer({ extensions: { runnerEnvironment: 'self-hosted' } }),
        {},
      )?.detail,
    ).toBe('runnerEnvironment is "self-hosted", not "github-hosted"');
  });

  const bad: readonly (readonly [string, Omit<IdentitySpec, 'issuer'>, readonly string[]])[] = [
    ['no subject', {}, ['subject FIELD_MISSING']],
    ['two subjects', { subject, subjectGlob: subject }, ['subject FIELD_MISSING']],
    ['a wildcard in a literal subject', { subject: `${subject}*` }, ['subject PATTERN_WRONG']],
    ['a capture in a literal subject', { subject: 'https://github.com/acme/{app}' }, ['subject PATTERN_WRONG']],
    ['a broken capture', { subjectGlob: 'https://github.com/acme/{app' }, ['subjectGlob PATTERN_WRONG']],
    ['a catch-all', { subjectGlob: '**', subjectKind: 'uri' }, ['subjectGlob UNSAFE_COMBINATION']],
    ['an open host', { subjectGlob: 'https://*.example/acme/x' }, ['subjectGlob UNSAFE_COMBINATION']],
    ['a host without its end', { subjectGlob: 'https://github.com*/x' }, ['subjectGlob UNSAFE_COMBINATION']],
    ['a capture as owner', { subjectGlob: 'https://github.com/{owner}/shop/x' }, ['subjectGlob UNSAFE_COMBINATION']],
    [
      'a capture behind an open owner',
      { subjectGlob: 'https://github.com/*/{app}/x' },
      ['subjectGlob UNSAFE_COMBINATION'],
    ],
    ['an open email domain', { subjectGlob: 'dev@*', subjectKind: 'email' }, ['subjectGlob UNSAFE_COMBINATION']],
    ['an open other name', { subjectGlob: '*', subjectKind: 'other' }, ['subjectGlob UNSAFE_COMBINATION']],
    ['an unanchored pattern', { subjectRegExp: 'https://github\\.com/acme/x' }, ['subjectRegExp PATTERN_WRONG']],
    [
      'alternatives beside the anchors',
      { subjectRegExp: '^https://github\\.com/a$|b$' },
      ['subjectRegExp PATTERN_WRONG'],
    ],
    [
      'an escaped dollar for an anchor',
      { subjectRegExp: '^https://github\\.com/acme\\$' },
      ['subjectRegExp PATTERN_WRONG'],
    ],
    ['an unescaped dot', { subjectRegExp: '^https://github\\.com/acme/x.yml$' }, ['subjectRegExp UNSAFE_COMBINATION']],
    [
      'a dot in the host',
      { subjectRegExp: '^https://github.com/acme/x$' },
      ['subjectRegExp UNSAFE_COMBINATION', 'subjectRegExp UNSAFE_COMBINATION'],
    ],
    ['a catch-all pattern', { subjectRegExp: '^.*$' }, ['subjectRegExp UNSAFE_COMBINATION']],
    ['an optional host', { subjectRegExp: '^https://(?:github\\.com)?/x$' }, ['subjectRegExp UNSAFE_COMBINATION']],
    ['a pattern that is none', { subjectRegExp: '^(?=a)$' }, ['subjectRegExp PATTERN_WRONG']],
    [
      'a glob and a pattern',
      { subjectGlob: 'https://github.com/a/*', subjectRegExp: '^https://github\\.com/a$' },
      ['subject FIELD_MISSING'],
    ],
    ['no kind to be told from', { subject: 'somebody' }, ['subjectKind FIELD_MISSING']],
    [
      'a wildcard in an extension',
      { subject, sourceRepository: 'https://github.com/acme/{app}*' },
      ['sourceRepository PATTERN_WRONG'],
    ],
    [
      'a capture as owner in an extension',
      { subject, sourceRepository: 'https://github.com/{app}' },
      ['sourceRepository UNSAFE_COMBINATION'],
    ],
  ];
  for (const [name, spec, problems] of bad) it(`is refused for ${name}`, () => expect(refused(spec)).toEqual(problems));
});
