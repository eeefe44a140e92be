import type { ImageNeed, Reference } from '../evidence/index.ts';
import type { Surroundings } from './ask.ts';
import type { Decision } from './decision.ts';
import { governAll, type Terms } from './evaluate.ts';
import type { Known } from './known.ts';
import { afterwards, learning } from './learning.ts';
import { limits } from './limits.ts';
import { type Mutated, mutateBy } from './mutation.ts';
import type { Question } from './question.ts';
import type { Review } from './review.ts';
import { pinned, untouched } from './rule/pin.ts';
import { settingOf } from './setting.ts';
import { patched, type Version } from './version.ts';
import { type ImageUse, imagesOf, isPod, writtenAs } from './workload.ts';

/**
 * The mutating phase: what policies write into the object, then the digest behind each tag that a governing policy pins, the origin's full
 * name in front, and the place that the configuration has nodes pull from. It never denies: what cannot be evaluated or resolved stays as it
 * is, and validation looks at it again.
 */
export function mutate(review: Review, arrived: Version, surroundings: Surroundings): Decision | Promise<Decision> {
  const learned = learning(surroundings, (known) => {
    const { version, needs } = mutateOnce(review, arrived, surroundings, known);
    const pins = pin(review, version, surroundings, known);
    return { version: pins.version, needs: [...needs, ...pins.needs] };
  });
  return afterwards(learned, ({ result: { version } }) => ({
    allowed: true,
    version,
    findings: [],
    images: [],
    annotations: {},
  }));
}

/** Every policy's mutations in the order of their names, each on what those before have made. */
function mutateOnce(review: Review, arrived: Version, terms: Terms, known: Known): Mutated {
  let version = arrived;
  const needs: Question[] = [];
  for (const policy of terms.policies.policies) {
    if (policy.mutations.length === 0) continue;
    const mutated = mutateBy(policy, review, version, terms, known);
    version = mutated.version;
    needs.push(...mutated.needs);
  }
  return { version, needs };
}

/** Writes names and digests; a digest that is not known yet is asked for. */
function pin(review: Review, version: Version, terms: Terms, known: Known): Mutated {
  const { uses, podSpecs } = imagesOf(version.object, terms.references);
  if (uses.length === 0 || uses.length > limits.imagesPerObject) return { version, needs: [] };
  const { policies, revocations } = terms.policies;
  const pinning = policies.filter((policy) => policy.pin !== 'None');
  const governing = governAll(pinning, settingOf({ review, version, known, uses, podSpecs, revocations }));
  const needs: Question[] = governing.flatMap((one) => one.needs);
  let last = version;
  for (const use of uses) {
    const wanted = governing.some(
      ({ policy, frames, images }) =>
        frames.length > 0 && images.some((image) => image.use === use) && pinned(policy.pin, { review, version, use }),
    );
    const open = openUse(review, version, use, wanted);
    if (open === undefined) continue;
    const need: ImageNeed = { kind: 'image', reference: open.reference };
    if (wantsDigest(open) && known.image(need) === undefined) needs.push(need);
    const value = written(open, known);
    if (value !== undefined && value !== use.text) last = patched(last, use.path, value);
  }
  return { version: last, needs };
}

interface OpenUse {
  readonly use: ImageUse;
  readonly reference: Reference;
  /** Whether a policy wants its digest in; a rewrite alone does not. */
  readonly pinned: boolean;
}

const wantsDigest = ({ pinned, reference }: OpenUse): boolean => pinned && reference.digest === undefined;

function openUse(review: Review, version: Version, use: ImageUse, wanted: boolean): OpenUse | undefined {
  const { reference } = use;
  if ('kind' in reference || use.readOnly) return undefined;
  const moved = reference.rewrittenFrom !== undefined && isPod(version.object) && !untouched({ review, use });
  // What already has a digest is left alone, but for a short name, which each node completes in its own way.
  const settled = reference.digest !== undefined && !reference.short;
  return moved || (wanted && !settled) ? { use, reference, pinned: wanted } : undefined;
}

/** `docker.io/library/nginx:1.29@sha256:...`: the tag stays for people, the digest is what is pulled. What cannot be resolved stays. */
function written(part: OpenUse, known: Known): string | undefined {
  const { reference, use } = part;
  if (!wantsDigest(part)) return writtenAs(use, reference);
  const read = known.image({ kind: 'image', reference });
  if (read?.kind === 'found') return writtenAs(use, { ...reference, digest: read.value.digest });
  return reference.rewrittenFrom === undefined ? undefined : writtenAs(use, reference);
}
