import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { check } from '../../cli/command/check.ts';
import { assayHere, folderOf, type Run } from './assay.ts';

vi.setConfig({ testTimeout: 60_000 });

const policy = `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: fenced}
spec:
  matchConstraints:
    namespaceSelector: {matchLabels: {tier: prod}}
    resourceRules: [{apiGroups: [""], apiVersions: [v1], resources: [pods], operations: [CREATE]}]
  paramKind: {apiVersion: v1, kind: ConfigMap}
  paramRef: {name: limits, namespace: policies, parameterNotFoundAction: Deny}
  validations:
  - name: has-network-policy
    expression: size(cluster.networkPolicies(object.metadata.namespace)) > 0
  - name: is-listed
    expression: object.metadata.name in params.data
`;

const pod = (name: string, namespace: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: {containers: [{name: a, image: x}]}\n`;

const namespace = (name: string, tier: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { tier } },
});
const fence = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'deny', namespace: 'fenced' },
  spec: { podSelector: {} },
};
const listed = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'limits', namespace: 'policies' },
  data: { web: '1' },
};
const objects = [namespace('fenced', 'prod'), namespace('open', 'prod'), namespace('dev', 'dev'), fence, listed];
const bad = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'there', namespace: 'open' },
  spec: { hostNetwork: true },
};

let files: ReturnType<typeof folderOf>;
beforeAll(() => {
  files = folderOf({
    'policy.yaml': policy,
    'dump.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...objects, bad] }),
    'dump/core.json': JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion: 'v1', kind: 'NamespaceList', items: objects.slice(0, 3).map(({ metadata }) => ({ metadata })) },
        { apiVersion: 'v1', kind: 'ConfigMapList', items: [listed] },
        { apiVersion: 'v1', kind: 'PodList', items: null },
      ],
    }),
    'dump/network.yaml': `---\n${JSON.stringify(fence)}\n`,
    'broken.json': '{"kind": "List", "apiVersion": "v1", "items": [7]}',
    'torn.json': '{"kind": "List", "items": [',
    'web-in-fenced.yaml': pod('web', 'fenced'),
    'web-in-open.yaml': pod('web', 'open'),
    'other-in-fenced.yaml': pod('other', 'fenced'),
    'other-in-dev.yaml': pod('other', 'dev'),
    'moved.yaml': `apiVersion: v1\nkind: Namespace\nmetadata: {name: open, labels: {tier: dev}}\n---\n${pod('web', 'open')}`,
  });
});
afterAll(() => files[Symbol.dispose]());

const run = (dump: string | undefined, file: string): Promise<Run> =>
  assayHere(check, [
    '-p',
    join(files.path, 'policy.yaml'),
    ...(dump === undefined ? [] : ['--cluster-dump', join(files.path, dump)]),
    join(files.path, file),
  ]);

describe('assay check --cluster-dump', () => {
  it('lets lookups, namespace selectors and parameters see what is in the cluster', async () => {
    expect((await run('dump.json', 'web-in-fenced.yaml')).code).toBe(0);
    expect((await run('dump.json', 'web-in-open.yaml')).stdout).toContain('fenced/has-network-policy');
    expect((await run('dump.json', 'other-in-fenced.yaml')).stdout).toContain('fenced/is-listed');
    expect((await run('dump.json', 'other-in-dev.yaml')).code).toBe(0);
  });

  it('judges nothing that is in it', async () => {
    expect((await run('dump.json', 'web-in-fenced.yaml')).stdout).toMatch(/^1 object in 1 file: 1 clean/);
  });

  it('cannot tell without it', async () => {
    expect((await run(undefined, 'web-in-fenced.yaml')).code).toBe(2);
  });

  it('reads folders, and lists in lists, whose items say nothing of their kind', async () => {
    expect((await run('dump', 'other-in-fenced.yaml')).stdout).toContain('fenced/is-listed');
    expect((await run('dump', 'other-in-fenced.yaml')).stdout).not.toContain('fenced/has-network-policy');
  });

  it('goes after what the manifests say', async () => {
    expect((await run('dump.json', 'moved.yaml')).code).toBe(0);
  });

  it('judges nothing where a dump is not what it should be', async () => {
    for (const [dump, said] of [
      ['broken.json', 'has something that is no object with apiVersion and kind'],
      ['torn.json', 'torn.json:1: '],
      ['missing.json', 'does not exist'],
    ] as const) {
      const broken = await run(dump, 'web-in-fenced.yaml');
      expect(broken).toMatchObject({ code: 64, stdout: '' });
      expect(broken.stderr).toContain(said);
    }
  });
});

describe('assay check --kubernetes-version', () => {
  const admission = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: semver}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], resources: [pods], operations: ["*"]}]}
  validations: [{expression: "isSemver('1.2.3')"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: semver}
spec: {policyName: semver, validationActions: [Deny]}
`;
  const at = (version: string): Promise<Run> => {
    const policies = folderOf({ 'policy.yaml': admission });
    const words = ['-p', join(policies.path, 'policy.yaml'), '--kubernetes-version', version];
    return assayHere(check, [...words, join(files.path, 'web-in-open.yaml')]).finally(() => policies[Symbol.dispose]());
  };

  it('knows the functions that the API server of that version has, and no more', async () => {
    expect((await at('1.36')).code).toBe(0);
    const old = await at('v1.30.2');
    expect(old.code).toBe(64);
    expect(old.stderr).toContain('isSemver');
  });

  it('refuses what is no version', async () => {
    for (const version of ['1', 'latest', '2.0', '1.34-rc1']) expect((await at(version)).code).toBe(64);
  });
});
