import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, get as plainGet } from 'node:http';
import { Agent, get as secureGet, request } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { admissionReview } from '../webhook/review-case.ts';
import { createScene, podOf, type Scene } from '../webhook/scene.ts';
import type { Bench, Report } from './bench.ts';
import { type Load, openLoad } from './load.ts';

/**
 * What a review costs above the empty server, and what it asks of the registry. The best peer uses 3.9 ms of CPU for a
 * verified image where the empty server uses 0.22 to 0.45 ms; a tenth of that is 0.9 to 1.8 empty servers.
 */
export const webhookBench: Bench = { name: 'webhook', run: measure };

/** A server runs for weeks: what the engine spends on compiling it is not what a review costs. */
const warmUp = 2_000;
const reviews = 1_000;
const rounds = 8;
/** Enough that a server never waits for a review. */
const connections = 16;

async function measure(report: Report): Promise<void> {
  await using scene = await createScene();
  const agent = new Agent({ keepAlive: true, maxSockets: 8, ca: scene.tls.ca });
  const file = (name: string) => join(scene.folder, name);
  const root = join(import.meta.dirname, '../..');
  const empty = await startServer([join(root, 'test/bench/empty-server.ts'), file('tls.crt'), file('tls.key')]);
  const webhook = await startServer([join(root, 'dist/assay-webhook.js'), '--config', scene.configuration]);
  try {
    await registryRequests(scene, webhook, agent, report);
    await cold(scene, webhook, agent, report);
    await costs(scene, { empty, webhook, agent }, report);
    for (const count of [16, 100]) await manyPolicies(scene, count, empty, report);
  } finally {
    agent.destroy();
    empty.child.kill('SIGKILL');
    webhook.child.kill('SIGKILL');
  }
}

async function registryRequests(scene: Scene, { port }: Server, agent: Agent, report: Report): Promise<void> {
  const count = async (phase: 'mutate' | 'validate', ...images: readonly string[]) => {
    scene.registry.clearRequests();
    await post(agent, port, phase, reviewOf(images));
    return scene.registry.requests.length;
  };
  const one = await scene.publish('one');
  const eight = await scene.publish('eight');
  const first = await count('validate', one.reference);
  report.judge('first review of one container, registry requests', first);
  const times = <T>(value: T): T[] => Array.from({ length: 8 }, () => value);
  report.judge(
    'first review of eight containers, registry requests, in those of one',
    (await count('validate', ...times(eight.reference))) / first,
  );
  report.judge('warm review by digest, registry requests', await count('validate', one.reference));
  await count('mutate', one.name);
  report.judge('warm mutation of a tag, registry requests', await count('mutate', one.name));
}

/** Reviews of images that the webhook has never seen. */
async function cold(scene: Scene, { port }: Server, agent: Agent, report: Report): Promise<void> {
  const times: number[] = [];
  for (let index = 0; index < 30; index += 1) {
    const image = await scene.publish(`cold-${index}`);
    const body = reviewOf([image.reference]);
    const started = performance.now();
    await post(agent, port, 'validate', body);
    times.push(performance.now() - started);
  }
  report.measure('first review of an image, median latency', middle(times), 'ms');
}

interface Servers {
  readonly empty: Server;
  readonly webhook: Server;
  readonly agent: Agent;
}

async function costs(scene: Scene, { empty, webhook, agent }: Servers, report: Report): Promise<void> {
  const image = await scene.publish('warm');
  const one = reviewOf([image.reference]);
  const eight = reviewOf(Array.from({ length: 8 }, () => image.reference));
  report.measure('AdmissionReview of one container', one.length, 'bytes');
  await using toEmpty = await openLoad(empty.port, scene.tls.ca, connections);
  await using toWebhook = await openLoad(webhook.port, scene.tls.ca, connections);
  await toEmpty.send(one, warmUp);
  await toWebhook.send(one, warmUp);
  await toWebhook.send(eight, warmUp);
  // One after the other and again, the cheapest round of each: what the machine does besides only makes one dearer.
  const cpu = { empty: Infinity, one: Infinity, eight: Infinity };
  for (let round = 0; round < rounds; round += 1) {
    cpu.empty = Math.min(cpu.empty, await cpuOf(empty, () => toEmpty.send(one, reviews)));
    cpu.one = Math.min(cpu.one, await cpuOf(webhook, () => toWebhook.send(one, reviews)));
    cpu.eight = Math.min(cpu.eight, await cpuOf(webhook, () => toWebhook.send(eight, reviews)));
  }
  const each = (seconds: number) => (seconds / reviews) * 1000;
  report.measure('empty server, CPU', each(cpu.empty), 'ms');
  report.measure('warm review of one container, CPU', each(cpu.one), 'ms');
  report.measure('warm review of eight containers, CPU', each(cpu.eight), 'ms');
  report.judge('warm review, CPU added to the empty server, in its CPU', (cpu.one - cpu.empty) / cpu.empty);
  report.judge('eight containers of one image, CPU, in that of one', cpu.eight / cpu.one);
  const latency = { empty: await median(agent, empty.port, one), webhook: await median(agent, webhook.port, one) };
  report.measure('empty server, median latency', latency.empty, 'ms');
  report.measure('warm review, median latency', latency.webhook, 'ms');
  report.judge("warm review, median latency, in the empty server's", latency.webhook / latency.empty);
  const memory = {
    empty: await metric(empty, 'process_resident_memory_bytes'),
    webhook: await metric(webhook, 'process_resident_memory_bytes'),
  };
  report.measure('resident memory after the load', memory.webhook / 2 ** 20, 'MiB');
  report.judge("resident memory after the load, in the empty server's", memory.webhook / memory.empty);
}

