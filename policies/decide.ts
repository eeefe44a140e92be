import { formatRepository } from '../evidence/index.ts';
import type { Decision, Finding, FoundImage, JudgedImage, PassedRule } from './decision.ts';
import { renderPath } from './document.ts';
import type { EvaluatedImage, EvaluatedRule, Evaluation } from './evaluate.ts';
import { type Exception, excused } from './exception.ts';
import type { Known } from './known.ts';
import { limits } from './limits.ts';
import { notJudgedFinding } from './not-judged.ts';
import type { CompiledPolicy } from './policy.ts';
import { present } from './present.ts';
import type { Undecided, Violation } from './rule.ts';
import { digestOf } from './rule/digest.ts';
import type { Version } from './version.ts';
import type { ImageUse, Unreadable } from './workload.ts';

/** What becomes of images that no policy speaks of. */
export type UnmatchedImages = 'Deny' | 'Warn' | 'Allow';

export interface DecideInput {
  readonly version: Version;
  readonly evaluation: Evaluation;
  readonly unmatchedImages: UnmatchedImages;
  readonly known: Known;
  readonly now: Date;
  readonly exceptions: readonly Exception[];
  /** That the object lies in. */
  readonly namespace: string | undefined;
  readonly basis: NonNullable<Decision['basis']>;
  /** Whether the object before an UPDATE had the same finding. */
  readonly unchanged?: (one: EvaluatedRule) => boolean;
}

/** Folds outcomes into one answer. One more violation never turns a denial into an admission. */
export function decide(input: DecideInput): Decision {
  const { version, evaluation, unmatchedImages, known, basis } = input;
  const ofImages = evaluation.outcomes.filter(({ use }) => use !== undefined);
  const unpassed = evaluation.outcomes.filter(({ outcome }) => outcome.kind !== 'passed');
  const judged = evaluation.images.map(({ use }) => judgedImage(use, ofImages, known));
  const digests = new Map(judged.map(({ use, digest }) => [use, digest]));
  const about = (use: ImageUse) => ({ field: use.field, image: foundImage(use, digests.get(use)) });
  const findings = [
    ...tooMany(evaluation.tooManyImages),
    ...evaluation.unreadable.flatMap((place) => notUnderstood(place, evaluation.reading(), unmatchedImages)),
    ...evaluation.notJudged.map((place) => notJudgedFinding(place, unmatchedImages)),
    ...evaluation.images.flatMap((image) => {
      const own = unpassed.filter(({ use }) => use === image.use);
      if (own.length === 0 && image.governed && !('kind' in image.use.reference)) return [];
      const place = about(image.use);
      return [
        ...imageFindings(image, place, evaluation.speaking, unmatchedImages),
        ...own.flatMap((one) => ruleFindings(one, place, input)),
      ];
    }),
    ...unpassed
      .filter(({ use }) => use === undefined)
      .flatMap((one) => ruleFindings(one, { field: renderPath(one.podSpec ?? []) }, input)),
  ]
    .map((finding) =>
      excused(finding, input.exceptions, { object: version.object, namespace: input.namespace, now: input.now }),
    )
    .toSorted((a, b) => order(a) - order(b));
  return {
    allowed: findings.every((finding) => finding.effect !== 'deny'),
    version,
    findings,
    passed: () => passedRules(evaluation),
    images: judged,
    annotations: annotationsOf(evaluation.outcomes),
    basis,
  };
}

/** What the program itself demands is no policy's rule, and is told only where it is not met. */
function passedRules({ outcomes, plain }: Evaluation): readonly PassedRule[] {
  const passes = outcomes.filter(({ outcome }) => outcome.kind === 'passed');
  return [
    ...passes.map(({ policy, rule, use, podSpec }) => ({
      policy,
      rule,
      field: use?.field ?? renderPath(podSpec ?? []),
    })),
    ...plain().map(({ policy, rule, podSpec }) => ({ policy, rule, field: renderPath(podSpec ?? []) })),
  ].flatMap(({ policy, rule, field }) => (policy.kind === undefined ? [] : [{ policy: policy.name, rule, field }]));
}

/** As the API server joins them: the distinct values of a key, comma-separated. */
function annotationsOf(outcomes: readonly EvaluatedRule[]): Readonly<Record<string, string>> {
  const values = new Map<string, Set<string>>();
  for (const { policy, outcome } of outcomes) {
    if (outcome.kind !== 'passed' || outcome.annotation === undefined) continue;
    const key = `${policy.name}/${outcome.annotation.key}`;
    values.set(key, (values.get(key) ?? new Set()).add(outcome.annotation.value));
  }
  return Object.fromEntries([...values].map(([key, all]) => [key, [...all].join(', ')]));
}

const order = (finding: Finding): number => ['deny', 'warn', 'audit'].indexOf(finding.effect);

type About = Pick<Finding, 'field' | 'image'>;

/** What is wrong with an image whatever the rules say. */
function imageFindings(
  { use, governed }: EvaluatedImage,
  about: About,
  policies: readonly CompiledPolicy[],
  unmatched: UnmatchedImages,
): Finding[] {
  if (!('kind' in use.reference)) return governed ? [] : ungoverned(about, unmatched);
  const { code, detail } = use.reference;
  const expected = 'a reference such as ghcr.io/acme/shop:1.4.2';
  return [{ ...about, ...unreadable(policies, unmatched), kind: 'violation', code, found: detail, expected }];
}

