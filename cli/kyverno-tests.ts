import { isDeepStrictEqual } from 'node:util';
import {
  type Assembled,
  compilePolicies,
  type Decision,
  defaulted,
  type Document,
  findingSentence,
  objectLookup,
  type PolicySet,
  printable,
  renderProblem,
  valueAt,
} from '../policies/index.ts';
import type { Chosen } from './chosen.ts';
import { judgeBothPhases, placed } from './judgement.ts';
import type { KyvernoResult, KyvernoTest } from './source/kyverno-tests.ts';
import type { Manifest } from './source/manifests.ts';
import type { RuleCoverage, SkippedCase, TestRun, WordedCase } from './test-run.ts';

/** Longest time for one resource: nothing of the network is asked. */
const milliseconds = 30_000;

/** Kinds that are judged here as they are; of all others the reason is told. */
const judged: ReadonlySet<unknown> = new Set([
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'ValidatingPolicy',
  'NamespacedValidatingPolicy',
]);

/** Runs a Test of Kyverno's command line by the same judge as a check. */
export async function runKyvernoTest(test: KyvernoTest, assembled: Assembled, chosen: Chosen): Promise<TestRun> {
  const results: WordedCase[] = [];
  const skipped: SkippedCase[] = [];
  const broken: string[] = [];
  const mine = test.policies.filter(({ value }) => judged.has(valueAt(value, ['kind'])));
  const { policies, problems } = compilePolicies(mine, { trustRoots: assembled.trustRoots });
  const decisions = new Map<Manifest, Promise<Decision>>();
  const coverage = coverageOf(test, policies);
  for (const row of test.results) {
    const told = (detail: string): number => broken.push(printable(`${test.file}:${row.line ?? 1}: ${detail}`));
    const of = (resource: string) => ({
      ...{ file: test.file, line: row.line, name: `${row.policy} of ${resource}`, policy: row.policy, rule: row.rule },
      ...{ resource, want: row.want },
    });
    const document = test.policies.find((one) => isNamed(one, row.policy));
    if (document === undefined) {
      told(`no policy is named "${row.policy}"`);
      continue;
    }
    const reason = test.unsupported ?? unjudged(document, row, policies, problems.map(renderProblem));
    const names = row.resources.length > 0 ? row.resources : namesOf(row, test);
    for (const name of names) {
      const resource = `${row.kind} ${name}`;
      if (!chosen(test.file, row.policy, `${row.policy} of ${resource}`)) continue;
      if (reason !== undefined) {
        skipped.push({ ...of(resource), reason });
        continue;
      }
      const found = test.resources.filter((one) => isMeant(one, row.kind, name));
      if (found.length === 0) told(`no ${resource} is among the resources`);
      for (const manifest of found) {
        const known = decisions.get(manifest);
        const decision = known ?? judgeResource(manifest, test, policies, assembled);
        decisions.set(manifest, decision);
        const { got, why } = outcomeOf(await decision, document, row, manifest);
        cover(coverage, await decision, row.policy, got);
        const ok = got === row.want;
        results.push({ ...of(resource), got, ok, why: ok ? [] : why });
      }
    }
  }
  return { results, skipped, broken, coverage };
}

/** The rules of the policies that are judged; a mutation is one of them. */
function coverageOf({ file }: KyvernoTest, { policies }: PolicySet): readonly RuleCoverage[] {
  const found = new Map<string, RuleCoverage>();
  // What Kyverno generates from a policy has its name and its rules.
  for (const { name: policy, rules, mutations } of policies)
    for (const { name: rule } of mutations.length > 0 ? [{ name: mutation }] : rules)
      found.set(`${policy} ${rule}`, { file, policy, rule, bites: false, passes: false });
  return [...found.values()];
}

const mutation = 'mutation';

/** A result shows what each rule of its policy made of the resource; a mutation bites where it changes something. */
function cover(coverage: readonly RuleCoverage[], decision: Decision, called: string, got: string): void {
  const passed = decision.passed?.() ?? [];
  for (const row of coverage) {
    const { policy, rule } = row;
    if (!isCalled(policy, called)) continue;
    const isThis = (one: { readonly policy: string; readonly rule: string }): boolean =>
      one.policy === policy && one.rule === rule;
    row.bites ||= rule === mutation ? got === 'pass' : decision.findings.some(isThis);
    row.passes ||= rule === mutation ? got === 'skip' : passed.some(isThis);
  }
}

