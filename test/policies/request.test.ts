import { describe, expect, it } from 'vitest';
import { requestFor } from '../../policies/request.ts';
import { declaredResources, resourceOf } from '../../policies/resource.ts';

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } };
const definition = (change: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'oxen.acme.example' },
  spec: {
    group: 'acme.example',
    scope: 'Cluster',
    names: { kind: 'Ox', plural: 'oxen' },
    versions: [
      { name: 'v1', served: true },
      { name: 'v1alpha1', served: false },
    ],
    ...change,
  },
});

describe('the request that a manifest stands for', () => {
  it('has the fields that the API server fills in', () => {
    expect(requestFor(deployment, { userInfo: { username: 'ada' }, dryRun: true })).toEqual({
      kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      resource: { group: 'apps', version: 'v1', resource: 'deployments' },
      requestKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      requestResource: { group: 'apps', version: 'v1', resource: 'deployments' },
      name: 'web',
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: { username: 'ada' },
      dryRun: true,
      options: { apiVersion: 'meta.k8s.io/v1', kind: 'CreateOptions' },
    });
  });

  it('names the options of its operation, and none of a CONNECT', () => {
    const optionsOf = (operation: 'UPDATE' | 'DELETE' | 'CONNECT') => requestFor(deployment, { operation }).options;
    expect(optionsOf('UPDATE')).toMatchObject({ kind: 'UpdateOptions' });
    expect(optionsOf('DELETE')).toMatchObject({ kind: 'DeleteOptions' });
    expect(optionsOf('CONNECT')).toBeUndefined();
  });

  it('lies in the namespace "default" where nobody names one, or in the one that is given', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } };
    expect(requestFor(pod).namespace).toBe('default');
    expect(requestFor(pod, { namespace: 'shop' }).namespace).toBe('shop');
    expect(requestFor({ ...pod, metadata: { namespace: 'own' } }, { namespace: 'shop' }).namespace).toBe('own');
  });

  it('has no namespace where the kind lies in none, whatever the manifest says', () => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { namespace: 'shop' } };
    expect(requestFor(role, { namespace: 'other' })).not.toHaveProperty('namespace');
  });

  it('of a Namespace names that namespace', () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
    expect(requestFor(namespace)).toMatchObject({ name: 'shop', namespace: 'shop' });
  });

  it('A-ADM-14: has no name where the API server is to make one, and nothing else is missing', () => {
    const request = requestFor({ apiVersion: 'batch/v1', kind: 'Job', metadata: { generateName: 'run-' } });
    expect(request).not.toHaveProperty('name');
    expect(request).toMatchObject({ resource: { resource: 'jobs' }, namespace: 'default', operation: 'CREATE' });
  });

  it('carries a subresource on both sides', () => {
    const request = requestFor(deployment, { subResource: 'scale' });
    expect(request).toMatchObject({ subResource: 'scale', requestSubResource: 'scale' });
    expect(requestFor(deployment)).not.toHaveProperty('subResource');
  });

  it('of something that is hardly an object is still a request', () => {
    const { kind, resource } = requestFor({ apiVersion: 7, kind: null, metadata: ['x'] });
    expect(kind).toEqual({ group: '', version: '', kind: '' });
    expect(resource).toEqual({ group: '', version: '', resource: '' });
  });
});

describe('the resource of a kind', () => {
  it.each([
    ['v1', 'Endpoints', 'endpoints', true],
    ['networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', true],
    ['networking.k8s.io/v1', 'Ingress', 'ingresses', true],
    ['v1', 'Node', 'nodes', false],
    ['scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', false],
  ])('%s %s is built in: %s', (apiVersion, kind, plural, namespaced) => {
    expect(resourceOf(apiVersion, kind)).toMatchObject({ plural, namespaced });
  });

  it.each([
    ['extensions/v1beta1', 'Deployment', 'deployments', true],
    ['extensions/v1beta1', 'Ingress', 'ingresses', true],
    ['policy/v1beta1', 'PodDisruptionBudget', 'poddisruptionbudgets', true],
    ['rbac.authorization.k8s.io/v1beta1', 'ClusterRole', 'clusterroles', false],
    ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', true],
  ])('A-ADM-15: %s %s is no longer served, and was %s', (apiVersion, kind, plural, namespaced) => {
    expect(resourceOf(apiVersion, kind)).toMatchObject({ plural, namespaced });
  });

  it.each([
    ['Rollout', 'rollouts'],
    ['Policy', 'policies'],
    ['MeshGateway', 'meshgatewaies'],
    ['Gas', 'gases'],
    ['MyEndpoints', 'myendpoints'],
  ])('%s of a group that nobody knows is guessed as kubectl guesses: %s', (kind, plural) => {
    expect(resourceOf('acme.example/v1', kind)).toEqual({ plural, namespaced: true });
  });

  it.each([
    ['networking.istio.io/v1alpha3', 'Gateway', 'gateways', true],
    ['cilium.io/v2', 'CiliumClusterwideNetworkPolicy', 'ciliumclusterwidenetworkpolicies', false],
    ['crd.projectcalico.org/v1', 'FelixConfiguration', 'felixconfigurations', false],
    ['acme.example/v1', 'Gateway', 'gatewaies', true],
  ])('%s %s is known by its group, or guessed: %s', (apiVersion, kind, plural, namespaced) => {
    expect(resourceOf(apiVersion, kind)).toEqual({ plural, namespaced });
  });

  it('is what its CustomResourceDefinition says, in the versions that it serves', () => {
    const declared = declaredResources([deployment, definition()]);
    expect(declared('acme.example/v1', 'Ox')).toEqual({ plural: 'oxen', namespaced: false });
    expect(declared('acme.example/v1alpha1', 'Ox')).toBeUndefined();
    expect(declared('other.example/v1', 'Ox')).toBeUndefined();
    const ox = { apiVersion: 'acme.example/v1', kind: 'Ox', metadata: { name: 'o', namespace: 'shop' } };
    const request = requestFor(ox, { resourceOf: declared });
    expect(request.resource.resource).toBe('oxen');
    expect(request).not.toHaveProperty('namespace');
  });

  it('is not declared by what only resembles a definition', () => {
    for (const spec of [{ names: null }, { group: 7 }, { versions: 'v1' }, { names: { kind: 'Ox' } }])
      expect(declaredResources([definition(spec)])('acme.example/v1', 'Ox')).toBeUndefined();
  });
});
