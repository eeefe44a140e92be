/** What is wrong with a document, and where. A document with a problem is not used at all. */
export interface Problem {
  readonly code: ProblemCode;
  /** Where it came from, as the door names it: a path, `-` for standard input. */
  readonly file: string;
  /** Kubernetes spelling: `spec.authorities[0].keyless`. Empty for the whole document. */
  readonly path: string;
  /** Counted from 1; absent where the place is not known. */
  readonly line?: number;
  readonly column?: number;
  /** What was found and what would be right, in one clause. */
  readonly detail: string;
}

/** Tells a problem at a place of the document in hand. */
export type Report = (code: ProblemCode, path: readonly (string | number)[], detail: string) => void;

export type ProblemCode =
  | 'DOCUMENT_UNREADABLE'
  | 'DOCUMENT_TOO_LARGE'
  | 'DOCUMENT_KIND_UNKNOWN'
  | 'FIELD_UNKNOWN'
  | 'FIELD_MISSING'
  | 'FIELD_WRONG'
  | 'FIELD_NOT_BUILT'
  | 'NAME_TAKEN'
  | 'REFERENCE_UNRESOLVED'
  | 'PATTERN_WRONG'
  | 'EXPRESSION_WRONG'
  | 'UNSAFE_COMBINATION';

/** `shop.yaml:12:5: spec.images[0]: ... (CODE)`, as compilers write it. */
export function renderProblem({ file, line, column, path, detail, code }: Problem): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  return `${place}: ${path === '' ? '' : `${path}: `}${detail} (${code})`;
}
