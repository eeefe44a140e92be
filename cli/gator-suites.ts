import { dirname, join } from 'node:path';
import { now } from '../host/clock.ts';
import {
  type Assembled,
  compileConstraint,
  type ConstraintCompiled,
  type ConstraintReview,
  type Document,
  type GatorCase,
  type GatorTest,
  type KubernetesObject,
  parseDocuments,
  printable,
  renderProblem,
  reviewConstraint,
  valueAt,
} from '../policies/index.ts';
import type { Door } from './command/index.ts';
import { readAssertions } from './gator-assertion.ts';
import type { RuleCoverage, TestRun } from './test-run.ts';
import type { GatorSuiteFile } from './source/gator-suites.ts';
import { type Manifest, readManifests } from './source/manifests.ts';
import { readSource } from './source/text.ts';

export interface GatorOptions {
  readonly assembled: Assembled;
  readonly door: Pick<Door, 'input'>;
  /** Which cases are run, by file, test and case. */
  readonly chosen: (file: string, group: string, name: string) => boolean;
}

/** Longest time for one object: nothing of the network is asked. */
const milliseconds = 30_000;

/** Runs a Suite as `gator verify` does, as far as its templates are written in CEL; what is not is told with its reason. */
export async function runGatorSuite(
  { file, document, suite }: GatorSuiteFile,
  options: GatorOptions,
): Promise<TestRun> {
  const run: Mutable = { results: [], skipped: [], broken: [], coverage: [] };
  for (const [index, test] of (suite.tests ?? []).entries()) {
    const lineOf = (...path: readonly (string | number)[]): number | undefined =>
      document.locate(['tests', index, ...path])?.line;
    await runTest(
      { file, test, lineOf, ...(suite.skip === true ? { skip: 'the Suite says skip' } : {}) },
      options,
      run,
    );
  }
  return run;
}

type Mutable = { readonly [K in keyof TestRun]: TestRun[K][number][] };

interface OneTest {
  readonly file: string;
  readonly test: GatorTest;
  readonly lineOf: (...path: readonly (string | number)[]) => number | undefined;
  readonly skip?: string;
}

async function runTest(one: OneTest, options: GatorOptions, run: Mutable): Promise<void> {
  const { file, test, lineOf } = one;
  const { cases = [], name: title = '' } = test;
  const numbered = cases.map((item, index) => ({ item, index, name: nameOf(test, item) }));
  const wanted = numbered.filter(({ name }) => options.chosen(file, title, name));
  const alone = cases.length === 0 && options.chosen(file, title, title);
  if (wanted.length === 0 && !alone) return;
  const told = (line: number | undefined, name: string, detail: string): number =>
    run.broken.push(printable(`${file}:${line ?? 1}: ${JSON.stringify(name)}: ${detail}`));
  const prepared = await prepare(one, options);
  const { policy, rule } = prepared;
  const row = (line: number | undefined, name: string, resource: string, want: string) => ({
    ...{ file, line, name, policy, rule, resource, want },
  });
  const { outcome } = prepared;
  if (typeof outcome === 'string') return void told(lineOf(), title, outcome);
  const reason = one.skip ?? (test.skip === true ? 'the test says skip' : reasonOf(test, outcome));
  if (test.invalid === true || alone) {
    const want = test.invalid === true ? verdicts.refused : verdicts.constraint;
    const of = row(lineOf(), title, rule, want);
    if (reason !== undefined) return void run.skipped.push({ ...of, reason });
    const got = verdictOf(outcome);
    const why = outcome.kind === 'refused' ? [outcome.reason] : problemsOf(outcome);
    run.results.push({ ...of, got, ok: got === want, why: got === want ? [] : why });
    return;
  }
  const noted = noteRules(file, prepared, run);
  for (const { item, index, name } of wanted) {
    const line = lineOf('cases', index);
    const assertions = readAssertions(item.assertions ?? []);
    const of = row(line, name, item.object ?? '', typeof assertions === 'string' ? '' : assertions.want);
    const skip = item.skip === true ? 'the case says skip' : reason;
    if (skip !== undefined) run.skipped.push({ ...of, reason: skip });
    else if (outcome.kind === 'refused')
      told(line, name, `the template does not allow the constraint: ${outcome.reason}`);
    else if (outcome.kind === 'problems') told(line, name, problemsOf(outcome).join('; '));
    else if (outcome.kind === 'unsupported') run.skipped.push({ ...of, reason: outcome.reason });
    else if (typeof assertions === 'string') told(line, name, assertions);
    else {
      const messages = await review(file, item, outcome, options);
      if (typeof messages === 'string') told(line, name, messages);
      else {
        const { got, why } = assertions.check(messages.messages);
        run.results.push({ ...of, resource: messages.resource, got, ok: why.length === 0, why });
        for (const rule of messages.bites) noted(rule).bites = true;
        for (const rule of messages.passes) noted(rule).passes = true;
      }
    }
  }
}

const nameOf = ({ name = '' }: GatorTest, item: GatorCase): string => `${name}/${item.name ?? item.object ?? ''}`;

