import { printable, renderSuites } from '../policies/index.ts';
import type { Paint } from './terminal.ts';
import type { RuleCoverage, TestRun, WordedCase } from './test-run.ts';

/** What a run of tests came to, in every form. */
export interface TestReport extends TestRun {
  readonly started: Date;
  readonly milliseconds: number;
  /** Rules without a case, one line each. */
  readonly uncovered: readonly string[];
}

/** Formats that `assay test` writes. */
export const testFormats: Readonly<Record<string, (report: TestReport, paint: Paint) => string>> = {
  text,
  json,
  junit,
};

function json({ results, skipped }: TestReport): string {
  const cases = [
    ...results.map(({ file, policy, rule, resource, want, got, ok }) => ({
      ...{ file, policy, rule, resource },
      ...{ want, got, ok },
    })),
    ...skipped.map(({ file, policy, rule, resource, want, reason }) => ({
      ...{ file, policy, rule, resource },
      ...{ want, got: `skipped: ${reason}`, ok: null },
    })),
  ];
  const passed = results.filter(({ ok }) => ok).length;
  return JSON.stringify({ passed, failed: results.length - passed, skipped: skipped.length, cases }, undefined, 2);
}

function text({ results, skipped, uncovered }: TestReport, paint: Paint): string {
  const failures = results
    .filter(({ ok }) => !ok)
    .flatMap((one) => [
      `${one.file}:${one.line ?? 1}: ${paint('bad', 'failed')}  ${printable(one.name)}`,
      ...failureOf(one).map((line) => `  ${line}`),
    ]);
  const failed = results.filter(({ ok }) => !ok).length;
  const passedOver = skipped.map(({ file, line, name, reason }) =>
    printable(`${file}:${line ?? 1}: skipped  ${name}: ${reason}`),
  );
  const left = skipped.length === 0 ? '' : `, ${skipped.length} skipped`;
  const summary = `${results.length - failed} passed, ${failed} failed${left}`;
  return [...failures, ...passedOver, ...uncovered, failed === 0 ? paint('good', summary) : paint('bad', summary)].join(
    '\n',
  );
}

/** A suite for each file, a case for each row; what could not be run is a suite of one error. */
function junit({ results, skipped, broken, uncovered, started, milliseconds }: TestReport): string {
  const suites = Map.groupBy([...results, ...skipped], ({ file }) => file);
  return renderSuites(
    'assay test',
    [
      ...[...suites].map(([file, rows]) => ({
        name: file,
        file,
        cases: rows.map((row) => ({
          name: printable([row.name, ruleOf(row), row.resource].filter((part) => part !== '').join(': ')),
          group: file,
          result: resultOf(row),
        })),
      })),
      ...unrun('could not be run', 'broken', broken),
      ...unrun('rules without a case', 'skipped', uncovered),
    ],
    { started, milliseconds },
  );
}

function resultOf(row: TestRun['results'][number] | TestRun['skipped'][number]) {
  if ('reason' in row) return { kind: 'skipped', message: printable(row.reason) } as const;
  if (row.ok) return { kind: 'passed' } as const;
  const [message = '', ...why] = failureOf(row);
  const text = [`${row.file}:${row.line ?? 1}: ${message}`, ...why].join('\n');
  return { kind: 'failed', type: 'unexpected', message, text } as const;
}

function unrun(name: string, kind: 'broken' | 'skipped', lines: readonly string[]) {
  if (lines.length === 0) return [];
  const cases = lines.map((line) => {
    const [message, group] = [printable(line), /^[^\n:]*/.exec(line)?.[0] ?? name];
    const result = kind === 'skipped' ? { kind, message } : { kind, type: 'unreadable', message, text: message };
    return { name: kind === 'skipped' ? message : 'can be run', group, result };
  });
  return [{ name, cases }];
}

/** What is said of a case that is not as wanted, in lines. */
const failureOf = (one: WordedCase): readonly string[] => [
  `${printable(ruleOf(one))} of ${printable(one.resource)}: wanted ${printable(one.want)}, got ${printable(one.got)}`,
  ...one.why.map((sentence) => printable(sentence)),
];

const ruleOf = ({ policy, rule }: Pick<WordedCase, 'policy' | 'rule'>): string =>
  rule === '' ? policy : `${policy}/${rule}`;

/** Rules that no case shows to bite, or to let pass. */
export const uncoveredRules = (coverage: readonly RuleCoverage[]): readonly string[] =>
  coverage.flatMap(({ file, policy, rule, bites, passes }) => {
    const missing = [...(bites ? [] : ['bites']), ...(passes ? [] : ['passes'])];
    return missing.length === 0
      ? []
      : [printable(`${file}: ${policy}/${rule}: no case in which it ${missing.join(', none in which it ')}`)];
  });
