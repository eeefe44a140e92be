import { reserveClass } from './reserved.ts';
import { Special } from './special.ts';

/** Where in an expression something stands: UTF-16 offsets, the end excluded. */
export type Range = readonly [start: number, end: number];

/** What can go wrong while an expression is parsed, checked or evaluated; docs/errors.md explains each. */
export type CelErrorCode =
  | 'CEL_SYNTAX'
  | 'CEL_TOO_LARGE'
  | 'CEL_TOO_DEEP'
  | 'CEL_MACRO_ARGUMENT'
  | 'CEL_UNDECLARED_REFERENCE'
  | 'CEL_UNDEFINED_FIELD'
  | 'CEL_NO_MATCHING_OVERLOAD'
  | 'CEL_TYPE_MISMATCH'
  | 'CEL_BAD_LITERAL'
  | 'CEL_NO_SUCH_FIELD'
  | 'CEL_NO_SUCH_KEY'
  | 'CEL_INDEX_OUT_OF_BOUNDS'
  | 'CEL_OVERFLOW'
  | 'CEL_DIVIDE_BY_ZERO'
  | 'CEL_DUPLICATE_KEY'
  | 'CEL_BAD_ARGUMENT'
  | 'CEL_BAD_PATTERN'
  | 'CEL_VALUE_TOO_LARGE'
  | 'CEL_COST_EXCEEDED';

/** An error of the language: a value that every operation but `&&`, `||`, `?:` and the macros over them passes on. */
export class CelError extends Special {
  readonly #code: CelErrorCode;
  readonly #message: string;
  readonly #range: Range | undefined;

  constructor(code: CelErrorCode, message: string, range?: Range) {
    super();
    this.#code = code;
    this.#message = message;
    this.#range = range;
  }

  get standsFor(): 'error' {
    return 'error';
  }

  get code(): CelErrorCode {
    return this.#code;
  }

  get message(): string {
    return this.#message;
  }

  /** Undefined where the error was made by a function that does not know where it was called. */
  get range(): Range | undefined {
    return this.#range;
  }

  /** The same error at its place; the innermost place stays. */
  at(range: Range): CelError {
    return this.#range === undefined ? new CelError(this.#code, this.#message, range) : this;
  }
}

/** An argument that a function cannot take, by value. */
export const badArgument = (message: string): CelError => new CelError('CEL_BAD_ARGUMENT', message);

reserveClass(CelError);
