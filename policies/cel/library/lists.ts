import { nodeCost, perCharacter } from '../cost.ts';
import type { Node } from '../ast.ts';
import { badArgument, CelError } from '../error.ts';
import { type Cost, type FunctionDeclaration, type Library, type Outcome, overload } from '../function.ts';
import { maxListLength } from '../limits.ts';
import type { Macro } from '../macro.ts';
import { bind, fold, Maker, variableNames } from '../macro/fold.ts';
import { compare } from '../ordering.ts';
import { costSize } from '../size.ts';
import { type Int, isList, mapKey, type Value } from '../value.ts';
import { typeOfValue } from '../value-type.ts';
import { spendWork } from '../work.ts';
import { equality } from './relations.ts';

const byOutput: Cost = (_args, result) => 1 + nodeCost.list + costSize(result);
/** Once over the list for each level. */
const byInput: Cost = ([list, depth = 1]) => 1 + nodeCost.list + costSize(list) * Math.max(0, Number(depth));
/** Each element against each; of what is sorted by keys, the keys. */
const bySquare: Cost = ([list, keys = list]) => {
  const [first] = isList(keys) ? keys : [];
  const each = 2 + (typeof first === 'string' || first instanceof Uint8Array ? perCharacter : 0);
  return 1 + nodeCost.list + Math.floor(costSize(keys) ** 2 * each);
};
const tooLong = new CelError('CEL_VALUE_TOO_LARGE', `a list has at most ${maxListLength} elements here`);

const functions: readonly FunctionDeclaration[] = [
  {
    name: 'lists.range',
    summary: 'The ints from 0 up to a number, that number excluded.',
    examples: [['lists.range(3)', '[0, 1, 2]']],
    overloads: [
      overload(
        'lists_range',
        '(int) -> list(int)',
        (end: Int) => (end > maxListLength ? tooLong : rangeTo(Number(end))),
        {
          cost: byOutput,
        },
      ),
    ],
  },
  {
    name: 'slice',
    summary: 'The elements from one index to another, the latter excluded.',
    examples: [
      ['[1, 2, 3, 4].slice(1, 3)', '[2, 3]'],
      ['[1].slice(0, 2)', 'error'],
    ],
    overloads: [overload('list_slice', 'list(T).(int, int) -> list(T)', slice, { cost: byOutput })],
  },
  {
    name: 'flatten',
    summary: 'The list with its lists opened, one level or so many levels deep.',
    examples: [
      ['[1, [2, [3]]].flatten()', '[1, 2, [3]]'],
      ['[1, [2, [3]]].flatten(2)', '[1, 2, 3]'],
    ],
    overloads: [
      overload('list_flatten', 'list(list(T)).() -> list(T)', (list: readonly Value[]) => flatten(list, 1), {
        cost: byInput,
      }),
      overload(
        'list_flatten_int',
        'list(dyn).(int) -> list(dyn)',
        (list: readonly Value[], depth: Int) =>
          depth < 0 ? badArgument('a level is not negative') : flatten(list, depth),
        { cost: byInput },
      ),
    ],
  },
  {
    name: 'distinct',
    summary: 'The elements of a list, each once, in the order in which they first come.',
    examples: [['[1, 2, 1].distinct()', '[1, 2]']],
    overloads: [overload('list_distinct', 'list(T).() -> list(T)', distinct, { cost: bySquare })],
  },
  {
    name: 'sort',
    summary: 'The elements of a list in order; they are all of one type that has an order.',
    examples: [
      ['[3, 1, 2].sort()', '[1, 2, 3]'],
      ["[1, 'a'].sort()", 'error'],
    ],
    overloads: ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'].map((type) =>
      overload(`list_${type}_sort`, `list(${type}).() -> list(${type})`, (list: readonly Value[]) => sort(list, list), {
        cost: bySquare,
      }),
    ),
  },
  {
    name: '@sortByAssociatedKeys',
    summary: 'The elements of a list in the order of their keys; written list.sortBy(x, key).',
    examples: [["[{'n': 2}, {'n': 1}].sortBy(x, x.n)", "[{'n': 1}, {'n': 2}]"]],
    overloads: ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'].map((type) =>
      overload(`list_${type}_sortByAssociatedKeys`, `list(T).(list(${type})) -> list(T)`, sort, { cost: bySquare }),
    ),
  },
  {
    name: 'reverse',
    summary: 'The elements of a list in reverse order.',
    examples: [['[1, 2].reverse()', '[2, 1]']],
    overloads: [
      overload('list_reverse', 'list(T).() -> list(T)', (list: readonly Value[]) => list.toReversed(), {
        cost: byOutput,
      }),
    ],
  },
];

