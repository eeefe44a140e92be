import { cosignSignature } from './attestation/statement.ts';
import { limits } from './limits.ts';
import type { Candidate } from './need.ts';
import { type Gap, type Read, type Refusal, refusal } from './outcome.ts';

/** What looking in one place brought: something signed, or why it is not known what is there. */
export type Part = { readonly kind: 'candidate'; readonly candidate: Candidate } | Gap | Refusal;

/** What is looked for on a digest. */
export type Sought =
  | { readonly kind: 'signatures' }
  | {
      readonly kind: 'attestations';
      /** Of which type; compared literally (evidence model, 4.0 step 4). */
      readonly predicateType: string;
    };

/**
 * Whether something that says to be of that predicate type, or does not say, is looked at. What it says is a hint of whoever pushed it, and can
 * only hide the pusher's own: the signed statement is asked again once it is proven.
 */
export function mayBe(sought: Sought, predicateType: string | undefined): boolean {
  if (predicateType === undefined) return true;
  return predicateType === (sought.kind === 'signatures' ? cosignSignature : sought.predicateType);
}

/** What a list names and the registry does not have was removed meanwhile: one less, nothing more. */
export const vanished = (read: Exclude<Read<unknown>, { kind: 'found' }>): (Gap | Refusal)[] =>
  read.kind === 'absent' ? [] : [read];

/** More than are looked at is a violation of its own, never "none found". */
export function tooMany(sought: Sought, count: number): Refusal | undefined {
  if (sought.kind === 'signatures')
    return count <= limits.signaturesPerImage
      ? undefined
      : refusal(
          'LIMIT_SIGNATURES',
          `${count} signatures are attached to this digest; at most ${limits.signaturesPerImage} are looked at`,
        );
  return count <= limits.attestationsPerType
    ? undefined
    : refusal(
        'LIMIT_ATTESTATIONS',
        `${count} attestations that may be of this type are attached to this digest; at most ${limits.attestationsPerType} are looked at`,
      );
}
