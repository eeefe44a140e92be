import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Registry, startRegistry } from '../../support/registry/index.ts';
import { knobs } from '../registry/faults.ts';
import { review } from './reviews.ts';
import { publish, type Truth } from './truth.ts';

/** Reviews for each set of knobs; `node test/property/faults/main.ts` sends 10,000 for each of all pairs. */
const count = 30;
const seed = Math.floor(Math.random() * 2 ** 31);
let world: { registry: Registry; truth: Truth };

beforeAll(async () => {
  const registry = await startRegistry();
  world = { registry, truth: await publish(registry) };
});
afterAll(() => world.registry.close());

it('allows what is signed, and nothing else, where a registry has no faults', async () => {
  const report = await review(world, [], 5 * count, seed, { deadline: 10_000 });
  expect(report.wrong).toEqual([]);
  expect(report.undecided).toBe(0);
  expect(report.allowed).toBeGreaterThan(count);
  expect(report.denied).toBeGreaterThan(count);
});

it('is told by these reviews where what is allowed ought to be denied, and the other way round', async () => {
  const inverted: Truth = {
    ...world.truth,
    draw: (random) => {
      const drawn = world.truth.draw(random);
      return { ...drawn, allowed: !drawn.allowed, codes: new Set() };
    },
  };
  const { wrong } = await review({ ...world, truth: inverted }, [], count, seed, { deadline: 10_000 });
  expect(wrong.some((line) => line.endsWith(': allowed'))).toBe(true);
  expect(wrong.some((line) => line.includes('NO_SIGNATURE'))).toBe(true);
});

it('judges as the truth is, or says why it cannot, whatever one or two faults a registry has', {
  timeout: 240_000,
}, async () => {
  const pairs = knobs.flatMap((one, at) => knobs.slice(at + 1).map((other) => [one, other]));
  // Another tenth of the pairs with each seed.
  const sets = [...knobs.map((knob) => [knob]), ...pairs.filter((_, at) => (at + seed) % 10 === 0)];
  const total = { reviews: 0, allowed: 0, denied: 0, undecided: 0, slowest: 0 };
  for (const [at, set] of sets.entries()) {
    const report = await review(world, set, count, seed + at);
    expect(report.wrong, `${report.faults.join(' + ')}, seed ${seed}`).toEqual([]);
    total.reviews += report.reviews;
    total.allowed += report.allowed;
    total.denied += report.denied;
    total.undecided += report.undecided;
    total.slowest = Math.max(total.slowest, report.slowestMilliseconds);
  }
  console.log(`seed ${seed}: ${sets.length} sets of faults, ${JSON.stringify(total)}`);
  expect(total.allowed).toBeGreaterThan(0);
  // A deadline of 150 ms, and whatever else this machine was doing.
  expect(total.slowest).toBeLessThan(2_000);
});
