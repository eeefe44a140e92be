import type { Gap } from '../evidence/index.ts';
import type { Annotation, ErrorCode, SignatureJudgement, ViolationCode } from './decision.ts';
import type { Program } from './cel/index.ts';
import type { FieldPath } from './document.ts';
import type { Frame } from './frame.ts';
import type { Captures } from './glob.ts';
import type { Known } from './known.ts';
import type { LookupGap } from './lookup.ts';
import type { Question } from './question.ts';
import type { Review } from './review.ts';
import type { Revocation } from './revocation.ts';
import type { Version } from './version.ts';
import type { ImageUse } from './workload.ts';

/**
 * One thing that a policy demands. Declarative fields and expressions both become rules; nothing else is evaluated. A
 * rule is pure: the same known facts give the same outcome.
 */
export type Rule = ObjectRule | PodRule | ImageRule;

/** Evaluated once. */
export interface ObjectRule {
  readonly scope: 'object';
  readonly name: string;
  /** Where it passes whenever this is true, and asks nothing else. */
  readonly program?: Program;
  evaluate(subject: ObjectSubject, known: Known): RuleOutcome;
}

/** Evaluated once for each PodSpec of the object. */
export interface PodRule {
  readonly scope: 'pod';
  readonly name: string;
  /** Where it passes whenever this is true, and asks nothing else. */
  readonly program?: Program;
  evaluate(subject: PodSubject, known: Known): RuleOutcome;
}

/** Evaluated once for each image that the policy governs. */
export interface ImageRule {
  readonly scope: 'image';
  readonly name: string;
  /** Names of attestations that it reads, `*` for any: where a required one is not there, it is not reached. */
  readonly attestations?: readonly string[];
  evaluate(subject: ImageSubject, known: Known): RuleOutcome;
}

export interface ObjectSubject {
  readonly review: Review;
  readonly version: Version;
  /** What expressions see. */
  readonly frame: Frame;
}

export interface PodSubject extends ObjectSubject {
  readonly podSpec: FieldPath;
}

export interface ImageSubject extends ObjectSubject {
  readonly use: ImageUse;
  readonly captures: Captures;
  readonly revocations: readonly Revocation[];
}

export type RuleOutcome = Passed | Unpassed;

/** What a rule comes to that did not pass. */
export type Unpassed = Violated | Undecided | RuleError | Asking;

export interface Passed {
  readonly kind: 'passed';
  readonly judgements: readonly SignatureJudgement[];
  /** What is to be written to the audit log. */
  readonly annotation?: Annotation;
}

export interface Violated {
  readonly kind: 'violated';
  readonly violation: Violation;
  readonly judgements: readonly SignatureJudgement[];
}

/** Evidence of an image could not be reached. */
export interface Undecided {
  readonly kind: 'undecided';
  readonly gap: Gap;
  readonly expected: string;
  /** When the rule would have passed by what was retained, proven again today; for an explicit digest only. */
  readonly passedAt?: Date;
}

/** The rule cannot be decided before this is answered. */
export interface Asking {
  readonly kind: 'needs';
  readonly needs: readonly [Question, ...Question[]];
}

/** The rule could not be evaluated: its expression failed, or what the cluster would have answered is not known. */
export interface RuleError {
  readonly kind: 'error';
  readonly code: ErrorCode | LookupGap['code'];
  readonly found: string;
  readonly expected: string;
}

/** What a rule found and wanted instead, each one clause. */
export interface Violation {
  readonly code: ViolationCode;
  readonly found: string;
  readonly expected: string;
  readonly remedy?: string;
  /** A machine-readable cause that the policy names. */
  readonly reason?: string;
  /** The fields that it is about, within the object; left out where none can be pointed at. */
  readonly fields?: readonly FieldPath[];
}

const plainlyPassed: Passed = { kind: 'passed', judgements: [] };

export const passed = (judgements?: readonly SignatureJudgement[]): Passed =>
  judgements === undefined ? plainlyPassed : { kind: 'passed', judgements };

export const violated = (violation: Violation, judgements: readonly SignatureJudgement[] = []): Violated => ({
  kind: 'violated',
  violation,
  judgements,
});
