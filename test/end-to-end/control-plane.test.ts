import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PublishedImage, pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { until } from './program.ts';
import { type Installation, install, registration, startWebhook, type Webhook } from './webhook.ts';
import { workloads } from './workloads.ts';
import { identity, openWorkshop, type Workshop } from './workshop.ts';

let workshop: Workshop;
let registry: Registry;
/** A registry that is out of order in its own test, so that nobody else waits for it. */
let throttled: Registry;
let installation: Installation;
let webhooks: Webhook[] = [];
let cluster: ControlPlane;
let signed: PublishedImage;
let unsigned: PublishedImage;

beforeAll(async () => {
  workshop = await openWorkshop();
  registry = await startRegistry();
  throttled = await startRegistry();
  signed = await publish('acme/shop', 'v1', 'keyless');
  unsigned = await publish('acme/shop', 'wild');
  installation = install(join(workshop.folder, 'webhook'), configuration(), policies());
  webhooks = await Promise.all([startWebhook(installation), startWebhook(installation)]);
  cluster = await startControlPlane(join(workshop.folder, 'cluster'), { controllers: true });
  const [mutating, validating] = webhooks;
  for (const document of registration(installation, mutating!, validating!)) await cluster.apply(document);
  // The API server learns of its webhooks by watching; until then it asks nobody.
  await until('validation denies', async () => (await tryOut(pod('probe', unsigned.name))).exit !== 0);
  await until('mutation pins', async () => {
    const { stdout } = await tryOut(pod('probe', signed.name));
    return stdout.includes(signed.digest);
  });
});

afterAll(async () => {
  await cluster?.stop();
  await Promise.all(webhooks.map((webhook) => webhook.stop()));
  await Promise.all([registry.close(), throttled.close()]);
  await workshop.stop();
});

beforeEach(() => {
  registry.faults.clear();
});

