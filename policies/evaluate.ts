import { Budget } from './budget.ts';
import type { FieldPath } from './document.ts';
import { imageFrame, podFrame } from './frame.ts';
import { govern, type Governing } from './govern.ts';
import type { Known } from './known.ts';
import { limits } from './limits.ts';
import { evaluatePlain, type PlainVerdicts } from './plain-policies.ts';
import { type CompiledPolicy, emptyPolicy, type PolicySet } from './policy.ts';
import { type Question, questionKey } from './question.ts';
import { isWritten, type Review } from './review.ts';
import type { Revocation } from './revocation.ts';
import {
  type ImageRule,
  type ImageSubject,
  type ObjectSubject,
  passed,
  type PodSubject,
  type RuleOutcome,
} from './rule.ts';
import { approvalPolicy } from './rule/approval.ts';
import { attestationOf } from './rule/attestations.ts';
import { revocationRule } from './rule/revocation.ts';
import { rewriteRule } from './rule/rewrite.ts';
import { type Setting, settingOf } from './setting.ts';
import type { Version } from './version.ts';
import {
  type ImageUse,
  imagesOf,
  isPod,
  type NotJudged,
  type ReferenceRules,
  type Unreadable,
  type WorkloadImages,
} from './workload.ts';

/** Every rule over one version and what is known: outcomes in the object's order, and what must be asked. */
export interface Evaluation {
  readonly images: readonly EvaluatedImage[];
  /** Of each rule at each place, but for those that `plain` has. */
  readonly outcomes: readonly EvaluatedRule[];
  /** Where rules about the object or a PodSpec passed with nothing to say: nearly all of what is evaluated, made when asked for. */
  readonly plain: () => readonly PlainPass[];
  /** Those of the policies that speak of this object and of its images. */
  readonly speaking: readonly CompiledPolicy[];
  /** Those, and policies with rules about PodSpecs: they miss what cannot be read. */
  readonly reading: () => readonly CompiledPolicy[];
  /** Without duplicates; empty when everything is decided. */
  readonly needs: readonly Question[];
  readonly unreadable: readonly Unreadable[];
  readonly notJudged: readonly NotJudged[];
  /** More images than one object may name: none was looked at. */
  readonly tooManyImages?: number;
}

/** Under what a review is evaluated. */
export interface Terms {
  readonly policies: PolicySet;
  readonly references: ReferenceRules;
}

export interface EvaluatedImage {
  readonly use: ImageUse;
  /** Whether any policy speaks of it. */
  readonly governed: boolean;
}

/** One rule of one policy, and what it came to at a place of the object. */
export interface EvaluatedRule {
  readonly policy: CompiledPolicy;
  readonly rule: string;
  readonly outcome: RuleOutcome;
  /** The image that an image rule is about. */
  readonly use?: ImageUse;
  /** The PodSpec that a pod rule is about. */
  readonly podSpec?: FieldPath;
}

/** A rule that passed at one place with nothing to say. */
export interface PlainPass {
  readonly policy: CompiledPolicy;
  readonly rule: string;
  /** Undefined for what is about the whole object. */
  readonly podSpec: FieldPath | undefined;
}

export function evaluate(review: Review, version: Version, { policies, references }: Terms, known: Known): Evaluation {
  const { uses, podSpecs, unreadable, notJudged } = imagesToJudge(review, version, references);
  if (uses.length > limits.imagesPerObject)
    return { ...nothingEvaluated, unreadable, notJudged, tooManyImages: uses.length };
  const { revocations } = policies;
  const setting = settingOf({ review, version, known, uses, podSpecs, revocations });
  const together = evaluatePlain(policies.policies, setting);
  const all = governAll(policies.policies, setting, together);
  for (const governing of governAll(standing(revocations, uses), setting)) all.push(governing);
  const found: Found = { outcomes: [], plain: [] };
  for (const governing of all) evaluatePolicy(governing, setting, found);
  const speaking = all.filter(speaks);
  return {
    images: uses.map((use) => ({
      use,
      governed: speaking.some(({ images }) => images.some((one) => one.use === use)),
    })),
    outcomes: inOrder(found.outcomes, uses),
    plain: () => inSetOrder([...passesOf(together.passed(), setting.podSpecs), ...found.plain], policies.policies),
    speaking: speaking.map(({ policy }) => policy),
    reading: () => [
      ...together.passed().filter(hasPodRules),
      ...all
        .filter((one) => speaks(one) || (one.frames.length > 0 && hasPodRules(one.policy)))
        .map(({ policy }) => policy),
    ],
    needs: needsOf(all, found.outcomes),
    unreadable,
    notJudged,
  };
}

