import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostOptions, ProxyOptions, RegistryOptions } from '../../../evidence/registry/options.ts';
import { proxyFor } from '../../../evidence/registry/proxy.ts';
import { type PublishedImage, pushImage, type Registry, startRegistry } from '../../support/registry/index.ts';
import { createTlsAuthority } from '../../support/tls/index.ts';
import { reference, scope, startReading } from './reading.ts';

const authority = createTlsAuthority();
const stranger = createTlsAuthority('stranger');
let secure: Registry;
let image: PublishedImage;

beforeAll(async () => {
  secure = await startRegistry({ tls: authority.server() });
  image = await pushImage(secure, { repository: 'acme/shop', tag: '1' });
});
afterAll(() => secure.close());

async function read(registry: Registry, name: string, more: HostOptions, proxy?: ProxyOptions) {
  await using reading = startReading({
    hosts: { [registry.host]: { allowPrivateAddresses: true, ...more } },
    ...(proxy === undefined ? {} : { proxy }),
  });
  return reading.client.resolve(reference(name), scope());
}

describe('TLS', () => {
  it('is trusted by the CA of the host’s entry', async () => {
    expect(await read(secure, image.name, { ca: authority.ca })).toMatchObject({ kind: 'found' });
  });

  it('is not trusted without, nor by another CA', async () => {
    for (const more of [{}, { ca: stranger.ca }])
      expect(await read(secure, image.name, more)).toMatchObject({ kind: 'gap', code: 'REGISTRY_UNREACHABLE' });
  });

  it('is not trusted for another name', async () => {
    await using other = await startRegistry({ tls: authority.server({ names: ['elsewhere.test'] }) });
    expect(await read(other, `${other.host}/acme/shop:1`, { ca: authority.ca })).toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
    });
  });

  it('shows a client certificate to the host that it is for', async () => {
    await using strict = await startRegistry({ tls: { ...authority.server(), clientCa: authority.ca } });
    const there = await pushImage(strict, { repository: 'acme/shop', tag: '1' });
    const shown = authority.client('assay');
    const clientCertificate = { certificate: shown.cert, key: shown.key };
    expect(await read(strict, there.name, { ca: authority.ca, clientCertificate })).toMatchObject({ kind: 'found' });
    expect(await read(strict, there.name, { ca: authority.ca })).toMatchObject({ kind: 'gap' });
  });

  it('that is configured with something else than PEM is said to be', async () => {
    const clientCertificate = { certificate: 'none', key: 'none' };
    expect(await read(secure, image.name, { ca: authority.ca, clientCertificate })).toMatchObject({
      kind: 'gap',
      code: 'REGISTRY_MISCONFIGURED',
    });
  });

  it('that is configured with a CA that is none trusts nobody', async () => {
    expect(await read(secure, image.name, { ca: 'none' })).toMatchObject({ kind: 'gap' });
  });

  it('is not left by a redirect', async () => {
    await using plain = await startRegistry();
    await using it = await startRegistry({ tls: authority.server() });
    it.faults.add({ kind: 'redirect', location: `${plain.url}/v2/acme/shop/manifests/1` });
    await using reading = startReading({
      hosts: {
        [it.host]: { allowPrivateAddresses: true, ca: authority.ca, redirectHosts: [plain.host] },
        [plain.host]: { plainHttp: true },
      },
    });
    expect(await reading.client.resolve(reference(`${it.host}/acme/shop:1`), scope())).toMatchObject({
      code: 'REDIRECT_REFUSED',
    });
    expect(plain.requests).toEqual([]);
  });
});

describe('a host that is redirected to', () => {
  const resolve: RegistryOptions['resolve'] = (_, done) => done(null, [{ address: '127.0.0.1', family: 4 }]);

  /** A registry without TLS that sends to one with, `b.test`, whose certificate a stranger issued. */
  async function sending() {
    const from = await startRegistry();
    const to = await startRegistry({ tls: stranger.server({ names: ['b.test'] }) });
    const there = await pushImage(to, { repository: 'acme/shop', tag: '1' });
    const host = `b.test:${to.host.split(':')[1]}`;
    from.faults.add({ kind: 'redirect', location: `https://${host}/v2/acme/shop/manifests/${there.digest}` });
    return { from, to, host, name: `${from.host}/acme/shop@${there.digest}` };
  }

  it('is trusted by its own CA, not by that of the registry that sends there', async () => {
    const { from, to, host, name } = await sending();
    for (const [own, other, kind] of [
      [stranger.ca, authority.ca, 'found'],
      [authority.ca, stranger.ca, 'gap'],
    ] as const) {
      await using reading = startReading({
        hosts: { [from.host]: { plainHttp: true, redirectHosts: [host], ca: other }, [host]: { ca: own } },
        resolve,
      });
      expect(await reading.client.resolve(reference(name), scope())).toMatchObject({ kind });
    }
    await Promise.all([from.close(), to.close()]);
  });

  it('at a private address is not open to those who ask it directly', async () => {
    const { from, to, host, name } = await sending();
    await using reading = startReading({
      hosts: { [from.host]: { plainHttp: true, redirectHosts: [host] }, [host]: { ca: stranger.ca } },
      resolve,
    });
    expect(await reading.client.resolve(reference(name), scope())).toMatchObject({ kind: 'found' });
    expect(await reading.client.resolve(reference(`${host}/acme/shop:1`), scope())).toMatchObject({
      code: 'ADDRESS_REFUSED',
    });
    await Promise.all([from.close(), to.close()]);
  });
});

