import { describe, expect, it } from 'vitest';
import { differingFields, mergePatched } from '../../policies/merge-patch.ts';

describe('a merge patch', () => {
  // RFC 7396, appendix A.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('makes of %j with %j %j', (target, patch, result) => {
    const before = structuredClone(target);
    expect(mergePatched(target, patch)).toEqual(result);
    expect(target).toEqual(before);
  });

  it('takes a key named __proto__ for data', () => {
    const merged = mergePatched({}, JSON.parse('{"__proto__": {"polluted": true}}')) as object;
    expect(Object.keys(merged)).toEqual(['__proto__']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('the fields in which two values differ', () => {
  it('are told as deep as they do, and no more than asked for', () => {
    const a = { spec: { containers: [{ name: 'a' }, { name: 'b', tty: true }], replicas: 1 }, kind: 'Pod' };
    const b = { spec: { containers: [{ name: 'a' }, { name: 'c' }], replicas: 1 }, kind: 'Pod', data: {} };
    expect(differingFields(a, b, 9)).toEqual([
      ['spec', 'containers', 1, 'name'],
      ['spec', 'containers', 1, 'tty'],
      ['data'],
    ]);
    expect(differingFields(a, b, 1)).toHaveLength(1);
    expect(differingFields(a, structuredClone(a), 9)).toEqual([]);
    expect(differingFields([1], { 0: 1 }, 9)).toEqual([[]]);
    expect(differingFields({ a: null }, {}, 9)).toEqual([['a']]);
  });
});
