import { LRUCache } from 'lru-cache';
import { limits } from '../limits.ts';
import { addressTrouble, type Resolve } from './address.ts';

/**
 * Looks at the addresses of hosts that a proxy will resolve by itself. That is a second opinion only: names that are
 * known to nobody but the proxy pass, and what the proxy reaches is for the proxy to guard.
 */
export class ProxiedHosts {
  readonly #resolve: Resolve;
  readonly #known = new LRUCache<string, readonly string[]>({ max: limits.hosts, ttl: limits.proxiedSeconds * 1000 });

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  /** Why the host is refused, or undefined where nothing speaks against it. */
  async trouble(hostname: string, allowPrivate: boolean): Promise<string | undefined> {
    const addresses = this.#known.get(hostname) ?? (await this.#look(hostname));
    this.#known.set(hostname, addresses);
    return addresses.map((address) => addressTrouble(address, allowPrivate)).find((trouble) => trouble !== undefined);
  }

  #look(hostname: string): Promise<readonly string[]> {
    return new Promise((settle) => {
      // Networks with proxies often drop such questions instead of answering that there is no such name.
      const patience = AbortSignal.timeout(limits.proxiedLookupMilliseconds);
      patience.addEventListener('abort', () => settle([]), { once: true });
      this.#resolve(hostname, (error, addresses) => settle(error ? [] : addresses.map(({ address }) => address)));
    });
  }
}
