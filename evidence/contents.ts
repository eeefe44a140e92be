import { LRUCache } from 'lru-cache';
import { SingleFlight } from './flight.ts';
import { formatRepository } from './image/reference.ts';
import { limits } from './limits.ts';
import type { LayerModule, ManifestNeed, ModuleFacts, ModulesNeed } from './need.ts';
import { found, gap, type Read, refusal } from './outcome.ts';
import type { RegistryClient, RequestScope } from './registry/client.ts';
import type { Layer, OciManifest } from './registry/manifest.ts';
import { readModules } from './wasm/module.ts';

/** What images are made of: their manifests, and the WebAssembly in their layers. What a digest names never changes, so it is kept; only who may see it differs. */
export class ImageContents {
  readonly #client: RegistryClient;
  readonly #reads = new SingleFlight<Read<ModuleFacts>>(limits.sharedWorkMilliseconds);
  readonly #modules = new LRUCache<string, ModuleFacts>({
    maxSize: limits.moduleFactsBytes,
    sizeCalculation: ({ modules }) => 512 + modules.reduce((sum, one) => sum + weightOf(one), 0),
  });

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  async manifest({ repository, digest }: ManifestNeed, scope: RequestScope): Promise<Read<OciManifest>> {
    const read = await this.#client.manifest(repository, digest, scope);
    if (read.kind !== 'found') return read;
    const { parsed } = read.value;
    return parsed.kind === 'manifest' ? found(parsed) : malformed('an index is no manifest of an image');
  }

  modules(need: ModulesNeed, scope: RequestScope): Promise<Read<ModuleFacts>> {
    const key = `${scope.keychain.scope} ${formatRepository(need.repository)} ${need.digest}`;
    const known = this.#modules.get(key);
    if (known !== undefined) return Promise.resolve(found(known));
    return this.#reads.run(
      key,
      scope.signal,
      async (signal) => {
        const read = await this.#read(need, { ...scope, signal });
        if (read.kind === 'found') this.#modules.set(key, read.value);
        return read;
      },
      () => gap('DEADLINE_EXCEEDED', 'the modules of the image did not arrive in time'),
    );
  }

  async #read(need: ModulesNeed, scope: RequestScope): Promise<Read<ModuleFacts>> {
    const manifest = await this.manifest({ ...need, kind: 'manifest' }, scope);
    if (manifest.kind !== 'found') return manifest;
    const layers = manifest.value.layers.filter(isWasm);
    const bytes = layers.reduce((sum, { size }) => sum + size, 0);
    if (bytes > limits.moduleBytes)
      return refusal(
        'LIMIT_BYTES',
        `the modules of the image have ${bytes} bytes; at most ${limits.moduleBytes} are read`,
      );
    const modules: LayerModule[] = [];
    for (const layer of layers) {
      const blob = await this.#client.blob(need.repository, layer, limits.moduleBytes, scope);
      if (blob.kind === 'absent') return malformed('the manifest names a layer that is not there');
      if (blob.kind !== 'found') return blob;
      const read = readModules(blob.value);
      if (read.kind === 'problem')
        return refusal('MODULE_MALFORMED', `the layer ${layer.digest.slice(0, 19)} is ${read.detail}`);
      for (const one of read.modules) modules.push({ ...one, layer: layer.digest });
      if (modules.length > limits.modules)
        return refusal('MODULE_MALFORMED', `the image has more than ${limits.modules} modules and components`);
    }
    return found({ modules });
  }
}

/** The types under which modules and components are pushed: that of CNCF's Wasm OCI artifact layout, which is the registered one, and those of Spin, runwasi and others before it. */
const isWasm = ({ mediaType }: Layer): boolean =>
  /^application\/(?:wasm|vnd\.[a-z0-9.-]{1,100}\.layer\.v\d{1,3}\+wasm)$/.test(mediaType);

/** About what the facts of a module take in memory. */
const weightOf = ({ imports, memories, features, declared }: LayerModule): number =>
  512 +
  64 * memories.length +
  [...imports, ...features, ...declared].reduce((sum, text) => sum + 48 + 2 * text.length, 0);

const malformed = (detail: string) => refusal('MANIFEST_MALFORMED', detail);
