import { startRegistry } from '../../support/registry/index.ts';
import { knobs } from '../registry/faults.ts';
import { review } from './reviews.ts';
import { publish } from './truth.ts';

/** `node test/property/faults/main.ts [REVIEWS] [SEED]`: every knob and every pair of knobs, that many reviews each; 10,000 by default. */
const count = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const sets = knobs.flatMap((one, at) => [[one], ...knobs.slice(at + 1).map((other) => [one, other])]);
const total = { reviews: 0, allowed: 0, denied: 0, undecided: 0, wrong: 0 };
let slowest = 0;
console.log(`seed ${seed}, ${sets.length} sets of knobs`);
await using registry = await startRegistry();
const truth = await publish(registry);
for (const [at, set] of sets.entries()) {
  const { faults, wrong, slowestMilliseconds, ...counts } = await review({ registry, truth }, set, count, seed + at);
  slowest = Math.max(slowest, slowestMilliseconds);
  total.wrong += wrong.length;
  total.reviews += counts.reviews;
  total.allowed += counts.allowed;
  total.denied += counts.denied;
  total.undecided += counts.undecided;
  console.log(`${faults.join(' + ')}: ${JSON.stringify(counts)}, slowest ${slowestMilliseconds} ms`);
  for (const line of wrong.slice(0, 5)) console.log(`  WRONG ${line}`);
}
const { reviews, allowed, denied, undecided, wrong } = total;
console.log(
  `${reviews} reviews, ${allowed} allowed, ${denied} denied, ${undecided} undecided, ${wrong} wrong, slowest ${slowest} ms`,
);
process.exitCode = wrong === 0 ? 0 : 1;
