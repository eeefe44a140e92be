import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseDocument } from 'yaml';
import { folderOf, main } from './cli/assay.ts';
import { blocksOf } from './docs-examples.ts';

vi.setConfig({ testTimeout: 120_000 });

/** The recipes of docs/recipes.md: each is what its reader parses, and its command lines run in a shell and do what is said of them. */
const page = readFileSync(resolve(import.meta.dirname, '../docs/recipes.md'), 'utf8');
const blocks = blocksOf(page);

const policy = `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: own-network}
spec:
  matchConstraints:
    namespaceSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [system]}]}
  validations:
  - {name: host-network, expression: "!has(pod.hostNetwork) || !pod.hostNetwork"}
`;
/** What the policy says of a pod without a network of the node, or something else. */
const cases = (wanted: 'pass' | 'deny'): string => `apiVersion: assay.dev/v1alpha1
kind: PolicyCases
cluster: [{apiVersion: v1, kind: Namespace, metadata: {name: default, labels: {tier: prod}}}]
cases:
- name: a network of its own
  object: {apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: a, image: x}]}}
  want: {host-network: ${wanted}}
- name: that of the node
  object: {apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {hostNetwork: true, containers: [{name: a, image: x}]}}
  want: {host-network: deny}
`;
const pod = (hostNetwork: boolean): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {hostNetwork: ${hostNetwork}, containers: [{name: a, image: x}]}\n`;
const namespaces = `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {tier: prod}}\n`;

let folder: ReturnType<typeof folderOf>;
beforeAll(() => {
  folder = folderOf({
    'policies/own-network.yaml': policy,
    'policies/own-network.cases.yaml': cases('pass'),
    'deploy/web.yaml': pod(false),
    'deploy/namespace.yaml': namespaces,
    'good.yaml': `${namespaces}---\n${pod(false)}`,
    'bad.yaml': `${namespaces}---\n${pod(true)}`,
    'cluster.yaml': namespaces,
  });
  mkdirSync(join(folder.path, 'bin'));
  const tools = {
    assay: `exec "${process.execPath}" "${main}" "$@"`,
    helm: 'exec cat "$MADE"',
    kustomize: 'exec cat "$MADE"',
    kubectl: `cat <<'EOF'\n{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}]}\nEOF`,
  };
  for (const [name, text] of Object.entries(tools)) {
    writeFileSync(join(folder.path, 'bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder.path, 'bin', name), 0o755);
  }
});
afterAll(() => folder[Symbol.dispose]());

/** Runs a command line as a CI server would, over manifests, and cases, that are good or bad. */
function shell(command: string, made: 'good.yaml' | 'bad.yaml') {
  writeFileSync(join(folder.path, 'deploy/web.yaml'), pod(made === 'bad.yaml'));
  writeFileSync(join(folder.path, 'policies/own-network.cases.yaml'), cases(made === 'bad.yaml' ? 'deny' : 'pass'));
  const run = spawnSync('sh', ['-c', command], {
    cwd: folder.path,
    encoding: 'utf8',
    env: {
      PATH: `${join(folder.path, 'bin')}:${process.env['PATH']}`,
      HOME: folder.path,
      MADE: join(folder.path, made),
      GITHUB_STEP_SUMMARY: join(folder.path, 'summary.md'),
    },
  });
  return { code: run.status, stderr: run.stderr, stdout: run.stdout };
}

/** Every text in a value, whatever it is nested in. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/** The command lines of a recipe that call assay. */
function commandsOf({ language, text }: (typeof blocks)[number]): readonly string[] {
  const texts =
    language === 'yaml'
      ? textsIn(parseDocument(text).toJS())
      : language === 'groovy'
        ? [...text.matchAll(/\bsh '(.*)'/g)].map(([, line = '']) => line)
        : [text];
  const lines = texts.flatMap((one) => one.split('\n'));
  return lines.filter((line) => /\bassay (?:(?:check|verify) .*-p |test )/.test(line));
}

const recipes = blocks.filter(({ language }) => ['yaml', 'groovy', 'sh'].includes(language));

describe('docs/recipes.md', () => {
  it('has a recipe for each of the six systems, what they share, and the tests of policies', () => {
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, name]) => name)).toEqual([
      'GitHub Actions',
      'GitLab CI',
      'Tekton',
      'Jenkins',
      'Argo CD, before a sync',
      'pre-commit',
      'Tests of policies',
    ]);
    expect(recipes.map((recipe) => commandsOf(recipe).length)).toEqual([2, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('is YAML where it says so, without a problem', () => {
    for (const { language, text } of recipes)
      if (language === 'yaml') expect(parseDocument(text, { strict: true }).errors).toEqual([]);
  });

  it('is Groovy whose brackets and quotes close', () => {
    const jenkins = recipes.find(({ language }) => language === 'groovy');
    const bare = jenkins!.text.replaceAll(/'[^'\n]*'/g, '');
    expect(bare).not.toContain("'");
    let rest = bare.replaceAll(/[^{}()[\]]/g, '');
    for (let before = ''; before !== rest; ) {
      before = rest;
      rest = rest.replaceAll(/\{\}|\(\)|\[\]/g, '');
    }
    expect(rest).toBe('');
  });

  for (const [index, recipe] of recipes.entries())
    for (const command of commandsOf(recipe)) {
      it(`runs, and fails for what is denied: ${command.slice(0, 60)} (${index})`, () => {
        shell('kubectl get ns -o json > cluster.json', 'good.yaml');
        for (const [, file = ''] of command.matchAll(/-o \w+=(\S+)/g)) rmSync(join(folder.path, file), { force: true });
        const hook = command.startsWith('sh -c');
        const line = hook ? `${command} deploy/web.yaml deploy/namespace.yaml` : command;
        const good = shell(line, 'good.yaml');
        expect(good.stderr).toBe('');
        expect(good.code).toBe(0);
        expect(shell(line, 'bad.yaml').code).toBe(1);
        for (const [, file = ''] of command.matchAll(/-o \w+=(\S+)/g))
          expect(existsSync(join(folder.path, file)), file).toBe(true);
      });
    }

  it('has the tests of policies fail for a rule that no case shows, too, and writes what JUnit readers show', () => {
    const line = recipes.flatMap(commandsOf).find((command) => command.startsWith('assay test')) ?? '';
    expect(shell(line, 'bad.yaml').code).toBe(1);
    const report = readFileSync(join(folder.path, 'policies.xml'), 'utf8');
    expect(report).toMatch(/<testsuites .*tests="\d+" failures="1"/);
    expect(report).toContain('a network of its own');
    const two = policy.replace(
      '  validations:',
      '  validations:\n  - {name: named, expression: "object.metadata.name != \'\'"}',
    );
    writeFileSync(join(folder.path, 'policies/own-network.yaml'), two);
    const uncovered = shell(line, 'good.yaml');
    writeFileSync(join(folder.path, 'policies/own-network.yaml'), policy);
    expect(uncovered.code).not.toBe(0);
    expect(uncovered.stdout).toContain('named');
  });

  it('keeps the files that its recipes upload', () => {
    const written = recipes.flatMap((recipe) =>
      commandsOf(recipe).flatMap((command) => [...command.matchAll(/-o \w+=(\S+)/g)].map(([, file]) => file)),
    );
    const uploaded = [
      ...page.matchAll(/(?:sarif_file: |codequality: |junit: |junit '|artifacts: '|report_paths: )([\w.-]+)/g),
    ];
    expect(uploaded.length).toBeGreaterThan(4);
    for (const [, file = ''] of uploaded) expect(written).toContain(file);
  });

  it('names the package by the version that there is', () => {
    const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../package.json'), 'utf8')) as {
      version: string;
    };
    const named = [...page.matchAll(/assay[-:](\d+\.\d+\.\d+)/g)].map(([, number]) => number);
    expect(new Set(named)).toEqual(new Set([version]));
  });
});
