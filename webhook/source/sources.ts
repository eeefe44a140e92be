import { now } from '../../host/clock.ts';
import type { Environment } from '../../host/environment.ts';
import { vaultKeys } from '../../host/vault.ts';
import { type Watch, watch } from '../../host/watch.ts';
import {
  isBundleReference,
  isPackReference,
  type NamedTrust,
  type PolicySet,
  staleSentence,
} from '../../policies/index.ts';
import { limits } from '../limits.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';
import { loadTls, type TlsMaterial, utc } from '../tls.ts';
import { type Assembly, type ConfigurationFile, loadAssembly, namedFiles } from './assembly.ts';
import { BundleSource } from './bundles.ts';
import { loadPolicies } from './folder.ts';
import { LastGood, type Loaded } from './last-good.ts';
import { startRenewal } from './trust.ts';

/** Everything that files bring and that changes while the server runs; of each the last good version is in force. */
export interface Sources {
  /** Registries and trust roots. */
  readonly assembly: LastGood<Assembly>;
  readonly policies: LastGood<PolicySet>;
  readonly tls: LastGood<TlsMaterial>;
  /** Trust roots in force, with when each was vouched for last. */
  readonly trust: () => ReadonlyMap<string, NamedTrust>;
  /** Looks for changes now. */
  look(): Promise<void>;
  /** Asks the TUF repositories now. */
  renewTrust(): Promise<void>;
  close(): Promise<void>;
}

/** Where all of it comes from. */
export interface SourceFiles {
  readonly settings: Settings;
  readonly configuration: ConfigurationFile;
  readonly environment: Environment;
}

/** Loads everything once and goes on watching. What does not load is told to the log and stays absent. */
export async function openSources(
  files: SourceFiles,
  log: Log,
  replaced: (tls: TlsMaterial) => void,
): Promise<Sources> {
  const { settings, configuration, environment } = files;
  const confirmed = new Map<string, NamedTrust>();
  const renewal = startRenewal(log, async (name, { material, asOf }) => {
    confirmed.set(name, { material, asOf, from: 'tuf' });
    // The same trust once more is no reason to forget what was proven under it.
    if (assembly.current?.trust.get(name)?.material.id !== material.id) await reloadAll();
  });
  const assembly = new LastGood(
    () => loadAssembly(configuration, environment, renewal.follow),
    (outcome, before) => {
      tell(log, 'trust', outcome, before, ({ trustRoots }) => ({ trustRoots: [...trustRoots.keys()] }));
      if (outcome.kind === 'problems') return;
      for (const root of outcome.value.trust.values()) {
        const old = staleSentence(root, now());
        if (old !== undefined) log.warn({ source: 'trust', problem: old }, 'trust is old');
      }
      if (before !== undefined) closeLater(before);
    },
  );
  const bundles = new BundleSource(settings.policies, { file: configuration, environment }, () => assembly.current);
  const policies = new LastGood(
    async () => {
      const { current } = assembly;
      if (current === undefined)
        return { kind: 'problems', problems: ['policies are compiled once trust roots are loaded'] };
      return await loadPolicies(
        settings.policies,
        {
          trustRoots: current.trustRoots,
          exceptionNamespaces: current.exceptionNamespaces,
          keyFetchers: [vaultKeys(environment)],
        },
        bundles,
      );
    },
    (outcome, before) =>
      tell(log, 'policies', outcome, before, (set) => ({ policies: set.policies.map(({ name }) => name) })),
  );
  const tls = new LastGood(
    () => loadTls(settings.tls, now()),
    (outcome, before) => {
      tell(log, 'tls', outcome, before, ({ notAfter }) => ({ certificateEnds: utc(notAfter) }));
      if (outcome.kind === 'loaded') replaced(outcome.value);
    },
  );
  const reloadAll = async () => {
    await assembly.reload();
    await policies.reload();
  };
  const { certificate, key, clientCa } = settings.tls;
  const every = limits.watchMilliseconds;
  // Watched before they are read: a change in between is seen, and read twice at worst.
  const watches: readonly Watch[] = await Promise.all([
    watch(
      settings.policies.filter((path) => !isBundleReference(path) && !isPackReference(path)),
      every,
      () => policies.reload(),
    ),
    watch([...namedFiles(configuration).values()], every, reloadAll),
    watch([certificate, key, ...(clientCa === undefined ? [] : [clientCa])], every, () => tls.reload()),
  ]);
  await Promise.all([reloadAll(), tls.reload()]);
  const lookAtBundles = async () => {
    if (await bundles.moved()) await policies.reload();
  };
  const asking = bundles.isEmpty ? undefined : setInterval(() => void lookAtBundles(), settings.bundleSeconds * 1000);
  asking?.unref();
  return {
    assembly,
    policies,
    tls,
    trust() {
      const inForce = [...(assembly.current?.trust ?? [])];
      return new Map(
        inForce.map(([name, root]) => {
          const again = confirmed.get(name);
          return [name, again?.material.id === root.material.id ? again : root];
        }),
      );
    },
    async look() {
      for (const running of watches) await running.look();
      await lookAtBundles();
    },
    renewTrust: () => renewal.renew(),
    async close() {
      clearInterval(asking);
      renewal.close();
      for (const running of watches) running.close();
      await assembly.current?.evidence.close();
    },
  };
}

function tell<T>(
  log: Log,
  source: string,
  outcome: Loaded<T>,
  before: T | undefined,
  fields: (value: T) => object,
): void {
  if (outcome.kind === 'loaded') {
    log.info({ source, ...fields(outcome.value) }, 'loaded');
    for (const problem of outcome.stays ?? [])
      log.error({ source, problem }, 'the last good version of it stays in force');
    return;
  }
  const stays = before === undefined ? 'nothing is in force' : 'the last good version stays in force';
  for (const problem of outcome.problems) log.error({ source, problem }, stays);
}

/** Reviews that began with it may still ask it, until their deadline. */
function closeLater({ evidence }: Assembly): void {
  setTimeout(() => void evidence.close(), limits.timeoutSeconds * 1000).unref();
}
