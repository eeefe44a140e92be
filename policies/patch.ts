import { formatReference, type ImageNeed, type Reference } from '../evidence/index.ts';
import { ask, type Surroundings } from './ask.ts';
import type { Decision } from './decision.ts';
import { type Known, nothingKnown } from './known.ts';
import { limits } from './limits.ts';
import { governing } from './match.ts';
import type { Review } from './review.ts';
import { pinned, untouched } from './rule/pin.ts';
import { patched, type Version } from './version.ts';
import { type ImageUse, imagesOf, isPod } from './workload.ts';

/**
 * The mutating phase: writes the digest behind each tag that a governing policy pins, the origin's full name in front,
 * and the place that the configuration has nodes pull from. It never denies; what cannot be resolved stays as it is and meets validation unpinned.
 */
export async function pin(review: Review, version: Version, surroundings: Surroundings): Promise<Decision> {
  const { uses } = imagesOf(version.object, surroundings.references);
  const open =
    uses.length > limits.imagesPerObject ? [] : uses.flatMap((use) => openUses(review, version, use, surroundings));
  const needs = open.filter(wantsDigest).map(({ reference }): ImageNeed => ({ kind: 'image', reference }));
  const known = needs.length === 0 ? nothingKnown() : await ask(nothingKnown(), needs, surroundings);
  let last = version;
  for (const part of open) {
    const value = written(part, known);
    if (value !== part.use.text) last = patched(last, { path: part.use.path, value });
  }
  return { allowed: true, version: last, findings: [], images: [] };
}

interface OpenUse {
  readonly use: ImageUse;
  readonly reference: Reference;
  /** Whether a policy wants its digest in; a rewrite alone does not. */
  readonly pinned: boolean;
}

const wantsDigest = ({ pinned, reference }: OpenUse): boolean => pinned && reference.digest === undefined;

function openUses(review: Review, version: Version, use: ImageUse, { policies }: Surroundings): OpenUse[] {
  const { reference } = use;
  if ('kind' in reference) return [];
  const { revocations } = policies;
  const wanted = governing(policies, reference.repository).some(({ policy, captures }) =>
    pinned(policy.pin, { review, version, use, captures, revocations }),
  );
  const moved = reference.rewrittenFrom !== undefined && isPod(version.object) && !untouched({ review, use });
  // What already has a digest is left alone, but for a short name, which each node completes in its own way.
  const settled = reference.digest !== undefined && !reference.short;
  return moved || (wanted && !settled) ? [{ use, reference, pinned: wanted }] : [];
}

/** `docker.io/library/nginx:1.29@sha256:...`: the tag stays for people, the digest is what is pulled. What cannot be resolved stays. */
function written(part: OpenUse, known: Known): string {
  const { reference, use } = part;
  if (!wantsDigest(part)) return formatReference(reference);
  const read = known.image({ kind: 'image', reference });
  if (read?.kind === 'found') return formatReference({ ...reference, digest: read.value.digest });
  return reference.rewrittenFrom === undefined ? use.text : formatReference(reference);
}
