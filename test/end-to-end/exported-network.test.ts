import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Document,
  type ExportedDocument,
  exportPolicy,
  readWorkloadPolicies,
  valueAt,
} from '../../policies/index.ts';
import { type Case, tested } from '../policies/pack/cases.ts';
import { type Answer, type ControlPlane, startControlPlane } from './control-plane.ts';
import { clusterPlugins } from './dry-run.ts';
import { until } from './program.ts';

/** The cases of network-zero-trust about kinds that are built in, sent to a real API server that enforces the pack as exported. */

const folder = mkdtempSync(join(tmpdir(), 'assay-network-'));
const resources: Readonly<Record<string, string>> = {
  'networking.k8s.io/v1 NetworkPolicy': 'apis/networking.k8s.io/v1 networkpolicies',
  'networking.k8s.io/v1 Ingress': 'apis/networking.k8s.io/v1 ingresses',
  'v1 Service': 'api/v1 services',
  'v1 Pod': 'api/v1 pods',
  'apps/v1 Deployment': 'apis/apps/v1 deployments',
};
const policies = tested
  .filter(({ pack, document }) => pack === 'network-zero-trust' && !asksWho(document))
  .map(({ file, document, cases }) => ({
    file,
    documents: readWorkloadPolicies([document]).policies.flatMap((policy) => exportPolicy(policy, 36).documents),
    cases: cases.filter(isPlain),
  }))
  .filter(({ documents, cases }) => documents.length > 0 && cases.some((one) => isWanted(one) === 'denied'));
const mutations = tested
  .filter(({ pack, file }) => pack === 'network-zero-trust' && file.startsWith('set-'))
  .flatMap(({ document }) =>
    readWorkloadPolicies([document]).policies.flatMap((policy) => exportPolicy(policy, 36).documents),
  );
let cluster: ControlPlane;

/** Whoever asks here is an administrator, who may do all of it. */
function asksWho({ value }: Document): boolean {
  return valueAt(value, ['spec', 'paramSchema', 'properties', 'platformGroups']) !== undefined;
}

/** Parameters are written into what is exported. */
function isPlain({ object, oldObject, params, user, operation }: Case): boolean {
  const others = oldObject ?? params ?? user ?? operation;
  return others === undefined && object !== undefined && resourceOf(object) !== undefined;
}

function resourceOf(object: object): string | undefined {
  return resources[`${String(valueAt(object, ['apiVersion']))} ${String(valueAt(object, ['kind']))}`];
}

beforeAll(async () => {
  cluster = await startControlPlane(folder, { withoutPlugins: clusterPlugins });
  const items = policies.flatMap(({ file, documents }) => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: file } },
    ...documents.map((one) => inNamespace(one, file)),
  ]);
  items.push({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mutated' } });
  items.push(...mutations.map((one) => inNamespace(one, 'mutated')));
  await cluster.apply({ apiVersion: 'v1', kind: 'List', items });
  for (const { file, cases } of policies) {
    const bad = cases.find((one) => isWanted(one) === 'denied');
    if (bad !== undefined) await until(`${file} holds`, async () => (await send(bad, file)).status >= 400);
  }
}, 300_000);

afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function inNamespace({ apiVersion, kind, metadata, spec }: ExportedDocument, namespace: string): object {
  if (!kind.endsWith('Binding')) return { apiVersion, kind, metadata, spec };
  const matchResources = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } };
  return { apiVersion, kind, metadata, spec: { ...spec, matchResources } };
}

function send({ object }: Case, namespace: string): Promise<Answer> {
  const [path = '', resource = ''] = (resourceOf(object!) ?? '').split(' ');
  const { namespace: _, ...metadata } = valueAt(object, ['metadata']) as { readonly namespace?: string };
  return cluster.request('POST', `/${path}/namespaces/${namespace}/${resource}?dryRun=All`, { ...object, metadata });
}

function isWanted({ want }: Case): string {
  return Object.values(want).includes('deny') ? 'denied' : 'taken';
}

/** What the API server does not take under any policy is not told apart by one. */
function outcome({ status, body }: Answer): string {
  if (status === 201) return 'taken';
  const message = String(body['message']);
  if (message.includes('ValidatingAdmissionPolicy')) return 'denied';
  return status === 422 || status === 400 ? 'no such object' : `${status} ${message}`;
}

const open = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'open' },
  spec: { podSelector: {}, egress: [{ to: [{ podSelector: {} }, { ipBlock: { cidr: '0.0.0.0/1' } }] }] },
};
const secured = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'secured' },
  spec: {
    tls: [{ hosts: ['a.example.com'] }],
    defaultBackend: { service: { name: 'web', port: { number: 80 } } },
  },
};

describe('the exported pack network-zero-trust in a real API server', () => {
  it('makes the mutations of the pack', async () => {
    const sent = (object: object): Promise<Answer> => send({ name: '', want: {}, object }, 'mutated');
    const except = ['spec', 'egress', 0, 'to', 1, 'ipBlock', 'except'];
    await until('mutations hold', async () => valueAt((await sent(open)).body, except) !== undefined);
    expect(valueAt((await sent(open)).body, except)).toEqual(['10.0.0.0/8', '100.100.100.200/32']);
    await until('the redirect is written', async () => {
      const annotations = valueAt((await sent(secured)).body, ['metadata', 'annotations']);
      return valueAt(annotations, ['nginx.ingress.kubernetes.io/force-ssl-redirect']) === 'true';
    });
  });

  it.each(policies)('is right about the cases of $file', async ({ file, cases }) => {
    const wrong: string[] = [];
    for (const one of cases) {
      const answer = await send(one, file);
      const got = outcome(answer);
      if (got !== isWanted(one) && got !== 'no such object')
        wrong.push(`${one.name}: ${got}: ${String(answer.body['message'])}`);
    }
    expect(wrong).toEqual([]);
  });
});
