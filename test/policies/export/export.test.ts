import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  type Document,
  exportPolicy,
  type KubernetesObject,
  type PolicySet,
  readWorkloadPolicies,
  renderExported,
  valueAt,
  withPacks,
} from '../../../policies/index.ts';
import { literalOf } from '../../../policies/export/literal.ts';
import type { ClusterWorkloadPolicy } from '../../../policies/schema/policy.ts';
import { generatePods } from '../pack/generate-pod.ts';
import { compileAll, judgeBy, library, openPack } from '../pack/judge-pack.ts';

const corpus = join(process.env['ASSAY_CORPUS'] ?? '../shared/corpus', 'pod-security');

async function exportPack(word: string): Promise<PolicySet> {
  const { documents } = await withPacks([word], [], library);
  const { policies, lines } = readWorkloadPolicies(documents);
  expect(lines).toEqual([]);
  const exported = policies.map((policy) => exportPolicy(policy, 36));
  expect(exported.flatMap(({ name, obstacles }) => obstacles.map((one) => `${name}: ${one}`))).toEqual([]);
  return compileAll(
    exported
      .flatMap((one) => one.documents)
      .map(
        (document): Document => ({
          file: '',
          index: 0,
          value: parse(renderExported(document)),
          locate: () => undefined,
        }),
      ),
  );
}

const template = (pod: KubernetesObject, kind: string, apiVersion: string): KubernetesObject => {
  const inner = { metadata: valueAt(pod, ['metadata']), spec: valueAt(pod, ['spec']) };
  const spec =
    kind === 'CronJob'
      ? { schedule: '0 0 * * *', jobTemplate: { spec: { template: inner } } }
      : { selector: { matchLabels: { a: 'b' } }, template: inner };
  const whole = kind === 'PodTemplate' ? { template: inner } : { spec };
  return { apiVersion, kind, metadata: { name: 'web' }, ...whole };
};

const kinds = [
  ['Deployment', 'apps/v1'],
  ['StatefulSet', 'apps/v1'],
  ['DaemonSet', 'apps/v1'],
  ['ReplicaSet', 'apps/v1'],
  ['Job', 'batch/v1'],
  ['CronJob', 'batch/v1'],
  ['PodTemplate', 'v1'],
  ['ReplicationController', 'v1'],
] as const;

const policy = (spec: object): ClusterWorkloadPolicy => ({
  apiVersion: 'assay.dev/v1alpha1',
  kind: 'ClusterWorkloadPolicy',
  metadata: { name: 'own' },
  spec,
});

const validations = [{ name: 'a', expression: 'has(pod.containers)' }];

