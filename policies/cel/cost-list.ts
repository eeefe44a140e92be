import { nodeCost, perCharacter } from './cost.ts';
import { type CallEstimate, type CallQuestion, type Operand, sizeOf } from './cost-call.ts';
import { type CostRange, exactly, product, scaled, sum, unbounded } from './cost-range.ts';

/** What functions that make or compare lists may cost (cel-go, ext/lists.go and ext/sets.go); undefined for any other. */
export function listEstimate({ overload, target, args: [first, second] }: CallQuestion): CallEstimate | undefined {
  const known = overloads[overload];
  if (known) return known(target, first, second);
  const sort = sorts.exec(overload);
  if (sort === null) return undefined;
  const [, element = '', by] = sort;
  const size = sizeOf(by === undefined ? target : first);
  return making(product(size, size), comparing + (element === 'string' || element === 'bytes' ? perCharacter : 0));
}

const sorts = /^list_(.+)_sort(ByAssociatedKeys)?$/;

/** What each pair of elements costs: they are compared both ways. */
const comparing = 2;

/** A call that makes a list, and goes so often over so many elements. */
const making = (size: CostRange, times = 1): CallEstimate => ({
  cost: sum(scaled(size, times), exactly(1 + nodeCost.list)),
  size,
});

const pairs = (a: Operand | undefined, b: Operand | undefined, times: number): CallEstimate => ({
  cost: sum(scaled(product(sizeOf(a), sizeOf(b)), times), exactly(1)),
});

type Estimate = (target: Operand | undefined, a: Operand | undefined, b: Operand | undefined) => CallEstimate;

const flattening: Estimate = (target, depth) =>
  making(sizeOf(target), Number(depth ? literalInt(depth, unbounded) : 1));

const overloads: Readonly<Record<string, Estimate>> = {
  list_slice: (target, start, end) => {
    const length = literalInt(end, sizeOf(target).max) - literalInt(start, 0n);
    return making(exactly(length < 0n ? 0n : length));
  },
  lists_range: (_, end) => making(exactly(literalInt(end, unbounded))),
  list_reverse: (target) => making(sizeOf(target)),
  list_flatten: flattening,
  list_flatten_int: flattening,
  list_distinct: (target) => making(product(sizeOf(target), sizeOf(target)), comparing),
  list_sets_contains_list: (_, a, b) => pairs(a, b, 1),
  list_sets_intersects_list: (_, a, b) => pairs(a, b, 1),
  list_sets_equivalent_list: (_, a, b) => pairs(a, b, 2),
};

/** The int that is written there, zero where it is negative; another number where none is written. */
function literalInt(operand: Operand | undefined, otherwise: bigint): bigint {
  if (operand?.node.kind !== 'literal') return otherwise;
  const { value } = operand.node;
  if (typeof value !== 'number' && typeof value !== 'bigint') return otherwise;
  return value < 0 ? 0n : BigInt(value);
}
