import type { CelError } from './error.ts';
import type { Macro } from './macro.ts';
import { type CelType, partsOf } from './typing.ts';
import { parseSignature } from './signature.ts';
import type { Unknown } from './unknown.ts';
import { guardOf } from './value-type.ts';
import type { Value } from './value.ts';

/** What a function answers: a value, an error, or, for a lookup, what must be known first. */
export type Outcome = Value | CelError | Unknown;

/** A function of the language as data: the reference page and its tests are made from it. */
export interface FunctionDeclaration {
  readonly name: string;
  readonly summary: string;
  /** Expression and the expression that equals its value, or `error` where it is one. */
  readonly examples: readonly (readonly [expression: string, equals: string])[];
  readonly overloads: readonly Overload[];
  /** The Kubernetes minor version that brought it; undefined: all. */
  readonly since?: number;
}

/** One signature of a function. */
export interface Overload {
  readonly id: string;
  readonly signature: string;
  readonly receiver: boolean;
  readonly parameters: readonly CelType[];
  readonly result: CelType;
  /** Whether the signature has type parameters. */
  readonly generic: boolean;
  /** Whether a run-time argument fits its parameter, one for each. */
  readonly guards: readonly ((value: Value) => boolean)[];
  /** The Kubernetes minor version that brought this signature, where later than the function. */
  readonly since: number | undefined;
  /** Answers for arguments of the parameters' types, element types of lists and maps not yet checked. */
  readonly call: (...args: readonly Value[]) => Outcome;
  /** Cost units of one call; undefined: 1. */
  readonly cost: Cost | undefined;
  /** Whether the cost holds even where the overload is found only at run time (the API server's estimator goes by name). */
  readonly costByName: boolean;
}

/** Units that a call costs, from its arguments and, where it has one, its value. */
export type Cost = (args: readonly Value[], result: Outcome) => number;

/** A family of functions and macros, gated as one. */
export interface Library {
  readonly name: string;
  readonly functions: readonly FunctionDeclaration[];
  readonly macros?: readonly Macro[];
  /** The Kubernetes minor version that brought it; undefined: all. */
  readonly since?: number;
}

export interface OverloadOptions {
  readonly cost?: Cost;
  readonly costByName?: boolean;
  readonly since?: number;
}

/** Declares one signature; `call` is written for exactly the types that the signature names. */
export function overload(
  id: string,
  signature: string,
  call: (...args: never[]) => Outcome,
  options: OverloadOptions = {},
): Overload {
  const { receiver, parameters, result } = parseSignature(signature);
  return {
    id,
    signature,
    receiver,
    parameters,
    result,
    generic: [result, ...parameters].some(isGeneric),
    guards: parameters.map(guardOf),
    since: options.since,
    call: call as (...args: readonly Value[]) => Outcome,
    cost: options.cost,
    costByName: options.costByName ?? false,
  };
}

const isGeneric = (type: CelType): boolean => type.kind === 'param' || partsOf(type).some(isGeneric);
