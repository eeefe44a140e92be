import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type KubernetesObject, renderJsonPatch } from '../../../policies/index.ts';
import { judgeObject } from './judge-object.ts';

type Spec = Record<string, unknown>;

const policy = (mutations: readonly Spec[], more: Spec = {}): string =>
  stringify({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicy',
    metadata: { name: 'm' },
    spec: {
      matchConstraints: {
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] },
        ],
      },
      reinvocationPolicy: 'IfNeeded',
      mutations,
      ...more,
    },
  });
const patch = (expression: string): Spec => ({ patchType: 'JSONPatch', jsonPatch: { expression } });
const pod = (metadata: Spec = {}): KubernetesObject & { spec: object } => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', ...metadata },
  spec: { containers: [{ name: 'a', image: 'x.example/a:1' }] },
});

async function mutated(policies: string, object: KubernetesObject): Promise<KubernetesObject> {
  return (await judgeObject(policies, object, { phase: 'mutate' })).version.object;
}

describe('a JSONPatch', () => {
  const labels = patch(
    '[JSONPatch{op: "add", path: "/metadata/labels", value: Object.metadata.labels{team: object.metadata.name}}]',
  );

  it('changes the object, and says by which operations', async () => {
    const { version } = await judgeObject(policy([labels]), pod(), { phase: 'mutate' });
    expect(version.object).toEqual(pod({ labels: { team: 'p' } }));
    expect(renderJsonPatch(version)).toEqual([{ op: 'add', path: '/metadata/labels', value: { team: 'p' } }]);
  });

  it('is made on what those before have made', async () => {
    const second = patch('[JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("a/b"), value: "c"}]');
    expect(await mutated(policy([labels, second]), pod())).toEqual(pod({ labels: { team: 'p', 'a/b': 'c' } }));
  });

  it('A-CEL-8: that is made again changes nothing', async () => {
    const once = await mutated(policy([labels]), pod());
    const { version } = await judgeObject(policy([labels]), once, { phase: 'mutate' });
    expect(renderJsonPatch(version)).toEqual([]);
  });

  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'web' } } };
  const inShop = pod({ namespace: 'shop' });
  const ofNamespace = patch(
    '[JSONPatch{op: "add", path: "/metadata/labels", value: Object.metadata.labels{team: namespaceObject.metadata.labels.team}}]',
  );
  const made = pod({ namespace: 'shop', labels: { team: 'web' } });

  it('that reads what must be looked up is made of the answer', async () => {
    const options = { phase: 'mutate', objects: [namespace] } as const;
    expect((await judgeObject(policy([ofNamespace]), inShop, options)).version.object).toEqual(made);
    expect((await judgeObject(policy([ofNamespace]), inShop, { phase: 'mutate' })).version.object).toEqual(inShop);
  });

  it('of a policy that must look up whether it speaks of the object is made where it does', async () => {
    const chosen = (team: string): string =>
      policy([labels], {
        matchConditions: [{ name: 'team', expression: `namespaceObject.metadata.labels.team == "${team}"` }],
      });
    const by = async (team: string) =>
      (await judgeObject(chosen(team), inShop, { phase: 'mutate', objects: [namespace] })).version.object;
    expect(await by('web')).toEqual(pod({ namespace: 'shop', labels: { team: 'p' } }));
    expect(await by('other')).toEqual(inShop);
  });

  it('that cannot be made leaves the object as it is, and validation tells it', async () => {
    const wrong = policy([patch('[JSONPatch{op: "remove", path: "/metadata/labels/none"}]')]);
    expect(await mutated(wrong, pod())).toEqual(pod());
    expect((await judgeObject(wrong, pod())).findings).toMatchObject([
      { kind: 'error', effect: 'deny', policy: 'm', rule: 'mutations[0]', code: 'MUTATION_FAILED' },
    ]);
    const ignoring = policy([patch('[JSONPatch{op: "remove", path: "/metadata/labels/none"}]')], {
      failurePolicy: 'Ignore',
    });
    expect((await judgeObject(ignoring, pod())).allowed).toBe(true);
  });

  it('of an object that its type is not named after is refused', async () => {
    const wrong = policy([
      patch('[JSONPatch{op: "add", path: "/spec/securityContext", value: Object.spec.a{b: Object.spec.c{}}}]'),
    ]);
    expect((await judgeObject(wrong, pod())).findings).toMatchObject([{ code: 'MUTATION_FAILED' }]);
  });

  it('whose expression fails leaves the object as it is', async () => {
    const wrong = policy([patch('[JSONPatch{op: "add", path: object.metadata.none, value: 1}]')]);
    expect(await mutated(wrong, pod())).toEqual(pod());
    expect((await judgeObject(wrong, pod())).findings).toMatchObject([{ code: 'EXPRESSION_FAILED' }]);
  });

  it('A-PRS-3: of a key named __proto__ pollutes nothing', async () => {
    const hostile = policy([patch('[JSONPatch{op: "add", path: "/metadata/annotations", value: {"__proto__": "x"}}]')]);
    const made = await mutated(hostile, pod());
    expect(Object.hasOwn((made.metadata as { annotations: object }).annotations, '__proto__')).toBe(true);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('a mutating policy', () => {
  it('says which of its two fields it means', async () => {
    const both = { ...patch('[]'), applyConfiguration: { expression: 'Object{}' } };
    await expect(mutated(policy([both]), pod())).rejects.toThrow('FIELD_WRONG');
    await expect(mutated(policy([{ patchType: 'JSONPatch' }]), pod())).rejects.toThrow('FIELD_MISSING');
    await expect(mutated(policy([patch('1')]), pod())).rejects.toThrow('EXPRESSION_WRONG');
  });

  it('leaves objects alone that it does not match', async () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' } };
    expect(
      await mutated(policy([patch('[JSONPatch{op: "add", path: "/metadata/labels", value: {}}]')]), service),
    ).toEqual(service);
  });
});
