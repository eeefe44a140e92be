import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Decision, type KubernetesObject, requestFor } from '../../policies/index.ts';
import { judgeObject, type ObjectOptions } from './kubernetes/judge-object.ts';

/** Attacks by way of the request: what is asked, by whom, through which subresource. */

type Spec = Record<string, unknown>;

const rule = (group: string, resources: readonly string[], operations: readonly string[]): Spec => ({
  apiGroups: [group],
  apiVersions: ['v1'],
  operations,
  resources,
});

/** A policy over these requests with one rule. */
const policy = (matched: Spec, expression: string, more: Spec = {}): string =>
  stringify({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'guard' },
    spec: { matchConstraints: { resourceRules: [matched] }, validations: [{ expression }], ...more },
  });

/** The object as a subresource of a resource carries it. */
function through(
  object: KubernetesObject,
  { resource, ...options }: ObjectOptions & { readonly resource: readonly [group: string, plural: string] },
): ObjectOptions {
  const [group, plural] = resource;
  const { requestResource: _, ...request } = requestFor(object, options);
  return { ...options, request: { ...request, resource: { group, version: 'v1', resource: plural } } };
}

const codes = ({ findings }: Decision): readonly string[] => findings.map(({ code }) => code);
const pod = (spec: Spec = {}, metadata: Spec = {}): KubernetesObject & Spec => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'shop', ...metadata },
  spec: { containers: [{ name: 'a', image: 'x.example/a:1' }], ...spec },
});

describe('subresources', () => {
  it('A-ADM-2: pods/resize that lifts a limit is judged as the Pod that it makes', async () => {
    const limited = policy(
      rule('', ['pods', 'pods/resize'], ['CREATE', 'UPDATE']),
      'object.spec.containers.all(c, quantity(c.resources.limits.memory).compareTo(quantity("1Gi")) <= 0)',
    );
    const withMemory = (memory: string) =>
      pod({ containers: [{ name: 'a', image: 'x.example/a:1', resources: { limits: { memory } } }] });
    const resize = { operation: 'UPDATE', subResource: 'resize', oldObject: withMemory('1Gi') } as const;
    expect(codes(await judgeObject(limited, withMemory('2Gi'), resize))).toEqual(['VALIDATION_FAILED']);
    expect((await judgeObject(limited, withMemory('512Mi'), resize)).allowed).toBe(true);
  });

  it('A-ADM-3: a Scale is capped, though it has neither image nor template', async () => {
    const capped = policy(rule('apps', ['deployments/scale'], ['UPDATE']), 'object.spec.replicas <= 8');
    const scale = (replicas: number) => ({
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'd', namespace: 'shop' },
      ...{ spec: { replicas } },
    });
    const update = through(scale(9), {
      resource: ['apps', 'deployments'],
      operation: 'UPDATE',
      subResource: 'scale',
      oldObject: scale(1),
    });
    expect(codes(await judgeObject(capped, scale(9), update))).toEqual(['VALIDATION_FAILED']);
    expect((await judgeObject(capped, scale(8), update)).allowed).toBe(true);
  });

  it('A-ADM-12: a shell in a Pod is judged by its options, and a PodSpec is looked for in none', async () => {
    const noShell = policy(rule('', ['pods/exec'], ['CONNECT']), '!("sh" in object.command)');
    const options = (command: string) => ({
      apiVersion: 'v1',
      kind: 'PodExecOptions',
      ...{ command: [command], container: 'a' },
    });
    const connect = through(options('sh'), { resource: ['', 'pods'], operation: 'CONNECT', subResource: 'exec' });
    expect(codes(await judgeObject(noShell, options('sh'), connect))).toEqual(['VALIDATION_FAILED']);
    expect((await judgeObject(noShell, options('ls'), connect)).allowed).toBe(true);
  });

  it('A-ADM-20: a way to the kubelet through the API server is a request like any other', async () => {
    const noProxy = policy(rule('', ['nodes/proxy'], ['CONNECT']), 'false');
    const options = { apiVersion: 'v1', kind: 'NodeProxyOptions', ...{ path: '/run/shop/p/a' } };
    const connect = { operation: 'CONNECT', subResource: 'proxy' } as const;
    const node = through(options, { resource: ['', 'nodes'], ...connect });
    expect((await judgeObject(noProxy, options, node)).allowed).toBe(false);
    const ofPod = through(options, { resource: ['', 'pods'], ...connect });
    expect((await judgeObject(noProxy, options, ofPod)).allowed).toBe(true);
  });

  it('A-ADM-21: a Pod is kept from a node whether it names it or is bound to it', async () => {
    const binding = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: 'p', namespace: 'shop' },
      ...{ target: { kind: 'Node', name } },
    });
    const bound = policy(rule('', ['pods/binding'], ['CREATE']), 'object.target.name != "control-plane"');
    const asked = through(binding('x'), { resource: ['', 'pods'], subResource: 'binding' });
    expect((await judgeObject(bound, binding('control-plane'), asked)).allowed).toBe(false);
    expect((await judgeObject(bound, binding('worker'), asked)).allowed).toBe(true);
    const named = policy(rule('', ['pods'], ['CREATE']), '!has(object.spec.nodeName)');
    expect((await judgeObject(named, pod({ nodeName: 'control-plane' }))).allowed).toBe(false);
  });
});

