import { knobs, run } from './faults.ts';

/** `node test/property/registry/main.ts [REQUESTS]`: every knob and every pair of knobs, that many requests each; 10,000 by default. */
const count = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const sets = knobs.flatMap((one, at) => [[one], ...knobs.slice(at + 1).map((other) => [one, other])]);
let wrong = 0;
let requests = 0;
let slowest = 0;
console.log(`seed ${seed}, ${sets.length} sets of knobs`);
for (const set of sets) {
  const report = await run(set, count, seed);
  wrong += report.wrong.length;
  requests += report.requests;
  slowest = Math.max(slowest, report.slowestMilliseconds);
  console.log(
    `${report.faults.join(' + ')}: ${JSON.stringify(report.outcomes)}, slowest ${report.slowestMilliseconds} ms`,
  );
  for (const line of report.wrong.slice(0, 5)) console.log(`  WRONG ${line}`);
}
console.log(`${requests} requests, ${wrong} wrong, slowest ${slowest} ms`);
process.exitCode = wrong === 0 ? 0 : 1;
