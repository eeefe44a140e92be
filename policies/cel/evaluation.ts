import { CelError } from './error.ts';
import { reserveClass } from './reserved.ts';
import { Special } from './special.ts';
import { Unknown } from './unknown.ts';
import type { Value } from './value.ts';

/** What a part of an expression comes to. */
export type Result = Value | CelError | Unknown;

/** What a variable is bound to: a value, or something that stands for one. */
export type Binding = Value | CelError | Unknown | Lazy;

/** The variables' values by name. Own properties only are read. */
export type Bindings = Readonly<Record<string, Binding>>;

/** A binding that is computed once, when an expression first reads it. */
export class Lazy extends Special {
  readonly #compute: () => Result;
  #result: Result | undefined;

  constructor(compute: () => Result) {
    super();
    this.#compute = compute;
  }

  get standsFor(): 'lazy' {
    return 'lazy';
  }

  read(): Result {
    this.#result ??= this.#compute();
    return this.#result;
  }
}

/** The value of a variable, or why there is none. */
export function readBinding(bindings: Bindings, name: string): Result {
  const bound = Object.hasOwn(bindings, name) ? bindings[name] : undefined;
  if (bound === undefined) return new CelError('CEL_UNDECLARED_REFERENCE', `${JSON.stringify(name)} has no value here`);
  return bound instanceof Lazy ? bound.read() : bound;
}

export function isSpecial(result: Result): result is CelError | Unknown {
  return result instanceof Special;
}

/** What several parts that are no values come to: unknown wins over error, needs merge, the first error stays. */
export function combine(results: readonly Result[]): CelError | Unknown | undefined {
  let unknown: Unknown | undefined;
  let error: CelError | undefined;
  for (const result of results) {
    if (result instanceof Unknown) unknown = unknown ? unknown.merge(result) : result;
    else if (result instanceof CelError) error ??= result;
  }
  return unknown ?? error;
}

/** Counts units of cost; going over the limit ends the evaluation. */
export class Counter {
  cost = 0;
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  charge(units: number): void {
    this.cost += units;
    if (this.cost > this.limit) throw new CostExceeded(this.limit);
  }
}

/** Ends an evaluation that costs too much; never leaves evaluate(). */
export class CostExceeded extends Error {
  readonly limit: number;
  constructor(limit: number) {
    super(`cost exceeds ${limit}`);
    this.limit = limit;
  }
}

reserveClass(Lazy);
