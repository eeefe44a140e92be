import { limits } from '../limits.ts';
import { type Gap, gap } from '../outcome.ts';
import type { TrustMaterial } from './material.ts';
import { parseTrustedRoot } from './root.ts';

/** A TUF repository that keeps a `trusted_root.json`. */
export interface TrustRepository {
  /** What people call the instance. */
  readonly name: string;
  /** Base URL of the metadata: the instance's own, or any mirror of it. */
  readonly mirror: string;
  /** File of the `root.json` that everything is measured by. Only the public-good instance's comes with the program. */
  readonly rootFile?: string;
  /** A directory for this repository alone. The versions kept there are what an older answer is refused by. */
  readonly cache: string;
}

/** Trust with the time at which its source last vouched for it. */
export interface DatedTrust {
  readonly material: TrustMaterial;
  readonly asOf: Date;
}

/** Trust as it was just fetched, with the `trusted_root.json` to keep for the next process. */
export interface RenewedTrust extends DatedTrust {
  readonly text: string;
}

/** Mirrors of the instances that are known by name. GitHub's needs its `root.json` (`gh attestation trusted-root`). */
export const knownMirrors = {
  'public-good': 'https://tuf-repo-cdn.sigstore.dev',
  github: 'https://tuf-repo.github.com',
} as const;

/**
 * Trust that is renewed from a TUF repository when somebody asks, never by itself and never in a review. Whatever goes
 * wrong (no answer, an older or expired or unsigned answer, a root that does not parse) the last good one stays.
 */
export class RefreshedTrust {
  readonly #repository: TrustRepository;
  readonly #download: Download;
  #current: DatedTrust | undefined;
  #running: Promise<RenewedTrust | Gap> | undefined;

  constructor(repository: TrustRepository, initial?: DatedTrust, download: Download = downloadByTuf) {
    this.#repository = repository;
    this.#current = initial;
    this.#download = download;
  }

  /** The last good trust, however old; its age is for the caller to judge ({@link staleness}). */
  get current(): DatedTrust | undefined {
    return this.#current;
  }

  /** Asks the repository, once for all who ask meanwhile. */
  refresh(now: Date): Promise<RenewedTrust | Gap> {
    this.#running ??= this.#renew(now).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #renew(now: Date): Promise<RenewedTrust | Gap> {
    const { name, mirror } = this.#repository;
    let text: string;
    try {
      text = await this.#download(this.#repository);
    } catch (error) {
      return gap('TRUST_UNAVAILABLE', `the trust root ${name} was not renewed from ${mirror}: ${reasonOf(error)}`);
    }
    const material = parseTrustedRoot(text, `${name} root`);
    if (material.kind === 'problem')
      return gap('TRUST_UNAVAILABLE', `the trust root ${name} from ${mirror}: ${material.detail}`);
    this.#current = { material, asOf: now };
    return { material, asOf: now, text };
  }
}

/** A sentence where trust is so old that keys may have been rotated since; undefined while it is fresh. */
export function staleness({ material, asOf }: DatedTrust, now: Date): string | undefined {
  const days = Math.floor((now.getTime() - asOf.getTime()) / 86_400_000);
  return days < limits.trustedRootDays
    ? undefined
    : `trust in ${material.description} is ${days} days old; refresh it (assay trust refresh) or update assay`;
}

/** Brings the text of `trusted_root.json`, proven by TUF; rejects for whatever is wrong. */
export type Download = (repository: TrustRepository) => Promise<string>;

/** The TUF client brings its own transport and its own files: the one documented exception to this room's rules. */
async function downloadByTuf({ mirror, rootFile, cache }: TrustRepository): Promise<string> {
  const root = rootFile === undefined ? {} : { rootPath: rootFile };
  const limited = { retry: { retries: 0 }, timeout: limits.trustFetchMilliseconds };
  // Needed by few commands, and slow to load.
  const { initTUF } = await import('@sigstore/tuf');
  const client = await initTUF({ mirrorURL: mirror.replace(/\/$/, ''), cachePath: cache, ...root, ...limited });
  return client.getTarget('trusted_root.json');
}

/** The innermost reason says what TUF found; the outer ones only that it failed. */
function reasonOf(error: unknown): string {
  let innermost = error;
  for (let depth = 0; depth < 5 && innermost instanceof Error && innermost.cause !== undefined; depth++) {
    innermost = innermost.cause;
  }
  const text = innermost instanceof Error ? innermost.message : 'no reason given';
  return JSON.stringify(text.slice(0, 200));
}
