import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportPolicy, type KubernetesObject, readWorkloadPolicies, valueAt, withPacks } from '../../policies/index.ts';
import { resourceOf } from '../../policies/resource.ts';
import { type Case, tested } from '../policies/pack/cases.ts';
import { library } from '../policies/pack/judge-pack.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { clusterPlugins } from './dry-run.ts';
import { until } from './program.ts';

/** The pack zero-trust-mesh, exported, in a real API server: what it takes, and what its policies say of the objects of their cases. */

const folder = mkdtempSync(join(tmpdir(), 'assay-meshes-'));
const profiles = ['istio', 'linkerd', 'cilium', 'istio-mutations', 'linkerd-mutations', 'cilium-mutations'];
const aboutPods = ['mesh-opt-out', 'capture-bypass'];
const aboutMeshes = [
  'destination-rule-tls',
  'authorization-policy',
  'gateway-exposure',
  'linkerd-server',
  'linkerd-authorization',
  'cilium-default-deny',
];
let cluster: ControlPlane;

beforeAll(async () => {
  cluster = await startControlPlane(folder, { withoutPlugins: clusterPlugins });
}, 300_000);

afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const exported = async (word: string): Promise<readonly { readonly metadata: { readonly name: string } }[]> => {
  const { documents } = await withPacks([word], [], library);
  return readWorkloadPolicies(documents).policies.flatMap((policy) => exportPolicy(policy, 36).documents);
};

/** The one policy for one namespace, and nothing else of the pack. */
const bound = (document: object, namespace: string): object =>
  String(valueAt(document, ['kind'])).endsWith('Binding')
    ? {
        ...document,
        spec: {
          ...(valueAt(document, ['spec']) as object),
          matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
        },
      }
    : document;

/** Whether an API server may be sent the object of a case as it is: pods of no other namespace, without what only an update brings. */
const sendable = ({ object, params }: Case): boolean =>
  params === undefined &&
  valueAt(object, ['kind']) === 'Pod' &&
  valueAt(object, ['metadata', 'namespace']) === undefined &&
  valueAt(object, ['spec', 'ephemeralContainers']) === undefined;

describe('the exported pack zero-trust-mesh in a real API server', () => {
  it.each(profiles)('is taken whole: %s', async (profile) => {
    const refused: string[] = [];
    for (const document of await exported(`zero-trust-mesh:${profile}`)) {
      const { status, body } = await cluster.request('POST', `${collection(document)}?dryRun=All`, document);
      if (status !== 201) refused.push(`${document.metadata.name}: ${String(body['message'])}`);
    }
    expect(refused).toEqual([]);
  });

  it.each(aboutPods)('says of pods what the cases of %s say', async (file) => {
    await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: file } });
    const documents = (await exported('zero-trust-mesh')).filter(({ metadata }) =>
      metadata.name.startsWith(`zero-trust-mesh.${file}`),
    );
    await cluster.apply({ apiVersion: 'v1', kind: 'List', items: documents.map((one) => bound(one, file)) });
    const cases = tested.find((one) => one.pack === 'zero-trust-mesh' && one.file === file)?.cases.filter(sendable);
    const bites = ({ want }: Case): boolean => Object.values(want).includes('deny');
    const denied = async ({ object }: Case): Promise<boolean | string> => {
      const { status, body } = await cluster.request('POST', `/api/v1/namespaces/${file}/pods?dryRun=All`, object);
      if (status === 201) return false;
      return String(body['message']).includes('ValidatingAdmissionPolicy') || String(body['message']);
    };
    const first = cases?.find(bites);
    await until(`policies hold in ${file}`, async () => (await denied(first!)) === true);
    for (const one of cases ?? []) expect(await denied(one), one.name).toBe(bites(one));
    expect(cases?.length).toBeGreaterThan(15);
  });

  it.each(aboutMeshes)('says of objects of meshes what the cases of %s say', async (file) => {
    const cases = tested
      .find((one) => one.pack === 'zero-trust-mesh' && one.file === file)!
      .cases.flatMap(({ name, object, params, want }) =>
        object === undefined || params !== undefined
          ? []
          : [{ name, object, bites: Object.values(want).includes('deny') }],
      );
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
        ...definitionsOf(cases.map(({ object }) => object)),
      ],
    });
    const documents = (await exported('zero-trust-mesh:istio,linkerd,cilium')).filter(({ metadata }) =>
      metadata.name.startsWith(`zero-trust-mesh.${file}`),
    );
    const denied = async (object: KubernetesObject): Promise<boolean | string> => {
      const { status, body } = await cluster.request('POST', placeOf(object), object);
      if (status === 201) return false;
      return String(body['message']).includes('ValidatingAdmissionPolicy') || String(body['message']);
    };
    await until(`${file} has its kinds`, async () => {
      const answers = await Promise.all(cases.map(({ object }) => denied(object)));
      return answers.every((answer) => answer === false);
    });
    await cluster.apply({ apiVersion: 'v1', kind: 'List', items: documents });
    const first = cases.find(({ bites }) => bites)!;
    await until(`${file} holds`, async () => (await denied(first.object)) === true);
    for (const { name, object, bites } of cases) expect(await denied(object), name).toBe(bites);
    await cluster.kubectl(['delete', '-f', '-'], { apiVersion: 'v1', kind: 'List', items: documents });
  });
});

/** Kinds of meshes as an API server knows them that has none of their schemas. */
function definitionsOf(objects: readonly KubernetesObject[]): readonly object[] {
  const kinds = Map.groupBy(objects, ({ apiVersion, kind }) => `${String(apiVersion).split('/')[0]} ${String(kind)}`);
  return [...kinds].map(([key, [first, ...others]]) => {
    const [group = '', kind = ''] = key.split(' ');
    const { plural, namespaced } = resourceOf(String(first?.apiVersion), kind);
    const versions = new Set([first, ...others].map((one) => String(one?.apiVersion).split('/')[1]));
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    return {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        names: { kind, plural },
        scope: namespaced ? 'Namespaced' : 'Cluster',
        versions: [...versions].map((name, index) => ({ name, served: true, storage: index === 0, schema })),
      },
    };
  });
}

function placeOf(object: KubernetesObject): string {
  const { plural, namespaced } = resourceOf(String(object.apiVersion), String(object.kind));
  return `/apis/${String(object.apiVersion)}/${namespaced ? 'namespaces/shop/' : ''}${plural}?dryRun=All`;
}

function collection(document: object): string {
  const kind = String(valueAt(document, ['kind'])).toLowerCase();
  return `/apis/${String(valueAt(document, ['apiVersion']))}/${kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`}`;
}
