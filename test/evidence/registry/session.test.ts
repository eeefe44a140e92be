import { describe, expect, it } from 'vitest';
import { limits } from '../../../evidence/limits.ts';
import { gap } from '../../../evidence/outcome.ts';
import type { Credential, Keychain } from '../../../evidence/registry/credentials.ts';
import type { RegistryOptions } from '../../../evidence/registry/options.ts';
import {
  type Authentication,
  pushImage,
  type PublishedImage,
  type Registry,
  startRegistry,
} from '../../support/registry/index.ts';
import { reference, type Reading, scope, startReading } from './reading.ts';

const users = { acme: 'secret' };
const acme: Credential = { kind: 'basic', username: 'acme', password: 'secret' };
const holding = (credential: Credential | undefined, name = 'tenant'): Keychain => ({
  scope: name,
  credential: () => Promise.resolve(credential),
});

interface Setting extends AsyncDisposable {
  readonly registry: Registry;
  readonly reading: Reading;
  readonly image: PublishedImage;
  readonly read: (keychain?: Keychain) => ReturnType<Reading['client']['resolve']>;
}

async function setting(
  authentication: Authentication | undefined,
  more: Partial<RegistryOptions> = {},
): Promise<Setting> {
  const registry = await startRegistry();
  const image = await pushImage(registry, { repository: 'acme/shop', tag: '1' });
  registry.authenticate(authentication);
  const reading = startReading({ hosts: { [registry.host]: { plainHttp: true } }, ...more });
  return {
    registry,
    reading,
    image,
    read: (keychain = holding(acme)) => reading.client.resolve(reference(image.reference), scope({ keychain })),
    async [Symbol.asyncDispose]() {
      await reading[Symbol.asyncDispose]();
      await registry.close();
    },
  };
}

const schemes = ({ registry }: Setting) =>
  registry.requests.map(
    ({ path, authorization }) => `${authorization ?? 'nobody'} ${path.split('?')[0]?.split('/')[1]}`,
  );

describe('a registry that asks for a password', () => {
  it('gets it, after it has asked, and with the next request at once', async () => {
    await using it = await setting({ scheme: 'basic', users });
    expect(await it.read()).toMatchObject({ kind: 'found' });
    expect(await it.read()).toMatchObject({ kind: 'found' });
    expect(schemes(it)).toEqual(['nobody v2', 'basic v2', 'basic v2']);
  });

  it('gets none where it does not ask', async () => {
    await using it = await setting(undefined);
    expect(await it.read()).toMatchObject({ kind: 'found' });
    expect(schemes(it)).toEqual(['nobody v2']);
  });

  it('refuses a wrong one, and nobody in particular', async () => {
    await using it = await setting({ scheme: 'basic', users });
    expect(await it.read(holding({ ...acme, password: 'wrong' }))).toMatchObject({
      kind: 'refusal',
      code: 'ACCESS_REFUSED',
    });
    expect(await it.read(holding(undefined))).toMatchObject({ kind: 'refusal', code: 'ACCESS_REFUSED' });
  });

  it('never gets an identity token instead', async () => {
    await using it = await setting({ scheme: 'basic', users });
    expect(await it.read(holding({ kind: 'identity-token', token: 't' }))).toMatchObject({ code: 'ACCESS_REFUSED' });
    expect(schemes(it)).toEqual(['nobody v2']);
  });
});