function judgeResource(
  { object }: Manifest,
  { cluster, userInfo }: KyvernoTest,
  policies: PolicySet,
  assembled: Assembled,
): Promise<Decision> {
  const session = { assembled, policies, warnings: [], requests: () => 0 };
  const lookup = objectLookup(cluster);
  return judgeBothPhases(object, session, AbortSignal.timeout(milliseconds), { operation: 'CREATE', userInfo, lookup });
}

/** Why the policy of a result is not judged. */
function unjudged(
  document: Document,
  { policy }: KyvernoResult,
  { policies }: PolicySet,
  problems: readonly string[],
): string | undefined {
  const kind = valueAt(document.value, ['kind']);
  if (!judged.has(kind))
    return kind === 'ClusterPolicy' || kind === 'Policy'
      ? `a ${kind} of Kyverno is not written in CEL`
      : `${JSON.stringify(kind)} is not judged here`;
  if (policies.some(({ name }) => isCalled(name, policy))) return undefined;
  return problems.join('; ') || 'it has no rule';
}

/** In Kyverno's words: pass, fail, warn, error, or skip where the policy does not speak of the resource. */
function outcomeOf(
  decision: Decision,
  document: Document,
  { policy, patched }: KyvernoResult,
  { object, name, namespace }: Manifest,
): { readonly got: string; readonly why: readonly string[] } {
  const findings = decision.findings.filter((finding) => isCalled(finding.policy, policy));
  const why = findings.map(findingSentence);
  if (findings.some(({ kind }) => kind !== 'violation')) return { got: 'error', why };
  if (findings.length > 0) {
    const unscored = valueAt(document.value, ['metadata', 'annotations', 'policies.kyverno.io/scored']) === 'false';
    return { got: unscored ? 'warn' : 'fail', why };
  }
  const mutating = valueAt(document.value, ['kind']) === 'MutatingAdmissionPolicy';
  if (mutating) {
    if (decision.version.patches.length === 0) return { got: 'skip', why: ['the policy changes nothing'] };
    const wanted = patched?.find((one) => one.name === name && (one.namespace ?? '') === (namespace ?? ''));
    if (patched === undefined) return { got: 'pass', why: [] };
    const place = namespaceOf(decision.version.object);
    const same =
      wanted !== undefined &&
      isDeepStrictEqual(defaulted(placed(wanted.object, place)), plain(decision.version.object));
    return same
      ? { got: 'pass', why: [] }
      : { got: 'fail', why: [`what is made of ${String(object.kind)} ${name} is not what patchedResources has`] };
  }
  const passed = decision.passed?.().some((one) => isCalled(one.policy, policy)) === true;
  return passed ? { got: 'pass', why: [] } : { got: 'skip', why: ['the policy does not speak of the resource'] };
}

/** Without prototypes and shared parts, as a file would have it. */
const plain = (object: object): unknown => JSON.parse(JSON.stringify(object));

function namespaceOf(object: unknown): string | undefined {
  const namespace = valueAt(object, ['metadata', 'namespace']);
  return typeof namespace === 'string' ? namespace : undefined;
}

const namesOf = ({ kind }: KyvernoResult, { resources }: KyvernoTest): readonly string[] =>
  resources.filter((one) => kind === '*' || one.kind === kind).map(({ name }) => name);

const isMeant = (one: Manifest, kind: string, name: string): boolean =>
  (kind === '*' || one.kind === kind) && (one.name === name || `${one.namespace ?? ''}/${one.name}` === name);

/** A policy of a namespace is called by its name alone, or with the namespace. */
const isCalled = (name: string, called: string): boolean => name === called || name.endsWith(`/${called}`);

function isNamed({ value }: Document, called: string): boolean {
  const kind = valueAt(value, ['kind']);
  const [name, namespace] = ['name', 'namespace'].map((field) => valueAt(value, ['metadata', field]));
  if (typeof kind !== 'string' || kind.endsWith('Binding') || typeof name !== 'string') return false;
  return name === called || `${String(namespace)}/${name}` === called;
}
