import { now } from '../../host/clock.ts';
import { openState } from '../../host/state.ts';
import {
  type Assembled,
  type Bundle,
  type BundleWorld,
  compileBundleTrust,
  compilePolicies,
  type Document,
  loadKeys,
  openBundle,
  rememberBundle,
  renderBundleProblem,
  renderProblem,
  valueAt,
} from '../../policies/index.ts';
import type { Door } from '../command/index.ts';
import type { Loaded } from './configuration.ts';
import { keyServices } from './keys.ts';

/** What the bundles of a command line hold. */
export interface ReadBundles {
  readonly documents: readonly Document[];
  /** All that is wrong, one line each. */
  readonly lines: readonly string[];
  /** To be called when everything compiled: from then on nothing older is used. Lines of what could not be remembered. */
  remember(): Promise<readonly string[]>;
}

/** Opens every bundle that is named; revocations among the documents of files hold for their signatures too. */
export async function readBundles(
  references: readonly string[],
  fromFiles: readonly Document[],
  {
    configuration,
    folder,
    file,
    assembled,
    offline,
  }: Loaded & { readonly assembled: Assembled; readonly offline: boolean },
  { environment }: Door,
): Promise<ReadBundles> {
  const keys = await loadKeys(
    [{ value: configuration }],
    keyServices({ environment }, offline),
    AbortSignal.timeout(keyMilliseconds),
  );
  // Also where none is named: a section that is wrong is not to be found out when it is needed.
  const { trusts, problems } = compileBundleTrust(configuration, { ...assembled, keys }, file);
  if (problems.length > 0 || references.length === 0)
    return { documents: [], lines: problems.map(renderProblem), remember: () => Promise.resolve([]) };
  const memory = openState(configuration.stateFolder, folder, environment, now);
  const revocations = compilePolicies(fromFiles.filter(isRevocation), assembled).policies.revocations;
  const signal = AbortSignal.timeout(bundleMilliseconds);
  const world: BundleWorld = { ...assembled, trusts, memory, revocations, now: now(), signal };
  const lines: string[] = [];
  const bundles: { readonly reference: string; readonly bundle: Bundle }[] = [];
  for (const reference of new Set(references)) {
    const bundle = await openBundle(reference, world);
    if (bundle.kind === 'problem') lines.push(renderBundleProblem(reference, bundle));
    else {
      bundles.push({ reference, bundle });
      lines.push(...bundle.problems.map(renderProblem));
    }
  }
  return {
    documents: bundles.flatMap(({ bundle }) => bundle.documents),
    lines,
    async remember() {
      const failed = bundles.map(async ({ reference, bundle }) => {
        const problem = await rememberBundle(bundle, memory);
        return problem === undefined ? [] : [renderBundleProblem(reference, problem)];
      });
      return (await Promise.all(failed)).flat();
    },
  };
}

/** Whoever waits at a terminal waits no longer for keys than for a slow registry. */
export const keyMilliseconds = 10_000;

/** A few requests for each signature and file; whoever waits at a terminal waits no longer for a slow registry. */
const bundleMilliseconds = 60_000;

const isRevocation = ({ value }: Document): boolean => valueAt(value, ['kind']) === 'Revocation';