describe('a registry with a token service', () => {
  for (const tokenField of ['token', 'access_token'] as const) {
    it(`is asked with a token, found under ${tokenField}, that is used until it ends`, async () => {
      let now = Date.now();
      await using it = await setting(
        { scheme: 'bearer', users, expiresIn: 100, tokenField },
        { now: () => new Date(now) },
      );
      expect(await it.read()).toMatchObject({ kind: 'found' });
      expect(schemes(it)).toEqual(['nobody v2', 'basic token', 'bearer v2']);
      it.registry.clearRequests();
      now += 94_000;
      await it.read();
      expect(schemes(it)).toEqual(['bearer v2']);
      it.registry.clearRequests();
      now += 2000;
      await it.read();
      expect(schemes(it)).toEqual(['basic token', 'bearer v2']);
    });
  }

  it('gives a new token where the old one is not taken any more', async () => {
    await using it = await setting({ scheme: 'bearer', users });
    await it.read();
    it.registry.authenticate({ scheme: 'bearer', users });
    it.registry.clearRequests();
    expect(await it.read()).toMatchObject({ kind: 'found' });
    expect(schemes(it)).toEqual(['bearer v2', 'basic token', 'bearer v2']);
  });

  it('gives nobody in particular a token too', async () => {
    await using it = await setting({ scheme: 'bearer', users, allow: () => true });
    expect(await it.read(holding(undefined))).toMatchObject({ kind: 'found' });
    expect(schemes(it)).toEqual(['nobody v2', 'nobody token', 'bearer v2']);
  });

  it('is asked once for a token by many at once', async () => {
    await using it = await setting({ scheme: 'bearer', users });
    await Promise.all(Array.from({ length: 10 }, () => it.read()));
    expect(it.reading.methods().filter((method) => method === 'GET token')).toHaveLength(1);
  });

  it('never gives one scope the token of another', async () => {
    await using it = await setting({ scheme: 'bearer', users });
    expect(await it.read(holding(acme, 'one'))).toMatchObject({ kind: 'found' });
    expect(await it.read(holding(undefined, 'two'))).toMatchObject({ kind: 'refusal', code: 'ACCESS_REFUSED' });
  });

  it('gives each repository a token of its own, before it is asked for one', async () => {
    await using it = await setting({ scheme: 'bearer', users });
    const other = await pushImage(it.registry, { repository: 'acme/other' });
    await it.read();
    it.registry.clearRequests();
    const read = it.reading.client.resolve(reference(other.reference), scope({ keychain: holding(acme) }));
    expect(await read).toMatchObject({ kind: 'found' });
    expect(schemes(it)).toEqual(['basic token', 'bearer v2']);
  });

  it('is asked for pulling this repository, whatever scope the challenge names', async () => {
    const registry = await startRegistry();
    await using it = await setting({ scheme: 'bearer', users, challenge: '' });
    const challenge = `Bearer realm="${it.registry.url}/token",scope="repository:acme/private:pull,push,delete"`;
    it.registry.authenticate({ scheme: 'bearer', users, challenge });
    await it.read();
    const asked = it.registry.requests.find(({ path }) => path.startsWith('/token'))?.path ?? '';
    expect(new URLSearchParams(asked.split('?')[1]).getAll('scope')).toEqual(['repository:acme/shop:pull']);
    await registry.close();
  });

  it('exchanges an identity token in a body, never in an address', async () => {
    await using it = await setting({ scheme: 'bearer', users, allow: () => true });
    expect(await it.read(holding({ kind: 'identity-token', token: 'refresh' }))).toMatchObject({ kind: 'found' });
    expect(it.reading.methods()).toContain('POST token');
    expect(JSON.stringify(it.registry.requests)).not.toContain('refresh');
  });

  it('sees a bearer token as it is', async () => {
    await using it = await setting({ scheme: 'bearer', users });
    expect(await it.read(holding({ kind: 'bearer', token: 'unknown' }))).toMatchObject({ code: 'ACCESS_REFUSED' });
    expect(it.reading.methods()).not.toContain('GET token');
  });

  for (const refusal of [401, 403] as const) {
    it(`refuses who may not read, with ${refusal}`, async () => {
      await using it = await setting({ scheme: 'bearer', users, allow: () => false, refusal });
      expect(await it.read()).toMatchObject({ kind: 'refusal', code: 'ACCESS_REFUSED' });
    });
  }

  it('refuses a wrong password', async () => {
    await using it = await setting({ scheme: 'bearer', users });
    expect(await it.read(holding({ ...acme, password: 'wrong' }))).toMatchObject({
      kind: 'refusal',
      code: 'ACCESS_REFUSED',
    });
  });

  const realms = ['https://evil.example/token', 'http://127.0.0.1:1/token', 'file:///etc/passwd', 'nonsense', ''];
  for (const realm of realms) {
    it(`A-VER-17: gets no password for ${realm || 'no address'}`, async () => {
      await using it = await setting({ scheme: 'bearer', users, realm });
      expect(await it.read()).toMatchObject({ kind: 'refusal', code: 'REDIRECT_REFUSED' });
      expect(it.reading.methods()).toEqual(['GET manifest']);
    });
  }

  it('may be another host that the configuration names', async () => {
    await using tokens = await setting({ scheme: 'bearer', users });
    await using it = await setting({ scheme: 'bearer', users, realm: `${tokens.registry.url}/token` });
    const hosts = {
      [it.registry.host]: { plainHttp: true, tokenHosts: [tokens.registry.host] },
      [tokens.registry.host]: { plainHttp: true },
    };
    await using reading = startReading({ hosts });
    await reading.client.resolve(reference(it.image.reference), scope({ keychain: holding(acme) }));
    expect(reading.requests.map(({ host, kind }) => `${kind} ${host}`)).toEqual([
      `manifest ${it.registry.host}`,
      `token ${tokens.registry.host}`,
      `manifest ${it.registry.host}`,
    ]);
    expect(schemes(tokens)).toEqual(['basic token']);
  });

  it('is not followed where it sends elsewhere', async () => {
    await using it = await setting({ scheme: 'bearer', users });
    it.registry.faults.add({ kind: 'redirect', location: '/elsewhere' }, { path: /^\/token/ });
    expect(await it.read()).toMatchObject({ kind: 'refusal', code: 'REDIRECT_REFUSED' });
  });

  const outages = [
    [{ kind: 'status', status: 500 }, 'REGISTRY_ERROR'],
    [{ kind: 'status', status: 429, headers: { 'retry-after': '30' } }, 'REGISTRY_LIMITED'],
    [{ kind: 'wrong-bytes', bytes: '{"token":"a\\r\\nx-evil: 1"}' }, 'REGISTRY_MISCONFIGURED'],
    [{ kind: 'wrong-bytes', bytes: '{"token":1}' }, 'REGISTRY_MISCONFIGURED'],
    [{ kind: 'wrong-bytes', bytes: '<html>' }, 'REGISTRY_MISCONFIGURED'],
    [{ kind: 'truncated' }, 'REGISTRY_ERROR'],
  ] as const;
  for (const [fault, code] of outages) {
    it(`leaves a gap ${code} with ${JSON.stringify(fault).slice(0, 60)}`, async () => {
      await using it = await setting({ scheme: 'bearer', users });
      it.registry.faults.add(fault, { path: /^\/token/ });
      expect(await it.read()).toMatchObject({ kind: 'gap', code });
    });
  }

  it('that does not say for how long gives tokens for a minute', async () => {
    let now = Date.now();
    await using it = await setting(undefined, { now: () => new Date(now) });
    const challenge = `Bearer realm="${it.registry.url}/token"`;
    it.registry.faults.add({ kind: 'status', status: 401, headers: { 'www-authenticate': challenge } }, { times: 1 });
    it.registry.faults.add({ kind: 'status', status: 200, body: '{"token":"opaque"}' }, { path: /^\/token/ });
    await it.read();
    now += (limits.tokenSeconds - limits.tokenMarginSeconds - 1) * 1000;
    await it.read();
    expect(it.reading.methods()).toEqual(['GET manifest', 'GET token', 'GET manifest', 'GET manifest']);
    now += 1000;
    await it.read();
    expect(it.reading.methods().slice(4)).toEqual(['GET token', 'GET manifest']);
  });

  it.each([
    [64 * 1024, { kind: 'found' }],
    [64 * 1024 + 1, { kind: 'refusal', code: 'LIMIT_BYTES' }],
  ])('is read up to 64 KiB: %d', async (size, expected) => {
    await using it = await setting(undefined);
    const challenge = `Bearer realm="${it.registry.url}/token"`;
    it.registry.faults.add({ kind: 'status', status: 401, headers: { 'www-authenticate': challenge } }, { times: 1 });
    const body = '{"token":"opaque"}'.padEnd(size, ' ');
    it.registry.faults.add({ kind: 'status', status: 200, body }, { path: /^\/token/ });
    expect(await it.read()).toMatchObject(expected);
  });

  it('is not read without end', async () => {
    await using it = await setting({ scheme: 'bearer', users });
    it.registry.faults.add({ kind: 'endless' }, { path: /^\/token/ });
    expect(await it.read()).toMatchObject({ kind: 'refusal', code: 'LIMIT_BYTES' });
  });
});

