import { request } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { type Registry, startRegistry } from '../support/registry/index.ts';
import { createTlsAuthority, type TlsIdentity } from '../support/tls/index.ts';

let registry: Registry | undefined;
afterEach(async () => {
  await registry?.close();
});

/** The status of `GET /v2/`, or the code of the error that TLS gave. */
const ask = (url: string, ca: string, identity?: TlsIdentity): Promise<number | string> =>
  new Promise((resolve) => {
    request(`${url}/v2/`, { ca, agent: false, ...identity }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      .end();
  });

describe('TLS on loopback', () => {
  it('is trusted by those who know the authority', async () => {
    const authority = createTlsAuthority();
    registry = await startRegistry({ tls: authority.server() });
    expect(await ask(registry.url, authority.ca)).toBe(200);
    expect(await ask(registry.url, createTlsAuthority('another').ca)).toMatch(/VERIFY|ISSUER|SELF_SIGNED/);
  });

  it('is for the names it says', async () => {
    const authority = createTlsAuthority();
    registry = await startRegistry({ tls: authority.server({ names: ['registry.test'] }) });
    expect(await ask(registry.url, authority.ca)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('ends when it says', async () => {
    const authority = createTlsAuthority();
    registry = await startRegistry({ tls: authority.server({ notAfter: new Date(Date.now() - 1000) }) });
    expect(await ask(registry.url, authority.ca)).toBe('CERT_HAS_EXPIRED');
  });

  it('asks for a certificate of the client, where it is told to', async () => {
    const authority = createTlsAuthority();
    registry = await startRegistry({ tls: { ...authority.server(), clientCa: authority.ca } });
    expect(await ask(registry.url, authority.ca, authority.client('ann'))).toBe(200);
    expect(await ask(registry.url, authority.ca)).not.toBe(200);
    expect(await ask(registry.url, authority.ca, createTlsAuthority().client('ann'))).not.toBe(200);
  });
});
