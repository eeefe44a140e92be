import { fuzz } from './fuzz.ts';

/** `node test/property/registry/fuzz-main.ts [INPUTS] [SEED]`: a million by default. */
const [inputs = 1_000_000, seed = Math.floor(Math.random() * 2 ** 31)] = process.argv.slice(2).map(Number);
console.log(`${inputs} inputs, seed ${seed}`);
const from = performance.now();
const report = fuzz(inputs, seed);
const seconds = Math.round((performance.now() - from) / 1000);
for (const [name, { given, taken }] of Object.entries(report.parsers))
  console.log(`  ${name}: ${given} given, ${taken} taken`);
const megabytes = Math.round(process.memoryUsage().rss / 1024 / 1024);
console.log(`no crash, slowest ${report.slowestMilliseconds} ms, ${megabytes} MB resident, ${seconds} s`);
