import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLog } from '../../webhook/log.ts';
import { type Running, run } from '../../webhook/run.ts';
import { settle } from '../../webhook/settings.ts';
import { loadConfiguration } from '../../webhook/source/assembly.ts';
import { ask, createScene, patchedBy, podOf, type Scene } from './scene.ts';

const main = resolve(import.meta.dirname, '../../webhook/main.ts');
let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

/** A webhook of this process, with empty caches. */
async function start(): Promise<Running> {
  const loaded = await loadConfiguration(scene.configuration);
  if (loaded.kind === 'problems') throw new Error(loaded.problems.join('\n'));
  const settings = settle({ paths: [] }, loaded.value, scene.configuration);
  if ('length' in settings) throw new Error(settings.join('\n'));
  const configuration = { configuration: loaded.value, file: scene.configuration };
  return await run({ settings, configuration, environment: {} }, buildLog('silent'));
}

const asked = (): string[] => scene.registry.requests.map(({ method, path }) => `${method} ${path}`);

describe('an image through the webhook', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(async () => {
    await running.drain(0);
  });

  it('is pinned and then admitted when the release workflow signed it', async () => {
    const image = await scene.publish('signed');
    const pod = podOf(image.name);
    const mutated = await ask(scene, running.port, 'mutate', pod);
    expect(mutated.patch).toEqual([
      { op: 'replace', path: '/spec/containers/0/image', value: `${image.name}@${image.digest}` },
    ]);
    expect(await ask(scene, running.port, 'validate', patchedBy(pod, mutated))).toMatchObject({ allowed: true });
  });

  it('is pinned and then denied when nobody signed it', async () => {
    const image = await scene.publish('unsigned', { signed: false });
    const pod = podOf(image.name);
    const mutated = await ask(scene, running.port, 'mutate', pod);
    expect(mutated).toMatchObject({ allowed: true, patch: [{ value: `${image.name}@${image.digest}` }] });
    const { allowed, status } = await ask(scene, running.port, 'validate', patchedBy(pod, mutated));
    expect(allowed).toBe(false);
    expect(status).toMatchObject({ code: 403 });
    expect(status?.message).toMatch(
      /^acme-releases\/signatures: spec\.containers\[0\]\.image [\s\S]*NO_SIGNATURE {2}.*assay explain NO_SIGNATURE/,
    );
  });

  it('A-ADM-5, A-ADM-13: is judged alike in a dry run, and in an object that is being deleted', async () => {
    const image = await scene.publish('unsigned', { signed: false });
    const pod = podOf(image.reference);
    const plain = await ask(scene, running.port, 'validate', pod);
    expect(await ask(scene, running.port, 'validate', pod, { dryRun: true })).toEqual(plain);
    const dying = {
      ...pod,
      metadata: { name: 'shop', deletionTimestamp: '2026-11-02T10:00:00Z', finalizers: ['a/b'] },
    };
    expect(
      await ask(scene, running.port, 'validate', dying, { operation: 'UPDATE', oldObject: podOf('x.test/other:1') }),
    ).toMatchObject({ allowed: false });
    expect(
      await ask(scene, running.port, 'validate', pod, {
        userInfo: { username: 'system:serviceaccount:kube-system:default' },
      }),
    ).toEqual(plain);
  });

  it('A-ADM-15: is judged in older versions of a kind, too', async () => {
    const image = await scene.publish('unsigned', { signed: false });
    const template = { spec: { containers: [{ name: 'c', image: image.reference }] } };
    const kinds = [
      ['batch', 'v1beta1', 'CronJob', { jobTemplate: { spec: { template } } }],
      ['extensions', 'v1beta1', 'Deployment', { template }],
    ] as const;
    for (const [group, version, kind, spec] of kinds) {
      const object = { apiVersion: `${group}/${version}`, kind, metadata: { name: 'x' }, spec };
      expect(
        await ask(scene, running.port, 'validate', object, { kind: { group, version, kind } }),
        kind,
      ).toMatchObject({ allowed: false });
    }
  });

  it('A-ADM-12: is no matter to a DELETE or a CONNECT', async () => {
    const image = await scene.publish('unsigned', { signed: false });
    const gone = { operation: 'DELETE', object: null, oldObject: podOf(image.reference) };
    expect(await ask(scene, running.port, 'validate', {}, gone)).toMatchObject({ allowed: true });
    for (const kind of ['PodExecOptions', 'PodPortForwardOptions', 'NodeProxyOptions']) {
      const connect = { operation: 'CONNECT', kind: { group: '', version: 'v1', kind } };
      expect(
        await ask(scene, running.port, 'validate', { apiVersion: 'v1', kind, command: ['sh'] }, connect),
      ).toMatchObject({ allowed: true });
    }
  });
});

