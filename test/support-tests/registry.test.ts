import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Fault,
  type FaultScope,
  httpPublisher,
  pushImage,
  type Registry,
  type RegistryOptions,
  sha256,
  startRegistry,
} from '../support/registry/index.ts';

const open: Registry[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((registry) => registry.close()));
});

async function start(options: RegistryOptions = {}): Promise<Registry> {
  const registry = await startRegistry(options);
  open.push(registry);
  return registry;
}

const image = 'application/vnd.oci.image.manifest.v1+json';

describe('pushing and pulling', () => {
  let registry: Registry;
  beforeEach(async () => {
    registry = await start();
  });

  it('gives back over HTTP what was published in memory', async () => {
    const published = await pushImage(registry, { repository: 'shop/web', tag: 'v1' });
    const manifest = await fetch(`${registry.url}/v2/shop/web/manifests/v1`);
    const bytes = Buffer.from(await manifest.arrayBuffer());
    expect(manifest.headers.get('docker-content-digest')).toBe(published.digest);
    expect(manifest.headers.get('content-type')).toBe(image);
    expect(sha256(bytes)).toBe(published.digest);
    const { config, layers } = JSON.parse(bytes.toString()) as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    for (const { digest } of [config, ...layers]) {
      const blob = await fetch(`${registry.url}/v2/shop/web/blobs/${digest}`);
      expect(sha256(Buffer.from(await blob.arrayBuffer()))).toBe(digest);
    }
  });

  it('publishes the same image over HTTP as in memory', async () => {
    const source = { repository: 'a', tag: 'v1', platforms: ['linux/amd64', 'linux/arm64/v8'] };
    const direct = await pushImage(registry, source);
    const other = await start();
    const pushed = await pushImage(httpPublisher(other.host), source);
    expect(pushed.digest).toBe(direct.digest);
    expect(other.store.manifest('a', 'v1')).toEqual(registry.store.manifest('a', 'v1'));
    expect((await httpPublisher(other.host).getManifest('a', 'v1'))?.digest).toBe(direct.digest);
    expect(await httpPublisher(other.host).getManifest('a', 'v2')).toBeUndefined();
  });

  it('publishes an index whose platforms are there', async () => {
    const { platforms, mediaType } = await pushImage(registry, {
      repository: 'a',
      platforms: ['linux/amd64', 'linux/arm64'],
    });
    expect(mediaType).toBe('application/vnd.oci.image.index.v1+json');
    expect(Object.keys(platforms)).toEqual(['linux/amd64', 'linux/arm64']);
    for (const digest of Object.values(platforms)) {
      expect((await fetch(`${registry.url}/v2/a/manifests/${digest}`, { method: 'HEAD' })).status).toBe(200);
    }
  });

  it('takes a blob in chunks, in order only', async () => {
    const begun = await fetch(`${registry.url}/v2/a/blobs/uploads/`, { method: 'POST' });
    expect(begun.status).toBe(202);
    const location = `${registry.url}${begun.headers.get('location')}`;
    const patch = (body: string, range: string) =>
      fetch(location, { method: 'PATCH', body, headers: { 'content-range': range } });
    expect((await patch('hello ', '0-5')).status).toBe(202);
    expect((await patch('world', '9-13')).status).toBe(416);
    const second = await patch('world', '6-10');
    expect(second.headers.get('range')).toBe('0-10');
    const wrong = await fetch(`${location}?digest=${sha256('other')}`, { method: 'PUT' });
    expect(wrong.status).toBe(400);
    const digest = sha256('hello world');
    expect((await fetch(`${location}?digest=${digest}`, { method: 'PUT' })).status).toBe(201);
    expect(await (await fetch(`${registry.url}/v2/a/blobs/${digest}`)).text()).toBe('hello world');
  });

  it('mounts a blob of another repository, and starts an upload where that one has none', async () => {
    const digest = await registry.putBlob('a', Buffer.from('shared'));
    const mount = (from: string) =>
      fetch(`${registry.url}/v2/b/blobs/uploads/?mount=${digest}&from=${from}`, { method: 'POST' });
    expect((await mount('nowhere')).status).toBe(202);
    expect((await mount('a')).status).toBe(201);
    expect(await (await fetch(`${registry.url}/v2/b/blobs/${digest}`)).text()).toBe('shared');
  });

  it('refuses a manifest whose bytes are not of the digest it is pushed to', async () => {
    const put = await fetch(`${registry.url}/v2/a/manifests/${sha256('x')}`, { method: 'PUT', body: '{}' });
    expect(put.status).toBe(400);
  });

  it('lists tags in pages', async () => {
    for (const tag of ['c', 'a', 'b']) await pushImage(registry, { repository: 'a', tag });
    const first = await fetch(`${registry.url}/v2/a/tags/list?n=2`);
    expect(await first.json()).toEqual({ name: 'a', tags: ['a', 'b'] });
    const next = /<(.+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1];
    expect(await (await fetch(`${registry.url}${next}`)).json()).toEqual({ name: 'a', tags: ['c'] });
  });

  it('deletes manifests with their tags', async () => {
    const { digest } = await pushImage(registry, { repository: 'a', tag: 'v1' });
    expect((await fetch(`${registry.url}/v2/a/manifests/${digest}`, { method: 'DELETE' })).status).toBe(202);
    expect((await fetch(`${registry.url}/v2/a/manifests/v1`)).status).toBe(404);
  });

  it('moves a tag', async () => {
    await pushImage(registry, { repository: 'a', tag: 'v1', seed: 'one' });
    const { digest } = await pushImage(registry, { repository: 'a', seed: 'two' });
    registry.moveTag('a', 'v1', digest);
    expect((await fetch(`${registry.url}/v2/a/manifests/v1`)).headers.get('docker-content-digest')).toBe(digest);
  });
});

