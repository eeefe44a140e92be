import { formatRepository } from '../evidence/index.ts';
import type { Decision, Finding, FoundImage, JudgedImage } from './decision.ts';
import type { EvaluatedImage, Evaluation } from './evaluate.ts';
import type { Known } from './known.ts';
import { limits } from './limits.ts';
import type { CompiledPolicy, PolicySet } from './policy.ts';
import { present } from './present.ts';
import type { RuleOutcome } from './rule.ts';
import { digestOf } from './rule/digest.ts';
import type { Version } from './version.ts';
import type { ImageUse, Unreadable } from './workload.ts';

/** What becomes of images that no policy speaks of. */
export type UnmatchedImages = 'Deny' | 'Warn' | 'Allow';

export interface DecideInput {
  readonly version: Version;
  readonly evaluation: Evaluation;
  readonly policies: PolicySet;
  readonly unmatchedImages: UnmatchedImages;
  readonly known: Known;
  readonly now: Date;
}

/** Folds outcomes into one answer. One more violation never turns a denial into an admission. */
export function decide({ version, evaluation, policies, unmatchedImages, known, now }: DecideInput): Decision {
  const judged = evaluation.images.map((image) => ({ ...judgedImage(image, known), evaluated: image }));
  const findings = [
    ...tooMany(evaluation.tooManyImages),
    ...evaluation.unreadable.flatMap((place) => notUnderstood(place, policies, unmatchedImages)),
    ...judged.flatMap(({ evaluated, digest }) => imageFindings(evaluated, digest, { policies, unmatchedImages, now })),
  ].toSorted((a, b) => order(a) - order(b));
  return {
    allowed: findings.every((finding) => finding.effect !== 'deny'),
    version,
    findings,
    images: judged.map(({ use, digest, judgements }) => present({ use, digest, judgements })),
  };
}

const order = (finding: Finding): number => ['deny', 'warn', 'audit'].indexOf(finding.effect);

function imageFindings(
  image: EvaluatedImage,
  digest: JudgedImage['digest'],
  { policies, unmatchedImages: unmatched, now }: Pick<DecideInput, 'policies' | 'unmatchedImages' | 'now'>,
): Finding[] {
  const { use, governed, outcomes } = image;
  const about = { field: use.field, image: foundImage(use, digest) };
  if ('kind' in use.reference) {
    const { code, detail } = use.reference;
    return [
      {
        ...about,
        ...unreadable(policies, unmatched),
        kind: 'violation',
        code,
        found: detail,
        expected: 'a reference such as ghcr.io/acme/shop:1.4.2',
      },
    ];
  }
  const findings = outcomes.flatMap(({ policy, rule, outcome }): Finding[] => {
    const by = { ...about, policy: policy.name, rule: rule.name };
    switch (outcome.kind) {
      case 'passed':
        return [];
      case 'violated':
        return [{ ...by, kind: 'violation', effect: effectOf(policy), ...outcome.violation }];
      case 'undecided':
        return [{ ...by, kind: 'undecided', ...unavailable(policy, outcome, now) }];
      case 'needs':
        // The judge answers every need before it decides; a need that is left is our own bug, and it denies.
        return [
          {
            ...by,
            kind: 'undecided',
            effect: 'deny',
            code: 'NEEDS_EXHAUSTED',
            found: 'evidence was never asked for',
            expected: 'an answer',
          },
        ];
    }
  });
  return governed.length === 0 ? [...ungoverned(about, unmatched), ...findings] : findings;
}