describe('a cluster with Assay', () => {
  it('takes a Pod whose image is signed by the workflow, and pins it', async () => {
    await cluster.apply(pod('signed', signed.name));
    expect(imageOf(await cluster.get('pod', 'signed'))).toBe(`${signed.name}@${signed.digest}`);
  });

  it('takes a Pod whose image is signed with the key', async () => {
    const image = await publish('acme/tools', 'v1', 'key');
    await cluster.apply(pod('tools', image.name));
    expect(imageOf(await cluster.get('pod', 'tools'))).toBe(`${image.name}@${image.digest}`);
  });

  it('denies a Pod whose image nobody signed, and says which, why, and what to do', async () => {
    const { exit, stderr } = await create(pod('wild', unsigned.name));
    expect(exit).not.toBe(0);
    expect(stderr).toContain('admission webhook "validate.assay.dev" denied the request');
    expect(stderr).toContain('releases/signatures');
    expect(stderr).toContain('spec.containers[0].image');
    expect(stderr).toContain(unsigned.name);
    expect(stderr).toContain('NO_SIGNATURE');
    expect(stderr).toContain('assay explain NO_SIGNATURE');
  });

  it('denies a Pod whose image somebody else signed, and says who', async () => {
    const image = await publish('acme/shop', 'mallory');
    const subject = { kind: 'uri' as const, value: identity.subject.value.replace('acme', 'mallory') };
    await workshop.cosign.sign(3, image.reference, { identity: { ...identity, subject } });
    const { exit, stderr } = await create(pod('mallory', image.name));
    expect(exit).not.toBe(0);
    expect(stderr).toContain('SIGNER_NOT_ACCEPTED');
    expect(stderr).toContain(subject.value);
  });

  it('A-ADM-6: judges every container: init containers too', async () => {
    const { metadata, ...rest } = pod('init', signed.name);
    const spec = { ...rest.spec, initContainers: [{ name: 'first', image: unsigned.name }] };
    const { exit, stderr } = await create({ ...rest, metadata, spec });
    expect(exit).not.toBe(0);
    expect(stderr).toContain('spec.initContainers[0].image');
  });

  it('A-ADM-1: judges an ephemeral container that is added to a running Pod', async () => {
    await cluster.apply(pod('debugged', signed.name));
    const add = (image: string) => {
      const ephemeralContainers = [{ name: 'debugger', image, targetContainerName: 'app' }];
      const patch = JSON.stringify({ spec: { ephemeralContainers } });
      return cluster.kubectl(['patch', 'pod', 'debugged', '--subresource=ephemeralcontainers', '-p', patch]);
    };
    const denied = await add(unsigned.name);
    expect(denied.exit).not.toBe(0);
    expect(denied.stderr).toContain('spec.ephemeralContainers[0].image');
    expect(await add(signed.name)).toMatchObject({ exit: 0 });
  });

  it('takes a Deployment whose image is signed, and its Pods come up pinned', async () => {
    await cluster.apply(deployment('shop', signed.name));
    await expect
      .poll(async () => podsOf('shop'), { timeout: 30_000, interval: 250 })
      .toEqual([`${signed.name}@${signed.digest}`, `${signed.name}@${signed.digest}`]);
  });

  it('denies a Deployment whose image nobody signed, before any Pod', async () => {
    const { exit, stderr } = await create(deployment('wild', unsigned.name));
    expect(exit).not.toBe(0);
    expect(stderr).toContain('spec.template.spec.containers[0].image');
    expect(stderr).toContain('NO_SIGNATURE');
  });

  for (const [kind, { path, wrap }] of Object.entries(workloads)) {
    it(`judges the template of a ${kind}`, async () => {
      const denied = await tryOut(wrap(unsigned.name));
      expect(denied.exit).not.toBe(0);
      expect(denied.stderr).toContain(`${path}.containers[0].image`);
      expect(denied.stderr).toContain('NO_SIGNATURE');
      expect(await tryOut(wrap(signed.name))).toMatchObject({ exit: 0 });
    });
  }

  it('judges an image that is mounted as a volume', async () => {
    const mounting = (reference: string) => {
      const { spec, ...rest } = pod('mounting', signed.name);
      return { ...rest, spec: { ...spec, volumes: [{ name: 'data', image: { reference } }] } };
    };
    const denied = await tryOut(mounting(unsigned.name));
    expect(denied.stderr).toContain('spec.volumes[0].image.reference');
    expect(denied.exit).not.toBe(0);
    const { exit, stdout } = await tryOut(mounting(signed.name));
    expect(exit).toBe(0);
    expect(stdout).toContain(`"reference": "${signed.name}@${signed.digest}"`);
  });

  it('judges the new image of a running Pod, and leaves the old one alone where another field changes', async () => {
    await cluster.apply(pod('running', signed.name));
    const denied = await cluster.kubectl(['set', 'image', 'pod/running', `app=${unsigned.name}`]);
    expect(denied.stderr).toContain('NO_SIGNATURE');
    const next = await publish('acme/shop', 'v2', 'keyless');
    expect(await cluster.kubectl(['set', 'image', 'pod/running', `app=${next.name}`])).toMatchObject({ exit: 0 });
    expect(imageOf(await cluster.get('pod', 'running'))).toBe(`${next.name}@${next.digest}`);
    expect(await cluster.kubectl(['label', 'pod', 'running', 'tier=web'])).toMatchObject({ exit: 0 });
    expect(imageOf(await cluster.get('pod', 'running'))).toBe(`${next.name}@${next.digest}`);
  });

  it('denies a tag that moved to an unsigned image, and takes the digest that was signed', async () => {
    const image = await publish('acme/moving', 'v1', 'keyless');
    await cluster.apply(pod('before', image.name));
    await pushImage(registry, { repository: 'acme/moving', tag: 'v1', seed: 'moved' });
    expect((await create(pod('after', image.name))).stderr).toContain('NO_SIGNATURE');
    await cluster.apply(pod('pinned', image.reference));
    expect(imageOf(await cluster.get('pod', 'before'))).toContain(image.digest);
  });

  it('A-ADM-17, A-REF-1: does not mind a tag that moves between mutation and validation', async () => {
    const image = await publish('acme/racing', 'v1', 'keyless');
    const other = await pushImage(registry, { repository: 'acme/racing', seed: 'other' });
    registry.faults.add(
      { kind: 'answers-in-turn', references: ['v1', other.digest] },
      { path: '*/acme/racing/manifests/v1' },
    );
    await cluster.apply(pod('racing', image.name));
    expect(imageOf(await cluster.get('pod', 'racing'))).toBe(`${image.name}@${image.digest}`);
  });

  it('denies a Pod that arrives unpinned, and one that is pinned to another digest', async () => {
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'raw', labels: { unmutated: 'yes' } },
    });
    const inRaw = (name: string, image: string) => ({ ...pod(name, image), metadata: { name, namespace: 'raw' } });
    expect((await create(inRaw('unpinned', signed.name))).stderr).toContain('NOT_PINNED');
    expect((await create(inRaw('other', `${signed.name}@${unsigned.digest}`))).stderr).toContain('NO_SIGNATURE');
    expect((await create(inRaw('proven', `${signed.name}@${signed.digest}`))).exit).toBe(0);
  });

  it('denies what it cannot find out, and says that it could not', async () => {
    const image = await pushImage(throttled, { repository: 'acme/shop', tag: 'v1' });
    throttled.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': '60' } });
    const { exit, stderr } = await create(pod('throttled', image.name));
    expect(exit).not.toBe(0);
    expect(stderr).toContain('REGISTRY_LIMITED');
    expect(stderr).toContain('429');
    expect(stderr).not.toContain('NO_SIGNATURE');
  });

  it('answers a dry run as it would answer the real thing', async () => {
    expect((await tryOut(pod('dry', signed.name))).exit).toBe(0);
    expect((await tryOut(pod('dry', unsigned.name))).stderr).toContain('NO_SIGNATURE');
    expect((await cluster.kubectl(['get', 'pod', 'dry'])).exit).not.toBe(0);
  });

  it('asks the registry for nothing that it has proven already', async () => {
    registry.clearRequests();
    await cluster.apply(pod('again', signed.reference));
    expect(registry.requests).toEqual([]);
  });
});

