import { LRUCache } from 'lru-cache';
import { decodeJson, isRecord } from './attestation/json.ts';
import { SingleFlight } from './flight.ts';
import { formatRepository } from './image/reference.ts';
import { limits } from './limits.ts';
import type { ConfigFacts, ConfigNeed } from './need.ts';
import { found, gap, type Read, refusal } from './outcome.ts';
import type { RegistryClient, RequestScope } from './registry/client.ts';

/** Configs of images. What a digest names never changes, so it is kept; only who may see it differs. */
export class ImageConfigs {
  readonly #client: RegistryClient;
  readonly #reads = new SingleFlight<Read<ConfigFacts>>(limits.sharedWorkMilliseconds);
  readonly #known = new LRUCache<string, { readonly facts: ConfigFacts; readonly bytes: number }>({
    maxSize: limits.configsBytes,
    // Values take several times the memory of their text.
    sizeCalculation: ({ bytes }) => 512 + 4 * bytes,
  });

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  read(need: ConfigNeed, scope: RequestScope): Promise<Read<ConfigFacts>> {
    const key = `${scope.keychain.scope} ${formatRepository(need.repository)} ${need.digest}`;
    const known = this.#known.get(key);
    if (known !== undefined) return Promise.resolve(found(known.facts));
    return this.#reads.run(
      key,
      scope.signal,
      (signal) => this.#load(need, key, { ...scope, signal }),
      () => gap('DEADLINE_EXCEEDED', 'the config of the image did not arrive in time'),
    );
  }

  async #load({ repository, digest }: ConfigNeed, key: string, scope: RequestScope): Promise<Read<ConfigFacts>> {
    const manifest = await this.#client.manifest(repository, digest, scope);
    if (manifest.kind !== 'found') return manifest;
    const { parsed } = manifest.value;
    if (parsed.kind === 'index') return malformed('an index has no config');
    const blob = await this.#client.blob(repository, parsed.config, limits.configBytes, scope);
    if (blob.kind === 'absent') return malformed('the manifest names a config that is not there');
    if (blob.kind !== 'found') return blob;
    const json = decodeJson(blob.value, { depth: limits.configDepth, values: limits.configValues });
    if (json.kind === 'problem') return malformed(`the config of the image is ${json.detail}`);
    if (!isRecord(json.value)) return malformed('the config of the image is no JSON object');
    const facts: ConfigFacts = { config: json.value };
    this.#known.set(key, { facts, bytes: blob.value.length });
    return found(facts);
  }
}

const malformed = (detail: string) => refusal('MANIFEST_MALFORMED', detail);
