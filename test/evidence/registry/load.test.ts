import { describe, expect, it } from 'vitest';
import { Pool } from 'undici';
import { limits } from '../../../evidence/limits.ts';
import type { Keychain } from '../../../evidence/registry/credentials.ts';
import type { RegistryOptions } from '../../../evidence/registry/options.ts';
import { Pools } from '../../../evidence/registry/pool.ts';
import { pushImage, startRegistry } from '../../support/registry/index.ts';
import { reference, scope, startReading } from './reading.ts';

async function setting(more: Partial<RegistryOptions> = {}) {
  let now = Date.parse('2026-11-22T12:00:00Z');
  const registry = await startRegistry();
  const image = await pushImage(registry, { repository: 'acme/shop', tag: '1' });
  const reading = startReading({ hosts: { [registry.host]: { plainHttp: true } }, now: () => new Date(now), ...more });
  return {
    registry,
    reading,
    image,
    wait: (seconds: number) => {
      now += seconds * 1000;
    },
    read: (keychain?: Keychain, signal?: AbortSignal) =>
      reading.client.resolve(
        reference(image.reference),
        scope({ ...(keychain === undefined ? {} : { keychain }), ...(signal === undefined ? {} : { signal }) }),
      ),
    async [Symbol.asyncDispose]() {
      await reading.client.close();
      await registry.close();
    },
  };
}

const tenant = (name: string): Keychain => ({ scope: name, credential: async () => undefined });

describe('a registry that asks for patience', () => {
  it('is asked again after a short while, once', async () => {
    await using it = await setting();
    it.registry.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': '1' } }, { times: 1 });
    const started = Date.now();
    expect(await it.read()).toMatchObject({ kind: 'found' });
    expect(Date.now() - started).toBeGreaterThanOrEqual(990);
    it.registry.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': '0' } });
    expect(await it.read()).toMatchObject({ kind: 'gap', code: 'REGISTRY_LIMITED', retryAfter: 0 });
    expect(it.registry.requests).toHaveLength(4);
  });

  it('is not waited for where it wants more than two seconds', async () => {
    await using it = await setting();
    it.registry.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': '3' } }, { times: 1 });
    const started = Date.now();
    expect(await it.read()).toMatchObject({ kind: 'gap', code: 'REGISTRY_LIMITED', retryAfter: 3 });
    expect(Date.now() - started).toBeLessThan(2_500);
    expect(it.registry.requests).toHaveLength(1);
  });

  it('A-VER-18: is not waited for past the deadline', async () => {
    await using it = await setting();
    it.registry.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': '2' } });
    const started = Date.now();
    expect(await it.read(undefined, AbortSignal.timeout(100))).toMatchObject({ kind: 'gap', code: 'REGISTRY_LIMITED' });
    expect(Date.now() - started).toBeLessThan(1500);
  });

  for (const [header, seconds] of [
    ['30', 30],
    ['Sun, 22 Nov 2026 12:00:40 GMT', 40],
    ['99999', limits.retryAfterSeconds],
  ] as const) {
    it(`is left alone for ${seconds} s where it says ${header}`, async () => {
      await using it = await setting();
      const end = it.registry.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': header } });
      expect(await it.read()).toMatchObject({ kind: 'gap', code: 'REGISTRY_LIMITED', retryAfter: seconds });
      end();
      it.wait(seconds - 1);
      expect(await it.read()).toMatchObject({ kind: 'gap', code: 'REGISTRY_LIMITED', retryAfter: 1 });
      expect(it.registry.requests).toHaveLength(1);
      it.wait(1);
      expect(await it.read()).toMatchObject({ kind: 'found' });
    });
  }

  it('is still asked for others, whose allowance is their own', async () => {
    await using it = await setting();
    it.registry.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': '30' } }, { times: 1 });
    expect(await it.read(tenant('greedy'))).toMatchObject({ code: 'REGISTRY_LIMITED' });
    expect(await it.read(tenant('modest'))).toMatchObject({ kind: 'found' });
    expect(await it.read(tenant('greedy'))).toMatchObject({ code: 'REGISTRY_LIMITED' });
  });

  it('may do so with 503', async () => {
    await using it = await setting();
    it.registry.faults.add({ kind: 'status', status: 503, headers: { 'retry-after': '30' } }, { times: 1 });
    expect(await it.read()).toMatchObject({ kind: 'gap', code: 'REGISTRY_ERROR', retryAfter: 30 });
    expect(await it.read()).toMatchObject({ kind: 'gap', code: 'REGISTRY_ERROR' });
    expect(it.registry.requests).toHaveLength(1);
  });

  it('may say nonsense', async () => {
    await using it = await setting();
    it.registry.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': 'soon' } }, { times: 1 });
    const read = await it.read();
    expect(read).toMatchObject({ kind: 'gap', code: 'REGISTRY_LIMITED' });
    expect(read).not.toHaveProperty('retryAfter');
    expect(await it.read()).toMatchObject({ kind: 'found' });
  });
});

