import type { CelError } from '../cel/index.ts';
import type { RuleError } from '../rule.ts';

/** An expression that ended in an error, told with its code and place. */
export function failed(error: CelError, expected: string): RuleError {
  const place = error.range === undefined ? '' : `, at character ${error.range[0] + 1}`;
  return { kind: 'error', code: 'EXPRESSION_FAILED', found: `${error.message} (${error.code}${place})`, expected };
}
