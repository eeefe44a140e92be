import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../policies/cel/index.ts';
import { ExpressionCompiler, kubernetesDialect } from '../../policies/expression.ts';
import { defaulted } from '../../policies/kubernetes/default.ts';
import { PatchFault } from '../../policies/kubernetes/fault.ts';
import { compileMutations, type MutationSpec, mutationType } from '../../policies/kubernetes/mutations.ts';
import type { KubernetesObject } from '../../policies/version.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { clusterPlugins, dryRun, withoutStored } from './dry-run.ts';
import { knownDifferences, type Mutation, type MutationCase, mutationCases } from './mutation-cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-mutations-'));
let cluster: ControlPlane;

beforeAll(async () => {
  cluster = await startControlPlane(folder, { withoutPlugins: clusterPlugins });
  const canary = { name: 'canary', mutations: [{ apply: `Object{data: {'canary': 'sings'}}` }], objects: [] };
  for (const one of [...mutationCases, ...knownDifferences, canary]) await install(one);
  const probe = named({ apiVersion: 'v1', kind: 'ConfigMap' }, canary.name);
  for (let tries = 0; JSON.stringify((await dryRun(cluster, probe)).body['data']) === undefined; tries++) {
    if (tries > 100) throw new Error('the API server does not see its policies');
    await sleep(200);
  }
});

afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('has at least 150 pairs of a policy and an object', () => {
  expect(mutationCases.flatMap(({ objects }) => objects).length).toBeGreaterThanOrEqual(150);
});

describe('what a real API server makes of an object is made here', () => {
  it.each(mutationCases)('by $name', async ({ name, mutations, objects }) => {
    for (const bare of objects) {
      const object = named(bare, name);
      const ours = mutated(defaulted(object), mutations);
      const { status, body } = await dryRun(cluster, object);
      if (status === 201) {
        expect(ours, JSON.stringify(body)).not.toBeTypeOf('string');
        expect(withoutStored(defaulted(ours as KubernetesObject))).toEqual(withoutStored(body));
      } else {
        expect(String(body['message'])).toMatch(/^policy '|^Internal error/);
        expect(ours, String(body['message'])).toBeTypeOf('string');
      }
    }
  });
});

it.each(knownDifferences)('$name still differs', async ({ name, mutations, objects }) => {
  for (const bare of objects) {
    const object = named(bare, name);
    expect((await dryRun(cluster, object)).status).not.toBe(201);
    expect(mutated(defaulted(object), mutations)).not.toBeTypeOf('string');
  }
});

/** The object with the label by which its policy finds it. */
function named(object: KubernetesObject, name: string): KubernetesObject {
  const metadata = (object.metadata ?? {}) as { readonly labels?: object };
  return { ...object, metadata: { ...metadata, name: 'shop', labels: { ...metadata.labels, policy: name } } };
}

/** The object as these mutations leave it, or why one cannot be made. */
function mutated(object: KubernetesObject, mutations: readonly Mutation[]): KubernetesObject | string {
  const compiler = new ExpressionCompiler(
    { ...kubernetesDialect, extensions: ['patches'], findObject: mutationType },
    (_code, _path, detail) => {
      throw new Error(detail);
    },
  );
  let made = object;
  for (const mutation of compileMutations(mutations.map(specOf), compiler, () => {}).mutations) {
    const evaluated = evaluate(mutation.expression.program, { object: made as Record<string, never>, oldObject: null });
    if (evaluated.kind !== 'value') return JSON.stringify(evaluated);
    const next = mutation.apply(made, evaluated.value);
    if (next instanceof PatchFault) return next.detail;
    made = defaulted(next);
  }
  return made;
}

const specOf = (mutation: Mutation): MutationSpec =>
  'apply' in mutation
    ? { patchType: 'ApplyConfiguration', applyConfiguration: { expression: mutation.apply } }
    : { patchType: 'JSONPatch', jsonPatch: { expression: mutation.patch } };

async function install({ name, mutations }: MutationCase): Promise<void> {
  const rule = { apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], operations: ['CREATE'] };
  const policy = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      reinvocationPolicy: 'Never',
      matchConstraints: { resourceRules: [rule], objectSelector: { matchLabels: { policy: name } } },
      mutations: mutations.map(specOf),
    },
  };
  const binding = { ...policy, kind: 'MutatingAdmissionPolicyBinding', spec: { policyName: name } };
  for (const [plural, body] of [
    ['mutatingadmissionpolicies', policy],
    ['mutatingadmissionpolicybindings', binding],
  ] as const) {
    const path = `/apis/admissionregistration.k8s.io/v1/${plural}`;
    const answer = await cluster.request('POST', path, body);
    if (answer.status !== 201) throw new Error(`${name}: ${String(answer.body['message'])}`);
  }
}