/** A forward proxy on loopback: CONNECT, and absolute-form requests; what it was asked for is kept. */
async function startProxy(status = 200) {
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    asked.push(`${request.method} ${request.url}`);
    const target = new URL(request.url ?? '');
    const upstream = connect(Number(target.port), target.hostname, () => {
      upstream.write(
        `${request.method} ${target.pathname}${target.search} HTTP/1.1\r\nhost: ${target.host}\r\nconnection: close\r\n\r\n`,
      );
    });
    upstream.pipe(response.socket!);
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const [host, port] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

describe('a proxy', () => {
  it('is given a tunnel’s end and its own password, and TLS goes through it to the registry', async () => {
    await using proxy = await startProxy();
    const found = await read(secure, image.name, { ca: authority.ca }, { https: `http://u:p@${proxy.host}` });
    expect(found).toMatchObject({ kind: 'found' });
    expect(proxy.asked).toEqual([`CONNECT ${secure.host} Basic ${Buffer.from('u:p').toString('base64')}`]);
  });

  it('is no reason to trust the registry’s certificate', async () => {
    await using proxy = await startProxy();
    expect(await read(secure, image.name, {}, { https: proxy.host })).toMatchObject({
      kind: 'gap',
      code: 'REGISTRY_UNREACHABLE',
    });
  });

  it('carries plain HTTP too', async () => {
    await using proxy = await startProxy();
    await using plain = await startRegistry();
    const there = await pushImage(plain, { repository: 'acme/shop', tag: '1' });
    expect(await read(plain, there.name, { plainHttp: true }, { http: proxy.host })).toMatchObject({ kind: 'found' });
    expect(proxy.asked).toEqual([`GET ${plain.url}/v2/acme/shop/manifests/1`]);
  });

  it('that says no leaves a gap', async () => {
    await using proxy = await startProxy(407);
    expect(await read(secure, image.name, { ca: authority.ca }, { https: proxy.host })).toMatchObject({ kind: 'gap' });
  });

  it('with an address that is none is said to be', async () => {
    expect(await read(secure, image.name, {}, { https: 'http://' })).toMatchObject({ code: 'REGISTRY_MISCONFIGURED' });
  });

  it('is no way to an address that is refused', async () => {
    await using proxy = await startProxy();
    await using reading = startReading({
      proxy: { https: proxy.host },
      resolve: (_, done) => done(null, [{ address: '10.0.0.7', family: 4 }]),
    });
    for (const host of ['127.0.0.1:5000', 'intranet.test'])
      expect(await reading.client.resolve(reference(`${host}/acme/shop:1`), scope())).toMatchObject({
        code: 'ADDRESS_REFUSED',
      });
    expect(proxy.asked).toEqual([]);
  });

  it('is left to resolve the names that only it can', async () => {
    await using proxy = await startProxy(502);
    await using reading = startReading({
      proxy: { https: proxy.host },
      resolve: (_, done) => done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []),
    });
    await reading.client.resolve(reference('outside.test/acme/shop:1'), scope());
    expect(proxy.asked).toEqual(['CONNECT outside.test:443']);
  });

  const proxy = { https: 'http://s.test:3128', http: 'p.test:8080' };
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ['https://ghcr.io', '', 'http://s.test:3128'],
    ['http://ghcr.io', '', 'http://p.test:8080'],
    ['https://ghcr.io', '*', undefined],
    ['https://ghcr.io', 'a.test, ghcr.io', undefined],
    ['https://sub.ghcr.io', 'ghcr.io', undefined],
    ['https://evilghcr.io', 'ghcr.io', 'http://s.test:3128'],
    ['https://sub.ghcr.io', '.ghcr.io', undefined],
    ['https://ghcr.io', '.ghcr.io', 'http://s.test:3128'],
    ['https://sub.ghcr.io', '*.ghcr.io', undefined],
    ['https://ghcr.io', 'GHCR.IO', undefined],
    ['https://ghcr.io', 'ghcr.io:443', undefined],
    ['https://ghcr.io', 'ghcr.io:8443', 'http://s.test:3128'],
    ['https://10.1.2.3', '10.0.0.0/8', undefined],
    ['https://11.1.2.3', '10.0.0.0/8', 'http://s.test:3128'],
    ['https://10.1.2.3', '10.1.2.3', undefined],
    ['https://[fd00::1]:5000', 'fd00::/8', undefined],
    ['https://[fd00::1]:5000', '[fd00::1]:5000', undefined],
    ['https://ghcr.io', '10.0.0.0/99', 'http://s.test:3128'],
  ];
  for (const [url, noProxy, expected] of cases) {
    it(`for ${url} with NO_PROXY ${noProxy} is ${expected ?? 'none'}`, () =>
      expect(proxyFor(new URL(url), { ...proxy, noProxy })).toBe(expected));
  }
  it('is none where none is named', () => expect(proxyFor(new URL('https://ghcr.io'), undefined)).toBeUndefined());
});
