import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { celEnv, parse as parseEs, plan } from '@bufbuild/cel';
import { Environment as Marc } from '@marcbachmann/cel-js';
import { compile, declareEnvironment, evaluate, type Program, type Value } from '../../policies/cel/index.ts';
import type { Bench, Report } from './bench.ts';
import { deploymentText } from './cel/deployment.ts';
import { classes } from './cel/expressions.ts';

const dyn = { kind: 'dyn' } as const;
const environment = declareEnvironment({ variables: { object: dyn } });

/** The CEL engine against JavaScript by hand and the other engines, on one Deployment, cost counting on. */
export const celBench: Bench = {
  name: 'cel',
  run: async (report) => {
    const object = JSON.parse(deploymentText) as Value;
    const bindings = { object };
    report.measure('size of the Deployment', deploymentText.length / 1024, 'KiB');
    for (const [name, expressions] of Object.entries(classes)) {
      const ratios = expressions.map(({ text, byHand }) => {
        const program = compiled(text);
        if (program.fastPath?.run(bindings, 1_000_000) === undefined) throw new Error(`${text} has no fast path`);
        const answer = evaluate(program, bindings);
        if (answer.kind !== 'value' || answer.value !== byHand(object))
          throw new Error(`${text} is answered differently by hand`);
        const [ours, hand] = race([() => evaluate(program, bindings), () => byHand(object)], 20_000);
        return ours! / hand!;
      });
      report.judge(`${name}: ratio to JavaScript by hand`, geometricMean(ratios));
    }
    policies(report, bindings);
    loading(report);
    await Promise.resolve();
  },
};

/** 100 policies of 5 expressions, all different, against the engines that answer them rightly. */
function policies(report: Report, bindings: { readonly object: Value }): void {
  const texts = fiveHundred();
  const marc = new Marc({ unlistedVariablesAreDyn: true });
  const es = celEnv();
  const engines = texts.flatMap((text) => {
    const program = compiled(text);
    const marcs = attempt(() => marc.parse(text));
    const theirs = attempt(() => plan(es, parseEs(text)));
    const wanted = evaluate(program, bindings);
    const right = (value: unknown): boolean => wanted.kind === 'value' && value === wanted.value;
    return marcs &&
      theirs &&
      right(attempt((): unknown => marcs(bindings))) &&
      right(attempt(() => theirs(bindings as never)))
      ? [{ program, marcs, theirs }]
      : [];
  });
  report.measure('expressions that all engines answer rightly, of 500', engines.length, 'expressions');
  // Many turns: a webhook runs for days, and what is measured is not how soon the JavaScript engine compiles.
  const [ours, marcs] = race(
    [
      () => engines.forEach(({ program }) => evaluate(program, bindings)),
      () => engines.forEach(({ marcs }) => void marcs(bindings)),
    ],
    400,
  );
  const [theirs] = race([() => engines.forEach(({ theirs }) => theirs(bindings as never))], 5);
  report.measure('one request: ours', ours! * 1000, 'us');
  report.measure('one request: @marcbachmann/cel-js', marcs! * 1000, 'us');
  report.measure('one request: @bufbuild/cel', theirs! * 1000, 'us');
  report.judge('one request: ratio to @marcbachmann/cel-js', ours! / marcs!);
  const go = celGo(engines.map(({ program }) => program.text));
  if (go === undefined)
    return report.measure('one request: cel-go (no Go on this machine, or its modules cannot be had)', 0, 'us');
  report.measure("one request: cel-go with the API server's environment", go, 'us');
  report.measure('one request: ratio to cel-go', (ours! * 1000) / go, "of cel-go's time");
}

/** Microseconds that cel-go takes for one evaluation of all expressions, on one core; undefined where it cannot be built. */
function celGo(texts: readonly string[]): number | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const binary = join(folder, 'cel-go');
  const built = spawnSync('go', ['build', '-o', binary, '.'], {
    cwd: join(import.meta.dirname, 'cel/go'),
    encoding: 'utf8',
  });
  if (built.status !== 0) return undefined;
  const file = join(folder, 'object.json');
  writeFileSync(file, deploymentText);
  const { stdout } = spawnSync(binary, [file, 'time'], {
    input: texts.map((text) => JSON.stringify(text)).join('\n'),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, GOMAXPROCS: '1' },
  });
  const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { readonly microseconds?: number };
  return last.microseconds;
}

function loading(report: Report): void {
  const texts = fiveHundred();
  const [parsing] = race([() => JSON.parse(deploymentText) as unknown], 500);
  const [checking] = race([() => texts.forEach((text) => compile(environment, text, { interpreterOnly: true }))], 5);
  report.judge(
    'parse and check of an expression: ratio to one JSON.parse of the Deployment',
    checking! / texts.length / parsing!,
  );
  const object = JSON.parse(deploymentText) as Value;
  const started = performance.now();
  for (const text of texts) {
    const program = compiled(text);
    for (let times = 0; times < 10; times++) evaluate(program, { object });
  }
  report.judge('load of 500 expressions: ratio to 500 such parses', (performance.now() - started) / (500 * parsing!));
}

function fiveHundred(): readonly string[] {
  const base = Object.values(classes).flatMap((expressions) => expressions.map(({ text }) => text));
  return Array.from({ length: 500 }, (_, at) => `(${base[at % base.length]}) || object.metadata.name == 'never-${at}'`);
}

function compiled(text: string): Program {
  const program = compile(environment, text);
  if ('phase' in program) throw new Error(`${text}: ${program.error.message}`);
  return program;
}

/** Milliseconds a call of each: the best of rounds that take turns, so that a busy machine slows all alike. */
function race(runs: readonly (() => unknown)[], times: number): readonly number[] {
  const best = runs.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 8; round++) {
    for (const [at, run] of runs.entries()) {
      const started = performance.now();
      for (let time = 0; time < times; time++) run();
      best[at] = Math.min(best[at]!, (performance.now() - started) / times);
    }
  }
  return best;
}

const geometricMean = (ratios: readonly number[]): number =>
  Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

if (process.argv[1] === import.meta.filename) {
  await celBench.run({
    measure: (what, value, unit) => console.log(what.padEnd(80), value.toFixed(3), unit),
    judge: (what, value) => console.log(what.padEnd(80), value.toFixed(3)),
  });
}
