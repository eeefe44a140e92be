import { describe, expect, it } from 'vitest';
import { type CheckedSpec, typeWarnings } from '../../../policies/kubernetes/type-check.ts';

const over = (resources: readonly string[], rest: Omit<CheckedSpec, 'matchConstraints'>): CheckedSpec => ({
  matchConstraints: { resourceRules: [{ apiGroups: ['', 'apps'], apiVersions: ['v1'], resources }] },
  ...rest,
});

describe('a policy over built-in kinds', () => {
  it('is warned of fields that one of its kinds does not have', () => {
    const spec = over(['deployments', 'daemonsets'], {
      validations: [
        { expression: 'object.spec.replicas <= 5' },
        { expression: "object.metadata.name != ''", messageExpression: "'at ' + object.metadata.naem" },
      ],
    });
    expect(typeWarnings(spec)).toMatchObject([
      {
        path: ['spec', 'validations', 0, 'expression'],
        expression: 'object.spec.replicas <= 5',
        kind: 'apps/v1, Kind=DaemonSet',
        detail: 'undefined field "replicas" of DaemonSet.spec',
        range: [0, 20],
      },
      {
        path: ['spec', 'validations', 1, 'messageExpression'],
        kind: 'apps/v1, Kind=DaemonSet',
        detail: 'undefined field "naem" of DaemonSet.metadata',
      },
      {
        path: ['spec', 'validations', 1, 'messageExpression'],
        kind: 'apps/v1, Kind=Deployment',
        detail: 'undefined field "naem" of Deployment.metadata',
      },
    ]);
  });

  it('is not checked behind wildcards, subresources and kinds that are not built in', () => {
    const validations = [{ expression: 'object.nothing' }];
    expect(typeWarnings(over(['*'], { validations }))).toEqual([]);
    expect(typeWarnings(over(['pods/status', 'shops'], { validations }))).toEqual([]);
    expect(typeWarnings({ matchConstraints: {}, validations })).toEqual([]);
    const rule = { apiGroups: ['*'], apiVersions: ['v1'], resources: ['pods'] };
    expect(typeWarnings({ matchConstraints: { resourceRules: [rule] }, validations })).toEqual([]);
  });

  it('is checked for ten kinds at most', () => {
    const resources = ['pods', 'services', 'secrets', 'configmaps', 'nodes', 'namespaces', 'endpoints', 'events'];
    const more = ['deployments', 'daemonsets', 'replicasets', 'statefulsets'];
    expect(
      typeWarnings(over([...resources, ...more], { validations: [{ expression: 'object.nothing' }] })),
    ).toHaveLength(10);
  });

  it('has variables whose types are known, but those of objects', () => {
    const variables = [
      { name: 'names', expression: 'object.spec.containers.map(c, c.name)' },
      { name: 'first', expression: 'object.spec.containers[0]' },
      { name: 'wrong', expression: 'object.spec.nothing' },
    ];
    const warned = (expression: string): number =>
      typeWarnings(over(['pods'], { variables, validations: [{ expression }] })).length;
    expect(warned("variables.names.all(n, n != '')")).toBe(0);
    expect(warned('variables.names.all(n, n > 1)')).toBe(1);
    expect(warned('variables.first.nothing')).toBe(0);
    expect(warned('variables.wrong.nothing')).toBe(0);
    expect(warned('variables.undeclared')).toBe(1);
  });

  it('has parameters of the kind that it names', () => {
    const validations = [{ expression: "params.dataa['a'] == '1'" }];
    const kind = (name: string): CheckedSpec =>
      over(['pods'], { validations, paramKind: { apiVersion: 'v1', kind: name } });
    expect(typeWarnings(kind('ConfigMap'))).toHaveLength(1);
    expect(typeWarnings(kind('Shop'))).toEqual([]);
    expect(typeWarnings(over(['pods'], { validations }))).toHaveLength(1);
  });

  it('is warned of expressions that cost too much whatever they read', () => {
    const check = "authorizer.group('').resource('pods').check('get').allowed()";
    const costs = (expression: string) => typeWarnings(over(['pods'], { validations: [{ expression }] }));
    expect(costs(`[${check}, ${check}].size() == 2`)).toEqual([]);
    const [warning] = costs(`[${check}, ${check}, ${check}].size() == 2`);
    expect(warning?.detail).toMatch(/^it costs at least 10500\d\d units, and 1000000 is all/);
  });

  it('is not held against its kinds where it is too long for that, and says so', () => {
    const validations = Array.from({ length: 11 }, () => ({ expression: `'${'a'.repeat(50_000)}' != object.nothing` }));
    expect(typeWarnings(over(['pods'], { validations }))).toHaveLength(11);
    const [only, more] = typeWarnings(over(['pods', 'services'], { validations }));
    expect(more).toBeUndefined();
    expect(only?.detail).toMatch(/^1100\d+ characters are too many/);
  });
});