/** What an image is worth whose evidence could not be reached: `onUnavailable` decides, in the open. */
function unavailable(
  policy: CompiledPolicy,
  { gap, expected, passedAt }: Extract<RuleOutcome, { kind: 'undecided' }>,
  now: Date,
): Pick<Finding, 'effect' | 'code' | 'found' | 'expected' | 'remedy'> {
  const about = { code: gap.code, expected };
  const remedy = gap.retryAfter === undefined ? 'try again' : `try again in ${gap.retryAfter} s`;
  switch (policy.onUnavailable) {
    case 'Deny':
      return { ...about, effect: effectOf(policy), found: gap.detail, remedy };
    case 'Warn':
      return { ...about, effect: 'warn', found: gap.detail, remedy };
    case 'AllowIfPreviouslyVerified': {
      const { previouslyVerifiedMaxAge = 0 } = policy;
      if (passedAt === undefined) return { ...about, effect: effectOf(policy), found: gap.detail, remedy };
      const found = `${gap.detail}; this digest was proven at ${passedAt.toISOString().replace(/\.\d+Z$/, 'Z')}, and still is by today's trust`;
      const age = now.getTime() - passedAt.getTime();
      return { ...about, effect: age <= previouslyVerifiedMaxAge ? 'warn' : effectOf(policy), found, remedy };
    }
  }
}

/** What could not be understood is an error of every policy, each of which says what an error is worth. */
function notUnderstood(
  { field, found, expected }: Unreadable,
  { policies }: PolicySet,
  unmatched: UnmatchedImages,
): Finding[] {
  const about = { kind: 'error', rule: 'object', code: 'OBJECT_UNREADABLE', field, found, expected } as const;
  if (policies.length === 0)
    return unmatched === 'Allow'
      ? []
      : [{ ...about, policy: 'configuration', effect: unmatched === 'Deny' ? 'deny' : 'warn' }];
  return policies.map((policy) => ({
    ...about,
    policy: policy.name,
    effect: policy.failurePolicy === 'Ignore' ? 'warn' : effectOf(policy),
  }));
}

/** A reference that cannot be read could be any image: the strictest policy speaks of it. */
function unreadable({ policies }: PolicySet, unmatched: UnmatchedImages): Pick<Finding, 'policy' | 'rule' | 'effect'> {
  const [strictest] = policies.toSorted((a, b) => strictness(b) - strictness(a));
  if (strictest === undefined)
    return { policy: 'configuration', rule: 'unmatchedImages', effect: unmatched === 'Deny' ? 'deny' : 'warn' };
  return { policy: strictest.name, rule: 'signatures', effect: effectOf(strictest) };
}

const strictness = (policy: CompiledPolicy): number => ['audit', 'warn', 'deny'].indexOf(effectOf(policy));

function ungoverned(about: Pick<Finding, 'field' | 'image'>, unmatched: UnmatchedImages): Finding[] {
  if (unmatched === 'Allow') return [];
  return [
    {
      ...about,
      kind: 'violation',
      policy: 'configuration',
      rule: 'unmatchedImages',
      effect: unmatched === 'Deny' ? 'deny' : 'warn',
      code: 'IMAGE_NOT_GOVERNED',
      found: 'no policy speaks of this image',
      expected: 'a policy whose images match it',
      remedy: 'write a policy for this repository, or set unmatchedImages',
    },
  ];
}

function tooMany(count: number | undefined): Finding[] {
  if (count === undefined) return [];
  const found = `at least ${count} images`;
  return [
    {
      kind: 'violation',
      effect: 'deny',
      policy: 'configuration',
      rule: 'limits',
      code: 'LIMIT_IMAGES',
      field: '',
      found,
      expected: `at most ${limits.imagesPerObject}`,
    },
  ];
}

/** Deny outranks Warn outranks Audit. */
export function effectOf({ validationActions }: CompiledPolicy): Finding['effect'] {
  if (validationActions.includes('Deny')) return 'deny';
  return validationActions.includes('Warn') ? 'warn' : 'audit';
}

function judgedImage({ use, outcomes }: EvaluatedImage, known: Known): JudgedImage {
  const judgements = outcomes.flatMap(({ outcome }) =>
    outcome.kind === 'passed' || outcome.kind === 'violated' ? outcome.judgements : [],
  );
  const subject = digestOf(use, known);
  return present({ use, digest: subject.kind === 'digest' ? subject.digest : undefined, judgements });
}

function foundImage({ text, reference, container }: ImageUse, digest: JudgedImage['digest']): FoundImage {
  const repository = 'kind' in reference ? undefined : formatRepository(reference.repository);
  return present({ reference: text, repository, digest, container });
}
