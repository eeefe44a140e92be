import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseConfiguration, parseDocuments } from '../../policies/index.ts';
import { limits } from '../../webhook/limits.ts';
import { buildLog } from '../../webhook/log.ts';
import { run, type Running } from '../../webhook/run.ts';
import { settle } from '../../webhook/settings.ts';
import { publishBundle, repository } from '../policies/bundle-shop.ts';
import { generateKey, keySigner, publicPem } from '../support/sigstore/index.ts';
import { ask, createScene, podOf, type Scene } from './scene.ts';

const key = generateKey();
const as = keySigner(key);
const policy = (name: string, more = '') =>
  `apiVersion: assay.dev/v1alpha1\nkind: ClusterWorkloadPolicy\nmetadata: {name: ${name}}\nspec: {images: ["registry.example/**"], pin: None${more}}\n`;
const revocation = (digest: string) =>
  `apiVersion: assay.dev/v1alpha1\nkind: Revocation\nmetadata: {name: incident-7}\nspec: {reason: leaked, digests: ["${digest}"]}\n`;

let scene: Scene;
let lines: Record<string, unknown>[] = [];
const runs: Running[] = [];
beforeEach(async () => {
  scene = await createScene();
  lines = [];
  await mkdir(join(scene.folder, 'local'));
  await writeFile(join(scene.folder, 'local', 'local.yaml'), policy('local'));
});
afterEach(async () => {
  await Promise.all(runs.splice(0).map((running) => running.drain(0)));
  await scene[Symbol.asyncDispose]();
});

const log = buildLog('debug', { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });

async function start(
  seconds = 3600,
  {
    authority = `{data: ${JSON.stringify(publicPem(key.publicKey))}}`,
    environment = {},
  }: { readonly authority?: string; readonly environment?: Record<string, string> } = {},
): Promise<Running> {
  const { host } = scene.registry;
  const parsed = parseConfiguration(
    parseDocuments(
      `apiVersion: assay.dev/v1alpha1
kind: Configuration
registries: {hosts: [{host: "${host}", plainHttp: true, allowPrivateAddresses: true}]}
trustRoots: [{name: private, file: root.json}]
policies: ["oci://${host}/${repository}:stable", local]
policyBundles:
- repository: ${host}/${repository}
  authorities: [{name: owner, key: ${authority}}]
policyBundleSeconds: ${seconds}
stateFolder: state
unmatchedImages: Allow
webhook: {address: 127.0.0.1, port: 0, metricsPort: 0, certificateFile: tls.crt, keyFile: tls.key}
`,
      'assay.yaml',
    ).documents[0]!,
  );
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems));
  const { configuration } = parsed;
  const settings = settle({ paths: [] }, configuration, scene.configuration);
  if ('length' in settings) throw new Error(settings.join('\n'));
  const file = { configuration, file: scene.configuration };
  const running = await run({ settings, configuration: file, environment }, log);
  runs.push(running);
  return running;
}

const publish = (version: string, files: Readonly<Record<string, string>> = { 'a.yaml': policy('a') }) =>
  publishBundle(scene.registry, { as, version, files });
const readyz = ({ metricsPort }: Running): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: metricsPort, path: '/readyz', agent: false }, (message) =>
      resolve(text(message)),
    ).on('error', reject);
  });
const policiesOf = async (running: Running) =>
  (await readyz(running)).split('\n').find((line) => line.includes('] policies: '));
const loads = () => lines.filter(({ msg, source }) => msg === 'loaded' && source === 'policies').length;