const nothingEvaluated = {
  images: [],
  outcomes: [],
  plain: () => [],
  speaking: [],
  reading: () => [],
  needs: [],
} as const;

/** Each question once. */
function needsOf(all: readonly Governing[], outcomes: readonly EvaluatedRule[]): readonly Question[] {
  const needs = new Map<string, Question>();
  for (const { needs: asked } of all) for (const need of asked) needs.set(questionKey(need), need);
  for (const { outcome } of outcomes) {
    if (outcome.kind === 'needs') for (const need of outcome.needs) needs.set(questionKey(need), need);
  }
  return [...needs.values()];
}

/** What a review may be about. What is only removed, or connected to, runs nothing; a resize brings the whole Pod, of which it can change no image. */
function imagesToJudge(review: Review, { object }: Version, references: ReferenceRules): WorkloadImages {
  if (!isWritten(review)) return nothingToRun;
  const found = imagesOf(object, references);
  return review.request?.subResource === 'resize' && isPod(object) ? { ...found, uses: [] } : found;
}

const nothingToRun: WorkloadImages = { uses: [], podSpecs: [], unreadable: [], notJudged: [] };

/** What each policy has to say of the object and its images; those that say nothing are left out. */
export function governAll(
  policies: readonly CompiledPolicy[],
  setting: Setting,
  together?: PlainVerdicts,
): Governing[] {
  const shares = new Map<string, Budget>();
  const all: Governing[] = [];
  for (let at = 0; at < policies.length; at += 1) {
    if (together?.done(at) === true) continue;
    const policy = policies[at] as CompiledPolicy;
    const governing = govern(policy, setting, shareOf(policy, shares));
    if (governing !== undefined) all.push(governing);
  }
  return all;
}

interface Found {
  readonly outcomes: EvaluatedRule[];
  readonly plain: PlainPass[];
}

/** Every rule at every place that it is about; the places of a scope are made once for all rules, and their variables with them. */
function evaluatePolicy({ policy, frames, errors, images }: Governing, setting: Setting, found: Found): void {
  const { known, review, version, revocations } = setting;
  for (const outcome of errors) found.outcomes.push({ policy, rule: 'match', outcome });
  for (const frame of frames) {
    let lacking: Map<ImageUse, readonly string[]> | undefined;
    let object: ObjectSubject | undefined;
    let pods: readonly PodSubject[] | undefined;
    let governed: readonly ImageSubject[] | undefined;
    for (const rule of policy.rules) {
      const { name } = rule;
      switch (rule.scope) {
        case 'object':
          object ??= { review, version, frame };
          add(found, policy, name, rule.evaluate(object, known), undefined);
          break;
        case 'pod':
          pods ??= setting.podSpecs.map((podSpec) => ({ review, version, podSpec, frame: podFrame(frame, podSpec) }));
          for (const pod of pods) add(found, policy, name, rule.evaluate(pod, known), pod.podSpec);
          break;
        case 'image':
          governed ??= images.map((image) => ({
            review,
            version,
            revocations,
            ...image,
            frame: imageFrame(frame, image),
          }));
          for (const image of governed) {
            const { use } = image;
            if (reads(rule, lacking?.get(use))) continue;
            const outcome = rule.evaluate(image, known);
            found.outcomes.push({ policy, rule: name, outcome, use });
            const attested = outcome.kind === 'passed' || outcome.kind === 'needs' ? undefined : attestationOf(rule);
            if (attested === undefined) continue;
            lacking ??= new Map();
            lacking.set(use, [...(lacking.get(use) ?? []), attested]);
          }
      }
    }
  }
}

