import { decodeJson, textAt } from './attestation/json.ts';
import type { Verified } from './attestation/verify.ts';
import { limits } from './limits.ts';
import type { AttestationsNeed, Candidate } from './need.ts';

/** Only a statement in an envelope attests anything; a signature over the image itself says nothing but that it was made. */
export const mayAttest = ({ entity }: Candidate): boolean =>
  entity.kind === 'rejection' || entity.content.kind === 'envelope';

/** Step 4 of the evidence model, 4.0: the type is the one that was asked for, in the bytes that were signed. */
export const attests = ({ statement }: Verified, { predicateType }: AttestationsNeed): boolean =>
  statement.kind === 'in-toto' && statement.predicateType === predicateType;

/** Whether what could not be proven says to be of the type, or cannot even be asked: only to be explained, nothing of it is believed. */
export function claims({ entity }: Candidate, { predicateType }: AttestationsNeed): boolean {
  if (entity.kind === 'rejection' || entity.content.kind !== 'envelope') return true;
  const { payload } = entity.content;
  const json = decodeJson(payload, { depth: limits.statementDepth, values: limits.statementValues });
  return json.kind === 'problem' || textAt(json.value, 'predicateType') === predicateType;
}
