import { dirname } from 'node:path';
import { now } from '../../host/clock.ts';
import type { Environment } from '../../host/environment.ts';
import { openState } from '../../host/state.ts';
import { vaultKeys } from '../../host/vault.ts';
import {
  type Bundle,
  bundleDigest,
  type BundleWorld,
  compileBundleTrust,
  compilePolicies,
  type Document,
  isBundleReference,
  loadKeys,
  openBundle,
  rememberBundle,
  renderBundleProblem,
  renderProblem,
  valueAt,
} from '../../policies/index.ts';
import { limits } from '../limits.ts';
import type { Assembly, ConfigurationFile } from './assembly.ts';

/** What one load of the bundles brought. */
export interface BroughtBundles {
  readonly documents: readonly Document[];
  /** Nothing can be loaded because of these. */
  readonly problems: readonly string[];
  /** Bundles that stay at the version in force, and why. */
  readonly stays: readonly string[];
  /** The documents in force before, where a new bundle came: for the case that it does not compile. */
  readonly before?: readonly Document[];
  /** To be called when the documents compiled; what could not be remembered, which is then not used. */
  readonly used: () => Promise<readonly string[]>;
}

/** The bundles that the settings name. Of each the last one that was used is kept while the server runs. */
export class BundleSource {
  readonly #references: readonly string[];
  readonly #file: ConfigurationFile;
  readonly #environment: Environment;
  readonly #assembly: () => Assembly | undefined;
  readonly #inForce = new Map<string, Bundle>();
  /** Of the last load: a bundle stays although there is another. */
  #behind = false;

  constructor(
    paths: readonly string[],
    { file, environment }: { readonly file: ConfigurationFile; readonly environment: Environment },
    assembly: () => Assembly | undefined,
  ) {
    this.#references = [...new Set(paths.filter(isBundleReference))];
    this.#file = file;
    this.#environment = environment;
    this.#assembly = assembly;
  }

  get isEmpty(): boolean {
    return this.#references.length === 0;
  }

  /** Opens all of them; revocations among the documents of files hold for their signatures too. */
  async load(fromFiles: readonly Document[]): Promise<BroughtBundles> {
    const used = () => Promise.resolve([]);
    const world = await this.#world(fromFiles);
    if (this.isEmpty && 'memory' in world) return { documents: [], problems: [], stays: [], used };
    if (!('memory' in world)) {
      this.#behind = true;
      const complete = !this.isEmpty && this.#references.every((reference) => this.#inForce.has(reference));
      const told = complete ? { problems: [], stays: world } : { problems: world, stays: [] };
      return { documents: documentsOf(this.#inForce), ...told, used };
    }
    const problems: string[] = [];
    const stays: string[] = [];
    const chosen = new Map<string, Bundle>();
    for (const reference of this.#references) {
      const bundle = await openBundle(reference, world);
      const lines =
        bundle.kind === 'problem' ? [renderBundleProblem(reference, bundle)] : bundle.problems.map(renderProblem);
      const kept = this.#inForce.get(reference);
      if (bundle.kind === 'bundle' && lines.length === 0) chosen.set(reference, bundle);
      else if (kept === undefined) problems.push(...lines);
      else {
        // What was proven when it came stays in force: less policy would admit more.
        chosen.set(reference, kept);
        stays.push(...lines);
      }
    }
    this.#behind = stays.length > 0 || problems.length > 0;
    const isNew = [...chosen].some(([reference, { digest }]) => this.#inForce.get(reference)?.digest !== digest);
    const complete = this.#references.every((reference) => this.#inForce.has(reference));
    return {
      documents: documentsOf(chosen),
      problems,
      stays,
      ...(isNew && complete ? { before: documentsOf(this.#inForce) } : {}),
      used: () => this.#use(chosen, world),
    };
  }

  /** Whether there is reason to load again: a tag names another digest, or the last load left something behind. */
  async moved(): Promise<boolean> {
    const world = await this.#world([]);
    if (this.isEmpty || !('memory' in world)) return false;
    if (this.#behind) return true;
    for (const reference of this.#references) {
      const digest = await bundleDigest(reference, world);
      // What cannot be asked is told by the load.
      if (digest !== this.#inForce.get(reference)?.digest) return true;
    }
    return false;
  }

  /** A set that compiled was not taken, because of its bundles. */
  leftBehind(): void {
    this.#behind = true;
  }

  async #use(chosen: ReadonlyMap<string, Bundle>, { memory }: BundleWorld): Promise<readonly string[]> {
    const lines: string[] = [];
    for (const [reference, bundle] of chosen) {
      if (this.#inForce.get(reference) === bundle) continue;
      const problem = await rememberBundle(bundle, memory);
      if (problem === undefined) this.#inForce.set(reference, bundle);
      else lines.push(renderBundleProblem(reference, problem));
    }
    if (lines.length > 0) this.#behind = true;
    return lines;
  }

  async #world(fromFiles: readonly Document[]): Promise<BundleWorld | readonly string[]> {
    const assembled = this.#assembly();
    if (assembled === undefined) return ['policies are fetched once trust roots are loaded'];
    const { configuration, file } = this.#file;
    const keys = await loadKeys(
      [{ value: configuration }],
      [vaultKeys(this.#environment)],
      AbortSignal.timeout(limits.keyMilliseconds),
    );
    const { trusts, problems } = compileBundleTrust(configuration, { ...assembled, keys }, file ?? 'defaults');
    if (problems.length > 0) return problems.map(renderProblem);
    const memory = openState(configuration.stateFolder, dirname(file ?? '.'), this.#environment, now);
    const { revocations } = compilePolicies(fromFiles.filter(isRevocation), assembled).policies;
    const signal = AbortSignal.timeout(limits.bundleMilliseconds);
    return { ...assembled, trusts, memory, revocations, now: now(), signal };
  }
}

const documentsOf = (bundles: ReadonlyMap<string, Bundle>): readonly Document[] =>
  [...bundles.values()].flatMap(({ documents }) => documents);

const isRevocation = ({ value }: Document): boolean => valueAt(value, ['kind']) === 'Revocation';
