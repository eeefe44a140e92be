/** One bench: a name, and what it measures. */
export interface Bench {
  readonly name: string;
  run(report: Report): Promise<void>;
}

/** Where a bench says what it saw. */
export interface Report {
  /** A number that depends on the machine; shown, never judged. */
  measure(what: string, value: number, unit: string): void;
  /** A number that does not: a ratio inside one run, or a count. Held against `thresholds.json`, at most. */
  judge(what: string, value: number): void;
}
