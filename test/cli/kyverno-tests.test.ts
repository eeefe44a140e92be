import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { test } from '../../cli/command/test.ts';
import { assayHere, folderOf } from './assay.ts';

const corpus = resolve(process.env['ASSAY_CORPUS'] ?? '../shared/corpus');

const suite = (policies: string, results: string, more = ''): string =>
  `apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: t}\npolicies: [${policies}]\nresources: [resources.yaml]\n${more}results:\n${results}`;

const files = {
  'vap.yaml': `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: labelled}
spec:
  matchConstraints:
    namespaceSelector: {matchLabels: {env: prod}}
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  validations: [{expression: "'team' in object.metadata.?labels.orValue({})", message: a team is wanted}]
`,
  'map.yaml': `apiVersion: admissionregistration.k8s.io/v1beta1
kind: MutatingAdmissionPolicy
metadata: {name: adds-team}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
  reinvocationPolicy: Never
  mutations:
  - patchType: ApplyConfiguration
    applyConfiguration: {expression: "Object{metadata: Object.metadata{labels: {'team': 'a'}}}"}
`,
  'pattern.yaml': `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: old}
spec: {rules: [{name: r, match: {any: [{resources: {kinds: [Pod]}}]}, validate: {message: m, pattern: {metadata: {name: "?*"}}}}]}
`,
  'resources.yaml': `apiVersion: v1
kind: Pod
metadata: {name: good, namespace: shop, labels: {team: a}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: bad, namespace: shop}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: elsewhere, namespace: lab}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: m, namespace: shop}
`,
  'patched.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: shop, labels: {team: a}}\n',
  'other.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: shop, labels: {team: b}}\n',
  'values.yaml':
    'apiVersion: cli.kyverno.io/v1alpha1\nkind: Values\nnamespaceSelector: [{name: shop, labels: {env: prod}}]\n',
};

const opened: ReturnType<typeof folderOf>[] = [];
afterAll(() => opened.forEach((folder) => folder[Symbol.dispose]()));

interface Output {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cases: readonly Readonly<Record<string, unknown>>[];
}

async function run(text: string, ...words: string[]): Promise<{ code: number | null; stderr: string } & Output> {
  const folder = folderOf({ ...files, 'kyverno-test.yaml': text });
  opened.push(folder);
  const { code, stdout, stderr } = await assayHere(test, [folder.path, '-o', 'json', ...words]);
  const output = stdout === '' ? { passed: 0, failed: 0, skipped: 0, cases: [] } : (JSON.parse(stdout) as Output);
  return { code, stderr, ...output };
}

const row = (policy: string, kind: string, name: string, result: string, more = ''): string =>
  `- {policy: ${policy}, kind: ${kind}, resources: [${name}], result: ${result}${more}}\n`;
const pods = (policy: string, wants: Readonly<Record<string, string>>): string =>
  Object.entries(wants)
    .map(([name, want]) => row(policy, 'Pod', name, want, ', isValidatingAdmissionPolicy: true'))
    .join('');
const values = 'variables: values.yaml\n';