describe('an exported policy', () => {
  it('says of generated pods, and of what makes them, what the pack says', async () => {
    for (const word of ['pod-security:restricted@v1.36', 'pod-security:restricted@v1.24']) {
      const [own, exported] = [await openPack(word), await exportPack(word)];
      for (const [index, pod] of generatePods(120, 5).entries()) {
        const [kind, apiVersion] = kinds[index % kinds.length]!;
        for (const object of [pod, template(pod, kind, apiVersion)]) {
          const here = await judgeBy(own, object);
          const there = await judgeBy(exported, object);
          expect(there.findings.filter((finding) => finding.kind !== 'violation')).toEqual([]);
          const policies = new Set(there.findings.map((finding) => finding.policy.replace(/\.[a-z]+$/, '')));
          expect(policies, JSON.stringify(object)).toEqual(new Set(here.findings.map((finding) => finding.policy)));
        }
      }
    }
  }, 60_000);

  it('is right about every pod of Kubernetes at its version', async () => {
    if (!existsSync(corpus)) return;
    for (const level of ['baseline', 'restricted'])
      for (const version of readdirSync(join(corpus, level))) {
        const policies = await exportPack(`pod-security:${level}@${version}`);
        for (const want of ['pass', 'fail'])
          for (const file of readdirSync(join(corpus, level, version, want))) {
            const pod = parse(readFileSync(join(corpus, level, version, want, file), 'utf8')) as KubernetesObject;
            expect((await judgeBy(policies, pod)).allowed, `${level} ${version} ${want} ${file}`).toBe(want === 'pass');
          }
      }
  }, 60_000);

  it('makes the mutations of the pack', async () => {
    const [own, exported] = [await openPack('pod-security:mutations'), await exportPack('pod-security:mutations')];
    for (const pod of generatePods(60, 6))
      for (const object of [pod, template(pod, 'Deployment', 'apps/v1'), template(pod, 'CronJob', 'batch/v1')]) {
        const here = await judgeBy(own, object, { phase: 'mutate' });
        const there = await judgeBy(exported, object, { phase: 'mutate' });
        expect(there.version.object).toEqual(here.version.object);
      }
  }, 60_000);

  it('is one for each path of a PodSpec, or one where it is about the object', () => {
    const names = (spec: object) =>
      exportPolicy(policy(spec)).documents.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names({ validations })).toEqual(
      ['pods', 'podtemplates', 'templates', 'cronjobs'].flatMap((place) => [
        `ValidatingAdmissionPolicy own.${place}`,
        `ValidatingAdmissionPolicyBinding own.${place}`,
      ]),
    );
    expect(names({ validations: [{ name: 'a', expression: "object.kind != 'X'" }] })).toEqual([
      'ValidatingAdmissionPolicy own',
      'ValidatingAdmissionPolicyBinding own',
    ]);
  });

  it('keeps what it says of other kinds beside what it says of PodSpecs', async () => {
    const services = { name: 'b', expression: 'variables.names.all(n, n != object.kind)', message: 'no Service' };
    const { documents, obstacles } = exportPolicy(
      policy({
        variables: [
          { name: 'containers', expression: 'pod.containers' },
          { name: 'names', expression: "['Service']" },
        ],
        validations: [{ name: 'a', expression: 'variables.containers.size() == 1' }, services],
      }),
    );
    expect(obstacles).toEqual([]);
    const policies = documents.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
    expect(policies.map(({ metadata }) => metadata.name)).toEqual([
      ...['own.pods', 'own.podtemplates', 'own.templates', 'own.cronjobs', 'own'],
    ]);
    for (const one of policies.slice(0, -1)) expect(valueAt(one.spec, ['validations', 1])).toBeUndefined();
    expect(policies.at(-1)?.spec).toMatchObject({
      variables: [{ name: 'names' }],
      validations: [{ expression: services.expression, message: 'no Service' }],
    });
    const word = 'network-zero-trust:ports';
    const [own, exported] = [await openPack(word), await exportPack(word)];
    for (const [kind, port] of [
      ['Service', 22],
      ['Service', 443],
    ] as const) {
      const service = { apiVersion: 'v1', kind, metadata: { name: 'a' }, spec: { ports: [{ port }] } };
      expect((await judgeBy(own, service)).allowed).toBe(port === 443);
      expect((await judgeBy(exported, service)).allowed).toBe(port === 443);
    }
  });

  it('has parameters written into it, and leaves what is only called alike', () => {
    const { documents, obstacles } = exportPolicy(
      policy({
        paramSchema: {
          type: 'object',
          properties: { names: { type: 'array', items: { type: 'string' }, default: ["it's", 'b"'] } },
        },
        validations: [
          {
            name: 'a',
            expression: "[1].all(pod, pod == 1) && 'pod' in params.names && {'pod': 1}.pod == 1 && has(pod.os)",
          },
        ],
      }),
    );
    expect(obstacles).toEqual([]);
    expect(documents[0]?.spec).toMatchObject({
      variables: [
        { name: 'params_names', expression: '["it\'s", "b\\""]' },
        { name: 'pod', expression: 'object.spec' },
      ],
      validations: [
        {
          expression:
            "[1].all(pod, pod == 1) && 'pod' in variables.params_names && {'pod': 1}.pod == 1 && has(variables.pod.os)",
        },
      ],
    });
  });

  it('is refused, with the reason, where an API server cannot judge it', () => {
    const obstacle = (spec: object) => exportPolicy(policy(spec)).obstacles.join('; ');
    expect(obstacle({ images: ['a/b'], validations })).toContain('spec.images');
    expect(obstacle({ enforceFrom: '2027-01-01', validations })).toContain('spec.enforceFrom');
    expect(obstacle({ validations: [{ name: 'a', expression: "image.tag != ''" }] })).toContain('reads image');
    expect(obstacle({ validations: [{ name: 'a', expression: 'cluster.runtimeClasses().size() > 0' }] })).toContain(
      'reads cluster',
    );
    expect(obstacle({ validations, matchConstraints: { resourceRules: [] } })).toContain('matchConstraints beside');
    expect(obstacle({ validations, mutations: [] })).toContain('validations beside mutations');
    expect(obstacle({ validations: [{ name: 'a', expression: "glob('a*', object.kind)" }] })).toMatch(/glob/);
    const late = policy({ validations: [{ name: 'a', expression: '[1].all(i, v, v == 1) && has(pod.os)' }] });
    expect(exportPolicy(late, 36).obstacles).toEqual([]);
    expect(exportPolicy(late, 30).obstacles.join()).toContain('validations[0]');
    for (const { documents } of [exportPolicy(policy({ images: ['a/b'], validations }))]) expect(documents).toEqual([]);
  });

  it('takes no parameter that CEL has no plain literal for', () => {
    expect(literalOf(['a', 1])).toBeUndefined();
    expect(literalOf({})).toBeUndefined();
    expect(literalOf([['a']])).toBeUndefined();
    expect(literalOf(1.5)).toBeUndefined();
    expect(literalOf([])).toBe('[]');
    expect(literalOf([1, -2])).toBe('[1, -2]');
    expect(literalOf(true)).toBe('true');
  });
});
