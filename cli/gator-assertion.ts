import { compilePattern, type GatorCase } from '../policies/index.ts';

/** What a case of a Suite asserts of the violations' messages. */
export interface Assertions {
  /** In a few words: `violations: 2, message "..."`. */
  readonly want: string;
  /** What came of it, and a sentence for each assertion that does not hold. */
  readonly check: (messages: readonly string[]) => { readonly got: string; readonly why: readonly string[] };
}

/** Reads assertions as gator does: all must hold, `violations` is `yes` where it is left out, a message is part of what it matches. A text says what is wrong. */
export function readAssertions(specs: NonNullable<GatorCase['assertions']>): Assertions | string {
  if (specs.length === 0) return 'a case has at least one assertion';
  const read: Assertion[] = [];
  for (const { violations = 'yes', message } of specs) {
    if (violations !== 'yes' && violations !== 'no' && !(Number.isSafeInteger(violations) && Number(violations) >= 0))
      return `violations ${JSON.stringify(violations)}: a number that is not negative, yes or no is wanted`;
    const compiled = message === undefined ? undefined : compilePattern(message);
    if (compiled !== undefined && !('matches' in compiled))
      return `message ${JSON.stringify(message)} is no RE2 pattern: ${compiled.message}`;
    const text = `violations: ${violations}${message === undefined ? '' : `, message ${JSON.stringify(message)}`}`;
    read.push({ text, violations, matches: compiled?.matches ?? (() => true) });
  }
  return {
    want: read.map(({ text }) => text).join('; '),
    check: (messages) => {
      const failed = read.filter((one) => !holds(one, messages));
      const said = messages.map((message) => `violation: ${message}`);
      return {
        got: `violations: ${messages.length}`,
        why: failed.length === 0 ? [] : [...failed.map(({ text }) => `does not hold: ${text}`), ...said],
      };
    },
  };
}

interface Assertion {
  readonly text: string;
  readonly violations: number | string;
  readonly matches: (message: string) => boolean;
}

function holds({ violations, matches }: Assertion, messages: readonly string[]): boolean {
  const count = messages.filter((message) => matches(message)).length;
  if (violations === 'yes') return count > 0;
  return violations === 'no' ? count === 0 : count === violations;
}
