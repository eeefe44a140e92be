import { execFile } from 'node:child_process';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
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

/** What it costs to find and prove a signature, cold and warm, by kind: requests counted, time as ratios. */
export const evidenceBench: Bench = {
  name: 'evidence',
  async run(report) {
    const verification = bareVerification();
    report.measure('one bare ECDSA P-256 verification', verification, 'ms');
    for (const referrers of [true, false]) {
      await using registry = await startRegistry({ referrers });
      for (const kind of kinds) await benchKind(report, registry, kind, verification);
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

async function benchKind(report: Report, registry: Registry, { name, how }: Kind, verification: number): Promise<void> {
  const image = await pushImage(registry, { repository: 'acme/shop', tag: 'v1', seed: `${name} ${registry.host}` });
  const served = await servesReferrers(registry, image);
  await signImage({ registry, ...image, ...how, via: served ? 'referrers' : 'fallback-tag' });
  const what = `${name}, ${served ? 'referrers API' : 'fallback tag'}`;
  const object = deployment('d', [image.reference]);

  await using cold = open(registry);
  registry.clearRequests();
  await admitted(cold, object);
  report.judge(`${what}: cold, registry requests`, registry.requests.length);
  registry.clearRequests();
  await admitted(cold, object);
  report.judge(`${what}: warm, registry requests`, registry.requests.length);
  report.measure(
    `${what}: warm review in bare verifications`,
    (await fastest(() => admitted(cold, object))) / verification,
    '',
  );

  const slow = registry.faults.add({ kind: 'latency', milliseconds: roundTrip });
  const waited = await fastest(async () => {
    await using fresh = open(registry);
    await admitted(fresh, object);
  }, 5);
  slow();
  report.judge(`${what}: cold, requests in sequence`, Math.floor(waited / roundTrip));
  const proof = await fastest(async () => {
    await using fresh = open(registry);
    await admitted(fresh, object);
  }, 10);
  report.measure(`${what}: cold review without latency in bare verifications`, proof / verification, '');
  await askCosign(report, registry, image, what, how);
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

async function servesReferrers(registry: Registry, image: PublishedImage): Promise<boolean> {
  return (await fetch(`${registry.url}/v2/acme/shop/referrers/${image.digest}`)).status === 200;
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

function bareVerification(): number {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const bytes = Buffer.alloc(1000, 'x');
  const signature = sign('sha256', bytes, privateKey);
  const start = performance.now();
  for (let time = 0; time < 500; time += 1) verify('sha256', bytes, publicKey, signature);
  return (performance.now() - start) / 500;
}

/** What cosign asks a registry for to verify the same image with the same key, where it is at hand. */
async function askCosign(
  report: Report,
  registry: Registry,
  { reference }: PublishedImage,
  what: string,
  { as }: Kind['how'],
): Promise<void> {
  const cosign = process.env['ASSAY_COSIGN3'];
  if (cosign === undefined || as.kind !== 'key') return;
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    writeFileSync(join(folder, 'key.pub'), publicPem(key.publicKey));
    registry.clearRequests();
    const flags = ['--key', join(folder, 'key.pub'), '--insecure-ignore-tlog=true', '--allow-insecure-registry'];
    await promisify(execFile)(cosign, ['verify', ...flags, reference]);
    report.measure(`${what}: cosign 3 for the same image, registry requests`, registry.requests.length, '');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
