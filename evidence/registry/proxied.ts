import { limits } from '../limits.ts';
import { addressTrouble, type Resolve } from './address.ts';
import { memoryOfHosts } from './memory.ts';

/**
 * Looks at the addresses of hosts that a proxy will resolve by itself. That is a second opinion only: names that are
 * known to nobody but the proxy pass, and what the proxy reaches is for the proxy to guard.
 */
export class ProxiedHosts {
  readonly #resolve: Resolve;
  readonly #now: () => Date;
  readonly #known = memoryOfHosts<{ readonly addresses: readonly string[]; readonly until: number }>();

  constructor(resolve: Resolve, now: () => Date) {
    this.#resolve = resolve;
    this.#now = now;
  }

  /** Why the host is refused, or undefined where nothing speaks against it. */
  async trouble(hostname: string, allowPrivate: boolean): Promise<string | undefined> {
    const addresses = await this.#addresses(hostname);
    return addresses.map((address) => addressTrouble(address, allowPrivate)).find((trouble) => trouble !== undefined);
  }

  async #addresses(hostname: string): Promise<readonly string[]> {
    const known = this.#known.get(hostname);
    if (known !== undefined && known.until > this.#now().getTime()) return known.addresses;
    const addresses = await this.#look(hostname);
    this.#known.set(hostname, { addresses, until: this.#now().getTime() + limits.proxiedSeconds * 1000 });
    return addresses;
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
