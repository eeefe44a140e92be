import { describe, expect, it } from 'vitest';
import { renderPath } from '../../policies/document.ts';
import type { LabelSelectorSpec } from '../../policies/schema/match.ts';
import { compileSelector, type Selector, selectsAll } from '../../policies/selector.ts';

type Expressions = NonNullable<LabelSelectorSpec['matchExpressions']>;

/** The selector, and what is wrong with it: code and place. */
function compiled(spec: LabelSelectorSpec): { readonly selector: Selector; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const selector = compileSelector(spec, ['s'], (code, path) => void problems.push(`${code} ${renderPath(path)}`));
  return { selector, problems };
}

const labels = { app: 'web', tier: '', 'acme.example/team': 'shop' };

describe('a label selector', () => {
  const rows: readonly (readonly [Expressions[number], boolean])[] = [
    [{ key: 'app', operator: 'In', values: ['web', 'api'] }, true],
    [{ key: 'app', operator: 'In', values: ['api'] }, false],
    [{ key: 'none', operator: 'In', values: ['api'] }, false],
    [{ key: 'none', operator: 'In', values: [''] }, false],
    [{ key: 'tier', operator: 'In', values: [''] }, true],
    [{ key: 'app', operator: 'NotIn', values: ['api'] }, true],
    [{ key: 'none', operator: 'NotIn', values: ['api'] }, true],
    [{ key: 'app', operator: 'NotIn', values: ['web'] }, false],
    [{ key: 'acme.example/team', operator: 'Exists' }, true],
    [{ key: 'none', operator: 'Exists' }, false],
    [{ key: 'none', operator: 'DoesNotExist' }, true],
    [{ key: 'tier', operator: 'DoesNotExist', values: [] }, false],
  ];
  for (const [expression, expected] of rows) {
    it(`${JSON.stringify(expression)} ${expected ? 'fits' : 'does not fit'} ${JSON.stringify(labels)}`, () => {
      const { selector, problems } = compiled({ matchExpressions: [expression] });
      expect(problems).toEqual([]);
      expect(selector(labels)).toBe(expected);
    });
  }

  it('wants all of its labels and all of its expressions', () => {
    const matchLabels = { app: 'web', tier: '' };
    const exists = { key: 'acme.example/team', operator: 'Exists' } as const;
    expect(compiled({ matchLabels, matchExpressions: [exists] }).selector(labels)).toBe(true);
    expect(compiled({ matchLabels, matchExpressions: [exists] }).selector({ app: 'web', tier: '' })).toBe(false);
    expect(compiled({ matchLabels }).selector({ app: 'web' })).toBe(false);
  });

  it('that is empty fits everything, and says so', () => {
    for (const spec of [{}, { matchLabels: {} }, { matchExpressions: [] }]) {
      expect(selectsAll(spec)).toBe(true);
      expect(compiled(spec).selector(undefined)).toBe(true);
    }
    expect(selectsAll(undefined)).toBe(true);
    expect(selectsAll({ matchLabels: { a: 'b' } })).toBe(false);
  });

  it('sees no label in what every object has by inheritance', () => {
    for (const key of ['toString', 'constructor', 'hasOwnProperty'])
      expect(compiled({ matchExpressions: [{ key, operator: 'Exists' }] }).selector({})).toBe(false);
    const own = JSON.parse('{"constructor": "x"}') as unknown;
    expect(compiled({ matchLabels: { constructor: 'x' } }).selector(own)).toBe(true);
  });

  it('sees no label in what is no text, and none in what is no map', () => {
    const { selector } = compiled({ matchExpressions: [{ key: 'app', operator: 'Exists' }] });
    for (const found of [{ app: 7 }, { app: null }, { app: ['web'] }, ['app'], 'app', null, undefined, 7])
      expect(selector(found)).toBe(false);
  });
});

describe('a label selector that the API server refuses', () => {
  const rows: readonly (readonly [string, LabelSelectorSpec, readonly string[]])[] = [
    [
      'In without values',
      { matchExpressions: [{ key: 'a', operator: 'In' }] },
      ['FIELD_MISSING s.matchExpressions[0].values'],
    ],
    [
      'NotIn with none',
      { matchExpressions: [{ key: 'a', operator: 'NotIn', values: [] }] },
      ['FIELD_MISSING s.matchExpressions[0].values'],
    ],
    [
      'Exists with values',
      { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['x'] }] },
      ['FIELD_WRONG s.matchExpressions[0].values'],
    ],
    [
      'a key that is no label',
      { matchExpressions: [{ key: 'a b', operator: 'Exists' }] },
      ['FIELD_WRONG s.matchExpressions[0].key'],
    ],
    ['a label that is none', { matchLabels: { 'a//b': 'x' } }, ['FIELD_WRONG s.matchLabels["a//b"]']],
    ['a prefix that is no DNS name', { matchLabels: { 'A/b': 'x' } }, ['FIELD_WRONG s.matchLabels["A/b"]']],
    ['an empty prefix', { matchLabels: { '/b': 'x' } }, ['FIELD_WRONG s.matchLabels["/b"]']],
    [
      'a name that is too long',
      { matchLabels: { ['x'.repeat(64)]: 'x' } },
      [`FIELD_WRONG s.matchLabels.${'x'.repeat(64)}`],
    ],
    ['two prefixes', { matchLabels: { 'a/b/c': 'x' } }, ['FIELD_WRONG s.matchLabels["a/b/c"]']],
    ['a value that is none', { matchLabels: { a: '-x' } }, ['FIELD_WRONG s.matchLabels.a']],
    ['a value that is too long', { matchLabels: { a: 'x'.repeat(64) } }, ['FIELD_WRONG s.matchLabels.a']],
    [
      'values that are none',
      { matchExpressions: [{ key: 'a', operator: 'In', values: ['ok', 'not ok', ''] }] },
      ['FIELD_WRONG s.matchExpressions[0].values[1]'],
    ],
  ];
  it.each(rows)('has a problem with %s, at its place', (_, spec, problems) => {
    expect(compiled(spec).problems).toEqual(problems);
  });

  it('and no problem with the longest that are allowed', () => {
    const prefix = `${'a'.repeat(63)}.`.repeat(3) + 'b'.repeat(61);
    const key = `${prefix}/${'C'.repeat(63)}`;
    expect(compiled({ matchLabels: { [key]: 'x'.repeat(63) } }).problems).toEqual([]);
    expect(compiled({ matchLabels: { [`a${key}`]: '' } }).problems).toHaveLength(1);
  });
});
