import { describe, expect, it } from 'vitest';
import { formatReference, parseReference, type Reference } from '../../../evidence/image/reference.ts';
import { faultOfRewrite, type Rewrite, rewriteReference } from '../../../evidence/image/rewrite.ts';

const rewrites: readonly Rewrite[] = [
  { prefix: 'docker.io', replacement: 'mirror.example/hub' },
  { prefix: 'docker.io/library', replacement: 'official.example' },
  { prefix: 'ghcr.io/acme', replacement: 'mirror.example:5000/acme' },
];
const rewrite = (text: string): string =>
  formatReference(rewriteReference(parseReference(text) as Reference, rewrites));

describe('a rewrite', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['nginx:1', 'official.example/nginx:1'],
    ['acme/shop:1', 'mirror.example/hub/acme/shop:1'],
    ['ghcr.io/acme/shop', 'mirror.example:5000/acme/shop:latest'],
    [`ghcr.io/acme/shop@sha256:${'a'.repeat(64)}`, `mirror.example:5000/acme/shop@sha256:${'a'.repeat(64)}`],
    ['ghcr.io/acme-evil/shop:1', 'ghcr.io/acme-evil/shop:1'],
    ['ghcr.io/acme:1', 'ghcr.io/acme:1'],
    ['docker.io.evil/library/nginx:1', 'docker.io.evil/library/nginx:1'],
  ];
  for (const [text, expected] of cases) it(`makes ${expected} of ${text}`, () => expect(rewrite(text)).toBe(expected));

  it('remembers what was written', () => {
    const reference = rewriteReference(parseReference('nginx') as Reference, rewrites);
    expect(reference.rewrittenFrom).toEqual({ registry: 'docker.io', path: 'library/nginx' });
    expect(rewriteReference(parseReference('quay.io/x/y') as Reference, rewrites).rewrittenFrom).toBeUndefined();
  });

  const faulty: readonly Rewrite[] = [
    { prefix: 'nginx', replacement: 'a.example' },
    { prefix: 'Docker.io', replacement: 'a.example' },
    { prefix: 'index.docker.io', replacement: 'a.example' },
    { prefix: 'docker.io/', replacement: 'a.example' },
    { prefix: 'a.example', replacement: 'https://b.example' },
    { prefix: 'a.example', replacement: 'b.example:1@x' },
    { prefix: 'a.example', replacement: 'a.example/again' },
  ];
  for (const one of faulty)
    it(`from "${one.prefix}" to "${one.replacement}" is refused`, () =>
      expect(faultOfRewrite(one, [one])).toBeDefined());

  it('may not lead into another', () => {
    const chain = [
      { prefix: 'a.example', replacement: 'b.example' },
      { prefix: 'b.example', replacement: 'c.example' },
    ];
    expect(chain.map((one) => faultOfRewrite(one, chain) === undefined)).toEqual([false, true]);
    for (const one of rewrites) expect(faultOfRewrite(one, rewrites)).toBeUndefined();
  });
});
