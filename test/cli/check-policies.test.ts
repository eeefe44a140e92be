import { describe, expect, it, vi } from 'vitest';
import { assay, folderOf, type Run } from './assay.ts';

vi.setConfig({ testTimeout: 120_000 });

const policy = (expression: string, more = ''): string => `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: rule}
spec:
  ${more}
  matchConstraints:
    resourceRules:
    - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE, DELETE], resources: [deployments]}
  validations:
  - {expression: '${expression}', message: not like this}
`;
const deployment = (name: string, replicas: number): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}, namespace: shop}\nspec:\n  replicas: ${replicas}\n`;
const binding = (spec: string): string =>
  `---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: b}\nspec: {policyName: rule, validationActions: [Deny], ${spec}}\n`;

async function check(files: Readonly<Record<string, string>>, words: readonly string[]): Promise<Run> {
  using folder = folderOf({ 'web.yaml': deployment('web', 3), ...files });
  return await assay(['check', '-p', 'policy.yaml', ...words], { folder: folder.path });
}

describe('assay check with a ValidatingAdmissionPolicy', () => {
  it('says what the policy says, and warns of no image that no policy is about', async () => {
    const run = await check({ 'policy.yaml': policy('object.spec.replicas < 3') }, ['web.yaml']);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('not like this');
    const good = await check({ 'policy.yaml': policy('object.spec.replicas <= 3') }, ['web.yaml']);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(good.stdout).toContain('1 clean, 0 denied');
  });

  it('warns of expressions that the named kinds have no types for, and judges all the same', async () => {
    const files = { 'policy.yaml': policy('object.spec.replicas <= 3 || object.spec.replicass > 1') };
    const run = await check(files, ['web.yaml']);
    expect(run).toMatchObject({ code: 0 });
    expect(run.stderr).toBe(
      [
        'warning: policy.yaml:10:18: spec.validations[0].expression: apps/v1, Kind=Deployment: undefined field "replicass" of Deployment.spec',
        '  object.spec.replicas <= 3 || object.spec.replicass > 1',
        `  ${' '.repeat(29)}${'^'.repeat(21)}`,
        '',
      ].join('\n'),
    );
    const machine = await check(files, ['-o', 'json', 'web.yaml']);
    expect(machine).toMatchObject({ code: 0, stderr: run.stderr });
    expect((JSON.parse(machine.stdout) as { warnings: unknown }).warnings).toEqual([
      {
        ...{ file: 'policy.yaml', line: 10, column: 18, path: 'spec.validations[0].expression', range: [29, 50] },
        expression: 'object.spec.replicas <= 3 || object.spec.replicass > 1',
        message: 'apps/v1, Kind=Deployment: undefined field "replicass" of Deployment.spec',
      },
    ]);
  });

  it('judges what the API server would make of the object', async () => {
    const files = {
      'policy.yaml': policy('object.spec.strategy.type == "RollingUpdate" && object.spec.template != null'),
    };
    expect((await check(files, ['web.yaml'])).code).toBe(0);
  });

  it('takes parameters from files, and cannot tell without them', async () => {
    const files = {
      'policy.yaml': `${policy('object.spec.replicas <= int(params.data.max)', 'paramKind: {apiVersion: v1, kind: ConfigMap}')}${binding('paramRef: {name: limit, namespace: ops, parameterNotFoundAction: Deny}')}`,
      'params.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: limit, namespace: ops}\ndata: {max: "2"}\n',
      'other.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: limit, namespace: dev}\ndata: {max: "9"}\n',
    };
    expect((await check(files, ['--params', 'params.yaml', 'web.yaml'])).stdout).toContain('not like this');
    expect((await check(files, ['web.yaml'])).stdout).toContain('LOOKUP_UNAVAILABLE');
    expect((await check(files, ['--params', 'other.yaml', 'web.yaml'])).stdout).toContain('PARAMETERS_NOT_FOUND');
  });

  it('takes the objects before an UPDATE, the user and the namespace from the command line', async () => {
    const files = {
      'old.yaml': deployment('web', 5),
      'policy.yaml': policy('oldObject == null || object.spec.replicas >= oldObject.spec.replicas'),
    };
    expect((await check(files, ['web.yaml'])).code).toBe(0);
    expect((await check(files, ['--old-object', 'old.yaml', 'web.yaml'])).code).toBe(1);
    const user = { 'policy.yaml': policy('request.userInfo.username == "ada" && "ops" in request.userInfo.groups') };
    expect((await check(user, ['--as', 'ada', '--as-group', 'ops', 'web.yaml'])).code).toBe(0);
    expect((await check(user, ['--as', 'bob', '--as-group', 'ops', 'web.yaml'])).code).toBe(1);
    const namespace = {
      'policy.yaml': policy('namespaceObject.metadata.labels.team == "a"'),
      'ns.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n',
    };
    expect((await check(namespace, ['--namespace-object', 'ns.yaml', 'web.yaml'])).code).toBe(0);
    expect((await check(namespace, ['web.yaml', 'ns.yaml'])).code).toBe(0);
    expect((await check(namespace, ['web.yaml'])).code).toBe(2);
    const removal = { 'policy.yaml': policy('oldObject.metadata.name != "web"') };
    expect((await check(removal, ['--operation', 'DELETE', 'web.yaml'])).code).toBe(1);
    expect((await check(removal, ['--operation', 'PATCH', 'web.yaml'])).code).toBe(64);
  });

  it('refuses files that were meant to count and cannot be read', async () => {
    const files = { 'policy.yaml': policy('true') };
    expect((await check(files, ['--params', 'none.yaml', 'web.yaml'])).code).toBe(64);
  });
});

describe("assay check with Kyverno's ValidatingPolicy", () => {
  const kyverno = `apiVersion: policies.kyverno.io/v1alpha1
kind: ValidatingPolicy
metadata: {name: no-latest}
spec:
  matchConstraints:
    resourceRules:
    - {apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods]}
  validations:
  - {expression: "object.spec.containers.all(c, !c.image.endsWith(':latest'))", message: no latest}
`;

  it('judges Pods, and the controllers that make Pods', async () => {
    const spec = (tag: string): string => `containers: [{name: a, image: "x.example/a:${tag}"}]`;
    const files = {
      'policy.yaml': kyverno,
      'pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {${spec('latest')}}\n`,
      'cron.yaml': `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec: {jobTemplate: {spec: {template: {spec: {${spec('latest')}}}}}}\n`,
      'good.yaml': `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: s}\nspec: {template: {spec: {${spec('1')}}}}\n`,
    };
    expect((await check(files, ['pod.yaml'])).code).toBe(1);
    expect((await check(files, ['cron.yaml'])).code).toBe(1);
    expect((await check(files, ['good.yaml'])).code).toBe(0);
  });
});
