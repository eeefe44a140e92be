import { type ImageRule, type ImageSubject, passed, violated } from '../rule.ts';
import { valueAt } from '../validate.ts';
import { isPod } from '../workload.ts';

export type Pin = 'Pods' | 'Templates' | 'None';

/**
 * `pin`: what runs is named by its digest. Mutation writes the digest in; validation, which trusts no mutation, denies
 * what arrives without one.
 */
export const pinRule = (pin: Pin): ImageRule => ({
  scope: 'image',
  name: 'pin',
  evaluate(subject) {
    const { reference, text, readOnly } = subject.use;
    if (!pinned(pin, subject) || 'kind' in reference || reference.digest !== undefined) return passed();
    return violated({
      code: 'NOT_PINNED',
      found: `"${text}", a tag that can move between this answer and the pull`,
      expected: `${text}@sha256:...`,
      remedy: readOnly
        ? 'write the digest: nothing is written here'
        : 'let the mutating webhook pin it, or write the digest',
    });
  },
});

/** Whether the policy pins this use of an image in this review. */
export function pinned(pin: Pin, subject: Pick<ImageSubject, 'review' | 'version' | 'use'>): boolean {
  switch (pin) {
    case 'None':
      return false;
    case 'Pods':
      return isPod(subject.version.object) && !untouched(subject);
    case 'Templates':
      return !(isPod(subject.version.object) && untouched(subject));
  }
}

/** The same image in the same container of the old object: the user did not touch it, so neither do we. */
export function untouched({ review, use }: Pick<ImageSubject, 'review' | 'use'>): boolean {
  const { oldObject } = review;
  if (oldObject === undefined) return false;
  const { path, text, container } = use;
  const owners = path.slice(
    0,
    path.findLastIndex((step) => typeof step === 'number'),
  );
  const before = valueAt(oldObject, owners);
  const below = path.slice(owners.length + 1);
  return (
    Array.isArray(before) &&
    before.some((owner) => valueAt(owner, ['name']) === container && valueAt(owner, below) === text)
  );
}
