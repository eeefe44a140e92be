import type { Digest } from '../image/digest.ts';
import { limits } from '../limits.ts';
import { found, type Read, type Refusal, refusal } from '../outcome.ts';
import type { Descriptor, OciIndex, OciManifest, Platform } from './manifest.ts';

/** A manifest that some node may run: one of an index, or the one that was named. Without platform: its config says. */
export interface RunnableManifest {
  readonly digest: Digest;
  readonly platform?: Platform;
}

/** A manifest or index whose bytes have been hashed. */
export interface Parsed {
  readonly digest: Digest;
  readonly parsed: OciManifest | OciIndex;
}

/**
 * Every manifest below an index that a node could choose, each once. Nodes choose by platform alone, so nothing else
 * takes an entry out: an annotation that calls a runnable manifest an attestation would hide it from us only.
 */
export async function runnableManifests(
  root: Parsed,
  read: (digest: Digest) => Promise<Read<Parsed>>,
): Promise<Read<readonly RunnableManifest[]>> {
  const runnable = new Map<string, RunnableManifest>();
  const visited = new Set<Digest>([root.digest]);
  const trouble = await walk(root, undefined, 0);
  return trouble ?? found([...runnable.values()]);

  async function walk(
    { digest, parsed }: Parsed,
    platform: Platform | undefined,
    depth: number,
  ): Promise<Exclude<Read<never>, { kind: 'found' }> | undefined> {
    if (parsed.kind === 'manifest') return add({ digest, ...(platform === undefined ? {} : { platform }) });
    if (depth >= limits.indexDepth)
      return refusal(
        'LIMIT_DEPTH',
        `an index lies ${depth} deep in others; at most ${limits.indexDepth} levels are read`,
      );
    for (const entry of parsed.manifests) {
      if (isNowhere(entry)) continue;
      if (!isIndexType(entry.mediaType)) {
        const full = add(entry);
        if (full !== undefined) return full;
        continue;
      }
      if (visited.has(entry.digest)) continue;
      visited.add(entry.digest);
      if (visited.size > limits.platforms) return tooMany();
      const inner = await read(entry.digest);
      // Whoever left it out can push it later, when nobody looks any more.
      if (inner.kind === 'absent')
        return refusal(
          'MANIFEST_MALFORMED',
          `the index names an index that is not there, ${entry.digest.slice(0, 19)}`,
        );
      if (inner.kind !== 'found') return inner;
      const trouble = await walk(inner.value, entry.platform, depth + 1);
      if (trouble !== undefined) return trouble;
    }
    return undefined;
  }

  function add({ digest, platform }: RunnableManifest): Refusal | undefined {
    const entry = platform === undefined ? { digest } : { digest, platform };
    runnable.set(`${digest} ${JSON.stringify(platform)}`, entry);
    return runnable.size > limits.platforms ? tooMany() : undefined;
  }
}

/**
 * Which of them a node of this platform may run. Two that fit equally are both given: runtimes break such ties in
 * their own ways. Windows hosts run their own build only, which is the third part of `os.version`.
 */
export function runnableOn(manifests: readonly RunnableManifest[], node: Platform): readonly RunnableManifest[] {
  return manifests.filter(({ platform }) => platform === undefined || fits(platform, node));
}

function fits(image: Platform, node: Platform): boolean {
  if (image.os !== node.os || architecture(image.architecture) !== architecture(node.architecture)) return false;
  if (image.os === 'windows' && image.osVersion !== undefined && node.osVersion !== undefined)
    return build(image.osVersion) === build(node.osVersion);
  const wanted = variantNumber(image);
  const offered = variantNumber(node);
  // A node runs what is written for itself and for earlier variants of its architecture (containerd, platforms.Only).
  return wanted === undefined || offered === undefined || wanted <= offered;
}

/** As GOARCH spells them; others are names that uname gives. */
const architecture = (name: string): string => spellings.get(name) ?? name;

const spellings: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['x86-64', 'amd64'],
  ['aarch64', 'arm64'],
  ['i386', '386'],
  ['armhf', 'arm'],
  ['armel', 'arm'],
]);

const build = (version: string): string => version.split('.').slice(0, 3).join('.');

const variantNumber = ({ variant }: Platform): number | undefined => {
  const digits = /^v?(\d{1,3})$/.exec(variant ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
};

/** BuildKit's attestation manifests say so: no node is of an unknown system and an unknown architecture. */
const isNowhere = ({ platform }: Descriptor): boolean =>
  platform?.os === 'unknown' && platform.architecture === 'unknown';

const isIndexType = (type: string): boolean =>
  type === 'application/vnd.oci.image.index.v1+json' ||
  type === 'application/vnd.docker.distribution.manifest.list.v2+json';

const tooMany = (): Refusal =>
  refusal('LIMIT_PLATFORMS', `the index has more than ${limits.platforms} manifests that could run`);
