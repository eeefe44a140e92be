import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { KubernetesObject } from '../../policies/index.ts';
import { requestFor } from '../../policies/index.ts';
import { judgeObject, type ObjectOptions } from './kubernetes/judge-object.ts';

type Spec = Record<string, unknown>;

const rule = (change: Spec = {}): Spec => ({
  apiGroups: ['apps'],
  apiVersions: ['v1'],
  operations: ['CREATE', 'UPDATE'],
  resources: ['deployments'],
  ...change,
});

/** Whether a policy that denies all it speaks of speaks of this object. */
async function matches(
  constraints: Spec,
  object: KubernetesObject,
  options: ObjectOptions = {},
): Promise<boolean | string> {
  const policy = stringify({
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'ClusterWorkloadPolicy',
    metadata: { name: 'p' },
    spec: { matchConstraints: constraints, validations: [{ name: 'rule', expression: 'false' }] },
  });
  const { findings } = await judgeObject(policy, object, options);
  return findings[0]?.kind === 'error' ? findings[0].code : findings.length > 0;
}

const deployment = (metadata: Spec = {}): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', namespace: 'shop', ...metadata },
});
const namespace = (labels: Spec): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels },
});

describe('resourceRules', () => {
  const rows: readonly (readonly [string, Spec, boolean])[] = [
    ['the resource itself', {}, true],
    ['all groups', { apiGroups: ['*'] }, true],
    ['another group', { apiGroups: [''] }, false],
    ['another version, exactly', { apiVersions: ['v1beta1'], exact: true }, false],
    ['a version that no API server of today serves', { apiVersions: ['v1beta1'] }, false],
    ['a group that it had then', { apiGroups: ['extensions'], apiVersions: ['v1beta1'] }, false],
    ['another operation', { operations: ['DELETE'] }, false],
    ['all operations', { operations: ['*'] }, true],
    ['another resource', { resources: ['pods'] }, false],
    ['a subresource only', { resources: ['deployments/scale'] }, false],
    ['all resources', { resources: ['*'] }, true],
    ['all resources with their subresources', { resources: ['*/*'] }, true],
    ['the resource with its subresources', { resources: ['deployments/*'] }, true],
    ['the name', { resourceNames: ['d'] }, true],
    ['another name', { resourceNames: ['e'] }, false],
    ['what lies in namespaces', { scope: 'Namespaced' }, true],
    ['what lies in none', { scope: 'Cluster' }, false],
  ];
  for (const [name, { exact, ...change }, expected] of rows) {
    it(`of ${name} ${expected ? 'match' : 'do not match'} a Deployment`, async () => {
      const matchPolicy = exact === true ? 'Exact' : 'Equivalent';
      expect(await matches({ resourceRules: [rule(change)], matchPolicy }, deployment())).toBe(expected);
    });
  }

  it('take in all where there are none, and lose against those that take out', async () => {
    expect(await matches({}, deployment())).toBe(true);
    expect(await matches({ resourceRules: [rule()], excludeResourceRules: [rule()] }, deployment())).toBe(false);
    expect(await matches({ excludeResourceRules: [rule({ resources: ['pods'] })] }, deployment())).toBe(true);
  });

  it('of subresources match requests for them', async () => {
    const request = { ...requestFor(deployment()), subResource: 'scale' };
    expect(
      await matches({ resourceRules: [rule({ resources: ['deployments/scale'] })] }, deployment(), { request }),
    ).toBe(true);
    expect(await matches({ resourceRules: [rule({ resources: ['*/scale'] })] }, deployment(), { request })).toBe(true);
    expect(await matches({ resourceRules: [rule()] }, deployment(), { request })).toBe(false);
  });

  it('A-ADM-15: match an object in a version that is not served any more by those that are', async () => {
    const old = { ...deployment(), apiVersion: 'extensions/v1beta1' };
    expect(await matches({ resourceRules: [rule()] }, old)).toBe(true);
    expect(await matches({ resourceRules: [rule()], matchPolicy: 'Exact' }, old)).toBe(false);
    expect(await matches({ excludeResourceRules: [rule()] }, old)).toBe(false);
    const cronJob = { apiVersion: 'batch/v1beta1', kind: 'CronJob', metadata: { name: 'c' } };
    expect(await matches({ resourceRules: [rule({ apiGroups: ['batch'], resources: ['cronjobs'] })] }, cronJob)).toBe(
      true,
    );
  });

  it('match the same resource of another version that is served', async () => {
    const scaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'h' } };
    const v1 = rule({ apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'] });
    expect(await matches({ resourceRules: [v1] }, scaler)).toBe(true);
    expect(await matches({ resourceRules: [v1], matchPolicy: 'Exact' }, scaler)).toBe(false);
    expect(await matches({ excludeResourceRules: [v1] }, scaler)).toBe(false);
  });

  it('A-ADM-15: take in a custom resource of any version, and take out only what they name', async () => {
    const ox = { apiVersion: 'acme.example/v1alpha1', kind: 'Ox', metadata: { name: 'o' } };
    const v1 = rule({ apiGroups: ['acme.example'], resources: ['oxs'] });
    expect(await matches({ resourceRules: [v1] }, ox)).toBe(true);
    expect(await matches({ resourceRules: [v1], matchPolicy: 'Exact' }, ox)).toBe(false);
    expect(await matches({ resourceRules: [{ ...v1, resources: ['cows'] }] }, ox)).toBe(false);
    expect(await matches({ excludeResourceRules: [v1] }, ox)).toBe(true);
    expect(await matches({ excludeResourceRules: [{ ...v1, apiVersions: ['v1alpha1'] }] }, ox)).toBe(false);
  });

  it('match what the client asked for, and (but for Exact) what the API server made of it', async () => {
    const request = {
      ...requestFor(deployment()),
      requestResource: { group: 'acme.example', version: 'v7', resource: 'things' },
    };
    const things = rule({ apiGroups: ['acme.example'], apiVersions: ['v7'], resources: ['things'] });
    expect(await matches({ resourceRules: [things], matchPolicy: 'Exact' }, deployment(), { request })).toBe(true);
    expect(await matches({ resourceRules: [rule()], matchPolicy: 'Exact' }, deployment(), { request })).toBe(false);
    expect(await matches({ resourceRules: [rule()] }, deployment(), { request })).toBe(true);
  });

  it('never match what the API server shows no policy', async () => {
    const shown = async (apiVersion: string, kind: string): Promise<boolean | string> =>
      matches({}, { apiVersion, kind, metadata: { name: 'x' } });
    for (const kind of ['Validating', 'Mutating']) {
      expect(await shown('admissionregistration.k8s.io/v1', `${kind}AdmissionPolicy`)).toBe(false);
      expect(await shown('admissionregistration.k8s.io/v1', `${kind}AdmissionPolicyBinding`)).toBe(false);
      expect(await shown('admissionregistration.k8s.io/v1', `${kind}WebhookConfiguration`)).toBe(true);
    }
    for (const kind of ['TokenReview', 'SelfSubjectReview'])
      expect(await shown('authentication.k8s.io/v1', kind)).toBe(false);
    for (const kind of ['SubjectAccessReview', 'LocalSubjectAccessReview', 'SelfSubjectRulesReview'])
      expect(await shown('authorization.k8s.io/v1', kind)).toBe(false);
    expect(await shown('acme.example/v1', 'TokenReview')).toBe(true);
  });

  it('take a Namespace for what lies in none', async () => {
    const namespaces = rule({ apiGroups: [''], resources: ['namespaces'], scope: 'Cluster' });
    expect(await matches({ resourceRules: [namespaces] }, namespace({}))).toBe(true);
    expect(await matches({ resourceRules: [{ ...namespaces, scope: 'Namespaced' }] }, namespace({}))).toBe(false);
  });
});