/** Publishes an image, signed by real cosign as asked. */
async function publish(repository: string, tag: string, how?: 'keyless' | 'key'): Promise<PublishedImage> {
  const image = await pushImage(registry, { repository, tag });
  if (how === 'keyless') await workshop.cosign.sign(3, image.reference, { identity });
  if (how === 'key') await workshop.cosign.sign(2, image.reference, { key: workshop.key });
  return image;
}

const configuration = (): object => ({
  registries: {
    hosts: [registry, throttled].map(({ host }) => ({ host, plainHttp: true, allowPrivateAddresses: true })),
  },
  trustRoots: [{ name: 'private', file: workshop.cosign.file('trusted_root.json') }],
});

const policies = (): object[] => [
  policy(
    'releases',
    [registry, throttled].map(({ host }) => `${host}/acme/{app}`),
    {
      name: 'release',
      keyless: {
        trustRoot: 'private',
        identities: [{ issuer: identity.issuer, subject: identity.subject.value, runnerEnvironment: 'github-hosted' }],
      },
    },
  ),
];

function policy(name: string, images: string[], keyless: object): object {
  const key = { name: 'key', key: { data: readFileSync(`${workshop.key}.pub`, 'utf8') } };
  return {
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'ClusterWorkloadPolicy',
    metadata: { name },
    spec: { images, authorities: [keyless, key], signatures: { from: ['release', 'key'] } },
  };
}

const pod = (name: string, image: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'app', image }] },
});

const deployment = (name: string, image: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image }] } },
  },
});

const create = (manifest: object) => cluster.kubectl(['create', '-f', '-'], manifest);
const tryOut = (manifest: object) => cluster.kubectl(['create', '--dry-run=server', '-o', 'json', '-f', '-'], manifest);

function imageOf(document: unknown): string {
  const { spec } = document as { spec?: { containers: { image: string }[] } };
  return spec?.containers[0]?.image ?? '';
}

async function podsOf(app: string): Promise<string[]> {
  const { stdout } = await cluster.kubectl(['get', 'pods', '-l', `app=${app}`, '-o', 'json']);
  return (JSON.parse(stdout) as { items: unknown[] }).items.map(imageOf);
}
