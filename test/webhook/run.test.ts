import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultConfiguration } from '../../policies/index.ts';
import { limits } from '../../webhook/limits.ts';
import { buildLog } from '../../webhook/log.ts';
import { type Running, run } from '../../webhook/run.ts';
import { type Given, settle } from '../../webhook/settings.ts';
import { createSigstore } from '../support/sigstore/index.ts';
import { createTlsAuthority, type TlsIdentity } from '../support/tls/index.ts';
import { admissionReview } from './review-case.ts';

const authority = createTlsAuthority();
const policy = (name: string) =>
  `{apiVersion: assay.dev/v1alpha1, kind: ClusterWorkloadPolicy, metadata: {name: ${name}}, spec: {}}\n`;

let folder = '';
let lines: Record<string, unknown>[] = [];
const runs: Running[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-run-'));
  lines = [];
  await mkdir(join(folder, 'policies'));
  await write('policies/a.yaml', policy('a'));
  await install(authority.server());
});
afterEach(async () => {
  await Promise.all(runs.splice(0).map((running) => running.drain(0)));
  await rm(folder, { recursive: true, force: true });
});

const serialOf = (pem: string): string => new X509Certificate(pem).serialNumber;

const write = (name: string, text: string) => writeFile(join(folder, name), text);

async function install({ cert, key }: TlsIdentity): Promise<void> {
  await write('tls.crt', cert);
  await write('tls.key', key);
}

async function start(change: Partial<Given> = {}, configuration = defaultConfiguration): Promise<Running> {
  const given: Given = {
    address: '127.0.0.1',
    port: '0',
    'metrics-port': '0',
    'tls-cert': join(folder, 'tls.crt'),
    'tls-key': join(folder, 'tls.key'),
    'drain-seconds': '5',
    paths: [join(folder, 'policies')],
    ...change,
  };
  const file = join(folder, 'assay.yaml');
  const settings = settle(given, configuration, file);
  if ('length' in settings) throw new Error(settings.join('\n'));
  const log = buildLog('debug', { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  const running = await run({ settings, configuration: { configuration, file }, environment: {} }, log);
  runs.push(running);
  return running;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const read = async (message: IncomingMessage): Promise<Answer> => {
  const chunks: string[] = [];
  for await (const chunk of message) chunks.push(String(chunk));
  return { status: message.statusCode ?? 0, headers: message.headers, body: chunks.join('') };
};

const plain = (port: number, path: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent: false }, (message) => resolve(read(message))).on('error', reject);
  });

const secure = (port: number, path: string, body?: string, pair?: TlsIdentity): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const options = {
      ...{
        host: '127.0.0.1',
        port,
        path,
        ca: authority.ca,
        agent: false as const,
        method: body === undefined ? 'GET' : 'POST',
      },
      ...(pair === undefined ? {} : { cert: pair.cert, key: pair.key }),
      headers: { 'content-type': 'application/json' },
    };
    request(options, (message) => resolve(read(message)))
      .on('error', reject)
      .end(body);
  });

const review = (running: Running, path = '/validate'): Promise<Answer> =>
  secure(running.port, path, JSON.stringify(admissionReview()));

const shown = (port: number): Promise<PeerCertificate> =>
  new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ host: '127.0.0.1', port, ca: authority.ca }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.on('error', reject);
  });

describe('the webhook', () => {
  it('answers reviews over TLS, and tells that it is ready on both ports', async () => {
    const running = await start();
    expect(JSON.parse((await review(running)).body)).toMatchObject({
      response: { uid: '705ab4f5-6393-11e8-b7cc-42010a800002' },
    });
    for (const { status, body } of [
      await secure(running.port, '/readyz'),
      await plain(running.metricsPort, '/readyz'),
    ]) {
      expect(body).toMatch(
        /^\[\+\] policies: 1 in force\n\[\+\] trust: 1 trust roots in force\n\[\+\] tls: the certificate ends .* UTC\n\[\+\] serving: yes\n$/,
      );
      expect(status).toBe(200);
    }
  });

  it('has its metrics on a port of their own, and nowhere else', async () => {
    const running = await start();
    await review(running);
    const { body } = await plain(running.metricsPort, '/metrics');
    expect(body).toMatch(/assay_reviews_total\{phase="validate",verdict="\w+"\} 1\n/);
    expect(body).toMatch(/assay_review_duration_seconds_count\{phase="validate"\} 1\n/);
    expect(body).toMatch(/assay_policies_loaded 1\n/);
    expect(body).toMatch(/assay_source_problems 0\n/);
    expect(body).toMatch(/assay_certificate_expiry_timestamp_seconds 1\d{9}\n/);
    expect(body).toMatch(/assay_registry_requests_total \d+\n/);
    expect(body).toMatch(/assay_proof_cache_hits_total 0\n/);
    expect((await secure(running.port, '/metrics')).status).toBe(404);
    expect((await plain(running.metricsPort, '/validate')).status).toBe(404);
  });
});

