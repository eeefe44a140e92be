import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { linearPattern } from '../../../policies/cel/linear-pattern.ts';

describe('patterns for JavaScript', () => {
  it.each([
    '^[0-9]+\\.[0-9]+\\.[0-9]+$',
    '^ghcr\\.io/acme/[a-z0-9-]+:',
    '^v?\\d+$',
    '^[A-Za-z_][A-Za-z0-9_]*$',
    '^a*b+c?$',
    '^[-a]+x',
    '^[a-]+x',
  ])('%s is proven linear', (source) => expect(linearPattern(source)).toBeInstanceOf(RegExp));

  it.each([
    'a+',
    '^(a+)+$',
    '^a*a$',
    '^a*b?a',
    '^[a-z]+[0-9a]',
    '^a|b',
    '^.*x',
    '^a{2,3}',
    '^a+?b',
    '^[^a]+a',
    '^\\s+',
    '^\\pL',
    '^\\b',
    '^[[:alpha:]]+',
    '^é+',
    '^a$b',
    '^[z-a]',
  ])('%s is left to RE2', (source) => expect(linearPattern(source)).toBeUndefined());

  it('match what RE2 matches', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '\\.',
      '[ab]',
      '[a-c]',
      '[^a]',
      '\\d',
      '\\w',
      '[0-9.]',
      '[-x]',
      'é',
      '.',
      '(a)',
      '$',
      '-',
    );
    const pattern = fc.array(fc.tuple(piece, fc.constantFrom('', '', '+', '*', '?', '{2}', '+?')), { maxLength: 6 });
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', '.', '0', '9', '-', 'x', 'é', '😀', '\n', '$'),
      maxLength: 10,
    });
    let proven = 0;
    fc.assert(
      fc.property(pattern, fc.boolean(), fc.array(text, { minLength: 1, maxLength: 10 }), (pieces, closed, texts) => {
        const source = `^${pieces.map(([one, times]) => one + times).join('')}${closed ? '$' : ''}`;
        const linear = linearPattern(source);
        if (!linear) return;
        proven++;
        const re2 = RE2JS.compile(source);
        for (const each of texts) expect([source, each, linear.test(each)]).toEqual([source, each, re2.test(each)]);
      }),
      { numRuns: 3_000 },
    );
    expect(proven).toBeGreaterThan(300);
  });
});