describe('objectSelector', () => {
  const selector = (matchExpressions: readonly Spec[]): Spec => ({ objectSelector: { matchExpressions } });
  const labelled = deployment({ labels: { app: 'web', constructor: 'x' } });
  const rows: readonly (readonly [Spec, boolean])[] = [
    [{ key: 'app', operator: 'In', values: ['web', 'api'] }, true],
    [{ key: 'app', operator: 'In', values: ['api'] }, false],
    [{ key: 'none', operator: 'In', values: ['api'] }, false],
    [{ key: 'app', operator: 'NotIn', values: ['api'] }, true],
    [{ key: 'none', operator: 'NotIn', values: ['api'] }, true],
    [{ key: 'app', operator: 'NotIn', values: ['web'] }, false],
    [{ key: 'app', operator: 'Exists' }, true],
    [{ key: 'none', operator: 'Exists' }, false],
    [{ key: 'none', operator: 'DoesNotExist' }, true],
    [{ key: 'app', operator: 'DoesNotExist' }, false],
    [{ key: 'toString', operator: 'Exists' }, false],
    [{ key: 'constructor', operator: 'Exists' }, true],
  ];
  for (const [expression, expected] of rows) {
    it(`${JSON.stringify(expression)} ${expected ? 'selects' : 'does not select'}`, async () => {
      expect(await matches(selector([expression]), labelled)).toBe(expected);
    });
  }

  it('A-ADM-10: is asked of the object before and after, so that a label taken away changes nothing', async () => {
    const web = { objectSelector: { matchLabels: { app: 'web' } } };
    expect(await matches(web, deployment(), { oldObject: labelled })).toBe(true);
    expect(await matches(web, labelled, { oldObject: deployment() })).toBe(true);
    expect(await matches(web, deployment(), { oldObject: deployment() })).toBe(false);
  });

  it('A-ADM-12: finds no labels in the options of a CONNECT', async () => {
    const options = { apiVersion: 'v1', kind: 'PodExecOptions', command: ['sh'] };
    const absent = selector([{ key: 'app', operator: 'DoesNotExist' }]);
    const request = { ...requestFor(options, { operation: 'CONNECT', subResource: 'exec' }), name: 'p' };
    expect(await matches(absent, options, { operation: 'CONNECT', request })).toBe(false);
    expect(await matches({}, options, { operation: 'CONNECT', request })).toBe(true);
  });

  it('is refused where its operator and values do not go together', async () => {
    await expect(matches(selector([{ key: 'a', operator: 'In' }]), labelled)).rejects.toThrow('FIELD_MISSING');
    await expect(matches(selector([{ key: 'a', operator: 'Exists', values: ['x'] }]), labelled)).rejects.toThrow(
      'FIELD_WRONG',
    );
  });
});

