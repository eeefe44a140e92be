import { setTimeout as pause } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { limits } from '../limits.ts';
import { type Gap, gap, type Refusal, refusal } from '../outcome.ts';
import { AddressRefused, addressTrouble, literalAddress, systemResolve } from './address.ts';
import { Breakers } from './breaker.ts';
import type * as connections from './pool.ts';
import { ProxiedHosts } from './proxied.ts';
import { proxyFor } from './proxy.ts';
import { type RegistryOptions, type RequestKind } from './options.ts';

/** One request to one host, without redirects or credentials of its own. */
export interface Request {
  readonly url: URL;
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly kind: RequestKind;
  /** The longest body of a success; bytes. */
  readonly maxBytes: number;
  readonly route: connections.Route;
  /** Whose quota the request uses up: what one scope is denied for a while, others may still ask. */
  readonly scope: string;
  readonly signal: AbortSignal;
}

/** What a host answered, whatever the status; the body of a success only. */
export interface Response {
  readonly kind: 'response';
  readonly status: number;
  readonly url: URL;
  readonly header: (name: string) => string | undefined;
  readonly bytes: Uint8Array;
}

/** Loads what opens connections, a large part of the program: the first request does, unless somebody did before. */
export const loadConnections = (): Promise<typeof connections> => import('./pool.ts');

/** Sends requests within every bound: addresses, bytes, silence, patience with whoever asks for it. */
export class Transport {
  readonly #options: RegistryOptions;
  #pools: Promise<connections.Pools> | undefined;
  readonly #breakers: Breakers;
  readonly #proxied: ProxiedHosts;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#proxied = new ProxiedHosts(options.resolve ?? systemResolve, options.now);
    this.#breakers = new Breakers(() => options.now().getTime());
  }

  /** Asks once more after a Retry-After that the deadline has room for, and after a connection that was closed under way. */
  async send(request: Request): Promise<Response | Gap | Refusal> {
    if (this.#options.offline === true)
      return gap('OFFLINE', `${request.url.host} was not asked: no network may be used`);
    const first = await this.#guarded(request);
    if (first.kind !== 'again') return first;
    if (first.afterSeconds > 0) {
      try {
        await pause(first.afterSeconds * 1000, undefined, { signal: request.signal });
      } catch {
        return first.otherwise;
      }
    }
    const second = await this.#guarded(request);
    return second.kind === 'again' ? second.otherwise : second;
  }

  async close(): Promise<void> {
    await (await this.#pools)?.close();
  }

  #connections(): Promise<connections.Pools> {
    this.#pools ??= loadConnections().then((loaded) => new loaded.Pools(this.#options));
    return this.#pools;
  }

  async #guarded(request: Request): Promise<Response | Gap | Refusal | Again> {
    const { host } = request.url;
    const quota = `${host} ${request.scope}`;
    if (request.signal.aborted) return late(host);
    const closed = this.#breakers.closedTo(host, quota);
    if (closed !== undefined) return closed;
    const result = await this.#once(request);
    switch (result.kind) {
      case 'response':
        return this.#judge(result, host, quota);
      case 'refusal':
        this.#breakers.succeeded(host);
        return result;
      case 'again':
        this.#breakers.failed(host);
        return result;
      case 'gap':
        // A host that answers what nobody asked for is there, and may answer the next request well.
        if (result.code === 'REGISTRY_UNREACHABLE' || result.code === 'REGISTRY_ERROR') this.#breakers.failed(host);
        else this.#breakers.undecided(host);
        return result;
    }
  }

  #judge(response: Response, host: string, quota: string): Response | Gap | Again {
    const { status } = response;
    const seconds = retryAfter(response.header('retry-after'), this.#options.now());
    if (status === 429 || (status === 503 && seconds !== undefined)) {
      this.#breakers.succeeded(host);
      const code = status === 429 ? 'REGISTRY_LIMITED' : 'REGISTRY_ERROR';
      const otherwise = gap(code, `${host} answers ${status}${wait(seconds)}`, seconds);
      if (seconds !== undefined && seconds <= limits.patienceSeconds)
        return { kind: 'again', afterSeconds: seconds, otherwise };
      if (seconds !== undefined) this.#breakers.limited(quota, seconds, otherwise);
      return otherwise;
    }
    if (status >= 500 && status !== 501) {
      this.#breakers.failed(host);
      return gap('REGISTRY_ERROR', `${host} answers ${status}`);
    }
    this.#breakers.succeeded(host);
    return response;
  }

  async #once(request: Request): Promise<Response | Gap | Refusal | Again> {
    const { url, route, signal } = request;
    // node:net resolves no address, so the lookup would never see a literal one.
    const literal = literalAddress(url.hostname);
    const trouble = literal === undefined ? undefined : addressTrouble(literal, route.allowPrivate);
    if (trouble !== undefined) return refusal('ADDRESS_REFUSED', trouble);
    if (literal === undefined && proxyFor(url, this.#options.proxy) !== undefined) {
      const seen = await this.#proxied.trouble(url.hostname, route.allowPrivate);
      if (seen !== undefined) return refusal('ADDRESS_REFUSED', `${url.host}: ${seen}`);
    }
    const pools = await this.#connections();
    let pool: Dispatcher;
    try {
      pool = pools.open(route);
    } catch (error) {
      return gap('REGISTRY_MISCONFIGURED', `the connection to ${url.host} cannot be set up: ${reason(error)}`);
    }
    this.#options.onRequest?.({ host: url.host, method: request.method, kind: request.kind });
    let answered: Dispatcher.ResponseData;
    try {
      answered = await pool.request({
        origin: route.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method,
        headers: {
          'user-agent': this.#options.userAgent ?? 'assay',
          'accept-encoding': 'identity',
          ...request.headers,
        },
        ...(request.body === undefined ? {} : { body: request.body }),
        signal,
      });
    } catch (error) {
      return unanswered(error, url.host, signal);
    }
    return receive(answered, request);
  }
}

