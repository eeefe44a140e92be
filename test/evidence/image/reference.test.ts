import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatReference,
  formatRepository,
  parseReference,
  type Reference,
  type ReferenceOptions,
} from '../../../evidence/image/reference.ts';

const a = 'a'.repeat(64);
const good = (text: string, options?: ReferenceOptions): Reference => {
  const parsed = parseReference(text, options);
  if ('kind' in parsed) throw new Error(parsed.detail);
  return parsed;
};

describe('an image reference', () => {
  const canonical: readonly (readonly [string, string])[] = [
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.29', 'docker.io/library/nginx:1.29'],
    ['library/nginx', 'docker.io/library/nginx:latest'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['index.docker.io/library/nginx', 'docker.io/library/nginx:latest'],
    ['registry-1.docker.io/library/nginx', 'docker.io/library/nginx:latest'],
    ['docker.io:443/nginx', 'docker.io/library/nginx:latest'],
    ['acme/shop', 'docker.io/acme/shop:latest'],
    ['ghcr.io/acme/shop', 'ghcr.io/acme/shop:latest'],
    ['GHCR.IO/acme/shop', 'ghcr.io/acme/shop:latest'],
    ['ghcr.io:443/acme/shop:1', 'ghcr.io/acme/shop:1'],
    ['ghcr.io:80/acme/shop:1', 'ghcr.io:80/acme/shop:1'],
    ['localhost/shop', 'localhost/shop:latest'],
    ['localhost:5000/shop', 'localhost:5000/shop:latest'],
    ['registry:5000/shop', 'registry:5000/shop:latest'],
    ['registry:443/shop', 'registry:443/shop:latest'],
    ['Registry:443/shop', 'registry:443/shop:latest'],
    ['localhost:443/shop', 'localhost/shop:latest'],
    ['127.0.0.1:5000/shop:1', '127.0.0.1:5000/shop:1'],
    ['[::1]:5000/shop', '[::1]:5000/shop:latest'],
    ['[0:0:0:0:0:0:0:1]:5000/shop', '[::1]:5000/shop:latest'],
    ['2130706433/shop', 'docker.io/2130706433/shop:latest'],
    ['ghcr.io/acme/a__b/c-d/e.f_g', 'ghcr.io/acme/a__b/c-d/e.f_g:latest'],
    [`ghcr.io/acme/shop@sha256:${a}`, `ghcr.io/acme/shop@sha256:${a}`],
    [`ghcr.io/acme/shop:1@sha256:${a}`, `ghcr.io/acme/shop:1@sha256:${a}`],
    [`ghcr.io/acme/shop@sha512:${a}${a}`, `ghcr.io/acme/shop@sha512:${a}${a}`],
    [`nginx:${'t'.repeat(128)}`, `docker.io/library/nginx:${'t'.repeat(128)}`],
  ];
  for (const [text, expected] of canonical) {
    it(`A-REF-4, A-REF-5: "${text.slice(0, 60)}" is ${expected.slice(0, 60)}`, () =>
      expect(formatReference(good(text))).toBe(expected));
  }

  it('knows a short name', () => {
    expect(good('nginx').short).toBe(true);
    expect(good('acme/shop').short).toBe(true);
    expect(good('docker.io/nginx').short).toBe(false);
  });

  it('has no tag where a digest stands alone, and latest where nothing does', () => {
    expect(good(`a.io/x@sha256:${a}`).tag).toBeUndefined();
    expect(good('a.io/x').tag).toBe('latest');
  });

  const bad: readonly (readonly [string, string])[] = [
    ['', 'REFERENCE_MALFORMED'],
    [' ', 'REFERENCE_HOST_REFUSED'],
    [' nginx', 'REFERENCE_HOST_REFUSED'],
    ['nginx\n', 'REFERENCE_HOST_REFUSED'],
    ['nginx\u0000', 'REFERENCE_HOST_REFUSED'],
    ['gh\u0441r.io/acme/shop', 'REFERENCE_HOST_REFUSED'],
    ['ghcr.io/acme/\u200bshop', 'REFERENCE_HOST_REFUSED'],
    ['\uff47hcr.io/acme/shop', 'REFERENCE_HOST_REFUSED'],
    ['\u202eghcr.io/acme/shop', 'REFERENCE_HOST_REFUSED'],
    ['xn--ghr-cdd.io/acme/shop', 'REFERENCE_HOST_REFUSED'],
    ['ghcr.io./acme/shop', 'REFERENCE_AMBIGUOUS'],
    ['2130706433:5000/shop', 'REFERENCE_AMBIGUOUS'],
    ['127.1:5000/shop', 'REFERENCE_AMBIGUOUS'],
    ['0x7f.1:5000/shop', 'REFERENCE_AMBIGUOUS'],
    ['0177.0.0.1/shop', 'REFERENCE_AMBIGUOUS'],
    ['256.0.0.1/shop', 'REFERENCE_AMBIGUOUS'],
    ['ghcr.io/acme/../evil', 'REFERENCE_MALFORMED'],
    ['ghcr.io//shop', 'REFERENCE_MALFORMED'],
    ['ghcr.io/', 'REFERENCE_MALFORMED'],
    ['/shop', 'REFERENCE_MALFORMED'],
    ['ghcr.io/Acme/shop', 'REFERENCE_MALFORMED'],
    ['ghcr.io/acme/-shop', 'REFERENCE_MALFORMED'],
    ['ghcr.io/acme/shop:', 'REFERENCE_MALFORMED'],
    ['ghcr.io/acme/shop:.x', 'REFERENCE_MALFORMED'],
    [`nginx:${'t'.repeat(129)}`, 'REFERENCE_MALFORMED'],
    ['ghcr.io:0/acme/shop', 'REFERENCE_MALFORMED'],
    ['ghcr.io:65536/acme/shop', 'REFERENCE_MALFORMED'],
    ['ghcr.io:0443/acme/shop', 'REFERENCE_MALFORMED'],
    ['Registry/acme/shop', 'REFERENCE_AMBIGUOUS'],
    ['[::1/shop', 'REFERENCE_MALFORMED'],
    ['[:::1]:5000/shop', 'REFERENCE_MALFORMED'],
    ['oci://ghcr.io/acme/shop', 'REFERENCE_MALFORMED'],
    ['http://ghcr.io/acme/shop', 'REFERENCE_MALFORMED'],
    ['user:secret@ghcr.io/acme/shop', 'REFERENCE_MALFORMED'],
    ['ghcr.io/acme/shop?x=1', 'REFERENCE_MALFORMED'],
    ['ghcr.io/acme/shop#x', 'REFERENCE_MALFORMED'],
    ['ghcr.io/acme\\shop', 'REFERENCE_MALFORMED'],
    [`x@sha256:${a.toUpperCase()}`, 'REFERENCE_MALFORMED'],
    [`x@SHA256:${a}`, 'REFERENCE_MALFORMED'],
    [`x@sha256:${a}a`, 'REFERENCE_MALFORMED'],
    [`x@sha256:${a.slice(1)}`, 'REFERENCE_MALFORMED'],
    [`x@sha512:${a}`, 'REFERENCE_MALFORMED'],
    [`x@md5:${'a'.repeat(32)}`, 'REFERENCE_MALFORMED'],
    [`x@sha256:${a}@sha256:${a}`, 'REFERENCE_MALFORMED'],
    ['x@', 'REFERENCE_MALFORMED'],
    ['a.io/' + 'x'.repeat(256), 'REFERENCE_MALFORMED'],
    ['x'.repeat(1025), 'REFERENCE_MALFORMED'],
  ];
  for (const [text, code] of bad) {
    it(`A-REF-5, A-REF-7, A-REF-8, A-REF-9: ${JSON.stringify(text.slice(0, 60))} is refused with ${code}`, () =>
      expect(parseReference(text)).toMatchObject({ kind: 'problem', code }));
  }

  it('may leave the registry out only where the configuration lets it', () => {
    expect(parseReference('nginx', { requireFullyQualified: true })).toMatchObject({ code: 'REFERENCE_AMBIGUOUS' });
    expect(good('docker.io/nginx', { requireFullyQualified: true }).short).toBe(false);
  });

  it('may name an internationalised host that the configuration lists, and only that one', () => {
    const options = { internationalHosts: ['xn--bcher-kva.example'] };
    expect(formatRepository(good('xn--bcher-kva.example/x', options).repository)).toBe('xn--bcher-kva.example/x');
    expect(parseReference('xn--bcher-kvb.example/x', options)).toMatchObject({ code: 'REFERENCE_HOST_REFUSED' });
  });

  it('means the same after it was written canonically', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,6}$/);
    const host = fc.constantFrom('ghcr.io', 'docker.io', 'r.example:5000', 'localhost:1', '[::1]:5000', '10.0.0.1');
    const tag = fc.option(fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,8}$/), { nil: undefined });
    fc.assert(
      fc.property(
        host,
        fc.array(part, { minLength: 1, maxLength: 4 }),
        tag,
        fc.boolean(),
        (host, parts, tag, pinned) => {
          const text = `${host}/${parts.join('/')}${tag === undefined ? '' : `:${tag}`}${pinned ? `@sha256:${a}` : ''}`;
          const once = good(text);
          const twice = good(formatReference(once));
          expect({ ...twice, text: '' }).toEqual({ ...once, text: '' });
        },
      ),
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'a.:/@-_[]0x') })),
        (text) => void parseReference(text),
      ),
      { numRuns: 5000 },
    );
  });
});
