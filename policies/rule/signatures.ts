import type { PlatformsNeed } from '../../evidence/index.ts';
import type { Authority } from '../authority.ts';
import type { ViolationCode } from '../decision.ts';
import type { Known } from '../known.ts';
import { type ImageRule, passed, type RuleOutcome, violated } from '../rule.ts';
import { digestOf } from './digest.ts';
import { verificationOrder } from './explain-signatures.ts';
import { judgeProofs, type ProofQuestion } from './proofs.ts';

/** `signatures`: so many distinct authorities of `from` have signed the digest that the node will pull. */
export function signaturesRule(policy: string, from: readonly Authority[], threshold: number): ImageRule {
  return {
    scope: 'image',
    name: 'signatures',
    evaluate(image, known) {
      if (from.length === 0) return nobodyMaySign;
      const subject = digestOf(image.use, known);
      if (subject.kind !== 'digest') return subject;
      const { digest, repository, index } = subject;
      const question: ProofQuestion = { policy, from, threshold, subject: image, digest, repository };
      const outcome = judgeProofs(question, known);
      // What came with the tag is asked for beside the signatures, for there are three rounds only.
      const platforms: PlatformsNeed = { kind: 'platforms', repository, digest };
      if (outcome.kind === 'needs' && index) return { kind: 'needs', needs: [...outcome.needs, platforms] };
      const elsewhere = outcome.kind === 'violated' && unsigned.has(outcome.violation.code);
      return elsewhere ? judgePlatforms(question, outcome, known) : outcome;
    },
  };
}

const nobodyMaySign = violated({
  code: 'NO_SIGNATURE',
  found: 'the policy knows nobody who may sign',
  expected: 'signers: authorities of the policy, or of PolicyParameters for its pack',
});

/** Codes that say no more than that signatures are missing; a refusal is no reason to look elsewhere. */
const unsigned: ReadonlySet<ViolationCode> = new Set([
  'NO_SIGNATURE',
  'SIGNER_NOT_ACCEPTED',
  'THRESHOLD_NOT_MET',
  'SIGNER_REVOKED',
  ...verificationOrder,
]);

/**
 * An index that is not signed itself is as good as signed where every manifest is that a node could choose from it. One
 * that is not lets an attacker put his own beside those of the owner.
 */
function judgePlatforms(question: ProofQuestion, unsignedIndex: RuleOutcome, known: Known): RuleOutcome {
  const { repository, digest } = question;
  const need: PlatformsNeed = { kind: 'platforms', repository, digest };
  const read = known.platforms(need);
  if (read === undefined) return { kind: 'needs', needs: [need] };
  if (read.kind === 'refusal')
    return violated({ code: read.code, found: read.detail, expected: 'an index that can be read' });
  if (read.kind === 'gap')
    return { kind: 'undecided', gap: read, expected: 'the platforms of an index that is not signed itself' };
  if (read.kind === 'absent' || read.value.kind === 'manifest' || read.value.runnable.length === 0)
    return unsignedIndex;
  const outcomes = read.value.runnable.map((platform) => judgeProofs({ ...question, digest: platform.digest }, known));
  const [first, ...rest] = outcomes.flatMap((outcome) => (outcome.kind === 'needs' ? outcome.needs : []));
  if (first !== undefined) return { kind: 'needs', needs: [first, ...rest] };
  // One that is surely not signed outweighs what could not be found out of another.
  if (outcomes.some(({ kind }) => kind === 'violated')) return unsignedIndex;
  const undecided = outcomes.flatMap((outcome) => (outcome.kind === 'undecided' ? [outcome] : []));
  // The platform that was never proven, or longest ago, is the one that a node may choose.
  const [weakest] = undecided.toSorted((a, b) => (a.passedAt?.getTime() ?? 0) - (b.passedAt?.getTime() ?? 0));
  if (weakest !== undefined) return weakest;
  return passed(outcomes.flatMap((outcome) => ('judgements' in outcome ? outcome.judgements : [])));
}
