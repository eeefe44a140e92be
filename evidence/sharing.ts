import { SingleFlight } from './flight.ts';
import { formatRepository, type Repository } from './image/reference.ts';
import { limits } from './limits.ts';
import { gap, type Read } from './outcome.ts';
import type { RegistryClient, RequestScope } from './registry/client.ts';

/**
 * A client that asks once for what is asked for several times at once: signatures and attestations of one image lie in one list, and what does
 * not say its type is looked at for each of them. Nothing is kept; what one tenant's credentials read is shared with no other.
 */
export function sharing(client: RegistryClient): RegistryClient {
  const lists = new Flights<Awaited<ReturnType<RegistryClient['referrers']>>>();
  const manifests = new Flights<Awaited<ReturnType<RegistryClient['manifest']>>>();
  const blobs = new Flights<Awaited<ReturnType<RegistryClient['blob']>>>();
  return {
    resolve: (reference, scope) => client.resolve(reference, scope),
    tagged: (repository, tag, scope) => client.tagged(repository, tag, scope),
    close: () => client.close(),
    referrers: (repository, digest, scope) =>
      lists.run(repository, digest, scope, (shared) => client.referrers(repository, digest, shared)),
    manifest: (repository, digest, scope) =>
      manifests.run(repository, digest, scope, (shared) => client.manifest(repository, digest, shared)),
    blob: (repository, blob, maxBytes, scope) =>
      blobs.run(repository, `${blob.digest} ${blob.size} ${maxBytes}`, scope, (shared) =>
        client.blob(repository, blob, maxBytes, shared),
      ),
  };
}

class Flights<T extends Read<unknown>> {
  readonly #flights = new SingleFlight<T | ReturnType<typeof gap>>(limits.sharedWorkMilliseconds);

  run(
    repository: Repository,
    what: string,
    { keychain, signal }: RequestScope,
    work: (scope: RequestScope) => Promise<T>,
  ): Promise<T | ReturnType<typeof gap>> {
    return this.#flights.run(
      `${keychain.scope} ${formatRepository(repository)} ${what}`,
      signal,
      (shared) => work({ keychain, signal: shared }),
      () => gap('DEADLINE_EXCEEDED', 'the registry did not answer in time'),
    );
  }
}
