import { dirname } from 'node:path';
import { type DatedTrust, RefreshedTrust, type TrustRepository } from '../../evidence/index.ts';
import { now } from '../../host/clock.ts';
import type { Environment } from '../../host/environment.ts';
import { cachedTrust, keep } from '../../host/trust-cache.ts';
import { trustSources } from '../../policies/index.ts';
import { limits } from '../limits.ts';
import type { Log } from '../log.ts';
import type { ConfigurationFile } from './assembly.ts';

/** A trust root that is fetched by TUF, and how often. */
export interface FetchedRoot {
  readonly repository: TrustRepository;
  readonly refreshHours: number;
}

/** Those of the configuration; `texts` has the root files by name. */
export function fetchedRoots(
  { configuration, file }: ConfigurationFile,
  texts: ReadonlyMap<string, string>,
  environment: Environment,
): readonly FetchedRoot[] {
  const place = { folder: dirname(file ?? '.'), trustFolder: configuration.trustFolder };
  return trustSources(configuration).map((source) => ({
    repository: cachedTrust(source, place, texts, environment),
    refreshHours: source.refreshHours,
  }));
}

/** Asks TUF repositories in the background, each at its own pace; no review waits for it. */
export interface Renewal {
  /** Asks those that are new here or have changed, and no longer those that are gone. */
  readonly follow: (roots: readonly FetchedRoot[], asOf: ReadonlyMap<string, Date>) => void;
  /** Asks all of them now. */
  renew(): Promise<void>;
  close(): void;
}

/** `renewed` is called after an answer was kept, the same as before or another. `random` spreads replicas, from 0 to 1. */
export function startRenewal(
  log: Log,
  renewed: (name: string, trust: DatedTrust) => Promise<void>,
  random: () => number = Math.random,
): Renewal {
  const running = new Map<string, { timer: NodeJS.Timeout | undefined; ask: () => Promise<void> }>();
  const begin = ({ repository, refreshHours }: FetchedRoot, asOf: Date | undefined): void => {
    const { name, mirror, cache } = repository;
    const trust = new RefreshedTrust(repository);
    const period = refreshHours * 3_600_000;
    const entry: { timer: NodeJS.Timeout | undefined; ask: () => Promise<void> } = { timer: undefined, ask };
    running.set(cache, entry);
    async function ask(): Promise<void> {
      clearTimeout(entry.timer);
      const outcome = await trust.refresh(now());
      // Closed, or no longer named, while it was asked.
      if (running.get(cache) !== entry) return;
      let wait = period;
      try {
        if ('kind' in outcome) {
          wait = Math.min(period, limits.trustRetryMilliseconds);
          log.warn({ source: 'trust', problem: outcome.detail }, 'the last good trust root stays in force');
        } else {
          await keep(cache, outcome);
          log.info({ source: 'trust', name, mirror, id: outcome.material.id }, 'renewed');
          await renewed(name, outcome);
        }
      } catch (error) {
        wait = Math.min(period, limits.trustRetryMilliseconds);
        log.error({ source: 'trust', problem: `${cache}: ${String(error)}` }, 'the renewed trust root is not kept');
      }
      if (running.get(cache) === entry) schedule(wait);
    }
    function schedule(wait: number): void {
      clearTimeout(entry.timer);
      // A tenth more or less, so that replicas that began together do not ask together for ever.
      entry.timer = setTimeout(() => void ask(), wait * (0.9 + random() / 5));
      entry.timer.unref();
    }
    const age = asOf === undefined ? period : now().getTime() - asOf.getTime();
    schedule(Math.max(0, period - age));
  };
  return {
    follow(roots, asOf) {
      const caches = new Set(roots.map(({ repository }) => repository.cache));
      for (const [cache, { timer }] of running) {
        if (caches.has(cache)) continue;
        clearTimeout(timer);
        running.delete(cache);
      }
      for (const root of roots) {
        if (!running.has(root.repository.cache)) begin(root, asOf.get(root.repository.name));
      }
    },
    async renew() {
      await Promise.all([...running.values()].map(({ ask }) => ask()));
    },
    close() {
      for (const { timer } of running.values()) clearTimeout(timer);
      running.clear();
    },
  };
}
