import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Bench, Report } from './bench.ts';
import thresholds from './thresholds.json' with { type: 'json' };
import { celBench } from './cel.ts';
import { evidenceBench } from './evidence.ts';
import { packsBench } from './packs.ts';
import { policiesBench } from './policies.ts';
import { proofBench } from './proof.ts';
import { startBench } from './start.ts';
import { webhookBench } from './webhook.ts';

/** `npm run bench [-- NAME...]`: runs the benches on a fresh bundle; a ratio over its threshold ends it with status 1. */
const benches: readonly Bench[] = [
  celBench,
  evidenceBench,
  packsBench,
  policiesBench,
  proofBench,
  startBench,
  webhookBench,
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => benches.every((bench) => bench.name !== name));
if (unknown.length > 0) {
  console.error(`there is no bench "${unknown.join('", "')}"; there are ${benches.map(({ name }) => name).join(', ')}`);
  process.exit(64);
}
execFileSync(process.execPath, [join(import.meta.dirname, '../../build.ts')], { stdio: 'inherit' });
for (const bench of benches) {
  if (wanted.length === 0 || wanted.includes(bench.name)) await runBench(bench);
}

async function runBench(bench: Bench): Promise<void> {
  const { name } = bench;
  console.log(`\n${name}`);
  const limits = new Map(Object.entries(Object.entries(thresholds).find(([each]) => each === name)?.[1] ?? {}));
  const judged = new Set<string>();
  const report: Report = {
    measure: (what, value, unit) => line(what, `${rounded(value)} ${unit}`),
    judge(what, value) {
      judged.add(what);
      const most = limits.get(what);
      const fits = most !== undefined && value <= most;
      line(
        what,
        `${rounded(value)}  ${most === undefined ? 'has no threshold' : `${fits ? 'at most' : 'MORE THAN'} ${most}`}`,
      );
      if (!fits) process.exitCode = 1;
    },
  };
  await bench.run(report);
  for (const what of limits.keys()) {
    if (judged.has(what)) continue;
    line(what, 'was not measured');
    process.exitCode = 1;
  }
}

function line(what: string, said: string): void {
  console.log(`  ${what.padEnd(72)}  ${said}`);
}

function rounded(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
