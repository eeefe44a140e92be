import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob, type Glob, matchGlob, substitute } from '../../policies/glob.ts';

const glob = (text: string): Glob => {
  const compiled = compileGlob(text);
  if ('kind' in compiled) throw new Error(compiled.detail);
  return compiled;
};

describe('a glob', () => {
  const matching: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
    ['ghcr.io/acme/shop', 'ghcr.io/acme/shop', {}],
    ['ghcr.io/acme/*', 'ghcr.io/acme/shop', {}],
    ['ghcr.io/acme/shop-*', 'ghcr.io/acme/shop-', {}],
    ['ghcr.io/**', 'ghcr.io/acme/deep/shop', {}],
    ['**/shop', 'ghcr.io/acme/shop', {}],
    ['ghcr.io/acme/{app}', 'ghcr.io/acme/shop', { app: 'shop' }],
    ['ghcr.io/{owner}/{app}', 'ghcr.io/acme/shop', { owner: 'acme', app: 'shop' }],
    ['{host}/acme/shop', 'ghcr.io/acme/shop', { host: 'ghcr.io' }],
    ['ghcr.io/**/{app}', 'ghcr.io/acme/deep/shop', { app: 'shop' }],
    ['**', 'anything/at/all', {}],
  ];
  for (const [pattern, text, captures] of matching) {
    it(`"${pattern}" matches "${text}"`, () => expect(matchGlob(glob(pattern), text)).toEqual(captures));
  }

  const different: readonly (readonly [string, string])[] = [
    ['ghcr.io/acme', 'ghcr.io/acme-evil'],
    ['ghcr.io/acme', 'ghcr.io/acme/shop'],
    ['ghcr.io/acme/*', 'ghcr.io/acme-evil/shop'],
    ['ghcr.io/acme/*', 'ghcr.io/acme/deep/shop'],
    ['ghcr.io/acme/*', 'evil.com/ghcr.io/acme/shop'],
    ['ghcr.io/acme/x-{app}', 'ghcr.io/acme/x-shop'],
    ['{host}x/acme', 'ghcr.io/acme'],
    ['ghcr.io/acme/{app}', 'ghcr.io/acme/'],
    ['ghcr.io/acme/{app}', 'ghcr.io/acme/deep/shop'],
    ['ghcr.io/acme.evil', 'ghcr.io/acmeXevil'],
    ['ghcr.io/acme/shop', 'GHCR.io/acme/shop'],
  ];
  for (const [pattern, text] of different) {
    it(`A-REF-6: "${pattern}" does not match "${text}"`, () => expect(matchGlob(glob(pattern), text)).toBeUndefined());
  }

  const broken = ['', '{', '{}', '{App}', '{a-b}', '{a}/{a}', 'x'.repeat(1025)];
  for (const text of broken)
    it(`"${text.slice(0, 20)}" is refused`, () => expect(compileGlob(text)).toHaveProperty('kind', 'problem'));

  it('puts a capture in literally: a star in it matches only a star', () => {
    const pattern = substitute(glob('https://github.com/acme/{app}/x'), { app: '*' });
    expect(matchGlob(pattern, 'https://github.com/acme/*/x')).toEqual({});
    expect(matchGlob(pattern, 'https://github.com/acme/shop/x')).toBeUndefined();
  });

  it('compares a capture without regard to ASCII case, and nothing else', () => {
    const pattern = substitute(glob('https://github.com/Acme/{app}'), { app: 'shop' });
    expect(matchGlob(pattern, 'https://github.com/Acme/Shop')).toEqual({});
    expect(matchGlob(pattern, 'https://github.com/acme/Shop')).toBeUndefined();
    expect(matchGlob(substitute(glob('x/{app}'), { app: 'k' }), 'x/\u212A')).toBeUndefined();
  });

  it('never substitutes a name of the prototype', () => {
    expect(matchGlob(substitute(glob('a/{constructor}'), {}), 'a/b')).toBeUndefined();
  });

  it('answers the worst pattern over the worst text in milliseconds', () => {
    const start = performance.now();
    expect(matchGlob(glob(`${'*a'.repeat(500)}b`), 'a'.repeat(1024))).toBeUndefined();
    expect(matchGlob(glob(`${'**a'.repeat(300)}b`), 'a'.repeat(1024))).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('agrees with a regular expression made for the purpose', () => {
    const piece = fc.constantFrom('a', 'b', '/', '*', '**', '.');
    const text = fc.array(fc.constantFrom('a', 'b', '/', '.'), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), text, (pieces, candidate) => {
        const pattern = pieces.join('');
        const source = pattern.replaceAll(
          /\*\*|\*|[.]/g,
          (part) => ({ '**': '.*', '*': '[^/]*', '.': '\\.' })[part] ?? part,
        );
        expect(matchGlob(glob(pattern), candidate) !== undefined).toBe(new RegExp(`^${source}$`).test(candidate));
      }),
      { numRuns: 2000 },
    );
  });
});