describe('a bundle that the webhook takes from a registry', () => {
  it('is taken beside the files, and a newer one when the tag moves', async () => {
    await publish('1.0.0');
    const running = await start();
    expect(await policiesOf(running)).toBe('[+] policies: 2 in force');
    await running.look();
    expect(loads()).toBe(1);
    await publish('1.1.0', { 'a.yaml': policy('a'), 'b.yaml': policy('b') });
    await running.look();
    expect(await policiesOf(running)).toBe('[+] policies: 3 in force');
    expect(loads()).toBe(2);
  });

  it('is waited for no longer than its bound, however long a registry takes', async () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    const asked = vi
      .spyOn(AbortSignal, 'timeout')
      .mockImplementation((milliseconds) => timeout(milliseconds === limits.bundleMilliseconds ? 300 : milliseconds));
    try {
      await publish('1.0.0');
      scene.registry.faults.add({ kind: 'hang' });
      const started = performance.now();
      const running = await start();
      expect(performance.now() - started).toBeLessThan(5000);
      expect(await policiesOf(running)).toMatch(/^\[-\] policies: .*DEADLINE_EXCEEDED/);
    } finally {
      asked.mockRestore();
    }
  });

  it('may be signed by a key of a key service, which is fetched before', async () => {
    const vault = createServer((_, response) => {
      response.end(
        JSON.stringify({ data: { latest_version: 1, keys: { 1: { public_key: publicPem(key.publicKey) } } } }),
      );
    });
    await new Promise<void>((listening) => vault.listen(0, '127.0.0.1', listening));
    const { port } = vault.address() as AddressInfo;
    try {
      await publish('1.0.0');
      const inVault = { authority: '{kms: "hashivault://owner"}' };
      const environment = { VAULT_ADDR: `http://127.0.0.1:${port}`, VAULT_TOKEN: 't' };
      expect(await policiesOf(await start(3600, { ...inVault, environment }))).toBe('[+] policies: 2 in force');
      expect(await policiesOf(await start(3600, inVault))).toContain(
        'policyBundles[0].authorities[0].key.kms: VAULT_ADDR does not say where Vault is',
      );
    } finally {
      vault.close();
    }
  });

  it('is asked for again by itself', async () => {
    await publish('1.0.0');
    vi.useFakeTimers({ toFake: ['setInterval'] });
    const running = await start(30);
    await publish('1.1.0', { 'a.yaml': policy('a'), 'b.yaml': policy('b') });
    vi.advanceTimersByTime(30_000);
    vi.useRealTimers();
    await expect.poll(() => policiesOf(running), { timeout: 10_000 }).toBe('[+] policies: 3 in force');
  });

  it.each([
    ['is unsigned', 'NO_SIGNATURE', () => publishBundle(scene.registry, { version: '2.0.0' })],
    [
      'is somebody else’s',
      'SIGNATURE_WRONG',
      () => publishBundle(scene.registry, { version: '2.0.0', as: keySigner(generateKey()) }),
    ],
    ['is older', 'BUNDLE_ROLLED_BACK', () => publish('0.9.0', {})],
    ['does not compile', 'FIELD_UNKNOWN', () => publish('2.0.0', { 'a.yaml': policy('a', ', image: []') })],
    ['cannot be read', 'DOCUMENT_UNREADABLE', () => publish('2.0.0', { 'a.yaml': 'a: 1\na: 2\n' })],
    ['may not be read', 'ACCESS_REFUSED', async () => void scene.registry.faults.add({ kind: 'status', status: 401 })],
    [
      'cannot be asked for',
      'REGISTRY_ERROR',
      async () => void scene.registry.faults.add({ kind: 'status', status: 500 }),
    ],
  ])('stays where the next one %s, and that is told', async (_, code, publishNext) => {
    await publish('1.0.0');
    const running = await start();
    await publishNext();
    await running.look();
    expect(await policiesOf(running)).toMatch(
      new RegExp(
        `^\\[\\+\\] policies: 2 in force; the last good version stays in force, because oci://.*\\(${code}\\)`,
      ),
    );
    scene.registry.faults.clear();
    await publish('3.0.0');
    await running.look();
    expect(await policiesOf(running)).toBe('[+] policies: 2 in force');
  });

  it.each([
    [
      'cannot be fetched',
      async () => void scene.registry.faults.add({ kind: 'status', status: 500 }, { path: /acme\/policies/ }),
    ],
    ['does not compile', () => publish('2.0.0', { 'a.yaml': policy('a', ', image: []') })],
  ])('keeps no revocation out that a file brings meanwhile, where it %s', async (_, happen) => {
    await publish('1.0.0');
    const running = await start();
    const image = await scene.publish('shop');
    const pod = podOf(`${scene.registry.host}/acme/shop@${image.digest}`);
    expect((await ask(scene, running.port, 'validate', pod)).allowed).toBe(true);
    await happen();
    await running.look();
    await writeFile(join(scene.folder, 'local', 'revocation.yaml'), revocation(image.digest));
    await running.look();
    expect(await ask(scene, running.port, 'validate', pod)).toMatchObject({
      allowed: false,
      status: { message: expect.stringContaining('incident-7') as string },
    });
    expect(await policiesOf(running)).toContain('the last good version stays in force');
  });

  it('that never came keeps the server unready', async () => {
    const running = await start();
    expect(await policiesOf(running)).toMatch(/^\[-\] policies: oci:.*\(TAG_NOT_FOUND\)/);
    await publish('1.0.0');
    await running.look();
    expect(await policiesOf(running)).toBe('[+] policies: 2 in force');
  });

  it('is not taken back to an older one by a restart', async () => {
    const old = await publish('1.0.0');
    await publish('2.0.0');
    await start();
    await runs.splice(0)[0]?.drain(0);
    scene.registry.moveTag(repository, 'stable', old);
    expect(await policiesOf(await start())).toMatch(/^\[-\] policies: .*\(BUNDLE_ROLLED_BACK\)/);
  });

  it('is not used where its version cannot be remembered', async () => {
    await publish('1.0.0');
    await writeFile(join(scene.folder, 'state'), 'a file, not a folder');
    const running = await start();
    expect(await policiesOf(running)).toMatch(/^\[-\] policies: .*\(BUNDLE_STATE_UNREADABLE\)/);
    await rm(join(scene.folder, 'state'));
    await running.look();
    expect(await policiesOf(running)).toBe('[+] policies: 2 in force');
  });
});