function rangeTo(end: number): readonly Value[] {
  spendWork(Math.max(0, end));
  return Array.from({ length: Math.max(0, end) }, (_, at) => at);
}

function slice(list: readonly Value[], start: Int, end: Int): Outcome {
  if (start < 0 || end < 0) return badArgument('slice() takes no negative index');
  if (start > end) return badArgument('slice() starts after it ends');
  if (end > list.length) return badArgument(`slice() ends at ${end}, the list has ${list.length}`);
  return list.slice(Number(start), Number(end));
}

function flatten(list: readonly Value[], depth: Int): Outcome {
  const flat: Value[] = [];
  const open = (values: readonly Value[], left: number): boolean =>
    values.every((value) => {
      if (left > 0 && isList(value)) return open(value, left - 1);
      return flat.push(value) <= maxListLength;
    });
  const whole = open(list, Math.min(Number(depth), 1000));
  spendWork(flat.length);
  return whole ? flat : tooLong;
}

/** Hashes what can be hashed; only other values are compared with each other. */
function distinct(list: readonly Value[]): Outcome {
  const keys = new Set<unknown>();
  const others: Value[] = [];
  const kept: Value[] = [];
  for (const value of list) {
    const key = mapKey(value);
    if (key !== undefined) {
      if (keys.has(key)) continue;
      keys.add(key);
    } else {
      spendWork(others.length);
      const same = others.some((other) => equality(value, other) === true);
      if (same) continue;
      others.push(value);
    }
    kept.push(value);
  }
  return kept;
}

function sort(list: readonly Value[], keys: readonly Value[]): Outcome {
  if (list.length !== keys.length) return badArgument('there is not one key for each element');
  spendWork(list.length * 20);
  const [first = null] = keys;
  for (const key of keys)
    if (compare(key, first) === undefined || typeOfValue(key).kind !== typeOfValue(first).kind)
      return new CelError('CEL_NO_MATCHING_OVERLOAD', 'elements to be sorted are of one type that has an order');
  return orderedBy(keys).map((at) => list[at] as Value);
}

/** Where the elements come from, in the order of their keys. What has no order, NaN, stays where insertion leaves it, as in Go's sort of few elements. */
function orderedBy(keys: readonly Value[]): readonly number[] {
  const order = keys.map((_, at) => at);
  const compared = (a: number, b: number): number => {
    const result = compare(keys[a] ?? null, keys[b] ?? null);
    return typeof result === 'number' ? result : 0;
  };
  if (keys.length > mostInserted) return order.sort((a, b) => compared(a, b) || a - b);
  for (let end = 1; end < order.length; end++)
    for (let at = end; at > 0 && compared(order[at] ?? 0, order[at - 1] ?? 0) < 0; at--)
      [order[at], order[at - 1]] = [order[at - 1] ?? 0, order[at] ?? 0];
  return order;
}

const mostInserted = 12;

const inputName = '@__sortBy_input__';

const sortBy: Macro = {
  name: 'sortBy',
  arity: 2,
  receiver: true,
  expand({ target, args: [variable, key], range }) {
    if (!variable || !key) return undefined;
    const variables = variableNames([variable]);
    if (variables instanceof CelError) return variables;
    const make = new Maker(range);
    const keys: Node = fold('list', { range, over: make.ident(inputName), variables }, key);
    return bind(range, inputName, target, make.method(make.ident(inputName), '@sortByAssociatedKeys', keys));
  },
};

/** The lists extension of the language. */
export const listsLibrary: Library = { name: 'lists', functions, macros: [sortBy] };
