import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { policy } from '../../cli/command/policy.ts';
import { lintCodes } from '../../policies/index.ts';
import { assayHere, folderOf } from './assay.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/policy-lint.md'), 'utf8');

const head = (kind: string, name: string, namespace?: string): string =>
  `apiVersion: assay.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}${namespace === undefined ? '' : `, namespace: ${namespace}`}}\n`;
const expression = (spec: string): string => `${head('ClusterWorkloadPolicy', 'p')}spec:\n${spec}`;
const validation = (cel: string): string =>
  `  validations:\n  - {name: v, expression: "${cel}", message: wanted is something}\n`;
const signed = (identity: string, from = '[a]'): string =>
  expression(
    `  authorities:\n  - {name: a, keyless: {trustRoot: public-good, identities: [${identity}]}}\n  - {name: b, keyless: {trustRoot: public-good, identities: [{issuer: "https://i.example", subject: x@y.example}]}}\n  signatures: {from: ${from}}\n`,
  );
const github = (subject: string): string => `{issuer: "https://token.actions.githubusercontent.com", ${subject}}`;
const own = github('subjectGlob: "https://github.com/acme/*/.github/workflows/*@refs/tags/*"');
const exception = (reason: string, expires: string): string =>
  `${head('WorkloadException', 'e', 'shop')}spec:\n  policy: p\n  rules: [v]\n  objects: [{namespace: shop}]\n  reason: ${reason}\n  approver: ada\n  expires: "${expires}"\n`;
const matching = (rule: string): string =>
  expression(`  matchConstraints:\n    resourceRules:\n    - ${rule}\n${validation('object.kind != null')}`);

/** Loops within loops over what is written: what they cost is known. */
const loops = (depth: number): string =>
  depth === 0
    ? 'object.kind == string(x1)'
    : `[1, 2, 3, 4, 5, 6, 7, 8, 9, 0].exists_one(x${depth}, ${loops(depth - 1)})`;

const many = (validations: number): string =>
  `  validations:\n${Array.from({ length: validations }, (_, index) => `  - {name: v${index}, message: m, expression: "${loops(5)}"}\n`).join('')}`;

/** A document in which it is doubted, the place, and the same document with that put right. */
const cases: readonly (readonly [code: string, path: string, bad: string, good: string])[] = [
  [
    'message-missing',
    'spec.validations[0]',
    expression('  validations:\n  - {name: v, expression: "object.kind != null"}\n'),
    expression(validation('object.kind != null')),
  ],
  [
    'variable-unused',
    'spec.variables[1]',
    expression(
      `  variables:\n  - {name: a, expression: "1"}\n  - {name: b, expression: "variables.a"}\n${validation('variables.a == 1')}`,
    ),
    expression(
      `  variables:\n  - {name: a, expression: "1"}\n  - {name: b, expression: "variables.a"}\n${validation('variables.b == 1')}`,
    ),
  ],
  ['authority-unused', 'spec.authorities[1]', signed(own), signed(own, '[a, b]')],
  [
    'identity-open',
    'spec.authorities[0].keyless.identities[0].subjectGlob',
    signed(github('subjectGlob: "https://github.com/*/*/.github/workflows/*@refs/tags/*"'), '[a, b]'),
    signed(own, '[a, b]'),
  ],
  [
    'identity-open',
    'spec.authorities[0].keyless.identities[0].broadPattern',
    signed(github("subjectRegExp: '^https://.*$', broadPattern: Accept"), '[a, b]'),
    signed(github("subjectRegExp: '^https://github\\.com/acme/shop/.*$'"), '[a, b]'),
  ],
  [
    'pattern-unanchored',
    'spec.validations[0].expression',
    expression(validation("object.metadata.name.matches('^prod')")),
    expression(validation("object.metadata.name.matches('^prod$')")),
  ],
  [
    'always-true',
    'spec.validations[0].expression',
    expression(validation('true')),
    expression(validation('1 == 1 + 0')),
  ],
  [
    'never-matches',
    'spec.matchConstraints.resourceRules[0].resources[0]',
    matching('{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [deployments]}'),
    matching('{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}'),
  ],
  [
    'never-matches',
    'spec.matchConditions[0].expression',
    expression(`  matchConditions: [{name: c, expression: "false"}]\n${validation('object.kind != null')}`),
    expression(`  matchConditions: [{name: c, expression: "has(object.kind)"}]\n${validation('object.kind != null')}`),
  ],
  [
    'fails-open',
    'spec.failurePolicy',
    expression(`  failurePolicy: Ignore\n${validation('object.kind != null')}`),
    expression(`  failurePolicy: Fail\n${validation('object.kind != null')}`),
  ],
  [
    'exception-expired',
    'spec.expires',
    exception('migration of the registry', '2020-01-01'),
    exception('migration of the registry', '2999-01-01'),
  ],
  [
    'expression-costly',
    'spec.validations[0].expression',
    expression(validation(loops(6))),
    expression(validation(loops(3))),
  ],
  [
    'expression-costly',
    'spec.variables[0].expression',
    expression(`  variables: [{name: a, expression: "${loops(6)}"}]\n${validation('variables.a')}`),
    expression(`  variables: [{name: a, expression: "${loops(3)}"}]\n${validation('variables.a')}`),
  ],
  [
    'expression-costly',
    'spec.matchConditions[0].expression',
    expression(`  matchConditions: [{name: c, expression: "${loops(6)}"}]\n${validation('object.kind != null')}`),
    expression(`  matchConditions: [{name: c, expression: "${loops(3)}"}]\n${validation('object.kind != null')}`),
  ],
  ['expression-costly', 'spec', expression(many(70)), expression(many(2))],
  [
    'exception-reason-poor',
    'spec.reason',
    exception('ok', '2999-01-01'),
    exception('migration of the registry', '2999-01-01'),
  ],
];

