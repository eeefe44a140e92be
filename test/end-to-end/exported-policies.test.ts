import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  type ExportedDocument,
  exportPolicy,
  type KubernetesObject,
  readWorkloadPolicies,
  valueAt,
  withPacks,
} from '../../policies/index.ts';
import { library } from '../policies/pack/judge-pack.ts';
import { type Answer, type ControlPlane, startControlPlane } from './control-plane.ts';
import { clusterPlugins } from './dry-run.ts';
import { until } from './program.ts';

/** The pack pod-security, exported, in a real API server: a namespace for each level and version, and the pods of Kubernetes sent to theirs. */

const folder = mkdtempSync(join(tmpdir(), 'assay-exported-'));
const corpus = join(process.env['ASSAY_CORPUS'] ?? '../shared/corpus', 'pod-security');
const places = existsSync(corpus)
  ? ['baseline', 'restricted'].flatMap((level) =>
      readdirSync(join(corpus, level)).map((version) => ({
        level,
        version,
        namespace: `${level}-${version.replace('.', '-')}`,
      })),
    )
  : [];
let cluster: ControlPlane;

beforeAll(async () => {
  cluster = await startControlPlane(folder, { withoutPlugins: clusterPlugins });
  const documents: object[] = [];
  for (const { level, version, namespace } of places) {
    documents.push({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    documents.push(...(await exported(`pod-security:${level}@${version}`)).map((one) => inNamespace(one, namespace)));
  }
  await cluster.apply({ apiVersion: 'v1', kind: 'List', items: documents });
  for (const { namespace } of places) {
    const bad = pod({
      hostNetwork: true,
      hostPID: true,
      containers: [{ ...container, securityContext: { privileged: true } }],
    });
    await until(`policies hold in ${namespace}`, async () => denied(await send(bad, namespace)));
  }
}, 300_000);

afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function exported(word: string): Promise<readonly ExportedDocument[]> {
  const { documents } = await withPacks([word], [], library);
  return readWorkloadPolicies(documents).policies.flatMap((policy) => exportPolicy(policy, 36).documents);
}

/** The same for one namespace, beside those of others. */
function inNamespace({ apiVersion, kind, metadata, spec }: ExportedDocument, namespace: string): object {
  const name = `${namespace}.${metadata.name}`;
  if (!kind.endsWith('Binding')) return { apiVersion, kind, metadata: { ...metadata, name }, spec };
  const matchResources = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } };
  return { apiVersion, kind, metadata: { name }, spec: { ...spec, policyName: name, matchResources } };
}

const container = { name: 'a', image: 'a.example/b' };
const pod = (spec: object): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec });

const send = (object: object, namespace: string, path = 'api/v1', resource = 'pods'): Promise<Answer> =>
  cluster.request('POST', `/${path}/namespaces/${namespace}/${resource}?dryRun=All`, object);

const denied = ({ status, body }: Answer): boolean =>
  status === 422 &&
  /^\S+ "[^"]*" is (?:invalid|forbidden): ValidatingAdmissionPolicy|ValidatingAdmissionPolicy '[^']+' .* denied request/.test(
    String(body['message']),
  );

/** Names of the corpus are no names of Pods. */
const named = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: { ...(valueAt(object, ['metadata']) as object), name: 'web' },
});

/** An API server of 1.36 takes no Pod with an unmasked /proc without users of its own, whatever policies say. */
const isNoPod = (file: string, { status, body }: Answer): boolean =>
  file.startsWith('procmount') && status === 422 && String(body['message']).includes('`hostUsers` must be false');

function template(object: KubernetesObject, kind: 'Deployment' | 'CronJob'): object {
  const labels = { app: 'web' };
  const inner = { metadata: { ...(valueAt(object, ['metadata']) as object), labels }, spec: valueAt(object, ['spec']) };
  if (kind === 'Deployment')
    return {
      apiVersion: 'apps/v1',
      kind,
      metadata: { name: 'web' },
      spec: { selector: { matchLabels: labels }, template: inner },
    };
  const never = { ...inner, spec: { ...(inner.spec as object), restartPolicy: 'Never' } };
  return {
    apiVersion: 'batch/v1',
    kind,
    metadata: { name: 'web' },
    spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template: never } } },
  };
}

describe('the exported pack pod-security in a real API server', () => {
  it.each(places)(
    'is right about every pod of Kubernetes for $level $version',
    async ({ level, version, namespace }) => {
      const wrong: string[] = [];
      for (const want of ['pass', 'fail'])
        for (const file of readdirSync(join(corpus, level, version, want))) {
          const object = parse(readFileSync(join(corpus, level, version, want, file), 'utf8')) as KubernetesObject;
          const answer = await send(named(object), namespace);
          const right = want === 'pass' ? answer.status === 201 : denied(answer) || isNoPod(file, answer);
          if (!right) wrong.push(`${want}/${file}: ${answer.status} ${String(answer.body['message'])}`);
        }
      expect(wrong).toEqual([]);
    },
  );

  it('says of Deployments and CronJobs what it says of their pods', async () => {
    const { namespace } = places.find(({ level, version }) => level === 'restricted' && version === 'v1.34')!;
    const root = join(corpus, 'restricted', 'v1.34');
    for (const want of ['pass', 'fail'])
      for (const file of readdirSync(join(root, want)).filter((_, index) => index % 4 === 0)) {
        const object = parse(readFileSync(join(root, want, file), 'utf8')) as KubernetesObject;
        const answers = [
          await send(template(object, 'Deployment'), namespace, 'apis/apps/v1', 'deployments'),
          await send(template(object, 'CronJob'), namespace, 'apis/batch/v1', 'cronjobs'),
        ];
        for (const answer of answers)
          expect(
            want === 'pass' ? answer.status === 201 : denied(answer),
            `${file}: ${String(answer.body['message'])}`,
          ).toBe(true);
      }
  });

  it('makes the mutations, and takes the hardening', async () => {
    const items = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mutated' } },
      ...(await exported('pod-security:mutations@v1.36')).map((one) => inNamespace(one, 'mutated')),
      ...(await exported('pod-security:hardened@v1.36')).map((one) => inNamespace(one, 'nowhere')),
    ];
    await cluster.apply({ apiVersion: 'v1', kind: 'List', items });
    const confined = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
    const wanted = {
      automountServiceAccountToken: false,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{ name: 'a', securityContext: confined }],
    };
    const bare = { metadata: {}, spec: { containers: [container] } } as KubernetesObject;
    const [inPod, inCronJob] = [['spec'], ['spec', 'jobTemplate', 'spec', 'template', 'spec']];
    const markers = ['"ALL"', 'allowPrivilegeEscalation', 'RuntimeDefault', 'automountServiceAccountToken'];
    const written = ({ body }: Answer, path: readonly string[]) =>
      markers.every((marker) => JSON.stringify(valueAt(body, path) ?? null).includes(marker));
    let made: Answer | undefined;
    let cron: Answer | undefined;
    // The API server takes each document up at a time of its own, those about CronJobs too.
    await until('the mutations hold', async () => {
      made = await send(pod({ containers: [container] }), 'mutated');
      cron = await send(template(bare, 'CronJob'), 'mutated', 'apis/batch/v1', 'cronjobs');
      return written(made, inPod) && written(cron, inCronJob);
    });
    expect(valueAt(made?.body, inPod)).toMatchObject(wanted);
    expect(valueAt(cron?.body, inCronJob)).toMatchObject(wanted);
  });
});
