import { describe, expect, it } from 'vitest';
import { limits } from '../../../evidence/limits.ts';
import type { Resolve } from '../../../evidence/registry/address.ts';
import {
  memoryOfHosts,
  memoryOfManifests,
  memoryOfRepositories,
  memoryOfTags,
} from '../../../evidence/registry/memory.ts';
import { ProxiedHosts } from '../../../evidence/registry/proxied.ts';

describe('what is remembered of registries', () => {
  const memories = [
    ['hosts', memoryOfHosts<number>, limits.hosts],
    ['tags', memoryOfTags<number>, limits.rememberedTags],
    ['repositories', memoryOfRepositories<number>, limits.rememberedRepositories],
    ['manifests', memoryOfManifests<number>, 20_000],
  ] as const;
  for (const [name, make, most] of memories) {
    it(`is bounded for ${name}: the one not asked for longest is forgotten`, () => {
      const memory = make();
      for (let at = 0; at < most; at++) memory.set(`${at}`, at);
      expect(memory.get('0')).toBe(0);
      memory.set('one more', 0);
      expect([memory.has('0'), memory.has('1'), memory.has('2'), memory.has('one more')]).toEqual([
        true,
        false,
        true,
        true,
      ]);
    });
  }
});

describe('a host that a proxy resolves', () => {
  const now = () => new Date();

  const answering = (address: () => string): { readonly resolve: Resolve; readonly asked: string[] } => {
    const asked: string[] = [];
    const resolve: Resolve = (hostname, callback) => {
      asked.push(hostname);
      callback(null, [{ address: address(), family: 4 }]);
    };
    return { resolve, asked };
  };

  it('is looked up once a minute, however often it is used meanwhile', async () => {
    let seconds = 0;
    let address = '93.184.216.34';
    const { resolve, asked } = answering(() => address);
    const hosts = new ProxiedHosts(resolve, () => new Date(seconds * 1000));
    expect(await hosts.trouble('registry.test', false)).toBeUndefined();
    address = '169.254.169.254';
    for (; seconds < limits.proxiedSeconds; seconds += 10)
      expect(await hosts.trouble('registry.test', false)).toBeUndefined();
    expect(await hosts.trouble('registry.test', false)).toMatch(/169\.254\.169\.254/);
    expect(asked).toHaveLength(2);
  });

  it('is forgotten where there are very many', async () => {
    const { resolve, asked } = answering(() => '93.184.216.34');
    const hosts = new ProxiedHosts(resolve, now);
    for (let at = 0; at <= limits.hosts; at++) await hosts.trouble(`host${at}.test`, false);
    await hosts.trouble(`host${limits.hosts}.test`, false);
    expect(asked).toHaveLength(limits.hosts + 1);
    await hosts.trouble('host0.test', false);
    expect(asked).toHaveLength(limits.hosts + 2);
  });

  it('is left to the proxy where the resolver does not answer', async () => {
    const started = performance.now();
    expect(await new ProxiedHosts(() => undefined, now).trouble('registry.test', false)).toBeUndefined();
    const waited = performance.now() - started;
    expect(waited).toBeGreaterThan(limits.proxiedLookupMilliseconds - 50);
    expect(waited).toBeLessThan(limits.proxiedLookupMilliseconds + 5_000);
  });
});
