import { type Document, renderPath } from '../document.ts';
import type { Doubt, LintCode } from './doubt.ts';
import { lintCost } from './cost.ts';
import { lintExceptions } from './exceptions.ts';
import { lintExpressions } from './expressions.ts';
import { lintMatching } from './matching.ts';
import { lintSigners } from './signers.ts';

/** What is doubtful about a document that loads: it may mean less, or more, than its author thinks. */
export interface LintFinding {
  readonly code: LintCode;
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** Kubernetes spelling: `spec.validations[0].message`. */
  readonly path: string;
  /** What was found and what would be better, in one clause. */
  readonly detail: string;
}

/** A lint looks at documents as they are written; a new one is a line here. */
const lints: readonly ((value: unknown, doubt: Doubt, now: Date) => void)[] = [
  lintExpressions,
  lintSigners,
  lintMatching,
  lintExceptions,
  lintCost,
];

/** Everything doubtful, in the order of the documents. */
export function lintDocuments(documents: readonly Document[], now: Date): readonly LintFinding[] {
  return documents.flatMap((document) => {
    const found: LintFinding[] = [];
    const doubt: Doubt = (code, path, detail) =>
      found.push({ code, file: document.file, path: renderPath(path), ...document.locate(path), detail });
    for (const lint of lints) lint(document.value, doubt, now);
    return found;
  });
}
