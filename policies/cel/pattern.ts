import { CelError } from './error.ts';
import { Failure } from './go/failure.ts';
import { compilePattern, type Pattern } from './go/regex.ts';

/** The compiled pattern, or the error that says what RE2 makes of it. */
export function patternOf(source: string): Pattern | CelError {
  const pattern = compilePattern(source);
  return pattern instanceof Failure ? new CelError('CEL_BAD_PATTERN', pattern.message) : pattern;
}

/** Whether an RE2 pattern matches anywhere in a text. */
export function matchesPattern(text: string, source: string): boolean | CelError {
  const pattern = patternOf(source);
  return pattern instanceof CelError ? pattern : pattern.matches(text);
}
