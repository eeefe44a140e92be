import { renderCaret, type Range } from './cel/index.ts';

/** What is doubtful about a policy that is used all the same: it changes no verdict. */
export interface PolicyWarning {
  /** As the door names it: a path, `-` for standard input. */
  readonly file: string;
  /** Counted from 1; absent where the place is not known. */
  readonly line?: number;
  readonly column?: number;
  /** Kubernetes spelling: `spec.validations[0].expression`. */
  readonly path: string;
  readonly expression: string;
  /** Which characters of the expression. */
  readonly range?: Range;
  /** One clause; it begins with the kind of object that it is about: `apps/v1, Kind=Deployment: ...`. */
  readonly message: string;
}

/** `warning: vap.yaml:12:19: spec.validations[0].expression: ...`, and below it the expression with carets. */
export function renderWarning({ file, line, column, path, expression, range, message }: PolicyWarning): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  const shown = renderCaret(expression, range ?? [0, expression.length]);
  return [`warning: ${place}: ${path}: ${message}`, ...shown.split('\n').map((text) => `  ${text}`)].join('\n');
}