describe('a registry that fails again and again', () => {
  const fail = async (it: Awaited<ReturnType<typeof setting>>, times: number) => {
    for (let at = 0; at < times; at++) expect(await it.read()).toMatchObject({ kind: 'gap', code: 'REGISTRY_ERROR' });
  };

  it('is left alone for a while, and then tried by one', async () => {
    await using it = await setting();
    const end = it.registry.faults.add({ kind: 'status', status: 500 });
    await fail(it, limits.breakerFailures);
    it.registry.clearRequests();
    expect(await it.read()).toMatchObject({
      kind: 'gap',
      code: 'REGISTRY_UNREACHABLE',
      retryAfter: limits.breakerSeconds,
    });
    expect(it.registry.requests).toEqual([]);
    it.wait(limits.breakerSeconds);
    const reads = await Promise.all([it.read(), it.read(), it.read()]);
    expect(reads.map((read) => (read.kind === 'gap' ? read.code : '')).sort()).toEqual([
      'REGISTRY_ERROR',
      'REGISTRY_UNREACHABLE',
      'REGISTRY_UNREACHABLE',
    ]);
    expect(it.registry.requests).toHaveLength(1);
    end();
    it.wait(limits.breakerSeconds);
    expect(await it.read()).toMatchObject({ kind: 'found' });
    expect(await it.read()).toMatchObject({ kind: 'found' });
  });

  it('is forgiven by one answer, whatever it is', async () => {
    await using it = await setting();
    const end = it.registry.faults.add({ kind: 'status', status: 500 });
    await fail(it, limits.breakerFailures - 1);
    end();
    it.registry.faults.add({ kind: 'status', status: 404 }, { times: 1 });
    expect(await it.read()).toEqual({ kind: 'absent' });
    it.registry.faults.add({ kind: 'status', status: 500 });
    await fail(it, limits.breakerFailures);
  });

  it('is not thought worse of for a caller’s own deadline', async () => {
    await using it = await setting();
    const end = it.registry.faults.add({ kind: 'hang' });
    for (let at = 0; at <= limits.breakerFailures; at++)
      expect(await it.read(undefined, AbortSignal.timeout(20))).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    end();
    expect(await it.read()).toMatchObject({ kind: 'found' });
  });

  it('is not thought worse of for content that is wrong', async () => {
    await using it = await setting();
    const end = it.registry.faults.add({ kind: 'headers', headers: { 'content-encoding': 'gzip' } });
    for (let at = 0; at <= limits.breakerFailures; at++)
      expect(await it.read()).toMatchObject({ kind: 'gap', code: 'REGISTRY_MISCONFIGURED' });
    end();
    expect(await it.read()).toMatchObject({ kind: 'found' });
  });

  it('may be tried again at once where a trial ended with its caller’s deadline', async () => {
    await using it = await setting();
    const end = it.registry.faults.add({ kind: 'status', status: 500 });
    await fail(it, limits.breakerFailures);
    end();
    const silent = it.registry.faults.add({ kind: 'hang' });
    it.wait(limits.breakerSeconds);
    expect(await it.read(undefined, AbortSignal.timeout(50))).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    silent();
    expect(await it.read()).toMatchObject({ kind: 'found' });
  });
});

describe('a registry that many ask at once', () => {
  it('has no more requests under way than is configured', async () => {
    await using it = await setting({ connectionsPerHost: 3 });
    it.registry.faults.add({ kind: 'latency', milliseconds: 30 });
    const reads = await Promise.all(Array.from({ length: 12 }, () => it.read()));
    expect(reads.every(({ kind }) => kind === 'found')).toBe(true);
    const times = it.registry.requests.map(({ time }) => time).sort((a, b) => a - b);
    // Twelve requests of 30 ms over three connections come in four waves.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(80);
  });

  it('has sixteen under way where nothing is configured', async () => {
    await using it = await setting();
    it.registry.faults.add({ kind: 'latency', milliseconds: 600 });
    const reads = await Promise.all(Array.from({ length: 17 }, (_, at) => it.read(tenant(`tenant ${at}`))));
    expect(reads.every(({ kind }) => kind === 'found')).toBe(true);
    const times = it.registry.requests.map(({ time }) => time).sort((a, b) => a - b);
    expect(times).toHaveLength(17);
    expect((times.at(-1) ?? 0) - (times.at(0) ?? 0)).toBeGreaterThanOrEqual(580);
    expect((times.at(15) ?? 0) - (times.at(0) ?? 0)).toBeLessThan(580);
  });
});

describe('a host among very many', () => {
  it('does not keep its connections for ever', async () => {
    const pools = new Pools({ hosts: {}, now: () => new Date() });
    const open = (at: number) => {
      const pool = pools.open({ origin: `https://host${at}.test`, host: `host${at}.test`, allowPrivate: false });
      return pool instanceof Pool ? pool : expect.unreachable();
    };
    const first = open(0);
    for (let at = 1; at < limits.hosts; at++) open(at);
    expect(first.closed).toBe(false);
    expect(open(0)).toBe(first);
    for (let at = 0; at < limits.hosts; at++) open(limits.hosts + at);
    expect(first.closed).toBe(true);
    await pools.close();
  });
});
