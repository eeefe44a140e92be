import type { PolicyAbout, Severity } from '../about.ts';
import type { Decision, Finding } from '../decision.ts';
import type { Position } from '../document.ts';
import type { Excuse } from '../exception.ts';
import type { PolicyWarning } from '../warning.ts';
import type { FindingOutcome } from './outcome.ts';
import type { Verdict } from './verdict.ts';

export type { PolicyAbout, Severity };

/** What a run judged, by what, and all that it found: the one value that every format renders. */
export interface Report {
  readonly version: string;
  readonly started: Date;
  readonly ended: Date;
  /** Those in force, in the order of their names. */
  readonly policies: readonly ReportedPolicy[];
  /** In the order of files and documents. */
  readonly objects: readonly ReportedObject[];
  /** Files and documents that are no objects; nothing is known of them. */
  readonly unreadable: readonly UnreadableSource[];
  /** Exceptions in hand that cover no finding, nor would if they had not ended: the first to end first. */
  readonly unusedExceptions: readonly UnusedException[];
  /** What is doubtful about the policies; it changed no verdict. */
  readonly warnings?: readonly PolicyWarning[];
  readonly totals: Totals;
}

/** An exception that nothing needed: it can go, or is written for something else than its author thinks. */
export interface UnusedException extends Excuse {
  readonly policy: string;
  readonly rules: readonly string[];
}

/** A policy in force, and which version of it. */
export interface ReportedPolicy {
  /** As findings call it. */
  readonly name: string;
  readonly kind?: string;
  /** SHA-256 of its document. */
  readonly digest?: string;
  /** What its document says of itself. */
  readonly about?: PolicyAbout;
  /** What becomes of a violation, whatever softens it. */
  readonly effect: Finding['effect'];
  /** In its own order. */
  readonly rules: readonly string[];
  /** It warns before this moment. */
  readonly enforceFrom?: Date;
}

/** One object, and everything about it. */
export interface ReportedObject {
  /** Where it was read; absent where it is in no file. */
  readonly source?: ObjectSource;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  /** Whether its kind lies in no namespace. */
  readonly clusterScoped?: boolean;
  /** `metadata.name`, or `metadata.generateName` and a star. */
  readonly name: string;
  readonly verdict: Verdict;
  readonly decision: Decision;
  /** Those of the decision, in its order. */
  readonly findings: readonly ReportedFinding[];
}

export interface ObjectSource {
  readonly file: string;
  /** Where the object begins. */
  readonly start?: Position;
  /** What a template engine says it made the object from (`# Source: chart/templates/web.yaml`). */
  readonly template?: string;
}

/** A finding with what a format needs besides. */
export interface ReportedFinding {
  readonly finding: Finding;
  readonly outcome: FindingOutcome;
  /** Of the policy; absent where it states none. */
  readonly severity?: Severity;
  /** What to do: the finding's own remedy, else the policy's. */
  readonly remediation?: string;
  /** Where its field stands, or the nearest field above it that is there. */
  readonly place?: SourcePlace;
}

/** A place in a file with its line as it is written; text from outside, never to be printed as it is. */
export interface SourcePlace extends Position {
  /** Behind the last character of the value, on the same line. */
  readonly endColumn: number;
  readonly text: string;
  /** The line before; absent on the first. */
  readonly before?: string;
}

/** A file or a document that is no object. */
export interface UnreadableSource {
  readonly file: string;
  /** Both from 1. */
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** What a run amounts to. */
export interface Totals {
  readonly files: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** Documents and files that could not be read. */
  readonly unreadable: number;
  readonly milliseconds: number;
  /** Distinct references among the objects. */
  readonly images: number;
  /** Requests that went to registries. */
  readonly requests: number;
}