describe('policies from a folder', () => {
  const inForce = async (running: Running) => (await plain(running.metricsPort, '/readyz')).body.split('\n')[0];

  it('are loaded again when a file changes, comes or goes', async () => {
    const running = await start();
    await write('policies/b.yaml', policy('b'));
    await running.look();
    expect(await inForce(running)).toBe('[+] policies: 2 in force');
    await rm(join(folder, 'policies/a.yaml'));
    await running.look();
    expect(await inForce(running)).toBe('[+] policies: 1 in force');
  });

  it('are loaded again when a mounted ConfigMap is swapped', async () => {
    const mount = async (version: string, text: string) => {
      await mkdir(join(folder, `mounted/..${version}`), { recursive: true });
      await write(`mounted/..${version}/p.yaml`, text);
      await symlink(`..${version}`, join(folder, 'mounted/..data_tmp'));
      await rename(join(folder, 'mounted/..data_tmp'), join(folder, 'mounted/..data'));
    };
    await mount('1', policy('a'));
    await symlink('..data/p.yaml', join(folder, 'mounted/p.yaml'));
    const running = await start({ paths: [join(folder, 'mounted')] });
    await mount('2', `${policy('a')}---\n${policy('b')}`);
    await running.look();
    expect(await inForce(running)).toBe('[+] policies: 2 in force');
  });

  it('that do not compile leave the last good ones in force, and everybody can see it', async () => {
    const running = await start();
    await write('policies/b.yaml', 'kind: Nonsense\n');
    await running.look();
    expect(await inForce(running)).toMatch(
      /^\[\+\] policies: 1 in force; the last good version stays in force, because .*b\.yaml.*DOCUMENT_KIND_UNKNOWN/,
    );
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        source: 'policies',
        problem: expect.stringContaining('b.yaml') as string,
      }),
    );
    expect((await plain(running.metricsPort, '/metrics')).body).toMatch(
      /assay_policies_loaded 1\n[\s\S]*assay_source_problems 1\n/,
    );
    await rm(join(folder, 'policies/b.yaml'));
    await running.look();
    expect(await inForce(running)).toBe('[+] policies: 1 in force');
  });

  it('that never compiled keep the server unready, and a review is answered by the failure mode', async () => {
    await write('policies/a.yaml', 'kind: Nonsense\n');
    const running = await start();
    const ready = await plain(running.metricsPort, '/readyz');
    expect(ready.status).toBe(503);
    expect(ready.body).toMatch(/^\[-\] policies: .*DOCUMENT_KIND_UNKNOWN/);
    expect(ready.body).toMatch(/\[\+\] trust[\s\S]*\[\+\] tls/);
    expect((await plain(running.metricsPort, '/livez')).status).toBe(200);
    expect(JSON.parse((await review(running)).body)).toMatchObject({
      response: {
        allowed: false,
        status: { code: 500, message: expect.stringContaining('FAULT_NOT_READY') as string },
      },
    });
    await write('policies/a.yaml', policy('a'));
    await running.look();
    expect((await plain(running.metricsPort, '/readyz')).status).toBe(200);
  });

  it('that name a key of a key service that this build does not ask are refused at their line', async () => {
    const kms = policy('b').replace('{}', '{authorities: [{name: a, key: {kms: "gcpkms://projects/p"}}]}');
    await write('policies/b.yaml', kms);
    const running = await start();
    const { status, body } = await plain(running.metricsPort, '/readyz');
    expect(status).toBe(503);
    expect(body).toMatch(/b\.yaml:1:\d+: spec\.authorities\[0\]\.key\.kms: a key reference that is not gcpkms:/);
    await write('policies/b.yaml', kms.replace('gcpkms://projects/p', 'awskms:///alias/release'));
    await running.look();
    expect((await plain(running.metricsPort, '/readyz')).body).toMatch(
      /key\.kms: keys of awskms are not fetched by this build/,
    );
    await write('policies/b.yaml', kms.replace('gcpkms://projects/p', 'hashivault://release'));
    await running.look();
    expect((await plain(running.metricsPort, '/readyz')).body).toMatch(
      /key\.kms: VAULT_ADDR does not say where Vault is/,
    );
  });

  it('are read up to a bound, and only the first of many problems are shown', async () => {
    const running = await start();
    await write('policies/b.yaml', `#${'x'.repeat(limits.policyFileBytes)}`);
    await running.look();
    expect(await inForce(running)).toMatch(/b\.yaml: has more than 8388608 bytes$/);
    await write('policies/b.yaml', 'kind: Nonsense\n---\n'.repeat(limits.problemsShown + 2));
    await running.look();
    expect((await inForce(running))?.match(/DOCUMENT_KIND_UNKNOWN/g)).toHaveLength(limits.problemsShown);
    expect(lines.filter(({ problem }) => String(problem).includes('DOCUMENT_KIND_UNKNOWN'))).toHaveLength(
      limits.problemsShown + 2,
    );
  });

  it('that are not there keep the server unready', async () => {
    const running = await start({ paths: [join(folder, 'nowhere')] });
    expect((await plain(running.metricsPort, '/readyz')).body).toMatch(/^\[-\] policies: .*nowhere: does not exist\n/);
  });
});

