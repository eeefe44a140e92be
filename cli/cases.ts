import {
  type Assembled,
  assumptionsOf,
  type CaseOutcome,
  compilePolicies,
  type Decision,
  defaulted,
  differingFields,
  type Document,
  type FieldPath,
  type Finding,
  findingSentence,
  isObject,
  type KubernetesObject,
  mergePatched,
  objectLookup,
  type PolicyCase,
  type PolicySet,
  renderPath,
  renderProblem,
  requestFor,
  ruleNamed,
  ruleResult,
  valueAt,
  withSigners,
  withValues,
} from '../policies/index.ts';
import type { Door } from './command/index.ts';
import { judgeBothPhases, placed } from './judgement.ts';
import { minorOf } from './session.ts';
import { type CaseObject, type CasesFile, objectsOf } from './source/cases.ts';
import type { Chosen } from './chosen.ts';
import type { RuleCoverage, TestRun } from './test-run.ts';

/** What one rule came to for one object, against what was wanted. */
export interface CaseResult {
  readonly file: string;
  /** Of the case in its file, counted from 1. */
  readonly line: number | undefined;
  readonly name: string;
  readonly policy: string;
  readonly rule: string;
  readonly resource: string;
  readonly want: CaseOutcome;
  readonly got: CaseOutcome;
  readonly ok: boolean;
  /** Why it is not, one sentence each. */
  readonly why: readonly string[];
}

export interface RunOptions {
  readonly assembled: Assembled;
  readonly door: Door;
  /** Which cases are run. */
  readonly chosen: Chosen;
}

/** Longest time for one case: nothing of the network is asked, so only a policy without end takes it. */
const caseMilliseconds = 30_000;

/** Runs the cases of one file, by the same judge as a check. */
export async function runCases(file: CasesFile, { assembled, door, chosen }: RunOptions): Promise<TestRun> {
  const results: CaseResult[] = [];
  const broken: string[] = [];
  const compiled = new Map<string, PolicySet | readonly string[]>();
  const coverage = new Map<string, RuleCoverage>();
  for (const [index, one] of file.cases.cases.entries()) {
    if (!chosen(file.file, '', one.name)) continue;
    const line = file.document.locate(['cases', index])?.line;
    const told = (detail: string): string => `${file.file}:${line ?? 1}: ${JSON.stringify(one.name)}: ${detail}`;
    const values = { ...file.cases.params, ...one.params };
    const key = JSON.stringify(values);
    const policies = compiled.get(key) ?? compileWith(file, index, assembled);
    if (!compiled.has(key) && !('policies' in policies)) broken.push(...policies);
    compiled.set(key, policies);
    if (!('policies' in policies)) continue;
    noteRules(file, policies, coverage);
    const objects = await objectsOf(file, one, door);
    if (typeof objects === 'string') {
      broken.push(told(objects));
      continue;
    }
    for (const object of objects) {
      const ran = await runOne({ file, one, object, policies, assembled });
      if (one.becomes !== undefined) noteMutations(policies, one.becomes, coverage);
      if (typeof ran === 'string') broken.push(told(ran));
      else
        for (const result of ran) {
          results.push({ ...result, line });
          const covered = coverage.get(`${result.policy} ${result.rule}`);
          if (covered === undefined) continue;
          covered.bites ||= ['deny', 'warn', 'audit'].includes(result.want);
          covered.passes ||= result.want === 'pass';
        }
    }
  }
  return { results, skipped: [], broken, coverage: [...coverage.values()] };
}

function compileWith(
  { policies, cases, file, document }: CasesFile,
  at: number,
  { trustRoots }: Assembled,
): PolicySet | readonly string[] {
  const filled = (policy: Document): Document => {
    const all = withValues(policy, cases.params ?? {}, { document, path: ['params'] });
    const own = withValues(all, cases.cases[at]?.params ?? {}, { document, path: ['cases', at, 'params'] });
    return withSigners(own, cases, { document, path: [] });
  };
  const exceptions = (cases.exceptions ?? []).map(
    (value, index): Document => ({ file, value, index, locate: () => undefined }),
  );
  const compiled = compilePolicies([...policies.map(filled), ...exceptions], {
    trustRoots,
    exceptionNamespaces: 'all',
    ...minorOf(cases.kubernetesVersion),
  });
  return compiled.problems.length > 0 ? compiled.problems.map(renderProblem) : compiled.policies;
}

function noteRules(file: CasesFile, { policies }: PolicySet, coverage: Map<string, RuleCoverage>): void {
  for (const { name: policy, rules } of policies) {
    for (const { name: rule } of rules) {
      const key = `${policy} ${rule}`;
      if (!coverage.has(key)) coverage.set(key, { file: file.file, policy, rule, bites: false, passes: false });
    }
  }
}

