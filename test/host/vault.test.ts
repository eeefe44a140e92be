import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { vaultKeys } from '../../host/vault.ts';
import { generateKey, publicPem } from '../support/sigstore/index.ts';
import { createTlsAuthority } from '../support/tls/index.ts';

const old = publicPem(generateKey().publicKey);
const pem = publicPem(generateKey().publicKey);
const release = {
  data: { type: 'ecdsa-p256', latest_version: 2, keys: { '1': { public_key: old }, '2': { public_key: pem } } },
};

interface Vault {
  readonly url: string;
  readonly asked: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  answer: (response: ServerResponse) => void;
}

const started: Server[] = [];
async function startVault(
  answer: Vault['answer'],
  tls?: { readonly cert: string; readonly key: string },
): Promise<Vault> {
  const vault: Vault = { url: '', asked: [], answer };
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    vault.asked.push({ path: request.url ?? '', headers: request.headers });
    vault.answer(response);
  };
  const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  started.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return Object.assign(vault, { url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}` });
}
const json =
  (body: unknown, status = 200) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'assay-vault-'));
  return () => rm(home, { recursive: true, force: true });
});
afterEach(() => {
  for (const server of started.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const fetched = (environment: Record<string, string>, signal = AbortSignal.timeout(5_000), name = 'release') =>
  vaultKeys({ HOME: home, ...environment }).fetch({ name }, signal);
const found = { kind: 'found', value: { pem } };
const refusal = (detail: RegExp) => ({
  kind: 'gap',
  code: 'TRUST_UNAVAILABLE',
  detail: expect.stringMatching(detail) as string,
});

describe('a key in Vault', () => {
  it('is the latest version that the transit engine has, asked for with the token', async () => {
    const vault = await startVault(json(release));
    expect(await fetched({ VAULT_ADDR: vault.url, VAULT_TOKEN: 's.secret' })).toEqual(found);
    expect(vault.asked).toMatchObject([
      { path: '/v1/transit/keys/release', headers: { 'x-vault-token': 's.secret', 'x-vault-request': 'true' } },
    ]);
    expect(vault.asked[0]?.headers).not.toHaveProperty('x-vault-namespace');
  });

  it('is looked for where the environment says: engine, namespace, and the token of `vault login`', async () => {
    const vault = await startVault(json(release));
    await writeFile(join(home, '.vault-token'), 's.kept\n');
    const environment = {
      VAULT_ADDR: `${vault.url}/`,
      TRANSIT_SECRET_ENGINE_PATH: '/team a/transit/',
      VAULT_NAMESPACE: 'acme',
    };
    expect(await fetched(environment, undefined, '../../sys')).toEqual(found);
    expect(vault.asked).toMatchObject([
      {
        path: '/v1/team%20a/transit/keys/..%2F..%2Fsys',
        headers: { 'x-vault-token': 's.kept', 'x-vault-namespace': 'acme' },
      },
    ]);
  });

  it('comes over TLS from the authority of VAULT_CACERT, and from no other', async () => {
    const tls = createTlsAuthority();
    const vault = await startVault(json(release), tls.server());
    await writeFile(join(home, 'ca.pem'), tls.ca);
    const environment = { VAULT_ADDR: vault.url, VAULT_TOKEN: 's.secret' };
    expect(await fetched({ ...environment, VAULT_CACERT: join(home, 'ca.pem') })).toEqual(found);
    expect(await fetched(environment)).toMatchObject(refusal(/cannot be asked \([A-Z_]+\)$/));
    expect(vault.asked).toHaveLength(1);
    await writeFile(join(home, 'ca.pem'), 'no PEM');
    expect(await fetched({ ...environment, VAULT_CACERT: join(home, 'ca.pem') })).toMatchObject(refusal(/cannot be/));
    expect(await fetched({ ...environment, VAULT_CACERT: join(home, 'none') })).toMatchObject(
      refusal(/does not exist/),
    );
  });

  it('is none where the environment does not say where Vault is, or by which token', async () => {
    expect(await fetched({ VAULT_TOKEN: 's.secret' })).toMatchObject(refusal(/^VAULT_ADDR does not say/));
    for (const address of ['vault', 'ftp://vault', 'https://user@vault'])
      expect(await fetched({ VAULT_ADDR: address, VAULT_TOKEN: 'x' })).toMatchObject(refusal(/^VAULT_ADDR is no http/));
    const vault = await startVault(json(release));
    expect(await fetched({ VAULT_ADDR: vault.url })).toMatchObject(refusal(/neither VAULT_TOKEN nor/));
    expect(await fetched({ VAULT_ADDR: vault.url, VAULT_TOKEN: 'a\nb' })).toMatchObject(refusal(/cannot be asked/));
    expect(vault.asked).toEqual([]);
  });

  it('is none where Vault answers anything else, and the token goes nowhere else', async () => {
    const elsewhere = await startVault(json(release));
    const vault = await startVault(json(release));
    const environment = { VAULT_ADDR: vault.url, VAULT_TOKEN: 's.secret' };
    const cases: readonly (readonly [Vault['answer'], RegExp])[] = [
      [json({}, 403), /refuses the token \(403\)/],
      [json({}, 404), /has no such key \(404\)/],
      [json({}, 503), /is sealed or under maintenance \(503\)/],
      [json({}, 500), /answers 500/],
      [(response) => void response.writeHead(307, { location: `${elsewhere.url}/v1` }).end(), /answers 307/],
      [(response) => void response.end('<html>'), /something else than JSON/],
      [(response) => void response.end(' '.repeat(1024 * 1024 + 1)), /more than 1048576 bytes/],
      [(response) => void response.destroy(), /cannot be asked \(ECONNRESET\)/],
      [json({ data: { latest_version: 1, keys: { '1': 1442851412 } } }), /has no PEM public key .* "release"/],
      [json({ data: { latest_version: 1, keys: { '1': { public_key: 'AAAA' } } } }), /has no PEM public key/],
      [json({ data: { latest_version: 3, keys: release.data.keys } }), /has no PEM public key/],
      [json({ data: { latest_version: '__proto__', keys: {} } }), /has no PEM public key/],
      [json([]), /has no PEM public key/],
    ];
    for (const [answer, words] of cases) {
      vault.answer = answer;
      const outcome = await fetched(environment);
      expect(outcome).toMatchObject(refusal(words));
      expect(JSON.stringify(outcome)).not.toContain('s.secret');
    }
    expect(elsewhere.asked).toEqual([]);
  });

  it('is waited for no longer than the signal says', async () => {
    const vault = await startVault(() => undefined);
    const environment = { VAULT_ADDR: vault.url, VAULT_TOKEN: 's.secret' };
    expect(await fetched(environment, AbortSignal.timeout(100))).toMatchObject(refusal(/did not answer in time$/));
    vault.answer = (response) => void response.writeHead(200).write('{');
    expect(await fetched(environment, AbortSignal.timeout(100))).toMatchObject(refusal(/did not answer in time$/));
  });
});
