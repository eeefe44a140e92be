import type { IncomingMessage } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Environment, variable } from './environment.ts';
import { readText } from './files.ts';

/** All versions of a key: a PEM text of some hundred bytes each, of which operators keep dozens. */
const answerBytes = 1024 * 1024;
/** A token, or certificates of an authority. */
const fileBytes = 256 * 1024;

/** A key's latest version, or why there is none. */
export type VaultAnswer =
  | { readonly kind: 'found'; readonly value: { readonly pem: string } }
  | { readonly kind: 'gap'; readonly code: 'TRUST_UNAVAILABLE'; readonly detail: string };

/** Public keys of HashiCorp Vault, or of OpenBao, which answers alike. */
export interface VaultKeys {
  readonly service: 'hashivault';
  fetch(key: { readonly name: string }, signal: AbortSignal): Promise<VaultAnswer>;
}

/**
 * Reads keys of Vault's transit engine (`GET /v1/transit/keys/NAME`) where the environment says how, in Vault's own
 * variables: VAULT_ADDR, VAULT_TOKEN or `~/.vault-token`, VAULT_NAMESPACE, VAULT_CACERT; as in cosign
 * TRANSIT_SECRET_ENGINE_PATH. Never throws, follows no redirect, and tells the token to nobody else.
 */
export const vaultKeys = (environment: Environment): VaultKeys => ({
  service: 'hashivault',
  async fetch({ name }, signal) {
    const place = placeOf(environment, name);
    if (typeof place === 'string') return gap(place);
    const token = await tokenOf(environment);
    if (token === undefined) return gap('there is neither VAULT_TOKEN nor ~/.vault-token for Vault');
    const file = variable(environment, 'VAULT_CACERT');
    const authority = file === undefined ? undefined : await readText(file, fileBytes);
    if (authority?.kind === 'unreadable') return gap(`VAULT_CACERT ${file} ${authority.detail}`);
    const namespace = variable(environment, 'VAULT_NAMESPACE');
    const headers = {
      'x-vault-token': token,
      'x-vault-request': 'true',
      ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
    };
    const answer = await ask(place, headers, authority?.text, signal);
    return typeof answer === 'string' ? gap(`${place.host} ${answer}`) : keyIn(answer, place.host, name);
  },
});

function placeOf(environment: Environment, name: string): URL | string {
  const address = variable(environment, 'VAULT_ADDR');
  if (address === undefined) return 'VAULT_ADDR does not say where Vault is';
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '')
    return 'VAULT_ADDR is no http or https URL without a user';
  const engine = variable(environment, 'TRANSIT_SECRET_ENGINE_PATH') ?? 'transit';
  const path = [...engine.split('/').filter((part) => part !== ''), 'keys', name].map(encodeURIComponent).join('/');
  return new URL(`/v1/${path}`, url.origin);
}

async function tokenOf(environment: Environment): Promise<string | undefined> {
  const stated = variable(environment, 'VAULT_TOKEN');
  if (stated !== undefined) return stated;
  const read = await readText(join(variable(environment, 'HOME') ?? homedir(), '.vault-token'), fileBytes);
  const kept = read.kind === 'text' ? read.text.trim() : '';
  return kept === '' ? undefined : kept;
}

/** The body of a 200, or a clause that says what came instead. */
async function ask(
  url: URL,
  headers: Readonly<Record<string, string>>,
  ca: string | undefined,
  signal: AbortSignal,
): Promise<Buffer | string> {
  // Few ask Vault, and loading these takes longer than all of Node's own start.
  const [{ request: plainRequest }, { request: tlsRequest }] = await Promise.all([
    import('node:http'),
    import('node:https'),
  ]);
  return new Promise((resolve) => {
    const failed = (error: Error): void =>
      resolve(
        signal.aborted
          ? 'did not answer in time'
          : `cannot be asked (${'code' in error ? String(error.code) : error.name})`,
      );
    const answered = (response: IncomingMessage): void => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('error', failed);
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= answerBytes) return void chunks.push(chunk);
        resolve(`answers with more than ${answerBytes} bytes`);
        response.destroy();
      });
      response.on('end', () => resolve(response.statusCode === 200 ? Buffer.concat(chunks) : refused(response)));
    };
    try {
      const options = { headers, signal, agent: false };
      const asked =
        url.protocol === 'https:'
          ? tlsRequest(url, { ...options, ...(ca === undefined ? {} : { ca }) }, answered)
          : plainRequest(url, options, answered);
      asked.on('error', failed).end();
    } catch (error) {
      // A token with a line break in it, or a CA that is no PEM.
      failed(error instanceof Error ? error : new Error('no reason given'));
    }
  });
}

function refused({ statusCode = 0 }: IncomingMessage): string {
  if (statusCode === 403) return 'refuses the token (403), or knows no such engine for it';
  if (statusCode === 404) return 'has no such key (404)';
  return statusCode === 503 ? 'is sealed or under maintenance (503)' : `answers ${statusCode}`;
}

/** Vault signs with the latest version of a key unless it is told otherwise; only PEM is taken, which Ed25519 keys are not. */
function keyIn(body: Buffer, host: string, name: string): VaultAnswer {
  let document: unknown;
  try {
    document = JSON.parse(body.toString('utf8'));
  } catch {
    return gap(`${host} answers with something else than JSON`);
  }
  const data = field(document, 'data');
  const pem = field(field(field(data, 'keys'), String(field(data, 'latest_version'))), 'public_key');
  return typeof pem === 'string' && pem.includes('-----BEGIN PUBLIC KEY-----')
    ? { kind: 'found', value: { pem } }
    : gap(`${host} has no PEM public key in the latest version of ${JSON.stringify(name)}`);
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;

const gap = (detail: string): VaultAnswer => ({ kind: 'gap', code: 'TRUST_UNAVAILABLE', detail });
