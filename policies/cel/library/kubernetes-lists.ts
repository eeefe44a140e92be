import { addInts, durationOf, uint64 } from '../arithmetic.ts';
import { badArgument, CelError } from '../error.ts';
import { type FunctionDeclaration, type Library, type Outcome, overload, type OverloadOptions } from '../function.ts';
import { compare } from '../ordering.ts';
import { Duration, fromDouble, isDouble, isInt, toDouble, Uint, type Value } from '../value.ts';
import { equality } from './relations.ts';
import { traversalOf } from './traversal.ts';

type List = readonly Value[];

const each: OverloadOptions = { cost: ([list]) => traversalOf(list), costByName: true };
const comparable = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];
const summable = ['int', 'uint', 'double', 'duration'];

const mixed = new CelError('CEL_NO_MATCHING_OVERLOAD', 'the elements of the list are of types that do not go together');

/** Two elements as the API server compares them: those without a common order, NaN among them, stand as they are. */
const orderOf = (a: Value, b: Value): number => {
  const order = compare(a, b);
  return typeof order === 'number' ? order : 0;
};

/** Whether elements of such a type have an order among themselves. */
const isComparable = (value: Value): boolean => compare(value, value) !== undefined;

function isSorted(list: List): Outcome {
  for (const [at, element] of list.entries()) {
    if (!isComparable(element)) return mixed;
    if (at > 0 && orderOf(list[at - 1] as Value, element) > 0) return false;
  }
  return true;
}

const extreme =
  (name: string, sign: 1 | -1) =>
  (list: List): Outcome => {
    let [best] = list;
    if (best === undefined) return badArgument(`${name} called on empty list`);
    for (const element of list) {
      if (!isComparable(element)) return mixed;
      if (orderOf(element, best) * sign > 0) best = element;
    }
    return best;
  };

const zeros: Readonly<Record<string, Value>> = {
  int: 0,
  uint: new Uint(0n),
  double: toDouble(0),
  duration: new Duration(0n),
};

const sum =
  (zero: Value) =>
  (list: List): Outcome => {
    let total = list[0] ?? zero;
    if (!isSummable(total)) return mixed;
    // It begins at zero, which is no negative zero.
    if (isDouble(total)) total = toDouble(fromDouble(total) + 0);
    for (const element of list.slice(1)) {
      const next = add(total, element);
      if (next instanceof CelError) return next;
      total = next;
    }
    return total;
  };

const isSummable = (value: Value): boolean =>
  isInt(value) || isDouble(value) || value instanceof Uint || value instanceof Duration;

function add(a: Value, b: Value): Value | CelError {
  if (isInt(a) && isInt(b)) return addInts(a, b);
  if (isDouble(a) && isDouble(b)) return toDouble(fromDouble(a) + fromDouble(b));
  if (a instanceof Uint && b instanceof Uint) return uint64(a.uint + b.uint, 'sum()');
  if (a instanceof Duration && b instanceof Duration) return durationOf(a.nanoseconds + b.nanoseconds);
  return mixed;
}

const found = (list: Iterable<readonly [number, Value]>, wanted: Value): Outcome => {
  for (const [at, element] of list) {
    const same = equality(element, wanted);
    if (same === true) return at;
    if (same !== false) return same;
  }
  return -1;
};

const functions: readonly FunctionDeclaration[] = [
  {
    name: 'isSorted',
    summary: 'Whether the elements of a list are in ascending order.',
    examples: [['[1, 2, 2].isSorted()', 'true']],
    overloads: comparable.map((type) =>
      overload(`list_${type}_is_sorted_bool`, `list(${type}).() -> bool`, isSorted, each),
    ),
  },
  {
    name: 'sum',
    summary: 'The sum of the elements of a list; zero of an empty one.',
    examples: [['[1, 2, 3].sum()', '6']],
    overloads: summable.map((type) =>
      overload(`list_${type}_sum_${type}`, `list(${type}).() -> ${type}`, sum(zeros[type] ?? 0), each),
    ),
  },
  {
    name: 'max',
    summary: 'The greatest element of a list, an error where it is empty.',
    examples: [
      ['[1, 3, 2].max()', '3'],
      ['[].max()', 'error'],
    ],
    overloads: comparable.map((type) =>
      overload(`list_${type}_max_${type}`, `list(${type}).() -> ${type}`, extreme('max', 1), each),
    ),
  },
  {
    name: 'min',
    summary: 'The least element of a list, an error where it is empty.',
    examples: [["['b', 'a'].min()", "'a'"]],
    overloads: comparable.map((type) =>
      overload(`list_${type}_min_${type}`, `list(${type}).() -> ${type}`, extreme('min', -1), each),
    ),
  },
  {
    name: 'indexOf',
    summary: 'Where an element first stands in a list, -1 where it does not.',
    examples: [['[1, 2, 2].indexOf(2)', '1']],
    overloads: [
      overload(
        'list_a_index_of_int',
        'list(A).(A) -> int',
        (list: List, wanted: Value) => found(list.entries(), wanted),
        each,
      ),
    ],
  },
  {
    name: 'lastIndexOf',
    summary: 'Where an element last stands in a list, -1 where it does not.',
    examples: [['[1, 2, 2].lastIndexOf(2)', '2']],
    overloads: [
      overload(
        'list_a_last_index_of_int',
        'list(A).(A) -> int',
        (list: List, wanted: Value) => found([...list.entries()].toReversed(), wanted),
        each,
      ),
    ],
  },
];

/** Kubernetes' list functions. */
export const kubernetesLists: Library = { name: 'kubernetes lists', functions };