describe('referrers', () => {
  const attach = async (registry: Registry, subject: string, artifactType: string, note: string) => {
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: image,
        artifactType,
        config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256('{}'), size: 2 },
        layers: [],
        subject: { mediaType: image, digest: subject, size: 1 },
        annotations: { note },
      }),
    );
    const headers = { 'content-type': image };
    return fetch(`${registry.url}/v2/a/manifests/${sha256(bytes)}`, {
      method: 'PUT',
      headers,
      body: new Uint8Array(bytes),
    });
  };

  it('are listed in pages, by artifact type, with their annotations', async () => {
    const registry = await start({ referrersPageSize: 1 });
    const { digest } = await pushImage(registry, { repository: 'a', tag: 'v1' });
    const put = await attach(registry, digest, 'text/one', '1');
    expect(put.headers.get('oci-subject')).toBe(digest);
    await attach(registry, digest, 'text/two', '2');
    await attach(registry, digest, 'text/one', '3');
    const notes: (string | undefined)[] = [];
    let next: string | undefined = `/v2/a/referrers/${digest}?artifactType=text/one`;
    while (next !== undefined) {
      const response: Response = await fetch(`${registry.url}${next}`);
      expect(response.headers.get('oci-filters-applied')).toBe('artifactType');
      const page = (await response.json()) as { manifests: { annotations?: Record<string, string> }[] };
      notes.push(...page.manifests.map(({ annotations }) => annotations?.['note']));
      next = /<(.+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    }
    expect(notes).toEqual(['1', '3']);
  });

  it('can be told the type of the config, as some registries do', async () => {
    const registry = await start({ artifactTypeFrom: 'config' });
    const { digest } = await pushImage(registry, { repository: 'a' });
    await attach(registry, digest, 'text/one', '1');
    const list = await (await fetch(`${registry.url}/v2/a/referrers/${digest}`)).json();
    expect(list).toMatchObject({ manifests: [{ artifactType: 'application/vnd.oci.empty.v1+json' }] });
  });

  it('are no API where it is switched off, and the push says so by its silence', async () => {
    const registry = await start({ referrers: false });
    const { digest } = await pushImage(registry, { repository: 'a' });
    const put = await attach(registry, digest, 'text/one', '1');
    expect(put.headers.get('oci-subject')).toBeNull();
    expect((await fetch(`${registry.url}/v2/a/referrers/${digest}`)).status).toBe(404);
  });
});

