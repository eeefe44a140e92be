import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { LookupAddress } from 'node:dns';
import type { HostOptions } from '../../../evidence/registry/options.ts';
import { pushImage, type Registry, startRegistry } from '../../support/registry/index.ts';
import { digest, reference, repository, scope, startReading } from './reading.ts';

const holding = {
  scope: 't',
  credential: async () => ({ kind: 'basic', username: 'acme', password: 'secret' }) as const,
};

/** Two registries that have the same image; the first may redirect to the second. */
async function two() {
  const [first, second] = await Promise.all([startRegistry(), startRegistry()]);
  const image = await pushImage(first, { repository: 'acme/shop' });
  await pushImage(second, { repository: 'acme/shop' });
  const read = async (
    more: HostOptions = {},
    hosts: Record<string, HostOptions> = { [second.host]: { plainHttp: true } },
  ) => {
    await using reading = startReading({ hosts: { ...hosts, [first.host]: { plainHttp: true, ...more } } });
    return reading.client.resolve(reference(image.reference), scope({ keychain: holding }));
  };
  const redirect = (location: string, times = 100) => first.faults.add({ kind: 'redirect', location }, { times });
  const path = `/v2/acme/shop/manifests/${image.digest}`;
  return {
    first,
    second,
    read,
    redirect,
    path,
    async [Symbol.asyncDispose]() {
      await Promise.all([first.close(), second.close()]);
    },
  };
}

describe('a redirect', () => {
  for (const status of [301, 302, 303, 307, 308] as const) {
    it(`with ${status} is followed on the same host, with what it was asked with`, async () => {
      await using it = await two();
      it.first.authenticate({ scheme: 'basic', users: { acme: 'secret' } });
      it.first.faults.add(
        { kind: 'redirect', location: `${it.path}?again`, status },
        { path: it.path, times: 2, after: 1 },
      );
      expect(await it.read()).toMatchObject({ kind: 'found' });
      expect(it.first.requests.at(-1)).toMatchObject({ path: `${it.path}?again`, authorization: 'basic' });
    });
  }

  it('A-VER-17: to another host goes there without credentials', async () => {
    await using it = await two();
    it.first.authenticate({ scheme: 'basic', users: { acme: 'secret' } });
    it.first.faults.add({ kind: 'redirect', location: it.second.url + it.path }, { after: 1 });
    expect(await it.read({ redirectHosts: [it.second.host] })).toMatchObject({ kind: 'found' });
    expect(it.second.requests).toHaveLength(1);
    expect(it.second.requests[0]?.authorization).toBeUndefined();
  });

  it('to another host and back is no way to credentials again', async () => {
    await using it = await two();
    it.first.authenticate({ scheme: 'basic', users: { acme: 'secret' } });
    it.first.faults.add({ kind: 'redirect', location: it.second.url + it.path }, { after: 1, times: 1 });
    it.second.faults.add({ kind: 'redirect', location: it.first.url + it.path });
    expect(await it.read({ redirectHosts: [it.second.host] })).toMatchObject({
      kind: 'refusal',
      code: 'ACCESS_REFUSED',
    });
    expect(it.first.requests.at(-1)?.authorization).toBeUndefined();
  });

  it('to a host that asks who is there tells it nothing', async () => {
    await using it = await two();
    it.second.authenticate({ scheme: 'basic', users: { acme: 'secret' } });
    it.redirect(it.second.url + it.path);
    expect(await it.read({ redirectHosts: [it.second.host] })).toMatchObject({ code: 'ACCESS_REFUSED' });
    expect(it.second.requests).toHaveLength(1);
  });

  it('A-VER-17: is followed three times and no more', async () => {
    await using it = await two();
    it.redirect(it.path, 3);
    expect(await it.read()).toMatchObject({ kind: 'found' });
    it.first.faults.clear();
    it.redirect(it.path, 4);
    expect(await it.read()).toMatchObject({ kind: 'refusal', code: 'REDIRECT_REFUSED' });
  });

  it('A-VER-17: to a private address is refused, unless this registry may send there', async () => {
    await using it = await two();
    it.redirect(it.second.url + it.path);
    expect(await it.read()).toMatchObject({ kind: 'refusal', code: 'ADDRESS_REFUSED' });
    expect(it.second.requests).toEqual([]);
  });

  it('to a metadata service is refused, even where this registry may send there', async () => {
    await using it = await two();
    it.redirect('http://169.254.169.254/latest/meta-data/');
    const host = { '169.254.169.254': { plainHttp: true } };
    expect(await it.read({ redirectHosts: ['169.254.169.254'] }, host)).toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it('A-VER-17: away from TLS is refused where the target is not said to have none', async () => {
    await using it = await two();
    it.redirect(it.second.url + it.path);
    expect(await it.read({ redirectHosts: [it.second.host] }, {})).toMatchObject({ code: 'REDIRECT_REFUSED' });
  });

  const bad = ['ftp://a.example/x', 'file:///etc/passwd', 'https://user:pass@a.example/x', 'https://', ''];
  for (const location of bad) {
    it(`to ${location || 'nowhere'} is refused`, async () => {
      await using it = await two();
      it.redirect(location);
      expect(await it.read()).toMatchObject({ kind: 'refusal', code: 'REDIRECT_REFUSED' });
    });
  }

  it('never saves bytes from being hashed', async () => {
    await using it = await two();
    it.redirect(`${it.second.url}/v2/acme/shop/manifests/other`);
    it.second.faults.add({ kind: 'wrong-bytes', bytes: '{}' });
    it.second.faults.add({ kind: 'status', status: 200, body: '{}' });
    expect(await it.read({ redirectHosts: [it.second.host] })).toMatchObject({ code: 'DIGEST_MISMATCH' });
  });
});

describe('a registry at a private address', () => {
  const named = (address: string) => (_: string, done: (error: null, addresses: LookupAddress[]) => void) =>
    done(null, [{ address, family: 4 }]);

  it('A-VER-26: is refused after resolution, before anything is sent', async () => {
    let connections = 0;
    const server = createServer().on('connection', () => connections++);
    await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    await using reading = startReading({ resolve: named('127.0.0.1') });
    for (const host of [`registry.test:${port}`, `127.0.0.1:${port}`, `[::ffff:7f00:1]:${port}`]) {
      const read = await reading.client.tagged(repository(`${host}/acme/shop`), '1', scope());
      expect(read, host).toMatchObject({ kind: 'refusal', code: 'ADDRESS_REFUSED' });
    }
    expect(connections).toBe(0);
    server.close();
  });

  it('is read where its entry says so', async () => {
    await using registry: Registry = await startRegistry();
    const image = await pushImage(registry, { repository: 'acme/shop', tag: '1' });
    const host = `registry.test:${registry.host.split(':')[1]}`;
    await using reading = startReading({ hosts: { [host]: { plainHttp: true } }, resolve: named('127.0.0.1') });
    const read = await reading.client.manifest(repository(`${host}/acme/shop`), digest(image.digest), scope());
    expect(read).toMatchObject({ kind: 'found' });
  });

  it('is asked without TLS only where its entry says so', async () => {
    await using registry = await startRegistry();
    const image = await pushImage(registry, { repository: 'acme/shop', tag: '1' });
    await using reading = startReading({ hosts: { [registry.host]: { allowPrivateAddresses: true } } });
    expect(await reading.client.resolve(reference(image.name), scope())).toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
    });
    expect(registry.requests).toEqual([]);
  });
});