const verdicts = {
  constraint: 'the constraint is allowed',
  refused: 'the constraint is not allowed',
  problems: 'the template or the constraint is wrong',
  unsupported: '',
} as const satisfies Readonly<Record<ConstraintCompiled['kind'], string>>;

const verdictOf = ({ kind }: ConstraintCompiled): string => verdicts[kind];

const problemsOf = (outcome: ConstraintCompiled): readonly string[] =>
  outcome.kind === 'problems' ? outcome.problems.map(renderProblem) : [];

/** Why nothing of the test is judged. */
function reasonOf({ expansion = '', invalid }: GatorTest, outcome: ConstraintCompiled): string | undefined {
  if (outcome.kind === 'unsupported') return outcome.reason;
  if (expansion !== '') return '"expansion": what an ExpansionTemplate generates is not reviewed here';
  return invalid === true && outcome.unsure !== undefined && outcome.kind !== 'refused'
    ? `"invalid": part of the template's schema is not checked here: ${outcome.unsure}`
    : undefined;
}

interface Prepared {
  readonly policy: string;
  readonly rule: string;
  /** A text says what is wrong with the test. */
  readonly outcome: ConstraintCompiled | string;
}

async function prepare({ file, test }: OneTest, { door }: GatorOptions): Promise<Prepared> {
  const [template, constraint] = [
    await onlyDocument(file, test.template, 'template', door),
    await onlyDocument(file, test.constraint, 'constraint', door),
  ];
  const said = (document: Document | string, ...path: readonly string[]): string => {
    const found = typeof document === 'string' ? undefined : valueAt(document.value, path);
    return typeof found === 'string' ? found : '';
  };
  const names = { policy: said(constraint, 'kind') || test.template || '', rule: said(constraint, 'metadata', 'name') };
  for (const read of [template, constraint]) if (typeof read === 'string') return { ...names, outcome: read };
  if (typeof template === 'string' || typeof constraint === 'string') return { ...names, outcome: '' };
  return { ...names, outcome: compileConstraint(template, constraint) };
}

/** The first document of a file, as gator reads templates and constraints. */
async function onlyDocument(
  suite: string,
  name: string | undefined,
  field: string,
  { input }: Pick<Door, 'input'>,
): Promise<Document | string> {
  if (name === undefined || name === '') return `"${field}" is missing`;
  const path = join(dirname(suite), name);
  const read = await readSource(path, input);
  if (read.kind === 'unreadable') return `${path}: ${read.detail}`;
  const { documents, problems } = parseDocuments(read.text, path);
  const [problem] = problems;
  if (problem !== undefined) return renderProblem(problem);
  return documents[0] ?? `${path}: has no document`;
}

async function review(
  file: string,
  { object = '', inventory = [] }: GatorCase,
  compiled: Extract<ConstraintCompiled, { kind: 'constraint' }>,
  { assembled, door }: GatorOptions,
): Promise<Reviewed | string> {
  if (object === '') return '"object" is missing';
  const reviewed = await manifestsOf(file, [object], door);
  if (typeof reviewed === 'string') return reviewed;
  const [only, ...others] = reviewed;
  if (only === undefined || others.length > 0) return `${object} has ${reviewed.length} objects; one is reviewed`;
  const known = await manifestsOf(file, inventory, door);
  if (typeof known === 'string') return known;
  const surroundings = { ...assembled, now: now(), signal: AbortSignal.timeout(milliseconds) };
  const objects = known.map((one): KubernetesObject => one.object);
  const done = await reviewConstraint(compiled, only.object, objects, surroundings);
  return done.kind === 'problem'
    ? `${object}: ${done.detail}`
    : { ...done, resource: `${only.kind}${only.name === '' ? '' : ` ${only.name}`}` };
}

type Reviewed = Extract<ConstraintReview, { kind: 'reviewed' }> & { readonly resource: string };

async function manifestsOf(
  file: string,
  names: readonly string[],
  { input }: Pick<Door, 'input'>,
): Promise<readonly Manifest[] | string> {
  const found: Manifest[] = [];
  for (const name of names) {
    const { manifests, unreadable } = await readManifests([join(dirname(file), name)], input);
    const [trouble] = unreadable;
    if (trouble !== undefined) return `${trouble.file}:${trouble.line ?? 1}: ${trouble.message}`;
    found.push(...manifests);
  }
  return found;
}

/** Every validation of the template under this constraint, whether a case speaks of it or not. */
function noteRules(file: string, { policy, rule: constraint, outcome }: Prepared, { coverage }: Mutable) {
  const rules = typeof outcome !== 'string' && outcome.kind === 'constraint' ? outcome.policy.rules : [];
  const noted = (name: string): RuleCoverage => {
    const rule = `${constraint}/${name}`;
    const known = coverage.find((one) => one.policy === policy && one.rule === rule);
    const made = known ?? { file, policy, rule, bites: false, passes: false };
    if (known === undefined) coverage.push(made);
    return made;
  };
  for (const { name } of rules) noted(name);
  return noted;
}
