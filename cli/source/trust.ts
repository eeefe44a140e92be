import { publicGoodRoot, type TrustRepository } from '../../evidence/index.ts';
import { type Environment } from '../../host/environment.ts';
import { cachedTrust, readAllKept } from '../../host/trust-cache.ts';
import { type Configuration, defaultConfiguration, trustSources } from '../../policies/index.ts';
import type { Loaded } from './configuration.ts';

/** The public-good instance is renewed like any other, also where the configuration does not speak of it. */
export function withPublicGood(configuration: Configuration): Configuration {
  const { trustRoots = [] } = configuration;
  return trustRoots.some(({ name }) => name === 'public-good')
    ? configuration
    : { ...configuration, trustRoots: [...trustRoots, { name: 'public-good', tuf: {} }] };
}

/** Where each trust root of the configuration is fetched from and kept; `texts` has the root files by name. */
export const trustRepositories = (
  { configuration, folder }: Loaded,
  texts: ReadonlyMap<string, string>,
  environment: Environment,
): readonly TrustRepository[] =>
  trustSources(configuration).map((source) =>
    cachedTrust(source, { folder, trustFolder: configuration.trustFolder }, texts, environment),
  );

/** What `assay trust refresh` kept of public-good by itself, or nothing where the program brings a newer one. */
export async function keptPublicGood(
  environment: Environment,
): Promise<
  { readonly kind: 'root'; readonly text?: string } | { readonly kind: 'unreadable'; readonly detail: string }
> {
  const configuration = withPublicGood(defaultConfiguration);
  const loaded: Loaded = { kind: 'configuration', configuration, folder: '.', file: 'command line' };
  const { fetched, lines } = await readAllKept(trustRepositories(loaded, new Map(), environment));
  const [unreadable] = lines;
  if (unreadable !== undefined) return { kind: 'unreadable', detail: unreadable };
  const kept = fetched.get('public-good');
  return kept === undefined || kept.asOf < publicGoodRoot().published
    ? { kind: 'root' }
    : { kind: 'root', text: kept.text };
}
