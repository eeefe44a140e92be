import { parse as parseJunit } from 'junit2json';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { test } from '../../cli/command/test.ts';
import { assayHere, folderOf, type Run } from './assay.ts';

const policy = (name: string): string => `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: ${name}}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [services]}]
  validations: [{name: low, expression: "object.spec.ports.all(p, p.port <= 1024)"}]
`;
const cases = (list: readonly (readonly [name: string, port: number, want: string])[]): string =>
  stringify({
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'PolicyCases',
    cases: list.map(([name, port, want]) => ({
      name,
      object: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port }] } },
      want: { low: want },
    })),
  });

const rego = `apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: k8srego}
spec:
  crd: {spec: {names: {kind: K8sRego}}}
  targets: [{target: admission.k8s.gatekeeper.sh, rego: package k8srego}]
`;

const folder = folderOf({
  'a.yaml': policy('a'),
  'a.cases.yaml': cases([
    ['low enough', 80, 'pass'],
    ['too high ]]> <b> & "quoted"', 8080, 'pass'],
    ['high', 8080, 'deny'],
  ]),
  'b.yaml': policy('b'),
  'b.cases.yaml': cases([['low', 80, 'pass']]),
  'broken.cases.yaml':
    'apiVersion: assay.dev/v1alpha1\nkind: PolicyCases\ncases: [{name: x, nme: y, want: {low: pass}}]\n',
  'suite.yaml':
    'apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\ntests: [{name: rego, template: rego.yaml, constraint: c.yaml, cases: [{name: one, object: a.yaml, assertions: [{}]}]}]\n',
  'rego.yaml': rego,
  'c.yaml': 'apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: K8sRego\nmetadata: {name: c}\n',
});
afterAll(() => folder[Symbol.dispose]());

const run = (...words: string[]): Promise<Run> => assayHere(test, [folder.path, ...words]);
const passed = async (pattern: string): Promise<string> =>
  (await run('--run', pattern)).stdout.split('\n').at(-2) ?? '';

describe('assay test -o', () => {
  it('junit is a suite for each file, with failures, skipped cases and what could not be run', async () => {
    const { code, stdout } = await run('-o', 'junit');
    expect(code).toBe(1);
    const { tests, failures, errors, testsuite } = (await parseJunit(stdout)) as unknown as Junit;
    expect({ tests, failures, errors }).toEqual({ tests: 6, failures: 1, errors: 1 });
    expect(testsuite.map((suite) => [suite.name.replace(`${folder.path}/`, ''), suite.tests])).toEqual([
      ['a.cases.yaml', 3],
      ['b.cases.yaml', 1],
      ['suite.yaml', 1],
      ['could not be run', 1],
    ]);
    const [a, , suite, broken] = testsuite;
    expect(a?.testcase[1]?.name).toBe('too high ]]> <b> & "quoted": a/low: Service web');
    expect(a?.testcase[1]?.failure?.[0]?.message).toBe('a/low of Service web: wanted pass, got deny');
    expect(a?.testcase[1]?.failure?.[0]?.inner).toMatch(
      /a\.cases\.yaml:\d+: a\/low of Service web[^]*spec\.ports\[0\]/,
    );
    expect(suite?.testcase[0]?.skipped?.[0]?.message).toContain('is written in Rego');
    expect(broken?.testcase[0]?.error?.[0]?.message).toContain('there is no field "nme" here');
  });

  it('has each case of the JSON in exactly seven fields, the skipped ones too', async () => {
    const output = JSON.parse((await run('-o', 'json')).stdout) as { readonly cases: readonly object[] };
    expect(Object.keys(output)).toEqual(['passed', 'failed', 'skipped', 'cases']);
    expect(output).toMatchObject({ passed: 3, failed: 1, skipped: 1 });
    for (const one of output.cases)
      expect(Object.keys(one)).toEqual(['file', 'policy', 'rule', 'resource', 'want', 'got', 'ok']);
    expect(output.cases).toHaveLength(5);
  });

  it('writes several formats at once, to files', async () => {
    const [xml, json] = [join(folder.path, 'out.xml'), join(folder.path, 'out.txt')];
    const { stdout } = await run('-o', `junit=${xml}`, '-o', `json=${json}`);
    expect(stdout).toMatch(/3 passed, 1 failed, 1 skipped\n$/);
    expect(readFileSync(xml, 'utf8')).toContain('<testsuites name="assay test" tests="6"');
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ failed: 1 });
  });
});

interface Junit {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly testsuite: readonly {
    readonly name: string;
    readonly tests: number;
    readonly testcase: readonly {
      readonly name: string;
      readonly failure?: readonly { readonly message: string; readonly inner: string }[];
      readonly error?: readonly { readonly message: string }[];
      readonly skipped?: readonly { readonly message: string }[];
    }[];
  }[];
}

describe('assay test of paths that name a file twice', () => {
  it('runs it once', async () => {
    const twice = ['a.cases.yaml', 'suite.yaml', '.', './b.cases.yaml'].map((name) => `${folder.path}/${name}`);
    const done = await run(...twice);
    expect(done.stdout).toMatch(/3 passed, 1 failed, 1 skipped\n$/);
    expect(done.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('assay test --run', () => {
  it.each([
    ['low', '2 passed, 0 failed'],
    ['^low$', '1 passed, 0 failed'],
    ['^(low enough|high)$', '2 passed, 0 failed'],
    ['b.cases', '1 passed, 0 failed'],
    ['a.cases/^high', '1 passed, 0 failed'],
    ['b.cases/high', ''],
    ['^rego$', '0 passed, 0 failed, 1 skipped'],
    ['^rego$/^one$', '0 passed, 0 failed, 1 skipped'],
    ['^rego$//^one$', '0 passed, 0 failed, 1 skipped'],
    ['^rego$/two', ''],
    ['^LOW$', ''],
    ['(?i)^LOW$', '1 passed, 0 failed'],
  ])('%s runs: %s', async (pattern, summary) => {
    expect(await passed(pattern)).toBe(summary);
  });

  it('refuses what is no pattern, and is not held up by one that would backtrack', async () => {
    expect(await run('--run', '(')).toMatchObject({ code: 64, stdout: '' });
    expect((await run('--run', '(')).stderr).toMatch(/--run "\(" is no RE2 pattern: /);
    const started = performance.now();
    await run('--run', `(a+)+$${'a'.repeat(100)}!`);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
