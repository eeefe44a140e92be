import { afterAll, describe, expect, it, vi } from 'vitest';
import { test } from '../../cli/command/test.ts';
import { assayHere, folderOf, type Run } from './assay.ts';

vi.setConfig({ testTimeout: 120_000 });

const policy = `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: p}
spec: {validations: [{name: named, expression: has(object.metadata.name)}]}
`;
const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\n';
const cases = (more = ''): string =>
  `apiVersion: assay.dev/v1alpha1\nkind: PolicyCases\ncases: [{name: x, object: {apiVersion: v1, kind: Pod, metadata: {name: a}}, want: {named: pass}}]\n${more}`;

const bomb = Array.from({ length: 12 }, (_, index) =>
  index === 0
    ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
    : `a${index}: &a${index} [${Array(9)
        .fill(`*a${index - 1}`)
        .join(', ')}]`,
).join('\n');

/** What makes a text hostile, the text, and what is said of it with its line. */
const hostile: readonly (readonly [name: string, text: string, told: RegExp])[] = [
  ['aliases that explode', `${bomb}\n`, /:\d+:.*alias/i],
  ['a key that stands twice', 'a: 1\nb: 2\na: 3\n', /:3:/],
  ['a tag', 'a: !!js/function "x"\n', /:[12]:/],
  ['a merge key', 'base: &b {x: 1}\nc:\n  <<: *b\n', /:[34]:/],
  ['no YAML at all', 'a: [1, 2\nb: {\n', /:\d+:/],
  ['brackets without end', `a: ${'['.repeat(100_000)}\n`, /nest/],
  ['another encoding', '\u0000\u0001binary', /./],
];

const folders: ReturnType<typeof folderOf>[] = [];
afterAll(() => folders.forEach((folder) => folder[Symbol.dispose]()));

async function run(files: Readonly<Record<string, string | Buffer>>, ...words: readonly string[]): Promise<Run> {
  const folder = folderOf(files);
  folders.push(folder);
  const done = await assayHere(test, [folder.path, ...words]);
  return { ...done, stderr: done.stderr.replaceAll(`${folder.path}/`, '') };
}

const good = { 'good/p.yaml': policy, 'good/p.cases.yaml': cases() };

const suite = `apiVersion: test.gatekeeper.sh/v1alpha1
kind: Suite
tests: [{name: t, template: t.yaml, constraint: c.yaml, cases: [{name: p, object: o.yaml, inventory: [i.yaml], assertions: [{violations: no}]}]}]
`;
const gator = {
  'bad/suite.yaml': suite,
  'bad/t.yaml':
    'apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata: {name: k8st}\nspec:\n  crd: {spec: {names: {kind: K8sT}}}\n  targets: [{target: admission.k8s.gatekeeper.sh, code: [{engine: K8sNativeValidation, source: {validations: [{expression: "true"}]}}]}]\n',
  'bad/c.yaml': 'apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: K8sT\nmetadata: {name: c}\n',
  'bad/o.yaml': pod,
  'bad/i.yaml': pod,
};
const kyverno = {
  'bad/kyverno-test.yaml':
    'apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: t}\npolicies: [vap.yaml]\nresources: [o.yaml]\nvariables: values.yaml\nuserinfo: user.yaml\nresults: [{policy: v, kind: Pod, resources: [web], result: pass, isValidatingAdmissionPolicy: true}]\n',
  'bad/vap.yaml':
    'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: v}\nspec:\n  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}\n  validations: [{expression: "true"}]\n',
  'bad/o.yaml': pod,
  'bad/values.yaml': 'apiVersion: cli.kyverno.io/v1alpha1\nkind: Values\n',
  'bad/user.yaml': 'apiVersion: cli.kyverno.io/v1alpha1\nkind: UserInfo\nuserInfo: {username: ada}\n',
};
const ours = {
  'bad/p.yaml': policy,
  'bad/p.cases.yaml': cases().replace('object: {apiVersion: v1, kind: Pod, metadata: {name: a}}', 'resource: o.yaml'),
  'bad/o.yaml': pod,
};

/** Every file that a test of each kind may name, and the test itself. */
const doors: readonly (readonly [door: string, files: Readonly<Record<string, string>>])[] = [
  ['p.cases.yaml', ours],
  ['p.yaml', ours],
  ['o.yaml', ours],
  ['t.yaml', gator],
  ['c.yaml', gator],
  ['o.yaml', gator],
  ['i.yaml', gator],
  ['kyverno-test.yaml', kyverno],
  ['vap.yaml', kyverno],
  ['o.yaml', kyverno],
  ['values.yaml', kyverno],
  ['user.yaml', kyverno],
];

describe('a hostile file', () => {
  for (const [door, files] of doors)
    it.each(hostile)(
      `as ${door} beside ${Object.keys(files)[0]}, with %s, is told of, and the good tests run`,
      async (_, text, told) => {
        const kind = door === 'p.cases.yaml' ? 'apiVersion: assay.dev/v1alpha1\n' : '';
        const done = await run({ ...good, ...files, [`bad/${door}`]: `${kind}${text}` });
        expect(done.code).toBe(2);
        expect(done.stdout).toMatch(/^1 passed, 0 failed/m);
        expect(done.stderr).toContain(`bad/${door}`);
        expect(done.stderr.length).toBeLessThan(20_000);
        if (kind === '') expect(done.stderr).toMatch(told);
      },
    );

  it.each(hostile)('that would be a Suite, with %s, is told of too', async (_, text) => {
    const done = await run({ ...good, 'bad/suite.yaml': `${suite}x:\n  y: 1\n${text}` });
    expect(done).toMatchObject({ code: 2, stdout: '1 passed, 0 failed\n' });
    expect(done.stderr).toContain('bad/suite.yaml');
  });

  it('that is no UTF-8, or is too large, is told of', async () => {
    for (const text of [Buffer.from([0xff, 0xfe, 0x00]), Buffer.alloc(70 * 1024 * 1024, 0x20)])
      for (const name of ['p.cases.yaml', 'kyverno-test.yaml', 'suite.yaml']) {
        const done = await run({ ...good, 'bad/p.yaml': policy, [`bad/${name}`]: text });
        expect(done).toMatchObject({ code: 2, stdout: '1 passed, 0 failed\n' });
        expect(done.stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(`bad/${name}`)]);
      }
  });
});

describe('a folder with a thousand files of tests', () => {
  const count = 1_000;
  const bad = new Set([3, 250, 500, 750, 999]);
  const files = (failing: number): Record<string, string> => {
    const made: Record<string, string> = { 'p.yaml': policy };
    for (let index = 0; index < count; index += 1) {
      const text = cases('policies: [../p.yaml]\n');
      const wrong = index === failing ? text.replace('named: pass', 'named: deny') : text;
      made[`c/${index}.cases.yaml`] = bad.has(index) ? `${text}cases: []\n` : wrong;
    }
    return made;
  };

  it('runs the good ones, and tells of each bad one with file and line', async () => {
    const done = await run(files(-1));
    expect(done).toMatchObject({ code: 2, stdout: `${count - bad.size} passed, 0 failed\n` });
    const lines = done.stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(bad.size);
    for (const index of bad)
      expect(lines).toContainEqual(expect.stringMatching(`^c/${index}\\.cases\\.yaml:5:1: `) as string);
  });

  it('ends with 1 where one of them fails, whatever cannot be read', async () => {
    const done = await run(files(7));
    expect(done.code).toBe(1);
    expect(done.stdout).toContain(`${count - bad.size - 1} passed, 1 failed`);
    expect(done.stderr.trimEnd().split('\n')).toHaveLength(bad.size);
  });
});