describe('assay test of a Test of Kyverno', () => {
  it('tells pass, fail and skip apart', async () => {
    const wants = { good: 'pass', 'shop/bad': 'fail', elsewhere: 'skip' };
    const done = await run(suite('vap.yaml', pods('labelled', wants), values));
    expect(done).toMatchObject({ code: 0, passed: 3, failed: 0, skipped: 0, stderr: '' });
    expect(done.cases.map(({ resource, want, got, ok }) => ({ resource, want, got, ok }))).toEqual([
      { resource: 'Pod good', want: 'pass', got: 'pass', ok: true },
      { resource: 'Pod shop/bad', want: 'fail', got: 'fail', ok: true },
      { resource: 'Pod elsewhere', want: 'skip', got: 'skip', ok: true },
    ]);
  });

  it.each(['good', 'bad', 'elsewhere'])('ends with 1 where %s is something else than wanted', async (name) => {
    for (const want of ['pass', 'fail', 'skip', 'error', 'warn']) {
      const right = { good: 'pass', bad: 'fail', elsewhere: 'skip' }[name] === want;
      const done = await run(suite('vap.yaml', pods('labelled', { [name]: want }), values));
      expect(done, want).toMatchObject({ code: right ? 0 : 1, failed: right ? 0 : 1 });
    }
  });

  it('reads labels of namespaces from the Test itself too, and gives a namespace that nobody describes none', async () => {
    const inline = 'values: {namespaceSelector: [{name: lab, labels: {env: prod}}]}\n';
    const done = await run(suite('vap.yaml', pods('labelled', { elsewhere: 'fail', bad: 'skip' }), inline));
    expect(done).toMatchObject({ code: 0, passed: 2 });
  });

  it('compares what a mutation makes with patchedResources', async () => {
    const of = (file: string, want: string): string =>
      suite(
        'map.yaml',
        row('adds-team', 'ConfigMap', 'm', want, `, patchedResources: ${file}, isMutatingAdmissionPolicy: true`),
      );
    expect(await run(of('patched.yaml', 'pass'))).toMatchObject({ code: 0, passed: 1 });
    expect(await run(of('other.yaml', 'pass'))).toMatchObject({ code: 1, failed: 1 });
    expect(await run(of('other.yaml', 'fail'))).toMatchObject({ code: 0, passed: 1 });
    expect(await run(suite('map.yaml', row('adds-team', 'Pod', 'good', 'skip')))).toMatchObject({ code: 0 });
  });

  it('names what is not written in CEL, and does not count it', async () => {
    const done = await run(
      suite('vap.yaml, pattern.yaml', `${pods('labelled', { good: 'pass' })}${pods('old', { good: 'pass' })}`, values),
    );
    expect(done).toMatchObject({ code: 0, passed: 1, failed: 0, skipped: 1 });
    expect(done.cases[1]).toMatchObject({
      policy: 'old',
      resource: 'Pod good',
      got: 'skipped: a ClusterPolicy of Kyverno is not written in CEL',
      ok: null,
    });
    const whole = await run(suite('vap.yaml', pods('labelled', { good: 'pass' }), 'context: context.yaml\n'));
    expect(whole).toMatchObject({ code: 0, passed: 0, skipped: 1 });
  });

  it('does not pass over what the Test itself has wrong', async () => {
    const lost = await run(suite('vap.yaml', pods('labelled', { nobody: 'skip' }), values));
    expect(lost).toMatchObject({ code: 64, cases: [] });
    expect(lost.stderr).toContain('no Pod nobody is among the resources');
    const unknown = await run(suite('vap.yaml', pods('nonsense', { good: 'skip' }), values));
    expect(unknown).toMatchObject({ code: 64 });
    expect(unknown.stderr).toMatch(/kyverno-test\.yaml:8: no policy is named "nonsense"/);
    expect(await run(suite('absent.yaml', pods('labelled', { good: 'skip' })))).toMatchObject({ code: 64 });
    expect(await run('kind: Suite\napiVersion: x/v1\n')).toMatchObject({ code: 64 });
  });

  it('lists rules that no result shows to bite, or to let pass; a mutation bites where it changes something', async () => {
    const uncovered = async (text: string): Promise<readonly string[]> => {
      const folder = folderOf({ ...files, 'kyverno-test.yaml': text });
      opened.push(folder);
      const { code, stdout } = await assayHere(test, [folder.path, '--require-coverage']);
      const lines = stdout.trimEnd().split('\n').slice(0, -1);
      expect(code).toBe(lines.length === 0 ? 0 : 1);
      return lines.map((line) => line.replace(/^.*yaml: /, ''));
    };
    const both = { good: 'pass', bad: 'fail' };
    expect(await uncovered(suite('vap.yaml', pods('labelled', both), values))).toEqual([]);
    expect(await uncovered(suite('vap.yaml', pods('labelled', { good: 'pass' }), values))).toEqual([
      'labelled/validations[0]: no case in which it bites',
    ]);
    expect(await uncovered(suite('vap.yaml', pods('labelled', { bad: 'fail', elsewhere: 'skip' }), values))).toEqual([
      'labelled/validations[0]: no case in which it passes',
    ]);
    expect(await uncovered(suite('vap.yaml, map.yaml', pods('labelled', both), values))).toEqual([
      'adds-team/mutation: no case in which it bites, none in which it passes',
    ]);
    const mutated = row('adds-team', 'ConfigMap', 'm', 'pass', ', patchedResources: patched.yaml');
    expect(await uncovered(suite('map.yaml', mutated))).toEqual(['adds-team/mutation: no case in which it passes']);
    expect(await uncovered(suite('map.yaml', `${mutated}${row('adds-team', 'Pod', 'good', 'skip')}`))).toEqual([]);
  });

  it('is not run where its values cannot be read', async () => {
    const folder = folderOf({
      ...files,
      'values.yaml': 'a: 1\na: 2\n',
      'kyverno-test.yaml': suite('vap.yaml', pods('labelled', { good: 'skip' }), values),
    });
    opened.push(folder);
    const done = await assayHere(test, [folder.path]);
    expect(done).toMatchObject({ code: 64, stdout: '' });
    expect(done.stderr).toMatch(/values\.yaml:2:1: /);
  });

  it('runs those that --run names', async () => {
    const text = suite('vap.yaml', pods('labelled', { good: 'pass', bad: 'pass' }), values);
    expect(await run(text, '--run', 'labelled of Pod good')).toMatchObject({ code: 0, passed: 1 });
  });
});

describe('the tests that Kyverno ships', () => {
  it.each([
    ['vap/kyverno-cli', 28],
    ['kyverno-vpol', 63],
  ])('of %s all come to what Kyverno wants', async (folder, count) => {
    if (!existsSync(join(corpus, folder)) && process.env['CI'] === undefined) {
      console.warn(`${corpus}/${folder} is absent: its tests did not run`);
      return;
    }
    const { code, stdout, stderr } = await assayHere(test, [join(corpus, folder), '-o', 'json']);
    const { cases, ...counts } = JSON.parse(stdout) as Output;
    expect(cases.filter(({ ok }) => ok !== true)).toEqual([]);
    expect({ code, stderr, ...counts }).toEqual({ code: 0, stderr: '', passed: count, failed: 0, skipped: 0 });
  });
});
