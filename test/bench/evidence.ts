import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type PublishedImage, pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import { type Corridor, openCorridor } from '../support/shop/corridor.ts';
import { deployment, shopConfiguration } from '../support/shop/index.ts';
import {
  createSigstore,
  githubIssuer,
  githubWorkflow,
  type ImageSignature,
  keySigner,
  generateKey,
  publicPem,
  type Sigstore,
  signImage,
} from '../support/sigstore/index.ts';
import type { Bench, Report } from './bench.ts';
import { bareVerification } from './proof.ts';

/** What it costs a registry to have a signature found, cold and warm, by kind: requests, all and in sequence. */
export const evidenceBench: Bench = {
  name: 'evidence',
  async run(report) {
    const bare = bareVerification();
    for (const referrers of [true, false]) {
      await using registry = await startRegistry({ referrers });
      for (const kind of kinds) await benchKind(report, registry, kind, referrers, bare);
      await benchEight(report, registry, referrers);
    }
  },
};

const sigstore: Sigstore = createSigstore();
const key = generateKey();
const run = githubWorkflow({ repository: 'acme/shop', workflow: 'release.yml', ref: 'refs/tags/v1' });

interface Kind {
  readonly name: string;
  readonly how: Pick<ImageSignature, 'as' | 'format'> & Partial<ImageSignature>;
}

const kinds: readonly Kind[] = [
  { name: 'key, .sig tag', how: { as: keySigner(key), format: 'sig-tag' } },
  { name: 'key, bundle', how: { as: keySigner(key), format: 'bundle' } },
  { name: 'keyless, .sig tag', how: { as: sigstore.keyless(run), format: 'sig-tag' } },
  { name: 'keyless, bundle', how: { as: sigstore.keyless(run), format: 'bundle' } },
];

/** Milliseconds that each request is held back where the sequence of requests is measured; work of our own is a fraction of it. */
const roundTrip = 100;

async function benchKind(
  report: Report,
  registry: Registry,
  { name, how }: Kind,
  served: boolean,
  bare: number,
): Promise<void> {
  const what = `${name}, ${served ? 'referrers API' : 'fallback tag'}`;
  const publish = async (tag: string): Promise<PublishedImage> => {
    const image = await pushImage(registry, { repository: 'acme/shop', tag, seed: `${what} ${tag}` });
    await signImage({ registry, ...image, ...how, via: served ? 'referrers' : 'fallback-tag' });
    return image;
  };
  const image = await publish('v1');
  const other = await publish('v0');
  const byDigest = deployment('d', [image.reference]);
  const byTag = deployment('d', [image.name]);
  const requests = async (said: string, corridor: Corridor, manifest: string): Promise<void> =>
    report.judge(`${what}: ${said}, registry requests`, await requestsOf(registry, () => admitted(corridor, manifest)));

  await using cold = open(registry);
  await requests('cold', cold, byDigest);
  await requests('warm', cold, byDigest);
  const warm = await fastest(() => admitted(cold, byDigest));
  report.measure(`${what}: warm review in bare verifications`, warm / bare, '');
  await using coldTag = open(registry);
  await requests('tag, cold', coldTag, byTag);
  await requests('tag, warm', coldTag, byTag);
  await using acquainted = open(registry);
  await admitted(acquainted, deployment('d', [other.name]));
  await requests('tag, cold, in a repository asked before', acquainted, byTag);

  const review = (manifest: string) => async (): Promise<void> => {
    await using fresh = open(registry);
    await admitted(fresh, manifest);
  };
  await sequence(report, registry, `${what}: cold`, review(byDigest));
  await sequence(report, registry, `${what}: tag, cold`, review(byTag));
  report.measure(`${what}: cold, 20 ms a round trip`, await delayed(registry, 20, review(byDigest)), 'ms');
  await askCosign(report, registry, image, what, how);
}

