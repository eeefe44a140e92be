import { limits } from '../limits.ts';
import { gap, type Gap, type Refusal, refusal } from '../outcome.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { Credential, Keychain } from './credentials.ts';
import { memoryOfHosts } from './memory.ts';
import { type Endpoint, hostOptions, mayBePrivate, type RegistryOptions, type RequestKind } from './options.ts';
import { basic, type Realm, realmOf, Tokens } from './token.ts';
import { type Response, Transport } from './transport.ts';

/** Who asks, and until when. */
export interface RequestScope {
  readonly signal: AbortSignal;
  readonly keychain: Keychain;
}

/** What is asked of an endpoint. */
export interface Question {
  /** Below `/v2/NAME/`, with its query. */
  readonly path: string;
  readonly method: 'GET' | 'HEAD';
  readonly accept?: readonly string[];
  /** An entity tag that this endpoint gave: what it names need not be sent again (RFC 9110, 13.1.2). */
  readonly ifNoneMatch?: string;
  readonly kind: RequestKind;
  readonly maxBytes: number;
}

type Authorization = { readonly kind: 'authorization'; readonly value: string | undefined; readonly realm?: Realm };

/** Asks endpoints: shows credentials where they belong, and follows redirects without them. */
export class Session {
  readonly #options: RegistryOptions;
  readonly #transport: Transport;
  readonly #tokens: Tokens;
  /** What an endpoint asked for last time, so that the next request need not be refused first. */
  readonly #challenges = memoryOfHosts<Challenge>();

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#transport = new Transport(options);
    this.#tokens = new Tokens(options, this.#transport);
  }

  /** Any answer but 401, 403 (which are refusals), 429 and 5xx (which are gaps). */
  async ask(endpoint: Endpoint, question: Question, scope: RequestScope): Promise<Response | Gap | Refusal> {
    if (URL.parse(endpoint.origin)?.origin !== endpoint.origin)
      return gap('REGISTRY_MISCONFIGURED', `${JSON.stringify(endpoint.host)} is no host`);
    const remembered = this.#challenges.get(endpoint.origin);
    const first = await this.#authorize(endpoint, remembered, scope);
    if (first.kind !== 'authorization') return first;
    const answer = await this.#follow(endpoint, question, first.value, scope);
    if (answer.kind !== 'response' || answer.status !== 401 || answer.url.origin !== endpoint.origin)
      return judged(answer, endpoint);
    if (first.realm !== undefined) this.#tokens.forget(endpoint, first.realm, scope.keychain.scope);
    const offered = parseChallenges(answer.header('www-authenticate') ?? '') ?? [];
    const challenge =
      offered.find(({ scheme }) => scheme === 'bearer') ?? offered.find(({ scheme }) => scheme === 'basic');
    if (challenge === undefined) return judged(answer, endpoint);
    const second = await this.#authorize(endpoint, challenge, scope);
    if (second.kind !== 'authorization') return second;
    if (second.value === undefined || (first.value === second.value && challenge.scheme === 'basic'))
      return judged(answer, endpoint);
    this.#challenges.set(endpoint.origin, challenge);
    return judged(await this.#follow(endpoint, question, second.value, scope), endpoint);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #authorize(
    endpoint: Endpoint,
    challenge: Challenge | undefined,
    { keychain, signal }: RequestScope,
  ): Promise<Authorization | Gap | Refusal> {
    if (challenge === undefined) return { kind: 'authorization', value: undefined };
    const realm = challenge.scheme === 'bearer' ? realmOf(challenge, endpoint, this.#options) : undefined;
    if (realm !== undefined && 'kind' in realm) return realm;
    const credential = await within(keychain.credential(endpoint.repository, signal), signal, endpoint.host);
    if (credential?.kind === 'gap') return credential;
    if (realm === undefined)
      return { kind: 'authorization', value: credential?.kind === 'basic' ? basic(credential) : undefined };
    if (credential?.kind === 'bearer') return { kind: 'authorization', value: `Bearer ${credential.token}` };
    const token = await this.#tokens.token(endpoint, realm, { credential, signal, scope: keychain.scope });
    return typeof token === 'string' ? { kind: 'authorization', value: `Bearer ${token}`, realm } : token;
  }

  /** Once the way has left the registry, no credential is shown any more, even where it leads back. */
  async #follow(
    endpoint: Endpoint,
    { path, method, accept, ifNoneMatch, kind, maxBytes }: Question,
    authorization: string | undefined,
    { keychain, signal }: RequestScope,
  ): Promise<Response | Gap | Refusal> {
    let url = new URL(`${endpoint.origin}/v2/${endpoint.repository.path}/${path}`);
    if (endpoint.mirrorOf !== undefined) url.searchParams.set('ns', endpoint.mirrorOf);
    let left = false;
    for (let hops = 0; hops <= limits.redirects; hops++) {
      const home = url.origin === endpoint.origin;
      left ||= !home;
      const response = await this.#transport.send({
        url,
        method,
        headers: {
          accept: (accept ?? ['*/*']).join(', '),
          ...(left || authorization === undefined ? {} : { authorization }),
          ...(left || ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
        },
        kind,
        maxBytes,
        route: {
          origin: url.origin,
          host: home ? endpoint.host : url.host,
          allowPrivate: home
            ? mayBePrivate(endpoint.host, this.#options)
            : (hostOptions(endpoint.host, this.#options).redirectHosts ?? []).includes(url.host),
        },
        scope: keychain.scope,
        signal,
      });
      if (response.kind !== 'response' || !redirects.has(response.status)) return response;
      const next = this.#target(endpoint, url, response.header('location'));
      if ('kind' in next) return next;
      url = next;
    }
    return refusal('REDIRECT_REFUSED', `${endpoint.host} redirects more than ${limits.redirects} times`);
  }

  #target(endpoint: Endpoint, from: URL, location: string | undefined): URL | Refusal {
    const url = URL.parse(location ?? '', from.href);
    if (location === undefined || url === null) return refusal('REDIRECT_REFUSED', `${from.host} redirects to nowhere`);
    if (url.username !== '' || url.password !== '')
      return refusal('REDIRECT_REFUSED', `${from.host} redirects to a URL with a user in it`);
    const plain = url.protocol === 'http:' && this.#mayBePlain(endpoint, url);
    if (url.protocol !== 'https:' && !plain)
      return refusal('REDIRECT_REFUSED', `${from.host} redirects to ${JSON.stringify(url.origin)}, which is not HTTPS`);
    url.hash = '';
    return url;
  }

  /** Without TLS only where the registry itself and the target are both said to have none. */
  #mayBePlain(endpoint: Endpoint, url: URL): boolean {
    if (hostOptions(endpoint.host, this.#options).plainHttp !== true) return false;
    return url.origin === endpoint.origin || hostOptions(url.host, this.#options).plainHttp === true;
  }
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function judged(answer: Response | Gap | Refusal, { host, repository }: Endpoint): Response | Gap | Refusal {
  if (answer.kind !== 'response' || (answer.status !== 401 && answer.status !== 403)) return answer;
  return refusal(
    'ACCESS_REFUSED',
    `${answer.url.host} refuses to show ${host}/${repository.path} (${answer.status}); it is not there, or not for these credentials`,
  );
}

/** A keychain is somebody else's code: it may be slow, and the deadline holds for it too. */
function within(
  asked: Promise<Credential | undefined | Gap>,
  signal: AbortSignal,
  host: string,
): Promise<Credential | undefined | Gap> {
  return new Promise((resolve) => {
    const stop = (): void => resolve(gap('DEADLINE_EXCEEDED', `the credentials for ${host} did not arrive in time`));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    asked
      .then(resolve, () => resolve(gap('CREDENTIALS_UNAVAILABLE', `the keychain has no answer for ${host}`)))
      .finally(() => signal.removeEventListener('abort', stop));
  });
}
