import { type Digest, formatRepository, type ImageNeed, type Reference } from '../evidence/index.ts';
import { ask, type Surroundings } from './ask.ts';
import type { Decision } from './decision.ts';
import { nothingKnown } from './known.ts';
import { limits } from './limits.ts';
import { governing } from './match.ts';
import type { Review } from './review.ts';
import { pinned } from './rule/pin.ts';
import { patched, type Version } from './version.ts';
import { type ImageUse, imagesOf } from './workload.ts';

/**
 * The mutating phase: writes the digest behind each tag that a governing policy pins, and the origin's full name in
 * front. It never denies; what cannot be resolved stays as it is and meets validation unpinned.
 */
export async function pin(review: Review, version: Version, surroundings: Surroundings): Promise<Decision> {
  const { uses } = imagesOf(version.object, surroundings.references);
  const open =
    uses.length > limits.imagesPerObject ? [] : uses.flatMap((use) => toPin(review, version, use, surroundings));
  const needs = open
    .filter(({ reference }) => reference.digest === undefined)
    .map(({ reference }): ImageNeed => ({ kind: 'image', reference }));
  const known = needs.length === 0 ? nothingKnown() : await ask(nothingKnown(), needs, surroundings);
  let last = version;
  for (const { use, reference } of open) {
    const read = known.image({ kind: 'image', reference });
    const digest = reference.digest ?? (read?.kind === 'found' ? read.value.digest : undefined);
    if (digest === undefined) continue;
    const value = pinnedReference(reference, digest);
    if (value !== use.text) last = patched(last, { path: use.path, value });
  }
  return { allowed: true, version: last, findings: [], images: [] };
}

interface OpenUse {
  readonly use: ImageUse;
  readonly reference: Reference;
}

function toPin(review: Review, version: Version, use: ImageUse, { policies }: Surroundings): OpenUse[] {
  const { reference } = use;
  // What already has a digest is left alone, but for a short name, which each node completes in its own way.
  if ('kind' in reference || (reference.digest !== undefined && !reference.short)) return [];
  const wanted = governing(policies, reference.repository).some(({ policy, captures }) =>
    pinned(policy.pin, { review, version, use, captures, revocations: policies.revocations }),
  );
  return wanted ? [{ use, reference }] : [];
}

/** `docker.io/library/nginx:1.29@sha256:...`: the tag stays for people, the digest is what is pulled. */
function pinnedReference({ repository, tag }: Reference, digest: Digest): string {
  return `${formatRepository(repository)}${tag === undefined ? '' : `:${tag}`}@${digest}`;
}
