import { expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

it('survives 20,000 wrong references, manifests, challenges and docker configs', { timeout: 120_000 }, () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const report = fuzz(20_000, seed);
  console.log(`seed ${seed}, slowest ${report.slowestMilliseconds} ms, ${JSON.stringify(report.parsers)}`);
  expect(report.inputs).toBe(20_000);
  expect(Object.values(report.parsers).every(({ taken }) => taken > 0)).toBe(true);
  expect(report.slowestMilliseconds).toBeLessThan(2_000);
});
