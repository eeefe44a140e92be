import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRepository, parseReference } from '../../../evidence/index.ts';
import { compileGlob, matchGlob } from '../../../policies/glob.ts';
import { importKyvernoGlob, importSigstoreGlob } from '../../../policies/import/image-glob.ts';

/** policy-controller's pkg/apis/glob, over what go-containerregistry calls a reference. */
function sigstoreMatches(glob: string, image: string): boolean {
  const whole = glob === '*/*' ? 'index.docker.io/*/*' : glob === '*' ? 'index.docker.io/library/*' : glob;
  const source = whole.replaceAll('.', '\\.').replaceAll('**', '#').replaceAll('*', '[^/]*').replaceAll('#', '.*');
  const reference = parseReference(image);
  if ('kind' in reference) return false;
  const name = formatRepository(reference.repository).replace(/^docker\.io\//, 'index.docker.io/');
  const full = reference.digest === undefined ? `${name}:${reference.tag}` : `${name}@${reference.digest}`;
  return new RegExp(`^${source}$`).test(full);
}

/** gobwas/glob without separators, over the image as it is written; only stars. */
const kyvernoMatches = (glob: string, image: string): boolean =>
  new RegExp(`^${glob.replaceAll(/[.]/g, '\\.').replaceAll(/\*+/g, '.*')}$`).test(image);

function governs(globs: readonly string[], image: string): boolean {
  const reference = parseReference(image);
  if ('kind' in reference) return true;
  return globs.some((text) => {
    const glob = compileGlob(text);
    return !('kind' in glob) && matchGlob(glob, formatRepository(reference.repository)) !== undefined;
  });
}

const word = fc.constantFrom('a', 'acme', 'nginx', 'library', 'shop', 'v1', 'x');
const host = fc.constantFrom(
  'ghcr.io',
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'localhost:5000',
  'gcr.io',
);
const ending = fc.constantFrom('', ':v1', ':latest', `@sha256:${'0'.repeat(64)}`);
const image = fc
  .tuple(fc.option(host), fc.array(word, { minLength: 1, maxLength: 3 }), ending)
  .map(([registry, path, end]) => `${registry === null ? '' : `${registry}/`}${path.join('/')}${end}`);
/** An image in which some parts became stars. */
const pattern = fc
  .tuple(image, fc.array(fc.tuple(fc.nat(40), fc.nat(6), fc.constantFrom('*', '**')), { maxLength: 3 }))
  .map(([text, cuts]) =>
    cuts.reduce((made, [at, length, star]) => {
      const start = at % (made.length + 1);
      return `${made.slice(0, start)}${star}${made.slice(start + length)}`;
    }, text),
  )
  .filter((text) => !text.includes('***'));

describe('globs of other tools', () => {
  it('of policy-controller govern every image that they governed there', () => {
    fc.assert(
      fc.property(pattern, image, (glob, one) => {
        if (sigstoreMatches(glob, one)) expect(governs(importSigstoreGlob(glob).globs, one)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });

  it('of Kyverno govern every image that they governed there', () => {
    fc.assert(
      fc.property(pattern, image, (glob, one) => {
        if (kyvernoMatches(glob, one)) expect(governs(importKyvernoGlob(glob).globs, one)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    ['gcr.io/acme/*', ['gcr.io/acme/*'], undefined],
    ['gcr.io/acme/**', ['gcr.io/acme/**'], undefined],
    ['gcr.io/acme/shop:*', ['gcr.io/acme/shop'], undefined],
    ['gcr.io/acme/shop:v1', ['gcr.io/acme/shop'], 'every tag'],
    ['gcr.io/acme/shop', ['gcr.io/acme/shop'], 'every tag'],
    ['*', ['docker.io/library/*'], undefined],
    ['**', ['**'], undefined],
    ['*/*', ['docker.io/*/*'], undefined],
    ['index.docker.io/library/nginx*', ['docker.io/library/nginx*'], undefined],
    ['*.gcr.io/**', ['*.gcr.io/**'], undefined],
    ['*.docker.io/acme/*', ['*.docker.io/acme/*', 'docker.io/acme/*'], undefined],
  ])('read %s of policy-controller as %j', (glob, globs, wider) => {
    const read = importSigstoreGlob(glob);
    expect(read.globs).toEqual(globs);
    if (wider === undefined) expect(read.wider).toBeUndefined();
    else expect(read.wider).toContain(wider);
  });

  it.each([
    ['ghcr.io/acme/*', ['ghcr.io/acme/**'], undefined],
    ['ghcr.io/*/shop:*', ['ghcr.io/**/shop'], undefined],
    ['acme/*', ['docker.io/acme/**'], undefined],
    ['nginx:*', ['docker.io/library/nginx', 'nginx:**/**'], undefined],
    ['nginx:1.29', ['docker.io/library/nginx'], 'every tag'],
    ['docker.io/*', ['docker.io/**', 'docker.io/library/**'], undefined],
    ['*', ['**'], undefined],
    ['*:latest', ['**'], 'every tag'],
    ['GHCR.io/Acme/*', ['ghcr.io/acme/**'], undefined],
    ['ghcr.io/{a,b}/*', ['**'], 'every image'],
    ['ghcr.io/acme/sh?p', ['**'], 'every image'],
  ])('read %s of Kyverno as %j', (glob, globs, wider) => {
    const read = importKyvernoGlob(glob);
    expect(read.globs).toEqual(globs);
    if (wider === undefined) expect(read.wider).toBeUndefined();
    else expect(read.wider).toContain(wider);
  });
});
