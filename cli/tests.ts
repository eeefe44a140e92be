import { dirname, join } from 'node:path';
import type { Assembled } from '../policies/index.ts';
import { runCases } from './cases.ts';
import type { Chosen } from './chosen.ts';
import type { Door } from './command/index.ts';
import { runGatorSuite } from './gator-suites.ts';
import { runKyvernoTest } from './kyverno-tests.ts';
import { type CasesFile, readCases } from './source/cases.ts';
import { type GatorSuiteFile, readGatorSuites } from './source/gator-suites.ts';
import { type KyvernoTest, readKyvernoTests } from './source/kyverno-tests.ts';
import type { TestRun } from './test-run.ts';

/** Every test below some paths, of each kind. */
export interface Tests {
  readonly cases: readonly CasesFile[];
  readonly kyverno: readonly KyvernoTest[];
  readonly suites: readonly GatorSuiteFile[];
  /** What could not be read, one line each; the others are run all the same. */
  readonly broken: readonly string[];
}

/** Finds and reads them. */
export async function readTests(paths: readonly string[], door: Door): Promise<Tests> {
  const kyverno = await readKyvernoTests(paths, door);
  const gator = await readGatorSuites(paths, door);
  const read = await readCases(paths, door, new Set([...kyverno.paths, ...gator.paths]));
  // A file that two kinds of test name is told of once.
  const broken = [...new Set([...read.lines, ...kyverno.lines, ...gator.lines])];
  return { cases: read.files, kyverno: kyverno.tests, suites: gator.suites, broken };
}

/** Runs them, one file after the other. */
export async function runTests(
  { cases, kyverno, suites, broken }: Tests,
  { assembled, door, chosen }: { readonly assembled: Assembled; readonly door: Door; readonly chosen: Chosen },
): Promise<TestRun> {
  const runs: TestRun[] = [{ results: [], skipped: [], broken, coverage: [] }];
  const all = cases.length + kyverno.length + suites.length;
  const ran = (run: TestRun, file: string): void => {
    runs.push(run);
    door.terminal.progress(`${runs.length - 1} of ${all} files of tests; last ${file}`);
  };
  for (const one of cases) ran(await runCases(one, { assembled, door, chosen }), one.file);
  for (const one of kyverno) ran(await runKyvernoTest(one, assembled, chosen), one.file);
  for (const one of suites) ran(await runGatorSuite(one, { assembled, door, chosen }), one.file);
  door.terminal.progress('');
  return {
    results: runs.flatMap((run) => run.results),
    skipped: runs.flatMap((run) => run.skipped),
    broken: [...new Set(runs.flatMap((run) => run.broken))],
    coverage: runs.flatMap((run) => run.coverage),
  };
}

/** The files that a change of may change the result, besides those below the paths themselves. */
export function filesOf({ cases, kyverno, suites }: Tests): readonly string[] {
  const beside = (file: string, ...names: readonly (string | undefined)[]): readonly string[] =>
    names.flatMap((name) => (name === undefined || name === '' ? [] : [join(dirname(file), name)]));
  return [
    ...cases.flatMap(({ file, policies, cases: { cases: list } }) => [
      ...policies.map((policy) => policy.file),
      ...beside(file, ...list.map(({ resource }) => resource)),
    ]),
    ...kyverno.flatMap(({ policies, resources }) => [...policies, ...resources].map(({ file }) => file)),
    ...suites.flatMap(({ file, suite: { tests = [] } }) =>
      tests.flatMap(({ template, constraint, cases: list = [] }) =>
        beside(file, template, constraint, ...list.flatMap(({ object, inventory = [] }) => [object, ...inventory])),
      ),
    ),
  ];
}
