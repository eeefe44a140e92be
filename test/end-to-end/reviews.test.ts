import { randomUUID } from 'node:crypto';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PublishedImage, pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import { type Installation, install, startWebhook, type Webhook } from './webhook.ts';
import { identity, openWorkshop, type Workshop } from './workshop.ts';

let workshop: Workshop;
let registry: Registry;
let installation: Installation;
let mutating: Webhook;
let validating: Webhook;
/** How many requests there had been when a repository was ready: cosign asks much itself. */
const published = new Map<string, number>();

beforeAll(async () => {
  workshop = await openWorkshop();
  registry = await startRegistry();
  const authority = {
    name: 'release',
    keyless: {
      trustRoot: 'private',
      identities: [{ issuer: identity.issuer, subject: identity.subject.value }],
    },
  };
  const policy = {
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'ClusterWorkloadPolicy',
    metadata: { name: 'releases' },
    spec: { images: [`${registry.host}/acme/{app}`], authorities: [authority], signatures: { from: ['release'] } },
  };
  const configuration = {
    registries: { hosts: [{ host: registry.host, plainHttp: true, allowPrivateAddresses: true }] },
    trustRoots: [{ name: 'private', file: workshop.cosign.file('trusted_root.json') }],
  };
  installation = install(join(workshop.folder, 'webhook'), configuration, [policy]);
  [mutating, validating] = await Promise.all([startWebhook(installation), startWebhook(installation)]);
});

afterAll(async () => {
  await Promise.all([mutating.stop(), validating.stop(), registry.close()]);
  await workshop.stop();
});

describe('two webhook processes', () => {
  it('pin in one, prove in the other', async () => {
    const image = await publish('acme/phases');
    const arrived = pod(image.name);
    const { patch } = await review(mutating, 'mutate', arrived);
    expect(patch).toEqual([
      { op: 'replace', path: '/spec/containers/0/image', value: `${image.name}@${image.digest}` },
    ]);
    expect(await review(validating, 'validate', pod(`${image.name}@${image.digest}`))).toMatchObject({ allowed: true });
  });

  it('do not mind a tag that moves between them', async () => {
    const image = await publish('acme/moved');
    const { patch } = await review(mutating, 'mutate', pod(image.name));
    const moved = await pushImage(registry, { repository: 'acme/moved', tag: 'v1', seed: 'moved' });
    const pinned = String(patch[0]?.value);
    expect(pinned).toBe(`${image.name}@${image.digest}`);
    expect((await review(validating, 'validate', pod(pinned))).allowed).toBe(true);
    expect(await review(validating, 'validate', pod(`${image.name}@${moved.digest}`))).toMatchObject({
      allowed: false,
      message: expect.stringContaining('NO_SIGNATURE') as string,
    });
  });

  it('deny what arrives unpinned, though mutation denies nothing', async () => {
    const image = await publish('acme/unpinned');
    expect((await review(mutating, 'mutate', pod(image.name))).allowed).toBe(true);
    expect(await review(validating, 'validate', pod(image.name))).toMatchObject({
      allowed: false,
      message: expect.stringContaining('NOT_PINNED') as string,
    });
  });
});

describe('the requests to the registry', () => {
  it('are those of one image for eight containers in three reviews at once', async () => {
    const [single, shared] = [await publish('acme/single'), await publish('acme/shared')];
    await review(validating, 'validate', pod(single.reference));
    const alone = requestsFor('acme/single');
    expect(alone.length).toBeGreaterThan(0);

    const crowd = pod(...Array.from({ length: 8 }, () => shared.reference));
    const answers = await Promise.all([1, 2, 3].map(() => review(validating, 'validate', crowd)));
    expect(answers.map(({ allowed }) => allowed)).toEqual([true, true, true]);
    const together = requestsFor('acme/shared');
    expect(together).toHaveLength(alone.length);
    expect(new Set(together).size).toBe(together.length);
  });

  it('are none for a digest that was proven, and one HEAD at most for a tag', async () => {
    const image = await publish('acme/warm');
    for (const reference of [image.reference, image.name]) await review(mutating, 'mutate', pod(reference));
    await review(mutating, 'validate', pod(image.reference));
    published.set('acme/warm', registry.requests.length);
    await review(mutating, 'validate', pod(image.reference));
    expect(requestsFor('acme/warm')).toEqual([]);
    await review(mutating, 'mutate', pod(image.name));
    const again = requestsFor('acme/warm');
    expect(again.length).toBeLessThanOrEqual(1);
    for (const one of again) expect(one).toMatch(/^HEAD .*\/manifests\/v1$/);
  });
});

/** Publishes an image that real cosign signed. */
async function publish(repository: string): Promise<PublishedImage> {
  const image = await pushImage(registry, { repository, tag: 'v1' });
  await workshop.cosign.sign(3, image.reference, { identity });
  published.set(repository, registry.requests.length);
  return image;
}

/** The requests that concern a repository since it was published. */
const requestsFor = (repository: string): string[] =>
  registry.requests
    .slice(published.get(repository) ?? 0)
    .filter(({ path }) => path.startsWith(`/v2/${repository}/`))
    .map(({ method, path }) => `${method} ${path}`);

const pod = (...images: string[]): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod', namespace: 'default' },
  spec: { containers: images.map((image, index) => ({ name: `c${index}`, image })) },
});

interface Answer {
  readonly allowed: boolean;
  readonly message: string;
  readonly patch: readonly { readonly op: string; readonly path: string; readonly value?: unknown }[];
}

/** Asks a webhook as the API server does. */
function review({ url }: Webhook, phase: 'mutate' | 'validate', object: object): Promise<Answer> {
  const uid = randomUUID();
  const body = JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid,
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      name: 'pod',
      namespace: 'default',
      operation: 'CREATE',
      userInfo: { username: 'ann', groups: ['system:authenticated'] },
      object,
      oldObject: null,
      dryRun: false,
      options: { apiVersion: 'meta.k8s.io/v1', kind: 'CreateOptions' },
    },
  });
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const options = { method: 'POST', headers, ca: installation.authority.ca };
    const call = request(`${url}/${phase}?timeout=10s`, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => {
        const answer = JSON.parse(Buffer.concat(chunks).toString('utf8')) as ReviewAnswer;
        if (answer.response.uid !== uid) {
          reject(new Error('the answer has the uid of another request'));
          return;
        }
        const { allowed, status, patch } = answer.response;
        const decoded = patch === undefined ? '[]' : Buffer.from(patch, 'base64').toString('utf8');
        resolve({ allowed, message: status?.message ?? '', patch: JSON.parse(decoded) as Answer['patch'] });
      });
    });
    call.on('error', reject).end(body);
  });
}

interface ReviewAnswer {
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly status?: { readonly message?: string };
    readonly patch?: string;
  };
}