/** What an object becomes shows all mutations together: that they change it, or that they leave it. */
function noteMutations({ policies }: PolicySet, becomes: object, coverage: ReadonlyMap<string, RuleCoverage>): void {
  for (const { name: policy, mutations } of policies) {
    for (const { name } of mutations) {
      const covered = coverage.get(`${policy} ${name}`);
      if (covered === undefined) continue;
      if (Object.keys(becomes).length > 0) covered.bites = true;
      else covered.passes = true;
    }
  }
}

interface OneRun {
  readonly file: CasesFile;
  readonly one: PolicyCase;
  readonly object: CaseObject;
  readonly policies: PolicySet;
  readonly assembled: Assembled;
}

async function runOne({
  file,
  one,
  object,
  policies,
  assembled,
}: OneRun): Promise<Omit<CaseResult, 'line'>[] | string> {
  const { operation = one.oldObject === undefined || one.object === undefined ? 'CREATE' : 'UPDATE' } = one;
  const cluster: readonly KubernetesObject[] = (file.cases.cluster ?? []).filter(isObject);
  const images = [...(one.images ?? []), ...(file.cases.images ?? [])];
  const assumptions = assumptionsOf(images, policies, assembled.references);
  if (typeof assumptions === 'string') return assumptions;
  if (one.want === undefined && one.becomes === undefined)
    return 'it says neither what it wants nor what the object becomes';
  const session = { assembled, policies, warnings: [], requests: () => 0 };
  const judge = (sent: KubernetesObject) =>
    judgeBothPhases(sent, session, AbortSignal.timeout(caseMilliseconds), {
      operation,
      lookup: objectLookup(cluster),
      assumptions,
      ...(one.user === undefined ? {} : { userInfo: one.user }),
      ...(one.subresource === undefined ? {} : { subResource: one.subresource }),
      ...(one.oldObject === undefined ? {} : { oldObject: one.oldObject }),
    });
  const decision = await judge(object.object);
  const results: Omit<CaseResult, 'line'>[] = [];
  if (one.becomes !== undefined) {
    const why = await misshapen(object.object, one.becomes, decision, judge);
    const about = {
      file: file.file,
      name: one.name,
      policy: mutating(policies),
      rule: 'mutation',
      resource: object.resource,
    };
    results.push({ ...about, want: 'pass', got: why.length === 0 ? 'pass' : 'error', ok: why.length === 0, why });
  }
  for (const [name, want] of Object.entries(one.want ?? {})) {
    const named = ruleNamed(name, policies.policies);
    if (typeof named === 'string') return named;
    const { policy, rule } = named;
    const { outcome: got, findings } = ruleResult(decision, policy.name, rule);
    const why = [...(got === want ? [] : findings.map(findingSentence)), ...misplaced(one, want, findings)];
    results.push({
      ...{ file: file.file, name: one.name, policy: policy.name, rule, resource: object.resource },
      ...{ want, got, ok: got === want && misplaced(one, want, findings).length === 0, why },
    });
  }
  return results;
}

/** Names of the policies that change objects; of all where none does. */
function mutating({ policies }: PolicySet): string {
  const changing = policies.filter(({ mutations }) => mutations.length > 0);
  return [...new Set((changing.length > 0 ? changing : policies).map(({ name }) => name))].join(', ');
}

/** `becomes`: what is otherwise than it says, or what a second time would change. */
async function misshapen(
  sent: KubernetesObject,
  becomes: object,
  { version: { object } }: Decision,
  judge: (object: KubernetesObject) => Promise<Decision>,
): Promise<readonly string[]> {
  const patched = mergePatched(sent, becomes);
  const wanted = isObject(patched) ? defaulted(placed(patched, requestFor(sent).namespace)) : patched;
  const other = differingFields(object, wanted, mostDifferences);
  if (other.length > 0)
    return other.map((path) => `${placeOf(path)} is ${shown(object, path)}, and ${shown(wanted, path)} is wanted`);
  const again = (await judge(object)).version.object;
  return differingFields(object, again, mostDifferences).map(
    (path) => `a second time makes ${shown(again, path)} of ${placeOf(path)}`,
  );
}

/** Differences of one case that anybody would read. */
const mostDifferences = 5;

const placeOf = (path: FieldPath): string => renderPath(path) || 'the whole object';

function shown(object: unknown, path: FieldPath): string {
  const text = JSON.stringify(valueAt(object, path)) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}

/** `at`: one of the findings of a rule that bites stands there. */
function misplaced({ at }: PolicyCase, want: CaseOutcome, findings: readonly Finding[]): readonly string[] {
  if (at === undefined || !['deny', 'warn', 'audit'].includes(want) || findings.length === 0) return [];
  const places = findings.flatMap(({ field, fields = [field] }) => fields);
  return places.includes(at) ? [] : [`it points at ${places.join(', ') || 'the whole object'}, not at ${at}`];
}