describe('the registry', () => {
  it('is asked once for eight containers of one image in three reviews at once, and never again for the digest', async () => {
    const running = await start();
    try {
      // The first request of all finds out how the registry wants to be spoken to.
      await ask(scene, running.port, 'validate', podOf((await scene.publish('first')).reference));
      const alone = await scene.publish('alone');
      await ask(scene, running.port, 'validate', podOf(alone.reference));
      const round = asked().length;
      expect(round).toBeGreaterThan(0);

      const image = await scene.publish('shared');
      const pod = podOf(...Array.from({ length: 8 }, () => image.reference));
      const answers = await Promise.all([1, 2, 3].map(() => ask(scene, running.port, 'validate', pod)));
      expect(answers.map(({ allowed }) => allowed)).toEqual([true, true, true]);
      expect(asked()).toHaveLength(round);
      expect(new Set(asked()).size).toBe(round);

      scene.registry.clearRequests();
      expect(await ask(scene, running.port, 'validate', pod)).toMatchObject({ allowed: true });
      expect(asked()).toEqual([]);
    } finally {
      await running.drain(0);
    }
  });

  it('is sent at most one HEAD for a tag that it resolved before', async () => {
    const running = await start();
    try {
      const image = await scene.publish('tagged');
      const pod = podOf(image.name, image.name, image.name);
      await ask(scene, running.port, 'mutate', pod);
      scene.registry.clearRequests();
      await ask(scene, running.port, 'mutate', pod);
      expect(asked()).toEqual([`HEAD /v2/acme/tagged/manifests/1`]);
    } finally {
      await running.drain(0);
    }
  });
});

describe('a registry that', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(async () => {
    scene.registry.faults.clear();
    await running.drain(0);
  });

  it('A-ADM-19: does not answer cannot hold a review beyond the deadline of the API server: it is denied before', async () => {
    const image = await scene.publish('slow');
    scene.registry.faults.add({ kind: 'hang' });
    const started = performance.now();
    const { allowed, status } = await ask(scene, running.port, 'validate', podOf(image.reference), {}, '1s');
    expect(performance.now() - started).toBeLessThan(8_000);
    expect(allowed).toBe(false);
    expect(status?.message).toContain('DEADLINE_EXCEEDED');
    scene.registry.faults.clear();
  });

  it('is down denies what is not proven yet, as undecided, and nothing that is proven', async () => {
    const proven = await scene.publish('proven');
    expect(await ask(scene, running.port, 'validate', podOf(proven.reference))).toMatchObject({ allowed: true });
    const fresh = await scene.publish('fresh');
    scene.registry.faults.add({ kind: 'drop' });
    const denied = await ask(scene, running.port, 'validate', podOf(fresh.reference));
    expect(denied.status?.message).toMatch(/REGISTRY_UNREACHABLE|REGISTRY_ERROR/);
    expect(await ask(scene, running.port, 'validate', podOf(proven.reference))).toMatchObject({ allowed: true });
    scene.registry.faults.clear();
  });
});

describe('two webhook processes', () => {
  const children: ChildProcess[] = [];
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
  });

  const spawned = async (): Promise<number> => {
    const child = spawn(process.execPath, [main, '--config', scene.configuration], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    for await (const line of createInterface({ input: child.stdout })) {
      const { msg, port } = JSON.parse(line) as { msg: string; port?: number };
      if (msg === 'listening' && port !== undefined) return port;
    }
    throw new Error('the webhook ended before it listened');
  };

  it('agree on what was pinned, wherever the tag points by then', async () => {
    const [mutating, validating] = await Promise.all([spawned(), spawned()]);
    const good = await scene.publish('moved');
    const pod = podOf(good.name);
    const mutated = patchedBy(pod, await ask(scene, mutating, 'mutate', pod));
    expect(mutated).toEqual(podOf(`${good.name}@${good.digest}`));

    const bad = await scene.publish('moved', { signed: false, seed: 'another' });
    expect(bad.name).toBe(good.name);
    expect(await ask(scene, validating, 'validate', mutated)).toMatchObject({ allowed: true });

    const unpinned = await ask(scene, validating, 'validate', pod);
    expect(unpinned.allowed).toBe(false);
    expect(unpinned.status?.message).toContain('NOT_PINNED');

    const other = await ask(scene, validating, 'validate', podOf(`${good.name}@${bad.digest}`));
    expect(other.allowed).toBe(false);
    expect(other.status?.message).toContain('NO_SIGNATURE');
  });

  it('say the same of the same object', async () => {
    const [one, two] = await Promise.all([spawned(), spawned()]);
    const image = await scene.publish('unsigned', { signed: false });
    const pod = podOf(image.reference);
    expect(await ask(scene, one, 'validate', pod)).toEqual(await ask(scene, two, 'validate', pod));
  });
});
