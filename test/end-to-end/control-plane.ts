import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { generateKey } from '../support/sigstore/index.ts';
import { freePort, type Outcome, provisioned, run, serve, type Service, succeed } from './program.ts';

/** A kube-apiserver and its etcd, without nodes. */
export interface ControlPlane {
  /** Runs kubectl as an administrator, with a manifest as standard input where one is given. */
  kubectl(args: readonly string[], input?: object | string): Promise<Outcome>;
  /** Sends one request as an administrator, and gives the JSON that is answered. */
  request(method: string, path: string, body?: object): Promise<Answer>;
  /** Applies a manifest that must be taken. */
  apply(manifest: object): Promise<void>;
  /** Reads an object as JSON. */
  get(kind: string, name: string, namespace?: string): Promise<Record<string, unknown>>;
  readonly stop: () => Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ControlPlaneOptions {
  /** Deployments become ReplicaSets and Pods, and policies are checked against types. */
  readonly controllers?: boolean;
  /** Admission plugins to do without, besides ServiceAccount. */
  readonly withoutPlugins?: readonly string[];
}

/** Starts a control plane in a folder of its own. */
export async function startControlPlane(folder: string, options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  mkdirSync(folder, { recursive: true });
  const assets = provisioned('KUBEBUILDER_ASSETS');
  const services: Service[] = [];
  const stop = async (): Promise<void> => {
    for (const service of services.reverse()) await service.stop();
  };
  try {
    const etcd = `http://127.0.0.1:${await freePort()}`;
    services.push(await startEtcd(assets, folder, etcd));
    const port = await freePort();
    services.push(await startServer(assets, folder, etcd, port, options));
    const kubeconfig = writeKubeconfig(folder, port);
    if (options.controllers === true) services.push(await startControllers(assets, kubeconfig));
    return { ...client(join(assets, 'kubectl'), kubeconfig, stop), request: requester(folder, port) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startEtcd(assets: string, folder: string, url: string): Promise<Service> {
  const peers = `http://127.0.0.1:${await freePort()}`;
  const args = [
    ...[`--data-dir=${join(folder, 'etcd')}`, '--unsafe-no-fsync', '--log-level=error'],
    ...[`--listen-client-urls=${url}`, `--advertise-client-urls=${url}`],
    ...[`--listen-peer-urls=${peers}`, `--initial-advertise-peer-urls=${peers}`, `--initial-cluster=default=${peers}`],
  ];
  return serve(join(assets, 'etcd'), args, async () => (await fetch(`${url}/health`)).ok);
}

const token = 'administrator-of-a-test';

async function startServer(
  assets: string,
  folder: string,
  etcd: string,
  port: number,
  { withoutPlugins = [] }: ControlPlaneOptions,
): Promise<Service> {
  const key = generateKey('rsa');
  const file = (name: string, text: string | Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const issuer = 'https://kubernetes.default.svc';
  const args = [
    ...[
      `--etcd-servers=${etcd}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${join(folder, 'pki')}`,
    ],
    `--service-account-key-file=${file('sa.pub', key.publicKey.export({ type: 'spki', format: 'pem' }))}`,
    `--service-account-signing-key-file=${file('sa.key', key.privateKey.export({ type: 'pkcs8', format: 'pem' }))}`,
    ...[`--service-account-issuer=${issuer}`, '--service-cluster-ip-range=10.0.0.0/24', '--allow-privileged'],
    `--token-auth-file=${file('tokens.csv', `${token},admin,admin-uid,system:masters\n`)}`,
    '--authorization-mode=RBAC',
    `--disable-admission-plugins=${['ServiceAccount', ...withoutPlugins].join(',')}`,
  ];
  const kubeconfig = join(folder, 'kubeconfig');
  return serve(join(assets, 'kube-apiserver'), args, async () => {
    writeKubeconfig(folder, port);
    return (await run(join(assets, 'kubectl'), ['--kubeconfig', kubeconfig, 'get', '--raw', '/readyz'])).exit === 0;
  });
}

function writeKubeconfig(folder: string, port: number): string {
  const path = join(folder, 'kubeconfig');
  const authority = readFileSync(join(folder, 'pki', 'apiserver.crt')).toString('base64');
  const document = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'test', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': authority } },
    ],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  };
  writeFileSync(path, JSON.stringify(document));
  return path;
}

async function startControllers(assets: string, kubeconfig: string): Promise<Service> {
  const controllers =
    'deployment,replicaset,daemonset,statefulset,job,cronjob,namespace,garbage-collector-controller,validatingadmissionpolicy-status-controller';
  const args = [
    ...[`--kubeconfig=${kubeconfig}`, `--controllers=${controllers}`, '--leader-elect=false'],
    ...['--authentication-skip-lookup', '--secure-port=0'],
  ];
  return serve(join(assets, 'kube-controller-manager'), args, () => Promise.resolve(true));
}

function requester(folder: string, port: number): ControlPlane['request'] {
  const agent = new Agent({ ca: readFileSync(join(folder, 'pki', 'apiserver.crt')), keepAlive: true, maxSockets: 8 });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return async (method, path, body) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, body: (await json(response)) as Answer['body'] };
  };
}

function client(kubectl: string, kubeconfig: string, stop: () => Promise<void>): Omit<ControlPlane, 'request'> {
  const call = (args: readonly string[], input?: object | string): Promise<Outcome> => {
    const text = input === undefined || typeof input === 'string' ? input : JSON.stringify(input);
    return run(kubectl, ['--kubeconfig', kubeconfig, ...args], text === undefined ? {} : { input: text });
  };
  return {
    kubectl: call,
    apply: async (manifest) => {
      const { exit, stderr } = await call(['apply', '-f', '-'], manifest);
      if (exit !== 0) throw new Error(stderr);
    },
    get: async (kind, name, namespace = 'default') => {
      const args = ['--kubeconfig', kubeconfig, 'get', kind, name, '-n', namespace, '-o', 'json'];
      return JSON.parse(await succeed(kubectl, args)) as Record<string, unknown>;
    },
    stop,
  };
}