/** Policies of Pod Security beside the one about signatures: what they leave of the empty server's throughput, on one core of each. */
async function manyPolicies(scene: Scene, count: number, empty: Server, report: Report): Promise<void> {
  const file = (name: string): string => join(scene.folder, name);
  writeFileSync(
    file(`policies-${count}.yaml`),
    Array.from({ length: count }, (_, index) => podPolicy(index)).join('---\n'),
  );
  const configuration = readFileSync(scene.configuration, 'utf8').replace('[policy.yaml]', `[policies-${count}.yaml]`);
  writeFileSync(file(`assay-${count}.yaml`), configuration);
  const root = join(import.meta.dirname, '../..');
  const webhook = await startServer([join(root, 'dist/assay-webhook.js'), '--config', file(`assay-${count}.yaml`)]);
  try {
    const body = reviewOf([(await scene.publish('many')).reference]);
    // Each policy is a function of its own to the engine.
    await using toEmpty = await openLoad(empty.port, scene.tls.ca, connections);
    await using toWebhook = await openLoad(webhook.port, scene.tls.ca, connections);
    await toWebhook.send(body, warmUp * 5);
    const cpu = { empty: Infinity, webhook: Infinity };
    const time = { empty: Infinity, webhook: Infinity };
    const use = async (name: keyof typeof cpu, server: Server, load: Load): Promise<void> => {
      const started = performance.now();
      cpu[name] = Math.min(cpu[name], await cpuOf(server, () => load.send(body, reviews)));
      time[name] = Math.min(time[name], performance.now() - started);
    };
    for (let round = 0; round < rounds; round += 1) {
      await use('empty', empty, toEmpty);
      await use('webhook', webhook, toWebhook);
    }
    report.measure(`review by ${count} Pod policies, CPU`, (cpu.webhook / reviews) * 1000, 'ms');
    report.judge(`review by ${count} Pod policies, CPU, in the empty server's`, cpu.webhook / cpu.empty);
    report.judge(
      `reviews by ${count} Pod policies, sixteen at a time, in the empty server's time`,
      time.webhook / time.empty,
    );
  } finally {
    webhook.child.kill('SIGKILL');
  }
}

const podRules = [
  '!pod.?hostNetwork.orValue(false) && !pod.?hostPID.orValue(false)',
  'pod.containers.all(c, !c.?securityContext.?privileged.orValue(false))',
  'pod.containers.all(c, !has(c.ports) || c.ports.all(p, !has(p.hostPort) || p.hostPort == 0))',
  '!has(pod.volumes) || pod.volumes.all(v, !has(v.hostPath))',
];

const podPolicy = (index: number): string => `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: pods-${index}}
spec:
  validations: [{name: rule, expression: '${podRules[index % podRules.length]} || ${index} < 0'}]
`;

/** About what a Pod of a real cluster weighs: 9 KiB. */
function reviewOf(images: readonly string[]): Buffer {
  const managedFields = Array.from({ length: 60 }, (_, index) => ({
    manager: `controller-${index}`,
    operation: 'Update',
    fieldsType: 'FieldsV1',
    time: '2026-11-02T10:00:00Z',
  }));
  const pod = podOf(...images);
  return Buffer.from(
    JSON.stringify(
      admissionReview({ object: { ...pod, metadata: { name: 'shop', namespace: 'default', managedFields } } }),
    ),
  );
}

/** Milliseconds of a review when there is no other. */
async function median(agent: Agent, port: number, body: Buffer): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < reviews; index += 1) {
    const started = performance.now();
    await post(agent, port, 'validate', body);
    times.push(performance.now() - started);
  }
  return middle(times);
}

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

function post(agent: Agent, port: number, phase: 'mutate' | 'validate', body: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  request({ agent, host: '127.0.0.1', port, path: `/${phase}?timeout=10s`, method: 'POST', headers }, (message) => {
    let text = '';
    message.setEncoding('utf8').on('data', (chunk) => {
      text += String(chunk);
    });
    message.on('end', () =>
      text.includes('"allowed":true') ? resolve() : reject(new Error(`the bench was denied: ${text}`)),
    );
  })
    .on('error', reject)
    .end(body);
  return promise;
}

interface Server {
  readonly child: ChildProcess;
  readonly port: number;
  /** Undefined where the metrics are on the same port, over TLS. */
  readonly metricsPort: number | undefined;
}

async function startServer(args: readonly string[]): Promise<Server> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const listening = Promise.withResolvers<Server>();
  child.on('exit', () => listening.reject(new Error(`${args[0]} ended`)));
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.includes('"listening"')) return;
    const { port, metricsPort } = JSON.parse(line) as { port: number; metricsPort?: number };
    listening.resolve({ child, port, metricsPort });
  });
  return await listening.promise;
}

/** CPU seconds that a server used for some work. */
async function cpuOf(server: Server, work: () => Promise<void>): Promise<number> {
  const before = await metric(server, 'process_cpu_seconds_total');
  await work();
  return (await metric(server, 'process_cpu_seconds_total')) - before;
}

function metric({ port, metricsPort }: Server, name: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const read = (message: IncomingMessage) => {
    let text = '';
    message.setEncoding('utf8').on('data', (chunk) => {
      text += String(chunk);
    });
    message.on('end', () => resolve(Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1])));
  };
  const options = { host: '127.0.0.1', port: metricsPort ?? port, path: '/metrics' };
  const asked =
    metricsPort === undefined
      ? secureGet({ ...options, agent: false, rejectUnauthorized: false }, read)
      : plainGet(options, read);
  asked.on('error', reject);
  return promise;
}
