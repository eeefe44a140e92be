import { decodeJson, own } from '../attestation/json.ts';
import { SingleFlight } from '../flight.ts';
import { limits } from '../limits.ts';
import { type Gap, gap, type Refusal, refusal } from '../outcome.ts';
import type { Challenge } from './challenge.ts';
import type { Credential } from './credentials.ts';
import { memoryOfRepositories } from './memory.ts';
import { type Endpoint, hostOptions, mayBePrivate, type RegistryOptions } from './options.ts';
import type { Transport } from './transport.ts';

/** Who asks for a token: the credential found for the endpoint, and the scope it must not leave. */
export interface Asker {
  readonly scope: string;
  readonly credential: Credential | undefined;
  readonly signal: AbortSignal;
}

/** A token service of a registry, as its challenge names it. */
export interface Realm {
  readonly url: URL;
  readonly service: string | undefined;
}

type TokenAnswer = { readonly kind: 'token'; readonly token: string; readonly seconds: number } | Gap | Refusal;

/** Tokens of registries' token services (distribution, "Token Authentication"), kept until shortly before they end. */
export class Tokens {
  readonly #options: RegistryOptions;
  readonly #transport: Transport;
  readonly #kept = memoryOfRepositories<{ readonly token: string; readonly until: number }>();
  readonly #flights = new SingleFlight<TokenAnswer>(limits.sharedWorkMilliseconds);

  constructor(options: RegistryOptions, transport: Transport) {
    this.#options = options;
    this.#transport = transport;
  }

  /** The token for pulling from the endpoint's repository. */
  async token(endpoint: Endpoint, realm: Realm, asker: Asker): Promise<string | Gap | Refusal> {
    const key = keyOf(endpoint, realm, asker.scope);
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.until > this.#options.now().getTime()) return kept.token;
    const answer = await this.#flights.run(
      key,
      asker.signal,
      (signal) => this.#ask(endpoint, realm, { ...asker, signal }),
      () => gap('DEADLINE_EXCEEDED', `${realm.url.host} gave no token in time`),
    );
    if (answer.kind !== 'token') return answer;
    const seconds = answer.seconds - limits.tokenMarginSeconds;
    if (seconds > 0)
      this.#kept.set(key, { token: answer.token, until: this.#options.now().getTime() + seconds * 1000 });
    return answer.token;
  }

  /** A token that the registry does not take any more. */
  forget(endpoint: Endpoint, realm: Realm, scope: string): void {
    this.#kept.delete(keyOf(endpoint, realm, scope));
  }

  async #ask(endpoint: Endpoint, { url, service }: Realm, asker: Asker): Promise<TokenAnswer> {
    const { credential, scope, signal } = asker;
    // Our own words, never the challenge's: a registry must not choose what the credential is used for.
    const wanted = `repository:${endpoint.repository.path}:pull`;
    const form = new URLSearchParams();
    if (service !== undefined) form.set('service', service);
    form.set('scope', wanted);
    const refresh = credential?.kind === 'identity-token' ? credential.token : undefined;
    if (refresh !== undefined) {
      form.set('grant_type', 'refresh_token');
      form.set('client_id', this.#options.userAgent ?? 'assay');
      form.set('refresh_token', refresh);
    }
    const target = new URL(url);
    if (refresh === undefined) for (const [name, value] of form) target.searchParams.append(name, value);
    const response = await this.#transport.send({
      url: target,
      method: refresh === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(credential?.kind === 'basic' ? { authorization: basic(credential) } : {}),
        ...(refresh === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(refresh === undefined ? {} : { body: form.toString() }),
      kind: 'token',
      maxBytes: limits.tokenBytes,
      route: {
        origin: target.origin,
        host: target.origin === endpoint.origin ? endpoint.host : target.host,
        allowPrivate: mayBePrivate(target.origin === endpoint.origin ? endpoint.host : target.host, this.#options),
      },
      scope,
      signal,
    });
    if (response.kind !== 'response') return response;
    if (response.status === 200) return readToken(response.bytes, target.host);
    if (response.status >= 300 && response.status < 400)
      return refusal('REDIRECT_REFUSED', `${target.host} sends the request for a token elsewhere`);
    return refusal(
      'ACCESS_REFUSED',
      `${target.host} gives no token for ${endpoint.host}/${endpoint.repository.path} (${response.status})`,
    );
  }
}

/**
 * Where the challenge's token service is, if it is one that may see the credential: the registry itself, Docker Hub's
 * own, or one that the configuration names. A realm elsewhere would hand credentials, or our place in the network, to
 * whoever wrote the challenge.
 */
export function realmOf(challenge: Challenge, endpoint: Endpoint, options: RegistryOptions): Realm | Refusal {
  const text = challenge.parameters.get('realm') ?? '';
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '')
    return refusal('REDIRECT_REFUSED', `${endpoint.host} names ${quoted(text)} as its token service, which is no URL`);
  const origin = new URL(endpoint.origin);
  const named = [...(hostOptions(endpoint.host, options).tokenHosts ?? []), ...(knownTokenHosts[endpoint.host] ?? [])];
  const same = url.origin === origin.origin;
  const listed = named.includes(url.host);
  const plain = hostOptions(url.host, options).plainHttp === true;
  if (!same && !(listed && (url.protocol === 'https:' || (url.protocol === 'http:' && plain)))) {
    return refusal(
      'REDIRECT_REFUSED',
      `${endpoint.host} names ${quoted(url.origin)} as its token service, which the configuration does not`,
    );
  }
  url.hash = '';
  return { url, service: challenge.parameters.get('service') };
}

/** Registries whose token service is public knowledge and elsewhere. */
const knownTokenHosts: Readonly<Record<string, readonly string[]>> = {
  'docker.io': ['auth.docker.io'],
  'registry.gitlab.com': ['gitlab.com'],
};

/** RFC 7617. */
export const basic = ({ username, password }: { readonly username: string; readonly password: string }): string =>
  `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;

function readToken(bytes: Uint8Array, host: string): TokenAnswer {
  const json = decodeJson(bytes, { depth: limits.credentialDepth, values: limits.credentialValues });
  const value = json.kind === 'json' ? json.value : undefined;
  const token = own(value, 'token') ?? own(value, 'access_token');
  // Anything but visible ASCII would end the header early or begin another.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
    return gap('REGISTRY_MISCONFIGURED', `${host} answers the request for a token with something else`);
  const seconds = own(value, 'expires_in');
  return {
    kind: 'token',
    token,
    seconds: typeof seconds === 'number' && seconds > 0 ? Math.min(seconds, 3600) : limits.tokenSeconds,
  };
}

const keyOf = ({ origin, repository }: Endpoint, { url, service }: Realm, scope: string): string =>
  JSON.stringify([scope, origin, repository.path, url.href, service]);

const quoted = (text: string): string => JSON.stringify(text.slice(0, 200));
