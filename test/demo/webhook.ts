import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';

/** A webhook that runs as what users install, and how to ask it. */
export interface Reviewer {
  readonly url: string;
  readonly ca: string;
  stop(): Promise<void>;
}

/** What both phases made of a manifest. */
export interface Verdict {
  readonly allowed: boolean;
  readonly message: string;
  /** Images that mutation wrote in. */
  readonly patches: readonly string[];
  /** Both phases together. */
  readonly milliseconds: number;
}

const bundle = join(import.meta.dirname, '..', '..', 'dist', 'assay-webhook.js');

/** Starts the bundle over a folder with `assay.yaml` and waits until it says that it is ready; what it logs is shown if it does not. */
export async function startWebhook(folder: string, { port }: { readonly port: number }, ca: string): Promise<Reviewer> {
  const child = spawn(process.execPath, [bundle, '--config', join(folder, 'assay.yaml')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const url = `https://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) break;
    if (await ready(url, ca)) return { url, ca, stop: () => stop(child) };
    await pause(50);
  }
  await stop(child);
  throw new Error(`the webhook does not become ready; it said:\n${log}`);
}

/** Sends a manifest through mutation and, as the API server would, what comes out of it through validation. */
export async function admit(reviewer: Reviewer, manifest: string): Promise<Verdict> {
  const object: unknown = parse(manifest);
  const start = performance.now();
  const mutated = await review(reviewer, '/mutate', object);
  const patches =
    mutated.patch === undefined ? [] : (JSON.parse(Buffer.from(mutated.patch, 'base64').toString()) as Patch[]);
  for (const patch of patches) replace(object, patch);
  const validated = await review(reviewer, '/validate', object);
  const milliseconds = performance.now() - start;
  return {
    allowed: validated.allowed,
    message: validated.status?.message ?? '',
    patches: patches.map(({ value }) => value),
    milliseconds,
  };
}

interface Patch {
  readonly path: string;
  readonly value: string;
}

interface AdmissionResponse {
  readonly allowed: boolean;
  readonly patch?: string;
  readonly status?: { readonly message?: string };
}

async function review({ url, ca }: Reviewer, path: string, object: unknown): Promise<AdmissionResponse> {
  const { apiVersion = '', kind = '' } = object as { apiVersion?: string; kind?: string };
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const uid = randomUUID();
  const body = JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid,
      kind: { group, version, kind },
      operation: 'CREATE',
      namespace: 'shop',
      userInfo: { username: 'demo' },
      object,
    },
  });
  const answer = await send(`${url}${path}?timeout=10s`, ca, body);
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
  const { response } = JSON.parse(answer.text) as { response: AdmissionResponse & { uid: string } };
  if (response.uid !== uid) throw new Error(`${path} answered another review`);
  return response;
}

async function ready(url: string, ca: string): Promise<boolean> {
  try {
    return (await send(`${url}/readyz`, ca)).status === 200;
  } catch {
    return false;
  }
}

function send(url: string, ca: string, body?: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const sent = request(
      url,
      { ca, method, headers: body === undefined ? {} : { 'content-type': 'application/json' } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      },
    );
    sent.on('error', reject).end(body);
  });
}

/** RFC 6902 `replace`, which is all that pinning writes. */
function replace(object: unknown, { path, value }: Patch): void {
  const steps = path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop() ?? '';
  const owner = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], object);
  (owner as Record<string, unknown>)[last] = value;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await ended;
}

/** A port on loopback that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
