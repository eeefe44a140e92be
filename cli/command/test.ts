import { now, stopwatch } from '../../host/clock.ts';
import { type Arguments, type Flags, parseArguments, usage } from '../arguments.ts';
import { type Chosen, compileChosen } from '../chosen.ts';
import { type ExitCode, exit } from '../exit.ts';
import { outputFlags, type Outputs, readOutputs, writeOutputs } from '../output.ts';
import { refuse } from '../refuse.ts';
import { assembleConfiguration, loadConfiguration } from '../source/configuration.ts';
import { testFormats, uncoveredRules } from '../test-output.ts';
import { filesOf, readTests, runTests, type Tests } from '../tests.ts';
import { watchTests } from '../watch-tests.ts';
import type { Command, Door } from './index.ts';

const formats = Object.keys(testFormats);

const flags = {
  config: {
    value: 'FILE',
    short: 'c',
    help: 'configuration document, for trust roots that policies name; ASSAY_CONFIG where left out',
  },
  run: {
    value: 'REGEXP',
    help: 'only cases of which the pattern (RE2, as in go test) matches part of the name, the file, or the test or policy they belong to; A/B: those of a test or file that A matches, whose name B matches',
  },
  watch: { help: 'run again whenever a file changes, on a terminal; Ctrl-C ends it, with 130' },
  coverage: { help: 'list rules that no case passes, or that bite in none' },
  'require-coverage': { help: 'the same, and a rule without a case that bites or one that passes counts as a failure' },
  ...outputFlags(formats),
} as const satisfies Flags;

/** `assay test`: do policies say of these objects what their cases want? */
export const test: Command = {
  name: 'test',
  summary: 'run the cases that lie beside policies, tests of Kyverno and Suites of gator',
  usage: ['test FILE|FOLDER ...'],
  flags,
  notes: [
    'Reads every X.cases.yaml (docs/policy-cases.md) below the folders, and the policies that it is about. The judge is that of a check, without a network: evidence of images is not known.',
    'Reads every kyverno-test.yaml too (Test of cli.kyverno.io), also in folders called .kyverno-test, and runs what it says of ValidatingAdmissionPolicies, MutatingAdmissionPolicies and ValidatingPolicies. Results of other policies, and what only Kyverno can answer, are skipped, each with its reason.',
    'Reads every Suite of gator (test.gatekeeper.sh), and runs its tests of ConstraintTemplates that are written in CEL (K8sNativeValidation). Templates in Rego, and what else is not judged here, are skipped, each with its reason.',
    'A file that cannot be read, and a test that cannot be run, is told with its line; the others are run.',
    'Ends with 0 where all cases are as wanted, 1 where one is not, 2 where all are that could be run, 64 where none could be run.',
  ],
  async run(words, door) {
    const { terminal } = door;
    const parsed = parseArguments(words, flags);
    if ('kind' in parsed) return refuse(terminal, parsed, test);
    const outputs = await readOutputs(parsed, formats);
    if (outputs.kind !== 'outputs') return refuse(terminal, outputs, test);
    if (parsed.positionals.length === 0) return refuse(terminal, usage('name a file of cases, or a folder'), test);
    const chosen = compileChosen(parsed.text('run') ?? '');
    if (typeof chosen === 'string') return refuse(terminal, usage(`--run ${chosen}`), test);
    if (parsed.has('watch') && terminal.interactive !== true)
      return refuse(terminal, usage('--watch: standard output is no terminal, and nobody watches'), test);
    const session = { parsed, outputs, chosen, door };
    if (!parsed.has('watch')) return (await runOnce(session)).code;
    return await watchTests(parsed.positionals, terminal, () => runOnce(session));
  },
};

interface Session {
  readonly parsed: Arguments;
  readonly outputs: Outputs;
  readonly chosen: Chosen;
  readonly door: Door;
}

interface Ran {
  readonly code: ExitCode;
  /** Files beside the paths that it depends on. */
  readonly files: readonly string[];
}

async function runOnce(session: Session): Promise<Ran> {
  const { parsed, door } = session;
  const loaded = await loadConfiguration(parsed.text('config'), door);
  const ready = loaded.kind === 'problems' ? loaded : await assembleConfiguration(loaded, door, { offline: true });
  if (ready.kind === 'problems') {
    door.terminal.error(ready.lines.join('\n'));
    return { code: exit.usage, files: [] };
  }
  const { assembled } = ready;
  try {
    const tests = await readTests(parsed.positionals, door);
    return { code: await runAll(tests, assembled, session), files: filesOf(tests) };
  } finally {
    await assembled.evidence.close();
  }
}

async function runAll(
  tests: Tests,
  assembled: Parameters<typeof runTests>[1]['assembled'],
  { parsed, outputs, chosen, door }: Session,
): Promise<ExitCode> {
  const { terminal } = door;
  const started = now();
  const elapsed = stopwatch();
  const run = await runTests(tests, { assembled, door, chosen });
  const { results, skipped, broken, coverage } = run;
  if (broken.length > 0) terminal.error(broken.join('\n'));
  const nothing = results.length + skipped.length === 0;
  if (nothing && outputs.files.length === 0 && outputs.standard !== 'junit') {
    if (broken.length > 0) return exit.usage;
    return refuse(terminal, usage('no case was found'), test);
  }
  const uncovered = parsed.has('coverage') || parsed.has('require-coverage') ? uncoveredRules(coverage) : [];
  const report = { ...run, started, milliseconds: elapsed(), uncovered };
  const unwritten = await writeOutputs(
    async (format, { paint }) => testFormats[format]?.(report, paint) ?? '',
    outputs,
    terminal,
  );
  const lacking = parsed.has('require-coverage') && uncovered.length > 0;
  if (lacking || results.some(({ ok }) => !ok)) return exit.denied;
  if (nothing) return exit.usage;
  return broken.length + unwritten.length > 0 ? exit.undecided : exit.allowed;
}
