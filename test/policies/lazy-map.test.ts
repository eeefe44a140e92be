import { describe, expect, it } from 'vitest';
import { LazyMap } from '../../policies/lazy-map.ts';

describe('a lazy map', () => {
  it('makes a value when it is asked for, once', () => {
    const made: string[] = [];
    const map = new LazyMap(new Map(['a', 'b'].map((name) => [name, () => `${name}${made.push(name)}`] as const)));
    expect([map.size, map.has('a'), map.has('c'), [...map.keys()], made]).toEqual([2, true, false, ['a', 'b'], []]);
    expect([map.get('b'), map.get('b'), map.get('c'), made]).toEqual(['b1', 'b1', undefined, ['b']]);
    expect([...map]).toEqual([
      ['a', 'a2'],
      ['b', 'b1'],
    ]);
    expect([...map.values(), [...map.entries()].length]).toEqual(['a2', 'b1', 2]);
    const seen: string[] = [];
    map.forEach((value, key) => void seen.push(`${key} ${value}`));
    expect(seen).toEqual(['a a2', 'b b1']);
    expect(made).toEqual(['b', 'a']);
  });
});
