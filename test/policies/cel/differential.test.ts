import { describe, expect, it } from 'vitest';
import { differential } from './differential.ts';

/** `node test/policies/cel/differential.ts 1000000` runs a million with a seed of its own, and prints it. */
const count = process.env['CI'] === 'true' ? 50_000 : 5_000;

describe('generated code and the interpreter', () => {
  it(`agree on ${count} generated expressions, in value and in cost`, { timeout: 600_000 }, () => {
    const coverage = differential(20_261_122, count);
    console.log(
      `seed ${coverage.seed}: compiled ${coverage.compiled}, by generated code ${coverage.fast}, unknown ${coverage.unknown}, ${coverage.gaps.summary}`,
    );
    expect(coverage.disagreements).toEqual([]);
    expect(coverage.fast).toBeGreaterThan(count / 10);
    expect(coverage.gaps.wronglyExcused).toEqual([]);
    // A tenth of the expressions does not get everywhere.
    if (count === 50_000) expect(coverage.gaps.missed).toEqual([]);
    else expect(coverage.gaps.missed.length).toBeLessThan(200);
  });
});
