import { expect, it } from 'vitest';
import { knobs, run } from './faults.ts';

/** Requests for each set of knobs; `node test/property/registry/main.ts` asks 10,000 for each. */
const count = 40;
const seed = Math.floor(Math.random() * 2 ** 31);

it('never says what is not so, whatever one or two faults a registry has', { timeout: 240_000 }, async () => {
  const sets = knobs.flatMap((one, at) => [[one], ...knobs.slice(at + 1).map((other) => [one, other])]);
  let requests = 0;
  let found = 0;
  let slowest = 0;
  for (const set of sets) {
    const report = await run(set, count, seed);
    expect(report.wrong, `${report.faults.join(' + ')}, seed ${seed}`).toEqual([]);
    requests += report.requests;
    found += report.outcomes['found'] ?? 0;
    slowest = Math.max(slowest, report.slowestMilliseconds);
  }
  console.log(
    `seed ${seed}: ${requests} requests over ${sets.length} sets of faults, ${found} found, 0 wrong, slowest ${slowest} ms`,
  );
  expect(found).toBeGreaterThan(requests / 5);
  // A deadline of 150 ms, and whatever else this machine was doing.
  expect(slowest).toBeLessThan(2_000);
});