describe('trust', () => {
  it('that does not load keeps the server unready until it does', async () => {
    const running = await start({}, { ...defaultConfiguration, trustRoots: [{ name: 'private', file: 'root.json' }] });
    const { status, body } = await plain(running.metricsPort, '/readyz');
    expect(status).toBe(503);
    expect(body).toMatch(/\[-\] trust: .*root\.json: does not exist\n\[\+\] tls/);

    await write('root.json', createSigstore().trustedRoot);
    await running.look();
    expect((await plain(running.metricsPort, '/readyz')).body).toMatch(/\[\+\] trust: 2 trust roots in force\n/);
  });

  it('that breaks leaves the last good one in force', async () => {
    await write('root.json', createSigstore().trustedRoot);
    const trustRoots = [{ name: 'private', file: 'root.json' }];
    const running = await start({}, { ...defaultConfiguration, trustRoots });
    await write('root.json', '{"mediaType":"nonsense"}');
    await running.look();
    const { status, body } = await plain(running.metricsPort, '/readyz');
    expect(status).toBe(200);
    expect(body).toMatch(
      /\[\+\] trust: 2 trust roots in force; the last good version stays in force, because .*root\.json/,
    );
  });
});

describe('the serving certificate', () => {
  it('is replaced while the server runs, and new connections see the new one', async () => {
    const running = await start();
    const next = authority.server();
    await install(next);
    await running.look();
    expect((await shown(running.port)).serialNumber).toBe(serialOf(next.cert));
  });

  it('stays where the new one does not belong to its key, has ended or is none', async () => {
    const first = authority.server();
    await install(first);
    const running = await start();
    const ended = authority.server({
      notBefore: new Date(Date.now() - 7_200_000),
      notAfter: new Date(Date.now() - 3_600_000),
    });
    const mixed = { cert: authority.server().cert, key: first.key };
    for (const bad of [mixed, ended, { cert: 'nonsense', key: first.key }]) {
      await install(bad);
      await running.look();
      expect((await shown(running.port)).serialNumber).toBe(serialOf(first.cert));
      const { status, body } = await plain(running.metricsPort, '/readyz');
      expect(status).toBe(200);
      expect(body).toMatch(/\[\+\] tls: .*the last good version stays in force, because /);
      expect(body).not.toContain('PRIVATE');
    }
  });

  it('that is not there keeps the server unready until it is', async () => {
    await rm(join(folder, 'tls.crt'));
    const running = await start();
    const { status, body } = await plain(running.metricsPort, '/readyz');
    expect(status).toBe(503);
    expect(body).toMatch(/\[\+\] policies[\s\S]*\[\+\] trust[\s\S]*\[-\] tls: .*tls\.crt: does not exist/);
    await expect(review(running)).rejects.toThrow();
    await install(authority.server());
    await running.look();
    expect((await review(running)).status).toBe(200);
    expect((await plain(running.metricsPort, '/readyz')).status).toBe(200);
  });

  it('that ends while the server runs makes it unready', async () => {
    await install(
      authority.server({ notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 3_000) }),
    );
    const running = await start();
    expect((await plain(running.metricsPort, '/readyz')).status).toBe(200);
    await expect.poll(async () => (await plain(running.metricsPort, '/readyz')).status, { timeout: 10_000 }).toBe(503);
  });
});

describe('files that the configuration names', () => {
  it('are read up to a bound', async () => {
    await write('root.json', ' '.repeat(limits.namedFileBytes + 1));
    const running = await start({}, { ...defaultConfiguration, trustRoots: [{ name: 'private', file: 'root.json' }] });
    expect((await plain(running.metricsPort, '/readyz')).body).toMatch(
      /\[-\] trust: .*root\.json: has more than 8388608 bytes\n/,
    );
  });
});

describe('with a CA for callers', () => {
  it('only its certificates are let in', async () => {
    const callers = createTlsAuthority('Callers');
    await write('callers.crt', callers.ca);
    const running = await start({ 'client-ca': join(folder, 'callers.crt') });
    const body = JSON.stringify(admissionReview());
    expect((await secure(running.port, '/validate', body, callers.client('apiserver'))).status).toBe(200);
    await expect(secure(running.port, '/validate', body)).rejects.toThrow();
    await expect(
      secure(running.port, '/validate', body, createTlsAuthority('Strangers').client('apiserver')),
    ).rejects.toThrow();
    await install(authority.server());
    await running.look();
    await expect(secure(running.port, '/validate', body)).rejects.toThrow();
    expect((await plain(running.metricsPort, '/livez')).status).toBe(200);
  });
});

describe('draining', () => {
  it('says that it is not ready, still answers, and asks callers to leave', async () => {
    const running = await start();
    const drained = running.drain(300);
    const ready = await plain(running.metricsPort, '/readyz');
    expect(ready.status).toBe(503);
    expect(ready.body).toContain('[-] serving: draining');
    const answer = await review(running);
    expect(answer.status).toBe(200);
    expect(answer.headers.connection).toBe('close');
    expect(await drained).toBe(true);
    await expect(review(running)).rejects.toThrow();
    runs.length = 0;
  });
});
