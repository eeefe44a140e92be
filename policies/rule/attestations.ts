import type { Attestation } from '../attestation.ts';
import type { ImageRule } from '../rule.ts';
import { digestOf } from './digest.ts';
import { judgeProofs } from './proofs.ts';

/** `attestations/NAME`: one of `from` has attested something of this type about the digest that the node will pull. */
export function attestationRule(policy: string, { name, predicateType, from }: Attestation): ImageRule {
  return {
    scope: 'image',
    name: `${prefix}${name}`,
    evaluate(image, known) {
      const subject = digestOf(image.use, known);
      if (subject.kind !== 'digest') return subject;
      const { digest, repository } = subject;
      return judgeProofs({ policy, from, threshold: 1, subject: image, digest, repository, predicateType }, known);
    },
  };
}

/** The attestation that a rule asks for; undefined of any other rule. No name that a document gives has a slash. */
export const attestationOf = ({ name }: ImageRule): string | undefined =>
  name.startsWith(prefix) ? name.slice(prefix.length) : undefined;

const prefix = 'attestations/';
