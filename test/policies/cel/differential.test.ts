import { describe, expect, it } from 'vitest';
import { differential } from './differential.ts';

/** `node test/policies/cel/differential.ts 1000000` runs a million with a seed of its own, and prints it. */
const count = process.env['CI'] === 'true' ? 50_000 : 5_000;

describe('generated code and the interpreter', () => {
  it(`agree on ${count} generated expressions, in value and in cost`, { timeout: 600_000 }, () => {
    const coverage = differential(20_261_122, count);
    console.log(
      `seed ${coverage.seed}: compiled ${coverage.compiled}, by generated code ${coverage.fast}, unknown ${coverage.unknown}, ` +
        `overloads ${coverage.overloads.size} of ${coverage.overloadsThere}, nodes ${JSON.stringify([...coverage.kinds])}, codes ${JSON.stringify([...coverage.codes])}`,
    );
    expect(coverage.disagreements).toEqual([]);
    expect(coverage.fast).toBeGreaterThan(count / 10);
    expect(coverage.unknown).toBeGreaterThan(count / 100);
    expect(coverage.overloads.size).toBeGreaterThan(coverage.overloadsThere * 0.95);
    expect([...coverage.kinds.keys()].sort()).toEqual(
      [
        'call',
        'fold all',
        'fold bind',
        'fold exists',
        'fold existsOne',
        'fold list',
        'fold map',
        'fold mapEntry',
        'has',
        'ident',
        'list',
        'literal',
        'map',
        'select',
        'struct',
      ].sort(),
    );
  });
});
