import type { Reference } from './check.ts';
import { CelError } from './error.ts';
import type { Outcome, Overload } from './function.ts';
import { nameOfType } from './typing.ts';
import { typeOfValue } from './value-type.ts';
import type { Value } from './value.ts';

type FunctionReference = Reference & { readonly kind: 'function' };

/** Calls the first overload that the run-time types fit, among those that the static types left. */
export function applyOverload(
  reference: FunctionReference,
  args: readonly Value[],
): { readonly overload: Overload | undefined; readonly result: Outcome } {
  const overload = reference.overloads.find(({ guards }) => guards.every((guard, at) => guard(args[at] as Value)));
  return { overload, result: overload ? overload.call(...args) : noOverload(reference, args) };
}

/** What a call costs. An overload that only run-time types decide costs 1, but for functions whose cost goes by name. */
export function overloadCost(
  reference: FunctionReference,
  overload: Overload | undefined,
  args: readonly Value[],
  result: Outcome,
): number {
  if (!overload?.cost) return 1;
  return reference.overloads.length === 1 || overload.costByName ? overload.cost(args, result) : 1;
}

function noOverload({ name }: FunctionReference, args: readonly Value[]): CelError {
  const types = args.map((arg) => nameOfType(typeOfValue(arg)));
  return new CelError('CEL_NO_MATCHING_OVERLOAD', `no such overload: ${name}(${types.join(', ')})`);
}
