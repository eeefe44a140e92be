import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { KubernetesObject, UserInfo } from '../../../policies/index.ts';
import { judgeObject } from './judge-object.ts';

const corpus = process.env['ASSAY_CORPUS'] ?? '../shared/corpus';
const folders = ['vap/kyverno-cli', 'kyverno-vpol'].map((folder) => join(corpus, folder));

interface KyvernoTest {
  readonly policies: readonly string[];
  readonly resources: readonly string[];
  readonly paramResources?: readonly string[];
  readonly variables?: string;
  readonly userinfo?: string;
  readonly results: readonly {
    readonly kind: string;
    readonly policy: string;
    readonly resources: readonly string[];
    readonly result: 'pass' | 'fail' | 'skip';
  }[];
}

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

describe('the tests of Kyverno', () => {
  it('are there', ({ skip }) => {
    const there = folders.every((folder) => existsSync(folder));
    if (!there && process.env['CI'] === undefined) skip(`${corpus} is absent: its rows did not run`);
    expect(there).toBe(true);
  });

  for (const file of folders.flatMap(testsBelow)) {
    const folder = dirname(file);
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    const test = parse(read('kyverno-test.yaml')) as KyvernoTest;
    const resources = test.resources.flatMap((name) => documentsOf(read(name))) as (KubernetesObject & Named)[];
    const policies = test.policies.map(read).join('\n---\n');
    const values = test.variables === undefined ? {} : (parse(read(test.variables)) as Values);
    const objects = [
      ...(test.paramResources ?? []).flatMap((name) => documentsOf(read(name))),
      ...namespacesOf(values),
      ...resources.filter(({ kind }) => kind === 'Namespace'),
    ] as KubernetesObject[];
    const { userInfo = {} } = test.userinfo === undefined ? {} : (parse(read(test.userinfo)) as { userInfo: UserInfo });
    describe(folder.slice(corpus.length + 1), () => {
      for (const { kind, policy, resources: names, result } of test.results) {
        for (const name of names) {
          it(`${policy} of ${kind} ${name}: ${result}`, async () => {
            const object = resources.find(
              (one) =>
                one.kind === kind &&
                (one.metadata.name === name || `${one.metadata.namespace}/${one.metadata.name}` === name),
            );
            const decision = await judgeObject(policies, object!, { objects, userInfo });
            const found = decision.findings.filter((finding) => finding.policy === policy);
            for (const { kind: how, found: what } of found) expect(how, what).toBe('violation');
            // A policy that does not speak of an object and one that has nothing to say of it both leave no finding.
            expect(found.length > 0 ? 'fail' : 'pass or skip').toBe(result === 'fail' ? 'fail' : 'pass or skip');
          });
        }
      }
    });
  }
});

/** Folders of tests begin with a dot, which globs leave out. */
function testsBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('kyverno-test.yaml')).map((file) => join(folder, file));
}

interface Values {
  readonly namespaceSelector?: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[];
  readonly namespaces?: readonly object[];
}

/** Kyverno's own tests spell the kind in lower case here. */
const namespacesOf = ({ namespaceSelector = [], namespaces = [] }: Values): readonly object[] => [
  ...namespaceSelector.map(({ name, labels }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
  ...namespaces.map((namespace) => ({ ...namespace, kind: 'Namespace' })),
];

const documentsOf = (text: string): unknown[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as unknown)
    .filter((value) => value !== null);
