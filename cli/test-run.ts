import type { CaseResult } from './cases.ts';

/** A case in another tool's own words. */
export type WordedCase = Omit<CaseResult, 'want' | 'got'> & { readonly want: string; readonly got: string };

/** A case that was not judged, with the reason. */
export interface SkippedCase extends Omit<WordedCase, 'got' | 'ok' | 'why'> {
  readonly reason: string;
}

/** A rule, and which kinds of case speak of it. */
export interface RuleCoverage {
  readonly file: string;
  readonly policy: string;
  readonly rule: string;
  bites: boolean;
  passes: boolean;
}

/** What came of one file of tests. */
export interface TestRun {
  readonly results: readonly WordedCase[];
  readonly skipped: readonly SkippedCase[];
  /** What could not be run, one line each. */
  readonly broken: readonly string[];
  readonly coverage: readonly RuleCoverage[];
}
