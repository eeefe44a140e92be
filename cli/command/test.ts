import { printable } from '../../policies/index.ts';
import { type Flags, parseArguments, usage } from '../arguments.ts';
import { type CaseResult, type FileResult, runCases } from '../cases.ts';
import { type KyvernoCase, type KyvernoRun, runKyvernoTest, type SkippedCase } from '../kyverno-tests.ts';
import { exit } from '../exit.ts';
import { refuse } from '../refuse.ts';
import { assembleConfiguration, loadConfiguration } from '../source/configuration.ts';
import { readCases } from '../source/cases.ts';
import { readKyvernoTests } from '../source/kyverno-tests.ts';
import type { Terminal } from '../terminal.ts';
import type { Command } from './index.ts';

const flags = {
  config: {
    value: 'FILE',
    short: 'c',
    help: 'configuration document, for trust roots that policies name; ASSAY_CONFIG where left out',
  },
  run: { value: 'TEXT', help: 'only cases whose file or name has the text' },
  coverage: { help: 'list rules that no case passes, or that bite in none' },
  'require-coverage': { help: 'the same, and a rule without a case that bites or one that passes counts as a failure' },
  output: { value: 'FORMAT', short: 'o', help: 'text (default) or json' },
} as const satisfies Flags;

/** `assay test`: do policies say of these objects what their cases want? */
export const test: Command = {
  name: 'test',
  summary: 'run the cases that lie beside policies, and tests of Kyverno',
  usage: ['test FILE|FOLDER ...'],
  flags,
  notes: [
    'Reads every X.cases.yaml (docs/policy-cases.md) below the folders, and the policies that it is about. The judge is that of a check, without a network: evidence of images is not known.',
    'Reads every kyverno-test.yaml too (Test of cli.kyverno.io), also in folders called .kyverno-test, and runs what it says of ValidatingAdmissionPolicies, MutatingAdmissionPolicies and ValidatingPolicies. Results of other policies, and what only Kyverno can answer, are skipped, each with its reason.',
    'Ends with 0 where all cases are as wanted, 1 where one is not, 64 where a file does not load.',
  ],
  async run(words, door) {
    const { terminal } = door;
    const parsed = parseArguments(words, flags);
    if ('kind' in parsed) return refuse(terminal, parsed, test);
    const format = parsed.text('output') ?? 'text';
    if (format !== 'text' && format !== 'json')
      return refuse(terminal, usage(`-o ${JSON.stringify(format)}: there is text and json`), test);
    if (parsed.positionals.length === 0) return refuse(terminal, usage('name a file of cases, or a folder'), test);
    const loaded = await loadConfiguration(parsed.text('config'), door);
    const ready = loaded.kind === 'problems' ? loaded : await assembleConfiguration(loaded, door, { offline: true });
    if (ready.kind === 'problems') {
      terminal.error(ready.lines.join('\n'));
      return exit.usage;
    }
    const { assembled } = ready;
    try {
      const theirs = await readKyvernoTests(parsed.positionals, door);
      const read = await readCases(parsed.positionals, door, theirs.paths);
      const lines = [...read.lines, ...theirs.lines];
      const wanted = parsed.text('run') ?? '';
      const chosen = (name: string): boolean => name.includes(wanted);
      const results: FileResult[] = [];
      for (const file of lines.length > 0 ? [] : read.files) {
        const one = await runCases(file, { assembled, door, chosen });
        lines.push(...one.broken);
        results.push(one);
        terminal.progress(`${results.length} of ${read.files.length} files of cases; last ${file.file}`);
      }
      const kyverno: KyvernoRun[] = [];
      for (const one of lines.length > 0 ? [] : theirs.tests) {
        const ran = await runKyvernoTest(one, assembled, chosen);
        lines.push(...ran.broken);
        kyverno.push(ran);
        terminal.progress(`${kyverno.length} of ${theirs.tests.length} tests of Kyverno; last ${one.file}`);
      }
      terminal.progress('');
      if (lines.length > 0) {
        terminal.error(lines.join('\n'));
        return exit.usage;
      }
      const cases = [...results, ...kyverno].flatMap((one): readonly RunCase[] => one.results);
      const skipped = kyverno.flatMap((one) => one.skipped);
      if (cases.length + skipped.length === 0) return refuse(terminal, usage('no case was found'), test);
      const uncovered = parsed.has('coverage') || parsed.has('require-coverage') ? gaps(results) : [];
      terminal.out(format === 'json' ? json(cases, skipped) : text(cases, skipped, uncovered, terminal));
      const lacking = parsed.has('require-coverage') && uncovered.length > 0;
      return lacking || cases.some(({ ok }) => !ok) ? exit.denied : exit.allowed;
    } finally {
      await assembled.evidence.close();
    }
  },
};

type RunCase = CaseResult | KyvernoCase;

const json = (cases: readonly RunCase[], skipped: readonly SkippedCase[]): string =>
  JSON.stringify(
    {
      passed: cases.filter(({ ok }) => ok).length,
      failed: cases.filter(({ ok }) => !ok).length,
      skipped: skipped.length,
      cases: [
        ...cases.map(({ file, policy, rule, resource, want, got, ok }) => ({
          ...{ file, policy, rule, resource },
          ...{ want, got, ok },
        })),
        ...skipped.map(({ file, policy, rule, resource, want, reason }) => ({
          ...{ file, policy, rule, resource },
          ...{ want, got: null, ok: null, reason },
        })),
      ],
    },
    undefined,
    2,
  );

function text(
  cases: readonly RunCase[],
  skipped: readonly SkippedCase[],
  uncovered: readonly string[],
  { paint }: Terminal,
): string {
  const failures = cases
    .filter(({ ok }) => !ok)
    .flatMap(({ file, line, name, policy, rule, resource, want, got, why }) => [
      `${file}:${line ?? 1}: ${paint('bad', 'failed')}  ${printable(name)}`,
      `  ${printable(rule === '' ? policy : `${policy}/${rule}`)} of ${printable(resource)}: wanted ${printable(want)}, got ${got}`,
      ...why.map((sentence) => `  ${printable(sentence)}`),
    ]);
  const failed = cases.filter(({ ok }) => !ok).length;
  const passedOver = skipped.map(({ file, line, name, reason }) =>
    printable(`${file}:${line ?? 1}: skipped  ${name}: ${reason}`),
  );
  const left = skipped.length === 0 ? '' : `, ${skipped.length} skipped`;
  const summary = `${cases.length - failed} passed, ${failed} failed${left}`;
  return [...failures, ...passedOver, ...uncovered, failed === 0 ? paint('good', summary) : paint('bad', summary)].join(
    '\n',
  );
}

/** Rules that no case shows to bite, or to let pass. */
function gaps(results: readonly FileResult[]): readonly string[] {
  return results.flatMap(({ coverage }) =>
    coverage.flatMap(({ file, policy, rule, bites, passes }) => {
      const missing = [...(bites ? [] : ['bites']), ...(passes ? [] : ['passes'])];
      return missing.length === 0
        ? []
        : [`${file}: ${policy}/${rule}: no case in which it ${missing.join(', none in which it ')}`];
    }),
  );
}