describe('authentication', () => {
  const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  it('asks for a password', async () => {
    const registry = await start({ authentication: { scheme: 'basic', users: { ann: 'secret' } } });
    await pushImage(registry, { repository: 'a', tag: 'v1' });
    const get = (authorization?: string) =>
      fetch(`${registry.url}/v2/a/manifests/v1`, authorization === undefined ? {} : { headers: { authorization } });
    const nobody = await get();
    expect([nobody.status, nobody.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="registry.test"']);
    expect((await get(basic('ann', 'guess'))).status).toBe(401);
    expect((await get(basic('ann', 'secret'))).status).toBe(200);
    expect(registry.requests.map(({ authorization }) => authorization)).toEqual([undefined, 'basic', 'basic']);
  });

  it('gives tokens of one repository, which expire', async () => {
    let now = 1000;
    const registry = await start({
      now: () => now,
      authentication: {
        scheme: 'bearer',
        users: { ann: 'secret' },
        refusal: 403,
        expiresIn: 60,
        allow: ({ user, repository, action }) => user === 'ann' && repository === 'a' && action === 'pull',
      },
    });
    for (const repository of ['a', 'b']) await pushImage(registry, { repository, tag: 'v1' });
    const challenge = (await fetch(`${registry.url}/v2/a/manifests/v1`)).headers.get('www-authenticate');
    expect(challenge).toBe(`Bearer realm="${registry.url}/token",service="registry.test",scope="repository:a:pull"`);
    const token = async (scope: string, authorization?: string) => {
      const response = await fetch(`${registry.url}/token?service=registry.test&scope=${scope}`, {
        headers: authorization === undefined ? {} : { authorization },
      });
      return response.ok ? ((await response.json()) as { token: string }).token : response.status;
    };
    const get = async (repository: string, bearer: string | number) =>
      (await fetch(`${registry.url}/v2/${repository}/manifests/v1`, { headers: { authorization: `Bearer ${bearer}` } }))
        .status;
    const mine = await token('repository:a:pull', basic('ann', 'secret'));
    expect(await get('a', mine)).toBe(200);
    expect(await get('b', mine)).toBe(403);
    expect(await token('repository:a:pull', basic('ann', 'guess'))).toBe(401);
    expect(await get('a', await token('repository:a:pull'))).toBe(403);
    now += 61_000;
    expect(await get('a', mine)).toBe(401);
  });

  it('can send its clients to a wrong realm', async () => {
    const registry = await start({
      authentication: { scheme: 'bearer', users: {}, realm: 'http://169.254.169.254/token' },
    });
    const response = await fetch(`${registry.url}/v2/`);
    expect(response.headers.get('www-authenticate')).toContain('realm="http://169.254.169.254/token"');
  });
});

describe('the request log', () => {
  it('has every request in order, and nothing that was published in memory', async () => {
    const registry = await start({ now: () => 7 });
    await pushImage(registry, { repository: 'a', tag: 'v1' });
    await fetch(`${registry.url}/v2/a/manifests/v1`, { method: 'HEAD' });
    await fetch(`${registry.url}/v2/a/manifests/v2?x=1`);
    expect(registry.requests).toEqual([
      { method: 'HEAD', path: '/v2/a/manifests/v1', status: 200, time: 7 },
      { method: 'GET', path: '/v2/a/manifests/v2?x=1', status: 404, time: 7 },
    ]);
    registry.clearRequests();
    expect(registry.requests).toEqual([]);
  });
});

describe('faults', () => {
  let registry: Registry;
  let path: string;
  let honest: Buffer;
  beforeEach(async () => {
    registry = await start();
    const { digest } = await pushImage(registry, { repository: 'a', tag: 'v1' });
    path = `/v2/a/manifests/v1`;
    honest = registry.store.manifest('a', digest)?.bytes ?? Buffer.alloc(0);
  });
  const get = (fault: Fault, scope: FaultScope = {}, init: RequestInit = {}) => {
    registry.faults.add(fault, scope);
    return fetch(`${registry.url}${path}`, { redirect: 'manual', ...init });
  };

  it('answers with another status', async () => {
    const response = await get({ kind: 'status', status: 429, headers: { 'retry-after': '3' } });
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3']);
  });

  it('meets the requests of its scope only, and as many as it says', async () => {
    registry.faults.add(
      { kind: 'status', status: 500 },
      { path: '/v2/*/manifests/*', method: 'GET', after: 1, times: 2 },
    );
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await fetch(`${registry.url}${path}`)).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
    expect((await fetch(`${registry.url}${path}`, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`${registry.url}/v2/`)).status).toBe(200);
  });

  it('is over when it is taken away', async () => {
    const remove = registry.faults.add({ kind: 'drop' });
    await expect(fetch(`${registry.url}${path}`)).rejects.toThrow('fetch failed');
    remove();
    expect((await fetch(`${registry.url}${path}`)).status).toBe(200);
  });

  it('waits', async () => {
    const before = performance.now();
    await get({ kind: 'latency', milliseconds: 80 });
    expect(performance.now() - before).toBeGreaterThan(75);
  });

  it('names a wrong digest', async () => {
    expect((await get({ kind: 'wrong-digest-header' })).headers.get('docker-content-digest')).toMatch(/^sha256:0{64}$/);
  });

  it('sends wrong bytes of the right length', async () => {
    const bytes = Buffer.from(await (await get({ kind: 'wrong-bytes' })).arrayBuffer());
    expect(bytes.length).toBe(honest.length);
    expect(bytes.equals(honest)).toBe(false);
  });

  it('sends half of the body', async () => {
    const response = await get({ kind: 'truncated' });
    expect(response.headers.get('content-length')).toBe(String(honest.length));
    await expect(response.arrayBuffer()).rejects.toThrow('terminated');
  });

  it('sends bytes without end', async () => {
    const response = await get({ kind: 'endless' });
    let received = 0;
    for await (const chunk of response.body ?? []) {
      received += (chunk as Uint8Array).length;
      if (received > 1_000_000) break;
    }
    expect(received).toBeGreaterThan(1_000_000);
  });

  it('sends at a trickle', async () => {
    const before = performance.now();
    const bytes = Buffer.from(await (await get({ kind: 'slow', bytesPerSecond: 4000 })).arrayBuffer());
    expect(bytes.equals(honest)).toBe(true);
    expect(performance.now() - before).toBeGreaterThan((honest.length / 4000) * 800);
  });

  it('declares a length that is too large, or too small', async () => {
    const more = await get({ kind: 'content-length', value: honest.length + 10 });
    await expect(more.arrayBuffer()).rejects.toThrow('terminated');
    registry.faults.clear();
    const less = await get({ kind: 'content-length', value: 3 });
    expect(Buffer.from(await less.arrayBuffer()).equals(honest.subarray(0, 3))).toBe(true);
  });

  it('declares another content type, and any other header', async () => {
    expect((await get({ kind: 'content-type', value: 'text/html' })).headers.get('content-type')).toBe('text/html');
    const response = await get({ kind: 'headers', headers: { 'docker-content-digest': '', etag: '"x"' } });
    expect([response.headers.get('docker-content-digest'), response.headers.get('etag')]).toEqual([null, '"x"']);
  });

  it('redirects', async () => {
    const response = await get({ kind: 'redirect', location: 'http://169.254.169.254/latest/meta-data/' });
    expect([response.status, response.headers.get('location')]).toEqual([
      307,
      'http://169.254.169.254/latest/meta-data/',
    ]);
  });

  it('hangs', async () => {
    await expect(get({ kind: 'hang' }, {}, { signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/);
    expect(registry.requests.map(({ status }) => status)).toEqual([0]);
  });

  it('answers a tag differently each time', async () => {
    const other = await pushImage(registry, { repository: 'a', seed: 'other' });
    registry.faults.add({ kind: 'answers-in-turn', references: ['v1', other.digest] }, { path });
    const digests: (string | null)[] = [];
    for (let i = 0; i < 3; i++) {
      digests.push((await fetch(`${registry.url}${path}`)).headers.get('docker-content-digest'));
    }
    expect(digests).toEqual([sha256(honest), other.digest, sha256(honest)]);
  });
});