/** Eight images of one repository in one object: what they share is asked for once, and none waits for another. */
async function benchEight(report: Report, registry: Registry, served: boolean): Promise<void> {
  const references = await Promise.all(
    Array.from({ length: 8 }, async (_, at) => {
      const image = await pushImage(registry, { repository: 'acme/eight', tag: `v${at}`, seed: `eight ${at}` });
      const via = served ? 'referrers' : 'fallback-tag';
      await signImage({ registry, ...image, as: keySigner(key), format: 'bundle', via });
      return image.reference;
    }),
  );
  const what = `eight images, bundles, ${served ? 'referrers API' : 'fallback tag'}`;
  const manifest = deployment('d', references);
  await using cold = open(registry);
  report.judge(`${what}: cold, registry requests`, await requestsOf(registry, () => admitted(cold, manifest)));
  report.judge(`${what}: warm, registry requests`, await requestsOf(registry, () => admitted(cold, manifest)));
  await sequence(report, registry, `${what}: cold`, async () => {
    await using fresh = open(registry);
    await admitted(fresh, manifest);
  });
}

/** Requests that reach a registry while something is done. */
async function requestsOf(registry: Registry, work: () => Promise<void>): Promise<number> {
  registry.clearRequests();
  await work();
  return registry.requests.length;
}

const sequence = async (report: Report, registry: Registry, what: string, work: () => Promise<void>): Promise<void> =>
  report.judge(`${what}, requests in sequence`, Math.floor((await delayed(registry, roundTrip, work)) / roundTrip));

/** Milliseconds of some work where each request is held back for so many. */
async function delayed(registry: Registry, milliseconds: number, work: () => Promise<void>): Promise<number> {
  const over = registry.faults.add({ kind: 'latency', milliseconds });
  const waited = await fastest(work, 5);
  over();
  return waited;
}

const open = (registry: Registry): Corridor =>
  openCorridor({
    configuration: shopConfiguration(registry.host),
    policies: `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: p}
spec:
  images: ["${registry.host}/acme/*"]
  authorities:
  - name: key
    key: {data: ${JSON.stringify(publicPem(key.publicKey))}}
  - name: release
    keyless:
      trustRoot: private
      identities: [{issuer: "${githubIssuer}", subject: "${run.subject.value}"}]
  signatures: {from: [key, release]}
`,
    files: { 'trusted_root.json': sigstore.trustedRoot },
  });

async function admitted(corridor: Corridor, object: string): Promise<void> {
  const { allowed, findings } = await corridor.judge(object);
  if (!allowed) throw new Error(`not admitted: ${JSON.stringify(findings)}`);
}

/** Milliseconds of the fastest of several: what the work itself takes, on a machine that others share. */
async function fastest(work: () => Promise<void>, times = 30): Promise<number> {
  let best = Infinity;
  for (let time = 0; time < times; time += 1) {
    const start = performance.now();
    await work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** What cosign asks a registry for to verify the same image with the same key, where it is at hand. */
async function askCosign(
  report: Report,
  registry: Registry,
  { reference }: PublishedImage,
  what: string,
  { as, format }: Kind['how'],
): Promise<void> {
  if (as.kind !== 'key') return;
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  writeFileSync(join(folder, 'key.pub'), publicPem(key.publicKey));
  // The trusted root keeps cosign from asking for one in the world.
  writeFileSync(join(folder, 'trusted_root.json'), sigstore.trustedRoot);
  const root = ['--trusted-root', join(folder, 'trusted_root.json')];
  const flags = ['--key', join(folder, 'key.pub'), '--insecure-ignore-tlog=true', '--allow-insecure-registry'];
  try {
    for (const generation of [2, 3]) {
      const cosign = process.env[`ASSAY_COSIGN${generation}`];
      if (cosign === undefined) continue;
      // cosign 2 looks for bundles only where it is told to, and then for nothing else.
      const more = generation === 2 && format === 'bundle' ? ['--new-bundle-format', ...root] : [];
      const requests = await requestsOf(registry, async () => {
        await promisify(execFile)(cosign, ['verify', ...flags, ...more, reference]);
      });
      report.measure(`${what}: cosign ${generation} for the same image, registry requests`, requests, '');
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