/** What passed with nothing to say is kept apart. */
function add(
  { outcomes, plain }: Found,
  policy: CompiledPolicy,
  rule: string,
  outcome: RuleOutcome,
  podSpec: FieldPath | undefined,
): void {
  if (outcome === passed()) plain.push({ policy, rule, podSpec });
  else outcomes.push(podSpec === undefined ? { policy, rule, outcome } : { policy, rule, outcome, podSpec });
}

/** Whether the rule reads something that its image needs and does not have: that is the one violation. */
const reads = ({ attestations = [] }: ImageRule, lacking: readonly string[] = []): boolean =>
  lacking.length > 0 && attestations.some((name) => name === '*' || lacking.includes(name));

/** What is asked of the images of all is answered by a policy for all: a tenant's own does not make an image welcome. */
const speaks = ({ policy, frames, errors }: Governing): boolean =>
  policy.speaksOfImages && policy.namespace === undefined && frames.length + errors.length > 0;

const hasPodRules = ({ rules }: CompiledPolicy): boolean => rules.some(({ scope }) => scope === 'pod');

/** Each rule of policies that were evaluated together, at each place that it is about. */
const passesOf = (policies: readonly CompiledPolicy[], podSpecs: readonly FieldPath[]): readonly PlainPass[] =>
  policies.flatMap((policy) =>
    policy.rules.flatMap(({ name: rule, scope }): readonly PlainPass[] => {
      const places = scope === 'pod' ? podSpecs : [undefined];
      return places.map((podSpec) => ({ policy, rule, podSpec }));
    }),
  );

/** However they were evaluated: a report of the fortieth object looks like that of the first. */
function inSetOrder(passes: readonly PlainPass[], policies: readonly CompiledPolicy[]): readonly PlainPass[] {
  const places = new Map(policies.map((policy, at) => [policy, at]));
  const placeOf = ({ policy }: PlainPass): number => places.get(policy) ?? policies.length;
  return passes.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** The object's own order: its images as they stand in it, then what is about PodSpecs or the whole. */
function inOrder(outcomes: readonly EvaluatedRule[], uses: readonly ImageUse[]): readonly EvaluatedRule[] {
  if (outcomes.every(({ use }) => use === undefined)) return outcomes;
  const places = Map.groupBy(outcomes, ({ use }) => use);
  return [...uses, undefined].flatMap((use) => places.get(use) ?? []);
}

/** The policies of one namespace share a budget of their own: they can only hold up each other. */
function shareOf({ namespace }: CompiledPolicy, shares: Map<string, Budget>): Budget | undefined {
  if (namespace === undefined) return undefined;
  const share = shares.get(namespace) ?? new Budget(limits.namespaceCost);
  shares.set(namespace, share);
  return share;
}

/** What the program itself demands: a revocation speaks of every image, whoever governs it, and denies whatever else is warned about. */
const standing = (revocations: readonly Revocation[], uses: readonly ImageUse[]): readonly CompiledPolicy[] => {
  const always = uses.some(isRewritten) ? [rewriting, approvalPolicy] : [approvalPolicy];
  return revocations.length === 0
    ? always
    : [...revocations.filter(({ digests }) => digests.size > 0).map(revoking), ...always];
};

const isRewritten = ({ reference }: ImageUse): boolean =>
  !('kind' in reference) && reference.rewrittenFrom !== undefined;

const revoking = (revocation: Revocation): CompiledPolicy => ({
  ...emptyPolicy,
  name: revocation.name,
  rules: [revocationRule(revocation)],
});

const rewriting: CompiledPolicy = { ...emptyPolicy, name: 'configuration', rules: [rewriteRule] };