const lint = (files: ReturnType<typeof folderOf>, ...words: string[]) =>
  assayHere(policy, ['lint', join(files.path, 'p.yaml'), ...words]);
const clean = folderOf({ 'p.yaml': expression(validation('object.kind != null')) });
const doubtful = folderOf({ 'p.yaml': expression(validation('true')) });
const broken = folderOf({ 'p.yaml': `${head('ClusterWorkloadPolicy', 'p')}spec: {nonsense: 1}\n` });
afterAll(() => {
  for (const files of [clean, doubtful, broken]) files[Symbol.dispose]();
});

describe('assay policy lint', () => {
  it.each(cases)('doubts %s at %s, and not where it is put right', async (code, path, bad, good) => {
    using before = folderOf({ 'p.yaml': bad });
    using after = folderOf({ 'p.yaml': good });
    const { findings } = JSON.parse((await lint(before, '-o', 'json')).stdout) as {
      findings: readonly { code: string; path: string; line: number }[];
    };
    expect(findings.map((one) => ({ code: one.code, path: one.path }))).toContainEqual({ code, path });
    for (const { line } of findings) expect(line).toBeGreaterThan(0);
    expect((await lint(after)).stdout).not.toContain(`(${code})`);
  });

  it('has a case, and a section of its page, for every doubt', () => {
    expect(new Set(cases.map(([code]) => code))).toEqual(new Set(lintCodes));
    const sections = [...page.matchAll(/^## (\S+)$/gm)].map(([, code]) => code);
    expect(new Set(sections)).toEqual(new Set([...lintCodes, 'expression-type']));
  });

  it('tells what the API server warns of', async () => {
    using files = folderOf({
      'p.yaml': `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: p}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  validations: [{expression: "object.spec.containerz.size() > 0", message: m}]
`,
    });
    expect((await lint(files)).stdout).toContain('(expression-type)');
  });

  it('ends with 1 on a doubt only where --strict says so', async () => {
    expect(await lint(doubtful)).toMatchObject({ code: 0, stderr: '' });
    expect((await lint(doubtful)).stdout).toMatch(
      /p\.yaml:6:\d+: spec\.validations\[0\]\.expression: the expression is always true.* \(always-true\)\n1 document: 1 doubtful\n$/,
    );
    expect((await lint(doubtful, '--strict')).code).toBe(1);
    expect(await lint(clean, '--strict')).toMatchObject({ code: 0, stdout: '1 document: nothing doubtful\n' });
  });

  it('ends with 64 on a policy that does not load', async () => {
    const run = await lint(broken);
    expect(run).toMatchObject({ code: 64, stdout: '' });
    expect(run.stderr).toContain('there is no field "nonsense" here');
    expect((await assayHere(policy, ['lint'])).code).toBe(64);
    expect((await lint(clean, '-o', 'yaml')).code).toBe(64);
  });

  it('finds nothing doubtful in what it ships', async () => {
    const run = await assayHere(policy, ['lint', 'pod-security:restricted', '--strict']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
  });
});
