import { describe, expect, it } from 'vitest';
import { type Decision, type KubernetesObject, parseDocuments, type PolicySet } from '../../policies/index.ts';
import { limits } from '../../policies/limits.ts';
import { generatePods } from './pack/generate-pod.ts';
import { type Circumstances, compileAll, judgeBy, openPack } from './pack/judge-pack.ts';

/** The same policies as a set that has judged nothing yet. */
const unused = ({ policies, ...rest }: PolicySet): PolicySet => ({ ...rest, policies: [...policies] });

/** A set of which as many policies are evaluated together as can be: one that has judged for a while. */
async function used(set: PolicySet): Promise<PolicySet> {
  const made = unused(set);
  const times = limits.usesBeforeTogether + set.policies.length + 1;
  for (let time = 0; time < times; time += 1) await judgeBy(made, pod({}));
  return made;
}

const pod = (spec: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'shop', namespace: 'default', ...metadata },
  spec: { containers: [{ name: 'shop', image: 'registry.example/shop:1' }], ...spec },
});

const told = ({ allowed, findings, images, annotations, passed }: Decision): unknown => ({
  allowed,
  findings,
  images,
  annotations,
  passed: (passed?.() ?? []).map(({ policy, rule, field }) => `${policy}/${rule} ${field}`),
});

/** Both say the same of an object; what they say. */
async function same(set: PolicySet, together: PolicySet, object: KubernetesObject, at: Circumstances = {}) {
  const [alone, both] = [await judgeBy(unused(set), object, at), await judgeBy(together, object, at)];
  expect(told(both), JSON.stringify(object)).toEqual(told(alone));
  return both;
}

const policy = (name: string, spec: string): string => `
apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: ${name}}
spec: ${spec}
`;

const set = (...documents: readonly string[]): PolicySet => {
  const { documents: parsed, problems } = parseDocuments(documents.join('---\n'), 'policies.yaml');
  expect(problems).toEqual([]);
  return compileAll(parsed);
};

describe('policies that are evaluated together', () => {
  it('say of pods near the Pod Security Standards what each says by itself', { timeout: 120_000 }, async () => {
    for (const profile of ['pod-security:baseline', 'pod-security:restricted']) {
      const pack = await openPack(profile);
      const together = await used(pack);
      let denied = 0;
      for (const object of generatePods(150, 7)) if (!(await same(pack, together, object)).allowed) denied += 1;
      expect(denied).toBeGreaterThan(20);
      expect(denied).toBeLessThan(150);
    }
  });

  it('are found out each by itself where one does not pass', async () => {
    const rules = [
      '!pod.?hostNetwork.orValue(false)',
      'pod.containers.all(c, c.name != "bad")',
      'object.metadata.labels.team != ""',
      'pod.priority > 0',
    ];
    const many = set(
      ...rules.map((rule, at) =>
        policy(`p${at}`, `{validations: [{name: rule, expression: '${rule}'}, {name: other, expression: 'true'}]}`),
      ),
    );
    const together = await used(many);
    const good = pod({ priority: 1 }, { labels: { team: 'a' } });
    expect((await same(many, together, good)).findings).toEqual([]);
    expect((await same(many, together, good)).passed?.()).toHaveLength(8);
    const bad = pod({ priority: 1, hostNetwork: true, containers: [{ name: 'bad', image: 'a.example/b:1' }] });
    const { findings } = await same(many, together, bad);
    expect(findings.map(({ policy: name, code }) => [name, code])).toEqual([
      ['p0', 'VALIDATION_FAILED'],
      ['p1', 'VALIDATION_FAILED'],
      ['p2', 'EXPRESSION_FAILED'],
    ]);
  });

  it('speak of the objects that they are about, and of no other', async () => {
    const pods =
      "matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], resources: [pods], operations: [CREATE]}]}";
    const many = set(
      policy(
        'pods',
        `{${pods}, validations: [{name: rule, expression: 'object.kind == "Pod" && object.metadata.name != "bad"'}]}`,
      ),
      policy('all', `{validations: [{name: rule, expression: 'object.metadata.name != "bad"'}]}`),
      policy('templates', `{validations: [{name: rule, expression: 'pod.containers.size() == 1'}]}`),
    );
    const together = await used(many);
    const config = (name: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'default' },
    });
    const names = async (object: KubernetesObject, at: Circumstances = {}) =>
      (await same(many, together, object, at)).findings.map((finding) => finding.policy);
    expect(await names(pod({}))).toEqual([]);
    expect(await names(pod({}, { name: 'bad' }))).toEqual(['all', 'pods']);
    expect(await names(config('good'))).toEqual([]);
    expect(await names(config('bad'))).toEqual(['all']);
    // Who does not say which requests is meant for those that store something.
    expect(await names(config('bad'), { operation: 'DELETE' })).toEqual([]);
    expect(await names(pod({}, { name: 'bad' }), { oldObject: pod({}) })).toEqual(['all']);
    const template = { ...pod({ containers: [] }), kind: 'PodTemplate' };
    const empty = { ...template, template: { spec: { containers: [] } } };
    expect(await names(empty)).toEqual(['templates']);
  });

  it('leave out whoever sees something of its own', async () => {
    const own = [
      `{variables: [{name: limit, expression: '3'}], validations: [{name: rule, expression: 'variables.limit > size(pod.containers)'}]}`,
      `{matchConditions: [{name: named, expression: 'object.metadata.name == "shop"'}], validations: [{name: rule, expression: 'false'}]}`,
      `{images: ['registry.example/**'], pin: None, validations: [{name: rule, expression: 'images.all(i, i.repository.startsWith("registry.example/"))'}]}`,
    ];
    const many = set(
      ...own.map((spec, at) => policy(`own${at}`, spec)),
      policy('plain', `{validations: [{name: rule, expression: 'true'}]}`),
    );
    const together = await used(many);
    const { findings, passed } = await same(many, together, pod({}));
    expect(findings.map((finding) => finding.policy)).toEqual(['own1']);
    expect(passed?.().map((one) => one.policy)).toEqual(['own0', 'own2', 'plain']);
  });

  it('are each by itself where there are more PodSpecs than a budget is sure to last for', async () => {
    const many = set(policy('plain', `{validations: [{name: rule, expression: 'pod.containers.size() > 0'}]}`));
    const together = await used(many);
    const list = (count: number) => ({
      apiVersion: 'v1',
      kind: 'List',
      metadata: {},
      items: Array.from({ length: count }, () => pod({})),
    });
    for (const count of [1, 3, 4, 9]) await same(many, together, list(count));
  });
});
