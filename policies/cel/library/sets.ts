import type { CelError } from '../error.ts';
import { type Cost, type Library, type Outcome, overload } from '../function.ts';
import { costSize } from '../size.ts';
import type { Unknown } from '../unknown.ts';
import type { Value } from '../value.ts';
import { spendWork } from '../work.ts';
import { equality } from './relations.ts';

type List = readonly Value[];

const product =
  (times: number): Cost =>
  ([a, b]) =>
    1 + costSize(a) * costSize(b) * times;

/** Whether every element of the second is in the first. */
function contains(list: List, part: List): boolean | CelError | Unknown {
  for (const wanted of part) {
    spendWork(list.length);
    let found: boolean | CelError | Unknown = false;
    for (const element of list) {
      const same = equality(element, wanted);
      if (same !== false) found = same;
      if (same === true) break;
    }
    if (found !== true) return found;
  }
  return true;
}

function equivalent(a: List, b: List): Outcome {
  const there = contains(a, b);
  return there === true ? contains(b, a) : there;
}

function intersects(a: List, b: List): Outcome {
  return b.some((element) => contains(a, [element]) === true);
}

/** The sets extension: lists taken as sets. */
export const setsLibrary: Library = {
  name: 'sets',
  functions: [
    {
      name: 'sets.contains',
      summary: 'Whether the first list has all elements of the second.',
      examples: [['sets.contains([1, 2, 3], [2, 2])', 'true']],
      overloads: [overload('list_sets_contains_list', '(list(T), list(T)) -> bool', contains, { cost: product(1) })],
    },
    {
      name: 'sets.equivalent',
      summary: 'Whether two lists have the same elements, order and repetition aside.',
      examples: [['sets.equivalent([1, 2], [2, 1, 1])', 'true']],
      overloads: [
        overload('list_sets_equivalent_list', '(list(T), list(T)) -> bool', equivalent, { cost: product(2) }),
      ],
    },
    {
      name: 'sets.intersects',
      summary: 'Whether two lists have an element in common.',
      examples: [['sets.intersects([1], [])', 'false']],
      overloads: [
        overload('list_sets_intersects_list', '(list(T), list(T)) -> bool', intersects, { cost: product(1) }),
      ],
    },
  ],
};