function ruleFindings(one: EvaluatedRule, about: About, input: DecideInput): Finding[] {
  const { policy, rule, outcome } = one;
  const by = { ...about, policy: policy.name, rule };
  const soften = (finding: Finding): Finding => softened(finding, one, input);
  switch (outcome.kind) {
    case 'passed':
      return [];
    case 'violated':
      return [
        soften({
          ...by,
          kind: 'violation',
          effect: effectOf(policy),
          ...pointed(explained(outcome.violation, policy)),
        }),
      ];
    case 'undecided':
      return [soften({ ...by, kind: 'undecided', ...unavailable(policy, outcome, input.now) })];
    case 'error': {
      const { code, found, expected } = outcome;
      return [soften({ ...by, kind: 'error', effect: errorEffect(policy), code, found, expected })];
    }
    case 'needs': {
      // The judge answers every need before it decides; a need that is left is our own bug, and it denies.
      const found = 'evidence was never asked for';
      return [{ ...by, kind: 'undecided', effect: 'deny', code: 'NEEDS_EXHAUSTED', found, expected: 'an answer' }];
    }
  }
}

/** The first of the fields that it is about is its place. */
function pointed({
  fields = [],
  ...violation
}: Violation): Omit<Violation, 'fields'> & Partial<Pick<Finding, 'field' | 'fields'>> {
  const [first, ...others] = fields.map(renderPath);
  if (first === undefined) return violation;
  return { ...violation, field: first, ...(others.length === 0 ? {} : { fields: [first, ...others] }) };
}

/** A rule that is an expression says what it wants in CEL; where the policy says in words what it is for and what to do, people are told that. */
function explained(violation: Violation, { about }: CompiledPolicy): Violation {
  if (violation.code !== 'VALIDATION_FAILED' || about === undefined) return violation;
  const { title: expected = violation.expected, remediation } = about;
  return { ...(remediation === undefined ? {} : { remedy: remediation }), ...violation, expected };
}

/** A denial is a warning before the policy is in force, and where the old object had the same finding. */
function softened(finding: Finding, one: EvaluatedRule, input: DecideInput): Finding {
  if (finding.effect !== 'deny') return finding;
  const { policy } = one;
  const { enforceFrom: from } = policy;
  if (from !== undefined && input.now < from)
    return { ...finding, effect: 'warn', softened: { kind: 'not-yet', from } };
  return policy.updates === 'Ratchet' && input.unchanged?.(one) === true
    ? { ...finding, effect: 'warn', softened: { kind: 'unchanged' } }
    : finding;
}

/** What an image is worth whose evidence could not be reached: `onUnavailable` decides, in the open. */
function unavailable(
  policy: CompiledPolicy,
  { gap, expected, passedAt }: Undecided,
  now: Date,
): Pick<Finding, 'effect' | 'code' | 'found' | 'expected' | 'remedy'> {
  const about = { code: gap.code, expected };
  const again = gap.code === 'OFFLINE' ? 'ask where there is a network' : 'try again';
  const remedy = gap.retryAfter === undefined ? again : `${again} in ${gap.retryAfter} s`;
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

/** What could not be understood is an error of every policy that speaks of its images or PodSpecs, each of which says what an error is worth. */
function notUnderstood(
  { field, found, expected }: Unreadable,
  policies: readonly CompiledPolicy[],
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
    effect: errorEffect(policy),
  }));
}

/** A reference that cannot be read could be any image: the strictest policy speaks of it. */
function unreadable(
  policies: readonly CompiledPolicy[],
  unmatched: UnmatchedImages,
): Pick<Finding, 'policy' | 'rule' | 'effect'> {
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

/** What an error of the policy is worth. */
function errorEffect(policy: CompiledPolicy): Finding['effect'] {
  if (policy.failurePolicy === 'Fail') return effectOf(policy);
  // The API server says nothing of what it ignores; ours are heard.
  return policy.kind === 'ClusterWorkloadPolicy' || policy.kind === 'WorkloadPolicy' ? 'warn' : 'audit';
}

/** Deny outranks Warn outranks Audit. */
export function effectOf({ validationActions }: CompiledPolicy): Finding['effect'] {
  if (validationActions.includes('Deny')) return 'deny';
  return validationActions.includes('Warn') ? 'warn' : 'audit';
}

function judgedImage(use: ImageUse, outcomes: readonly EvaluatedRule[], known: Known): JudgedImage {
  const judgements = outcomes.flatMap(({ use: about, outcome }) =>
    about === use && (outcome.kind === 'passed' || outcome.kind === 'violated') ? outcome.judgements : [],
  );
  const subject = digestOf(use, known);
  return present({ use, digest: subject.kind === 'digest' ? subject.digest : undefined, judgements });
}

function foundImage({ text, reference, container }: ImageUse, digest: JudgedImage['digest']): FoundImage {
  const repository = 'kind' in reference ? undefined : formatRepository(reference.repository);
  return present({ reference: text, repository, digest, container });
}
