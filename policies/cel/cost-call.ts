import { type Node, operator } from './ast.ts';
import { type CostRange, exactly, product, scaled, sum, union, unknownRange } from './cost-range.ts';
import { perCharacter, perPatternCharacter } from './cost.ts';
import type { CelType } from './typing.ts';

/** What is known of a receiver, an argument or an element before anything is evaluated. */
export interface Operand {
  readonly type: CelType;
  /** Undefined where neither the expression nor a declaration bounds it. */
  readonly size: CostRange | undefined;
  readonly node: Node;
  /** Of a list, a map or an optional: the size of what is in it, where that is declared. */
  readonly elementSize: CostRange | undefined;
}

/** One call, by one of the overloads that its types leave. */
export interface CallQuestion {
  readonly name: string;
  readonly overload: string;
  readonly target: Operand | undefined;
  readonly args: readonly Operand[];
}

/** The cost of a call without that of its operands, and the size of its value. */
export interface CallEstimate {
  readonly cost: CostRange;
  readonly size?: CostRange;
}

export const sizeOf = (operand: Operand | undefined): CostRange => operand?.size ?? unknownRange;

const one = exactly(1);

/** Going over something once. */
export const over = (size: CostRange): CostRange => scaled(size, perCharacter);

/** Matching a text of one size with a pattern of another; an empty text costs as one character. */
export const patternCost = (text: CostRange, pattern: CostRange): CostRange =>
  product(over(sum(text, one)), scaled(pattern, perPatternCharacter));

/**
 * What the language's own functions may cost (cel-go, checker.coster.functionCost); one unit what is not said here.
 * `&&`, `||` and `?:` are no calls in this sense: their operands decide.
 */
export function callEstimate({ overload, target, args: [first, second] }: CallQuestion): CallEstimate {
  const known = overloads[overload];
  return known?.(target, first, second) ?? { cost: one };
}

type Estimate = (target: Operand | undefined, a: Operand | undefined, b: Operand | undefined) => CallEstimate;

const concatenation: Estimate = (_, a, b) => {
  const size = sum(sizeOf(a), sizeOf(b));
  return { cost: over(size), size };
};

/** The shorter one decides; at least its first character is looked at, if it has one. */
const comparison: Estimate = (_, a, b) => {
  const [left, right] = [sizeOf(a).max, sizeOf(b).max];
  const max = left < right ? left : right;
  return { cost: over({ min: max > 0n ? 1n : 0n, max }) };
};

const overArgument: Estimate = (_, a) => ({ cost: over(sizeOf(a)) });

const overloads: Readonly<Record<string, Estimate>> = {
  string_format: (target) => ({ cost: over(sizeOf(target)) }),
  // A code point is one to four bytes.
  string_to_bytes: (_, text) => {
    const { min, max } = sizeOf(text);
    return { cost: over({ min, max }), size: { min, max: product({ min, max }, exactly(4)).max } };
  },
  bytes_to_string: (_, bytes) => {
    const { min, max } = sizeOf(bytes);
    return { cost: over({ min, max }), size: { min: min / 4n, max } };
  },
  // Two quotation marks, and each character may be escaped.
  strings_quote: (_, text) => {
    const size = sizeOf(text);
    return { cost: over(size), size: { min: sum(size, exactly(2)).min, max: sum(size, size, exactly(2)).max } };
  },
  starts_with_string: overArgument,
  ends_with_string: overArgument,
  in_list: (_, _value, list) => ({ cost: sizeOf(list) }),
  matches_string: (target, a) => ({ cost: patternCost(sizeOf(target), sizeOf(a)) }),
  contains_string: (target, a) => ({ cost: product(over(sizeOf(target)), over(sizeOf(a))) }),
  add_string: concatenation,
  add_bytes: concatenation,
  add_list: (_, a, b) => ({ cost: one, size: sum(sizeOf(a), sizeOf(b)) }),
  ...Object.fromEntries(
    ['less', 'less_equals', 'greater', 'greater_equals'].flatMap((order) => [
      [`${order}_string`, comparison],
      [`${order}_bytes`, comparison],
    ]),
  ),
  equals: comparison,
  not_equals: comparison,
};

/** Operators whose value is, or is made of, their operands'. */
export const isConcatenation = (overload: string): boolean =>
  overload === 'add_string' || overload === 'add_bytes' || overload === 'add_list';

/** `&&` and `||` may end after their first operand; `?:` evaluates one of its last two. Undefined for any other. */
export function logicCost(name: string, [a = none, b = none, c = none]: readonly CostRange[]): CostRange | undefined {
  if (name === operator.and || name === operator.or) return { min: a.min, max: sum(a, b).max };
  return name === operator.conditional ? sum(a, union(b, c)) : undefined;
}

const none = exactly(0);
