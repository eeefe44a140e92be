import { describe, expect, it } from 'vitest';
import { compareWithOracle } from './oracle.ts';

/** Where `@bufbuild/cel` is known to differ from cel-go, whose behaviour (and cel-spec's tests) this engine has. */
const explained: readonly { readonly of: RegExp; readonly why: string }[] = [
  {
    of: /double\(/,
    why: 'double() of text that is no number is NaN there, an error in cel-go; large integers are refused there',
  },
  {
    of: /duration\(/,
    why: 'seconds are printed with three decimals there; int() and getMilliseconds() lose the whole or its parts',
  },
  {
    of: /timestamp\(/,
    why: 'an int is taken as milliseconds, the range is not held, fractions are printed with three digits there',
  },
  {
    of: /0\.0 \/ 0\.0|\d \/ -?0\.0|\/ object|1e300/,
    why: 'NaN has an order there; in cel-go comparing it is an error',
  },
  { of: /string\(|\.0/, why: 'doubles are printed as JavaScript prints them there' },
  { of: /(?<!\.)\bmatches\(/, why: 'matches() as a function of two strings is not there' },
  { of: /18446744073709551615u \/ 1u/, why: 'dividing the largest uint is an error there' },
  { of: /-\(-\(/, why: 'a minus takes away another there, whatever it stands before' },
  { of: /\]\[has\(/, why: 'a bool is an index there' },
  { of: /int\(''\)|null in/, why: "int('') is 0 there; a key that no map can have is an error there, not absent" },
];

describe('the core language, against @bufbuild/cel', () => {
  it('is answered alike where both follow cel-go', { timeout: 120_000 }, () => {
    const { both, bothError, disagreements } = compareWithOracle(20_261_122, 12_000);
    const unexplained = disagreements.filter(({ text }) => !explained.some(({ of }) => of.test(text)));
    const counts = explained.map(({ of, why }) => `${disagreements.filter(({ text }) => of.test(text)).length} ${why}`);
    console.log(
      `same value ${both}, both an error ${bothError}, explained ${disagreements.length - unexplained.length}: ${counts.join('; ')}`,
    );
    expect(unexplained).toEqual([]);
    expect(both).toBeGreaterThan(2_000);
  });
});