describe('who asks', () => {
  it('A-ADM-8: only the platform takes a label from a Namespace', async () => {
    const kept = policy(
      rule('', ['namespaces'], ['UPDATE']),
      'oldObject.metadata.?labels.sandbox == object.metadata.?labels.sandbox || "platform" in request.userInfo.groups',
    );
    const namespace = (labels: Spec) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } });
    const by = (group: string): ObjectOptions => ({
      oldObject: namespace({ sandbox: 'required' }),
      userInfo: { username: 'ada', groups: ['system:authenticated', group] },
    });
    expect((await judgeObject(kept, namespace({}), by('dev'))).allowed).toBe(false);
    expect((await judgeObject(kept, namespace({ sandbox: 'none' }), by('dev'))).allowed).toBe(false);
    expect((await judgeObject(kept, namespace({}), by('platform'))).allowed).toBe(true);
    expect((await judgeObject(kept, namespace({ sandbox: 'required', a: 'b' }), by('dev'))).allowed).toBe(true);
  });

  it('A-ADM-16: who is called nearly like a controller is not one', async () => {
    const controller = 'system:serviceaccount:kube-system:replicaset-controller';
    const exempting = policy(rule('', ['pods'], ['CREATE']), 'false', {
      matchConditions: [{ name: 'not-the-controller', expression: `request.userInfo.username != "${controller}"` }],
    });
    const by = (username: string) => judgeObject(exempting, pod(), { userInfo: { username } });
    expect((await by(controller)).allowed).toBe(true);
    for (const username of [
      `${controller}x`,
      ` ${controller}`,
      'system:serviceaccount:kube-system-x:replicaset-controller',
      'system:serviceaccount:shop:system:serviceaccount:kube-system:replicaset-controller',
      controller.toUpperCase(),
    ])
      expect([username, (await by(username)).allowed]).toEqual([username, false]);
    // Nobody is no controller: that the name is missing is an error, and the policy fails.
    expect(codes(await judgeObject(exempting, pod()))).toEqual(['EXPRESSION_FAILED']);
  });

  it('A-ADM-13: a dry run is judged as what it tries out', async () => {
    const strict = policy(rule('', ['pods'], ['CREATE']), 'object.metadata.name != "p"');
    const real = await judgeObject(strict, pod(), { dryRun: false });
    const tried = await judgeObject(strict, pod(), { dryRun: true });
    expect({ ...tried, passed: tried.passed?.() }).toEqual({ ...real, passed: real.passed?.() });
    expect(real.allowed).toBe(false);
  });
});

describe('what cannot be known', () => {
  it('A-ADM-9: labels of a namespace that cannot be read deny, unless the policy says that failing is fine', async () => {
    const selecting = (failurePolicy: string): string =>
      stringify({
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: 'guard' },
        spec: {
          failurePolicy,
          matchConstraints: {
            resourceRules: [rule('', ['pods'], ['CREATE'])],
            namespaceSelector: { matchLabels: { team: 'web' } },
          },
          validations: [{ expression: 'true' }],
        },
      });
    const failed = await judgeObject(selecting('Fail'), pod());
    expect(failed).toMatchObject({ allowed: false, findings: [{ kind: 'error', code: 'LOOKUP_UNAVAILABLE' }] });
    expect((await judgeObject(selecting('Ignore'), pod())).allowed).toBe(true);
  });

  it('A-ADM-14: an object without a name yet is judged by everything else', async () => {
    const labelled = policy(rule('', ['pods'], ['CREATE']), 'has(object.metadata.labels)');
    const unnamed = { ...pod(), metadata: { generateName: 'p-', namespace: 'shop' } };
    expect(codes(await judgeObject(labelled, unnamed))).toEqual(['VALIDATION_FAILED']);
  });

  it('A-ADM-11: who guards a DELETE reads the object that goes, for there is no other', async () => {
    const kept = policy(
      rule('networking.k8s.io', ['networkpolicies'], ['DELETE']),
      'object == null && oldObject.metadata.name != "deny-all"',
    );
    const networkPolicy = (name: string) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace: 'shop' },
    });
    expect((await judgeObject(kept, networkPolicy('deny-all'), { operation: 'DELETE' })).allowed).toBe(false);
    expect((await judgeObject(kept, networkPolicy('other'), { operation: 'DELETE' })).allowed).toBe(true);
  });
});