describe('a challenge', () => {
  for (const challenge of ['Negotiate', 'Bearer realm="', '']) {
    it(`that nobody can answer is a refusal: ${challenge}`, async () => {
      await using it = await setting({ scheme: 'basic', users, challenge });
      expect(await it.read()).toMatchObject({ kind: 'refusal', code: 'ACCESS_REFUSED' });
      expect(it.reading.methods()).toEqual(['GET manifest']);
    });
  }
});

describe('a keychain', () => {
  it('that cannot tell leaves its gap', async () => {
    await using it = await setting({ scheme: 'basic', users });
    const broken: Keychain = {
      scope: 'x',
      credential: async () => gap('CREDENTIALS_UNAVAILABLE', 'the helper is gone'),
    };
    expect(await it.read(broken)).toMatchObject({ kind: 'gap', code: 'CREDENTIALS_UNAVAILABLE' });
    const throws: Keychain = { scope: 'x', credential: () => Promise.reject(new Error('secret')) };
    const read = await it.read(throws);
    expect(read).toMatchObject({ kind: 'gap', code: 'CREDENTIALS_UNAVAILABLE' });
    expect(JSON.stringify(read)).not.toContain('secret');
  });

  it('that never answers is not waited for', async () => {
    await using it = await setting({ scheme: 'basic', users });
    const keychain: Keychain = { scope: 'x', credential: () => new Promise(() => {}) };
    const read = await it.reading.client.resolve(
      reference(it.image.reference),
      scope({ keychain, signal: AbortSignal.timeout(100) }),
    );
    expect(read).toMatchObject({ kind: 'gap', code: 'DEADLINE_EXCEEDED' });
  });
});