/** Worth asking once more. */
interface Again {
  readonly kind: 'again';
  readonly afterSeconds: number;
  readonly otherwise: Gap;
}

function unanswered(error: unknown, host: string, signal: AbortSignal): Gap | Refusal | Again {
  if (signal.aborted) return late(host);
  if (error instanceof AddressRefused) return refusal('ADDRESS_REFUSED', `${host}: ${error.message}`);
  const otherwise = gap('REGISTRY_UNREACHABLE', `${host} does not answer: ${reason(error)}`);
  // A kept connection that the host closes as the request goes out says nothing about the host.
  return /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/.test(codeOf(error))
    ? { kind: 'again', afterSeconds: 0, otherwise }
    : otherwise;
}

async function receive(answered: Dispatcher.ResponseData, request: Request): Promise<Response | Gap | Refusal> {
  const { statusCode: status, headers, body } = answered;
  const { host } = request.url;
  const header = (name: string): string | undefined => {
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
    return Array.isArray(value) ? value.join(', ') : value;
  };
  const response = (bytes: Uint8Array): Response => ({ kind: 'response', status, url: request.url, header, bytes });
  // A body that is given up on says so as an error, which nobody waits for any more.
  body.on('error', () => undefined);
  try {
    if (status !== 200 || request.method === 'HEAD') {
      await body.dump({ limit: limits.errorBodyBytes, signal: request.signal });
      return response(new Uint8Array());
    }
    const encoding = header('content-encoding');
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      body.destroy();
      return gap('REGISTRY_MISCONFIGURED', `${host} sends the content encoded, which nobody asked for`);
    }
    const chunks: Uint8Array[] = [];
    let length = 0;
    if (Number(header('content-length') ?? 0) > request.maxBytes) {
      body.destroy();
      return tooLong(request);
    }
    for await (const chunk of body) {
      if (!(chunk instanceof Uint8Array)) continue;
      length += chunk.length;
      if (length > request.maxBytes) {
        body.destroy();
        return tooLong(request);
      }
      chunks.push(chunk);
    }
    return response(Buffer.concat(chunks));
  } catch (error) {
    if (request.signal.aborted) return late(host);
    return gap('REGISTRY_ERROR', `the answer of ${host} breaks off: ${reason(error)}`);
  }
}

const tooLong = ({ url, maxBytes }: Request): Refusal =>
  refusal('LIMIT_BYTES', `${url.host} sends more than ${maxBytes} bytes`);

const late = (host: string): Gap => gap('DEADLINE_EXCEEDED', `${host} did not answer in time`);

const wait = (seconds: number | undefined): string =>
  seconds === undefined ? '' : `, next try allowed in ${seconds} s`;

/** RFC 9110, section 10.2.3: seconds or a date. Seconds from now, up to a bound. */
function retryAfter(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\d{1,9}$/.test(value.trim())
    ? Number(value)
    : Math.ceil((Date.parse(value) - now.getTime()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), limits.retryAfterSeconds);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** The code of a system error, which holds nothing from outside; else the name. */
function reason(error: unknown): string {
  const code = codeOf(error);
  if (code !== '') return code;
  return error instanceof Error ? error.name : 'unknown';
}
