import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../policies/index.ts';
import { defaulted } from '../../policies/kubernetes/default.ts';
import { judgeObject } from '../policies/kubernetes/judge-object.ts';
import { type ApiAnswer, apiServer, type ApiRequest } from './api-server.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { clusterPlugins } from './dry-run.ts';
import { until } from './program.ts';
import { parameterObjects, type ValidationCase, validatedObjects, validationCases } from './validation-cases.ts';

/** The same ValidatingAdmissionPolicies and objects through the API server's own evaluator and through ours: each that fails warns, with its message. */

const folder = mkdtempSync(join(tmpdir(), 'assay-validations-'));
const registrations = '/apis/admissionregistration.k8s.io/v1';
let cluster: ControlPlane;
let call: (asked: ApiRequest) => Promise<ApiAnswer>;
let namespaces: readonly KubernetesObject[];

beforeAll(async () => {
  cluster = await startControlPlane(folder, { withoutPlugins: clusterPlugins });
  call = apiServer(folder);
  for (const object of parameterObjects) await create('/api/v1/namespaces/default/configmaps', object);
  for (const one of [...validationCases, last]) {
    const [policy, binding] = documentsOf(one);
    const { status, body } = await call({
      method: 'POST',
      path: `${registrations}/validatingadmissionpolicies`,
      body: policy,
    });
    if (status === 422) {
      refused.set(one.name, body);
      continue;
    }
    if (status !== 201) throw new Error(body);
    await create(`${registrations}/validatingadmissionpolicybindings`, binding);
  }
  const probe = labelled(validatedObjects[0]!, last.name);
  await until('the last policy warns', async () => (await dryRun(probe)).warnings.length > 0);
  namespaces = [
    JSON.parse((await call({ method: 'GET', path: '/api/v1/namespaces/default' })).body) as KubernetesObject,
  ];
});

afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Policies that the API server does not take, and what it says of them. */
const refused = new Map<string, string>();

const last: ValidationCase = { name: 'zz-last', validations: [{ expression: 'false' }], paramRef: { name: 'small' } };

async function create(path: string, body: object): Promise<void> {
  const { status, body: text } = await call({ method: 'POST', path, body });
  if (status !== 201) throw new Error(`${path}: ${text}`);
}

function documentsOf({ name, paramRef, ...rest }: ValidationCase): readonly [object, object] {
  const kind = 'ValidatingAdmissionPolicy';
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const rule = (apiGroups: string[], resources: string[]): object => ({
    apiGroups,
    apiVersions: ['v1'],
    operations: ['CREATE'],
    resources,
  });
  const matchConstraints = {
    resourceRules: [rule([''], ['pods', 'configmaps']), rule(['apps'], ['deployments'])],
    objectSelector: { matchLabels: { case: name } },
  };
  const paramKind = paramRef === undefined ? {} : { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } };
  const reference = paramRef === undefined ? {} : { paramRef: { parameterNotFoundAction: 'Allow', ...paramRef } };
  return [
    { apiVersion, kind, metadata: { name }, spec: { matchConstraints, ...paramKind, ...rest } },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata: { name },
      spec: { policyName: name, validationActions: ['Warn'], ...reference },
    },
  ];
}

function labelled(object: KubernetesObject & Readonly<Record<string, unknown>>, name: string): KubernetesObject {
  const metadata = object.metadata as { readonly labels?: object };
  return { ...object, metadata: { ...metadata, namespace: 'default', labels: { ...metadata.labels, case: name } } };
}

const paths: Readonly<Record<string, string>> = {
  Deployment: '/apis/apps/v1/namespaces/default/deployments',
  ConfigMap: '/api/v1/namespaces/default/configmaps',
  Pod: '/api/v1/namespaces/default/pods',
};

const dryRun = (object: KubernetesObject): Promise<ApiAnswer> =>
  call({ method: 'POST', path: `${paths[String(object.kind)]}?dryRun=All`, body: object });

/** What the API server warns of; of an error, whose text is an engine's own, only that it is one. */
async function real(object: KubernetesObject): Promise<readonly string[]> {
  const { status, body, warnings } = await dryRun(object);
  if (status !== 201) throw new Error(body);
  return warnings
    .map((text) => text.replace(/^Validation failed for ValidatingAdmissionPolicy '[^']*' with binding '[^']*': /, ''))
    .map((text) => (/resulted in error|^failed to|composited variable/.test(text) ? 'an error' : text))
    .toSorted();
}

async function ours(one: ValidationCase, object: KubernetesObject): Promise<readonly string[]> {
  const policies = documentsOf(one)
    .map((document) => JSON.stringify(document))
    .join('\n---\n');
  const { findings } = await judgeObject(policies, defaulted(object), {
    objects: [...parameterObjects, ...namespaces],
    userInfo: { username: 'admin', uid: 'admin-uid', groups: ['system:masters', 'system:authenticated'] },
    dryRun: true,
  });
  return findings
    .filter(({ effect }) => effect === 'warn')
    .map(({ kind, found }) => (kind === 'violation' ? found : 'an error'))
    .toSorted();
}

describe('a policy says here what it says in a real API server', () => {
  it.each(validationCases)('$name', async (one) => {
    const said = refused.get(one.name);
    if (said !== undefined) {
      await expect(ours(one, labelled(validatedObjects[0]!, one.name)), said).rejects.toThrow();
      return;
    }
    for (const bare of validatedObjects) {
      const object = labelled(bare, one.name);
      expect(await ours(one, object), `${String(object.kind)} ${JSON.stringify(object.metadata)}`).toEqual(
        await real(object),
      );
    }
  });

  it('in at least 500 pairs of a policy and an object', () => {
    expect(validationCases.length * validatedObjects.length).toBeGreaterThanOrEqual(500);
  });
});
