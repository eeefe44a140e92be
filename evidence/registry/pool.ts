import { createSecureContext } from 'node:tls';
import { LRUCache } from 'lru-cache';
import { buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { limits } from '../limits.ts';
import { guardedLookup, systemResolve } from './address.ts';
import { hostOptions, type RegistryOptions } from './options.ts';
import { proxyFor } from './proxy.ts';

/** What a connection depends on besides where it goes: connections of different answers are never shared. */
export interface Route {
  /** `https://ghcr.io` */
  readonly origin: string;
  /** The host whose CA and client certificate are used. */
  readonly host: string;
  readonly allowPrivate: boolean;
}

/** One pool of connections per host, of which the least recently used end first. */
export class Pools {
  readonly #options: RegistryOptions;
  readonly #pools = new LRUCache<string, Dispatcher>({
    max: limits.hosts,
    // Requests under way are let finish.
    dispose: (pool) => void pool.close().catch(() => undefined),
  });

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** Throws where the CA, the client certificate or the proxy's URL of the configuration cannot be used. */
  open(route: Route): Dispatcher {
    const key = `${route.origin} ${route.host} ${route.allowPrivate}`;
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const pool = build(route, this.#options);
    this.#pools.set(key, pool);
    return pool;
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    await Promise.all(pools.map((pool) => pool.destroy()));
    this.#pools.clear();
  }
}

function build({ origin, host, allowPrivate }: Route, options: RegistryOptions): Dispatcher {
  const { ca, clientCertificate } = hostOptions(host, options);
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(clientCertificate === undefined ? {} : { cert: clientCertificate.certificate, key: clientCertificate.key }),
  };
  // Throws for what is no PEM now, instead of at each connection.
  createSecureContext(tls);
  const shared = {
    connections: options.connectionsPerHost ?? limits.connectionsPerHost,
    pipelining: 1,
    allowH2: false,
    headersTimeout: limits.silenceMilliseconds,
    bodyTimeout: limits.silenceMilliseconds,
  };
  const proxy = proxyFor(new URL(origin), options.proxy);
  if (proxy !== undefined)
    return new ProxyAgent({ ...shared, uri: proxy, requestTls: tls, connectTimeout: limits.connectMilliseconds });
  const connect = buildConnector({
    ...tls,
    allowH2: false,
    timeout: limits.connectMilliseconds,
    lookup: guardedLookup(allowPrivate, options.resolve ?? systemResolve),
  });
  return new Pool(origin, { ...shared, connect });
}
