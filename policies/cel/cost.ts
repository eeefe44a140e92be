import type { Cost } from './function.ts';
import { costSize } from './size.ts';
import { Opaque } from './value.ts';

/** Units that the nodes themselves cost (cel-go, common.SelectAndIdentCost and its neighbours). */
export const nodeCost = { read: 1, list: 10, map: 30, struct: 40 } as const;

/** Units of going once over a string or list of this size, `times` over. */
export const traversal = (size: number, times = 1): number => Math.ceil(size * times * perCharacter);

/** Going over one argument. */
export const traverses =
  (argument = 0, times = 1): Cost =>
  (args) =>
    traversal(costSize(args[argument]), times);

/** Comparing two values costs as much as the smaller of them. */
export const comparison: Cost = (args) => traversal(Math.min(comparedSize(args[0]), comparedSize(args[1])));

/** What a value counts for where it is compared: libraries' own types count as scalars. */
export const comparedSize = (value: unknown): number => (value instanceof Opaque ? 1 : costSize(value));

/** Making one string of two. */
export const concatenation: Cost = (args) => traversal(costSize(args[0]) + costSize(args[1]));

/** A pattern costs its length times that of the text; an empty text costs as one character. */
export const matching: Cost = (args) =>
  traversal(1 + costSize(args[0])) * Math.ceil(costSize(args[1]) * perPatternCharacter);

/** Looking for a string in a string. */
export const containment: Cost = (args) => traversal(costSize(args[0])) * traversal(costSize(args[1]));

/** Looking at each element of the list that is the second argument. */
export const membership: Cost = (args) => costSize(args[1]);

/** Comparing or adding each element of a list: longer where they are strings or bytes. */
export const eachElement: Cost = ([list]) => {
  if (typeof list === 'string') return traversal(costSize(list));
  return costSize(list);
};

/** What the result is long, twice: it is measured and made. */
export const making: Cost = (_args, result) => traversal(costSize(result), 2);

/** Units of going over one character, byte or element. */
export const perCharacter = 0.1;

/** Units for each character of a pattern, which is taken to be a quarter of an instruction. */
export const perPatternCharacter = 0.25;
