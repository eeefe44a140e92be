import { describe, expect, it } from 'vitest';
import { clip, listed, printable, quoted, shortDigests } from '../../../policies/report/printable.ts';
import { findingLines, findingSentence } from '../../../policies/report/sentence.ts';
import { finding, hostile, outage, shopDigest } from './decisions.ts';

describe('a finding in words', () => {
  it('names policy and rule, field, image, digest, what was found and expected, the code and what to do', () => {
    expect(findingLines(finding({ remedy: 'sign in the expected workflow' }))).toEqual([
      'acme-releases/signatures: spec.template.spec.containers[0].image ghcr.io/acme/shop:1.4.2 (sha256:3f2a91c03f2a...)',
      '  found     1 signature, by https://github.com/mallory/shop/.github/workflows/release.yml@refs/heads/main',
      '  expected  1 by https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/*',
      '  SIGNER_NOT_ACCEPTED  sign in the expected workflow (assay explain SIGNER_NOT_ACCEPTED)',
    ]);
  });

  it('points to the explanation where there is no remedy', () => {
    expect(findingLines(finding()).at(-1)).toBe('  SIGNER_NOT_ACCEPTED  assay explain SIGNER_NOT_ACCEPTED');
  });

  it('says of an outage that it could not tell, and never that the image is bad', () => {
    const [, line] = findingLines(outage());
    expect(line).toBe(
      '  could not tell: ghcr.io answered 429 twice, next try allowed in 12 s (REGISTRY_LIMITED); policy acme-releases denies when evidence is unavailable',
    );
    expect(findingLines(outage()).join('\n')).not.toMatch(/found |expected /);
    expect(findingSentence(outage({ effect: 'warn' }))).toContain(
      'policy acme-releases warns when evidence is unavailable',
    );
  });

  it('says of an error that the rule could not be evaluated', () => {
    expect(findingSentence(finding({ kind: 'error', found: 'no such key' }))).toContain(
      'could not be evaluated: no such key',
    );
  });

  it('is the same on one line', () => {
    expect(findingSentence(finding())).toBe(
      'acme-releases/signatures: spec.template.spec.containers[0].image ghcr.io/acme/shop:1.4.2 (sha256:3f2a91c03f2a...): found 1 signature, by https://github.com/mallory/shop/.github/workflows/release.yml@refs/heads/main; expected 1 by https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/* (SIGNER_NOT_ACCEPTED)',
    );
  });

  it('shows the digest once, whether the reference says it or the registry', () => {
    const pinned = finding({ image: { reference: `ghcr.io/acme/shop:1.4.2@${shopDigest}`, digest: shopDigest } });
    expect(findingLines(pinned)[0]).toContain('ghcr.io/acme/shop:1.4.2 (sha256:3f2a91c03f2a...)');
  });

  it('speaks of the object where no field is named, and of no image where the field is empty', () => {
    const { image: _, ...whole } = finding({ field: '', rule: 'limits', policy: 'configuration' });
    expect(findingLines(whole)[0]).toBe('configuration/limits: the object');
    expect(findingLines(finding({ image: { reference: '' } }))[0]).toMatch(/image no image$/);
  });

  it('lets nothing from outside forge a line, hide text or move the cursor', () => {
    for (const given of [
      finding({
        image: { reference: hostile },
        found: hostile,
        expected: hostile,
        field: hostile,
        policy: hostile,
        remedy: hostile,
      }),
      outage({ image: { reference: hostile }, found: hostile }),
    ]) {
      for (const line of [...findingLines(given), findingSentence(given)]) {
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }
      expect(findingLines(given).length).toBeLessThanOrEqual(4);
    }
  });

  it('bounds a reference of any length', () => {
    expect(findingLines(finding({ image: { reference: 'a'.repeat(100_000) } }))[0]?.length).toBeLessThan(700);
  });
});

describe('printable text', () => {
  it('quotes names that hold spaces or quotes, and leaves plain ones bare', () => {
    expect(quoted('ghcr.io/acme/shop:1.4.2@sha256:00')).toBe('ghcr.io/acme/shop:1.4.2@sha256:00');
    expect(quoted('a b')).toBe('"a b"');
    expect(quoted('a"b')).toBe(String.raw`"a\"b"`);
  });

  it('replaces lone surrogates and private characters', () => {
    expect(printable('\uD800x\uE000')).toBe('\uFFFDx\uFFFD');
  });

  it('shortens whole digests alone', () => {
    expect(shortDigests(`a@${shopDigest}, sha256:abc`)).toBe('a@sha256:3f2a91c03f2a..., sha256:abc');
  });

  it('clips to the bound, and never in the middle of a character', () => {
    expect(clip('abcdef', 5)).toBe('ab...');
    expect(clip('ab😀def', 6)).toBe('ab...');
    expect(clip('abc', 3)).toBe('abc');
    expect(clip('abcdef', 2)).toBe('ab');
  });

  it('lists as people do', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual(['', 'a', 'a and b', 'a, b and c']);
  });
});
