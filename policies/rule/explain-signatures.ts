import type { RejectionCode } from '../../evidence/index.ts';
import { type Authority, describeAuthority, describeSigner } from '../authority.ts';
import type { SignatureJudgement, ViolationCode } from '../decision.ts';
import type { Captures } from '../glob.ts';

/** What stands in the way of a threshold that was not reached: the nearest miss, which is worth more than the rule. */
export function explain(
  judgements: readonly SignatureJudgement[],
  reached: number,
  threshold: number,
  predicateType?: string,
): { code: ViolationCode; found: string; remedy: string } {
  const words = wordsFor(predicateType);
  const proven = judgements.filter((judgement) => judgement.verdict === 'proven');
  // A revocation is told before anything that an UPDATE or an exception may leave as it is.
  if (reached > 0 && !proven.some(({ difference }) => difference.revoked)) {
    const names = [
      ...new Set(judgements.flatMap((judgement) => (judgement.verdict === 'accepted' ? [judgement.authority] : []))),
    ];
    return {
      code: 'THRESHOLD_NOT_MET',
      found: `${reached} of ${threshold} signers, ${names.join(', ')}`,
      remedy: 'have the missing authorities sign this digest',
    };
  }
  const [nearest] = proven.toSorted((a, b) => b.difference.agreed - a.difference.agreed);
  if (nearest !== undefined) {
    const count = new Set(proven.map(({ signature }) => signature.entity)).size;
    const found = `${count} ${words.one}${count === 1 ? '' : 's'}, by ${describeSigner(nearest.signature.signer)}; ${nearest.difference.detail}`;
    if (nearest.difference.revoked)
      return { code: 'SIGNER_REVOKED', found, remedy: 'have it signed again by a signer that is not revoked' };
    return {
      code: 'SIGNER_NOT_ACCEPTED',
      found,
      remedy: 'sign in the expected workflow, or name this signer among the authorities',
    };
  }
  const [rejected] = judgements
    .filter((judgement) => judgement.verdict === 'rejected')
    .toSorted((a, b) => nearness(b.rejection.code) - nearness(a.rejection.code));
  if (rejected !== undefined) {
    return {
      code: rejected.rejection.code,
      found: `${words.a} that does not hold: ${rejected.rejection.detail}`,
      remedy: words.again,
    };
  }
  return words.none;
}

function wordsFor(predicateType: string | undefined) {
  if (predicateType === undefined)
    return {
      one: 'signature',
      a: 'a signature',
      again: 'sign the image again',
      none: { code: 'NO_SIGNATURE', found: 'no signature', remedy: 'sign the image in its release workflow' },
    } as const;
  return {
    one: 'attestation',
    a: 'an attestation',
    again: 'attest the image again',
    none: {
      code: 'NO_ATTESTATION',
      found: 'no attestation of this type',
      remedy: 'attest the image in its release workflow',
    },
  } as const;
}

/** The later a check comes in the order of verification, the nearer the signature came. */
const nearness = (code: RejectionCode): number => verificationOrder.indexOf(code);

/** The checks of a signature, first to last. */
export const verificationOrder: readonly RejectionCode[] = [
  'FORMAT_UNSUPPORTED',
  'LIMIT_ENTITY',
  'ENTITY_MALFORMED',
  'PAYLOAD_TYPE_UNKNOWN',
  'STATEMENT_MALFORMED',
  'ALGORITHM_REFUSED',
  'ARTIFACT_NEEDED',
  'KEY_MISMATCH',
  'CERTIFICATE_MALFORMED',
  'CERTIFICATE_UNTRUSTED',
  'SIGNATURE_WRONG',
  'SCT_WRONG',
  'SCT_MISSING',
  'LOG_ENTRY_WRONG',
  'TIMESTAMP_WRONG',
  'LOG_ENTRY_MISSING',
  'TIMESTAMP_MISSING',
  'TIMESTAMP_OUTSIDE_CERTIFICATE',
  'SUBJECT_MISMATCH',
];

/** What a policy wants, in one clause, with the captures of this image put in. */
export function expectation(
  from: readonly Authority[],
  threshold: number,
  captures: Captures,
  predicateType?: string,
): string {
  const wanted = from.map((authority) => describeAuthority(authority, captures));
  const what = predicateType === undefined ? '' : ` of type ${JSON.stringify(predicateType)}`;
  return `${threshold}${what} by ${threshold > 1 ? 'distinct signers of ' : ''}${wanted.join(threshold > 1 ? ', ' : ' or ')}`;
}
