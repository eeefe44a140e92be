import { type Artifacts, type Digest, formatRepository, parseReference, type Reference } from '../../evidence/index.ts';
import type { Documents } from '../document.ts';
import { readContents } from './contents.ts';
import { bundleFormat } from './format.ts';
import { type BundleProblem, bundleProblem } from './problem.ts';
import { faultOfSignatures, type ProvingWorld } from './signed.ts';
import type { BundleTrust } from './trust.ts';
import { type LastBundle, parseLastBundle, rollback, versionOf } from './version.ts';

/** What opening bundles takes besides proving them. */
export interface BundleWorld extends ProvingWorld {
  readonly artifacts: Artifacts;
  readonly trusts: readonly BundleTrust[];
  /** What this machine remembers of a repository's bundle. */
  readonly memory: BundleMemory;
}

/** Which bundle of each repository was used last, as text; kept by the machine. */
export interface BundleMemory {
  /** Undefined where the repository was never used; a clause where it cannot be known. */
  recall(repository: string): Promise<string | undefined | { readonly detail: string }>;
  /** A clause where it could not be kept. */
  remember(repository: string, text: string): Promise<undefined | { readonly detail: string }>;
}

/** A bundle whose signature, version and contents are in order. */
export interface Bundle extends Documents {
  readonly kind: 'bundle';
  readonly repository: string;
  readonly digest: Digest;
  readonly version: LastBundle;
}

/** True of what names a bundle in a registry and not a file. */
export const isBundleReference = (path: string): boolean => path.startsWith('oci://');

/**
 * Opens the bundle that `oci://HOST/REPOSITORY:TAG` (or `@DIGEST`) names. The tag is resolved once; what is proven, compared
 * and read after that is its digest. Nothing but the manifest is fetched before its signature is accepted.
 */
export async function openBundle(text: string, world: BundleWorld): Promise<Bundle | BundleProblem> {
  const located = locate(text, world.trusts);
  if ('kind' in located) return located;
  const { reference, trust } = located;
  const digest = await resolve(reference, world);
  if (typeof digest === 'object') return digest;
  const place = { repository: reference.repository, digest };
  const fault = await faultOfSignatures(place, trust, world);
  if (fault !== undefined) return fault;
  const artifact = await world.artifacts.read(reference.repository, digest, bundleFormat.artifactType, world);
  if (artifact.kind === 'absent') return bundleProblem('TAG_NOT_FOUND', `${digest.slice(0, 19)} is not there any more`);
  if (artifact.kind !== 'found') return bundleProblem(artifact.code, artifact.detail);
  const version = versionOf(digest, artifact.value.annotations);
  if ('kind' in version) return version;
  const last = await recall(trust.repository, world.memory);
  if (last !== undefined && 'kind' in last) return last;
  const older = rollback(version, last);
  if (older !== undefined) return older;
  const contents = readContents(artifact.value, text);
  if ('kind' in contents) return contents;
  return { kind: 'bundle', repository: trust.repository, digest, version, ...contents };
}

/** Remembers a bundle that was taken into use, so that no older one takes its place. Whoever cannot remember does not use it. */
export async function rememberBundle(
  { repository, version }: Bundle,
  memory: BundleMemory,
): Promise<BundleProblem | undefined> {
  // Another process may have gone on meanwhile; what it used is not forgotten.
  const last = await recall(repository, memory);
  if (last !== undefined && 'kind' in last) return last;
  if (last?.digest === version.digest) return undefined;
  const older = rollback(version, last);
  if (older !== undefined) return older;
  const failed = await memory.remember(repository, JSON.stringify(version));
  return failed && bundleProblem('BUNDLE_STATE_UNREADABLE', `its version cannot be remembered: ${failed.detail}`);
}

/** What the reference names now, for whoever looks whether there is something newer. */
export async function bundleDigest(text: string, world: BundleWorld): Promise<Digest | BundleProblem> {
  const located = locate(text, world.trusts);
  return 'kind' in located ? located : await resolve(located.reference, world);
}

function locate(
  text: string,
  trusts: readonly BundleTrust[],
): { readonly reference: Reference; readonly trust: BundleTrust } | BundleProblem {
  const written = text.replace(/^oci:\/\//, '');
  const reference = parseReference(written, { requireFullyQualified: true });
  if ('kind' in reference) return bundleProblem('BUNDLE_REFERENCE_WRONG', reference.detail);
  const repository = formatRepository(reference.repository);
  if (reference.digest === undefined && !written.slice(written.lastIndexOf('/')).includes(':'))
    return bundleProblem('BUNDLE_REFERENCE_WRONG', `a tag or a digest is wanted: oci://${repository}:TAG`);
  const trust = trusts.find((one) => one.repository === repository);
  if (trust !== undefined) return { reference, trust };
  const known = trusts.map((one) => one.repository).join(', ');
  const detail = `the configuration names nobody who may sign "${repository}"; ${known === '' ? 'it has no policyBundles' : `its policyBundles are ${known}`}`;
  return bundleProblem('BUNDLE_NOT_TRUSTED', detail);
}

async function resolve(reference: Reference, world: BundleWorld): Promise<Digest | BundleProblem> {
  const [answer] = await world.evidence.fulfil([{ kind: 'image', reference }], world);
  if (answer?.kind !== 'image') throw new TypeError('one need has one answer of its kind');
  const { read } = answer;
  if (read.kind === 'found') return read.value.digest;
  return read.kind === 'absent'
    ? bundleProblem('TAG_NOT_FOUND', `nothing is called "${reference.text}"`)
    : bundleProblem(read.code, read.detail);
}

async function recall(repository: string, memory: BundleMemory): Promise<LastBundle | BundleProblem | undefined> {
  const text = await memory.recall(repository);
  if (text === undefined) return undefined;
  if (typeof text === 'object') return bundleProblem('BUNDLE_STATE_UNREADABLE', text.detail);
  return (
    parseLastBundle(text) ??
    bundleProblem('BUNDLE_STATE_UNREADABLE', 'what is remembered of the last version is no record of one; remove it')
  );
}
