import {
  type Gap,
  gap,
  type KeyFetcher,
  loadKey,
  type MaterialProblem,
  parseKeyReference,
  type Refusal,
  type TrustMaterial,
} from '../evidence/index.ts';
import type { Document } from './document.ts';
import { valueAt } from './validate.ts';

/** A key of a key service, or why there is none. */
export type LoadedKey = TrustMaterial | MaterialProblem | Gap | Refusal;

/** A document that may name keys: a policy, or a configuration with its bundles. */
type Naming = Pick<Document, 'value'>;

/** Every URI that a `key.kms` of these documents names, each once. */
export function keysNamed(documents: readonly Naming[]): readonly string[] {
  const uris = documents
    .flatMap(({ value }) => [valueAt(value, ['spec']), ...itemsOf(valueAt(value, ['policyBundles']))])
    .flatMap((named) => itemsOf(valueAt(named, ['authorities'])))
    .map((authority) => valueAt(authority, ['key', 'kms']));
  return [...new Set(uris.filter((uri) => typeof uri === 'string'))];
}

const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The keys that documents name, by URI: loaded before they are compiled, never in a review, and not waited for once the signal aborts. */
export async function loadKeys(
  documents: readonly Naming[],
  fetchers: readonly KeyFetcher[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, LoadedKey>> {
  const loaded = keysNamed(documents).map(async (uri): Promise<readonly [string, LoadedKey]> => {
    const reference = parseKeyReference(uri);
    return [uri, reference.kind === 'problem' ? reference : await inTime(loadKey(reference, fetchers, signal), signal)];
  });
  return new Map(await Promise.all(loaded));
}

/** A fetcher is somebody else's code: that it heeds the signal is not relied on. */
function inTime(loading: Promise<LoadedKey>, signal: AbortSignal): Promise<LoadedKey> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(gap('DEADLINE_EXCEEDED', 'the key service did not answer in time'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    loading.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