describe('namespaceSelector', () => {
  const web = { namespaceSelector: { matchLabels: { team: 'web' } } };

  it('is asked of the namespace of the object', async () => {
    expect(await matches(web, deployment(), { objects: [namespace({ team: 'web' })] })).toBe(true);
    expect(await matches(web, deployment(), { objects: [namespace({ team: 'api' })] })).toBe(false);
  });

  it('A-ADM-9: whose namespace nobody can look up is an error of the policy, never a way out', async () => {
    expect(await matches(web, deployment())).toBe('LOOKUP_UNAVAILABLE');
    expect(await matches({ ...web, resourceRules: [rule({ resources: ['pods'] })] }, deployment())).toBe(false);
  });

  it('needs nothing looked up for the label that the API server keeps', async () => {
    const notSystem = {
      namespaceSelector: {
        matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] }],
      },
    };
    expect(await matches(notSystem, deployment())).toBe(true);
    expect(await matches(notSystem, deployment({ namespace: 'kube-system' }))).toBe(false);
  });

  it('sees the label that the API server keeps, whatever a file says', async () => {
    const shop = { namespaceSelector: { matchLabels: { team: 'web', 'kubernetes.io/metadata.name': 'shop' } } };
    const other = { team: 'web', 'kubernetes.io/metadata.name': 'other' };
    expect(await matches(shop, deployment(), { objects: [namespace(other)] })).toBe(true);
    expect(await matches(shop, namespace(other))).toBe(true);
  });

  it('A-ADM-14: asks a Namespace whose name is to be made for its other labels', async () => {
    const unnamed = { apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: 's-', labels: { team: 'web' } } };
    expect(await matches(web, unnamed)).toBe(true);
    const byName = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 's' } } };
    expect(await matches(byName, unnamed)).toBe(false);
  });

  it('asks the namespace that goes for the labels that it has', async () => {
    const gone = { operation: 'DELETE', objects: [namespace({ team: 'web' })] } as const;
    expect(await matches(web, namespace({}), gone)).toBe(true);
    expect(await matches(web, namespace({ team: 'web' }), { operation: 'DELETE' })).toBe('LOOKUP_UNAVAILABLE');
  });

  it('never takes out what lies in no namespace', async () => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'r' } };
    expect(await matches(web, role)).toBe(true);
  });

  it('A-ADM-8: asks a Namespace for the labels that it will have', async () => {
    const namespaces = { ...web, resourceRules: [rule({ apiGroups: [''], resources: ['namespaces'] })] };
    expect(await matches(namespaces, namespace({ team: 'web' }))).toBe(true);
    expect(await matches(namespaces, namespace({}), { oldObject: namespace({ team: 'web' }) })).toBe(false);
  });
});

describe('a DELETE', () => {
  it('A-ADM-11: is judged by the object that goes', async () => {
    const policy = stringify({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'guard' },
      spec: {
        matchConstraints: { resourceRules: [rule({ operations: ['DELETE'] })] },
        validations: [{ expression: 'object == null && oldObject.metadata.name != "d"', message: 'it stays' }],
      },
    });
    const kept = await judgeObject(policy, deployment(), { operation: 'DELETE' });
    expect(kept.findings.map(({ found }) => found)).toEqual(['it stays']);
    expect((await judgeObject(policy, deployment({ name: 'e' }), { operation: 'DELETE' })).allowed).toBe(true);
  });
});
