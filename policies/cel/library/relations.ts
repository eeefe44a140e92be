import { operator } from '../ast.ts';
import { comparison, membership } from '../cost.ts';
import { equal, lookupKey } from '../equality.ts';
import { CelError } from '../error.ts';
import { type FunctionDeclaration, type Outcome, type Overload, overload } from '../function.ts';
import { isSpecial } from '../evaluation.ts';
import { compare } from '../ordering.ts';
import type { Unknown } from '../unknown.ts';
import {
  type CelMap,
  isDouble,
  isInt,
  isList,
  isMap,
  mapKey,
  Optional,
  type PlainMap,
  Uint,
  type Value,
} from '../value.ts';

const orders = [
  ['less', operator.less, (order: number) => order < 0],
  ['less_equals', operator.lessOrEqual, (order: number) => order <= 0],
  ['greater', operator.greater, (order: number) => order > 0],
  ['greater_equals', operator.greaterOrEqual, (order: number) => order >= 0],
] as const;

const words: Readonly<Record<string, string>> = {
  less: 'before',
  less_equals: 'before or the same as',
  greater: 'after',
  greater_equals: 'after or the same as',
};

/** Types that have an order among themselves, with the name that overloads give them. */
const ordered = ['bool', 'int64', 'uint64', 'double', 'string', 'bytes', 'timestamp', 'duration'];

const numbers: ReadonlySet<string> = new Set(['int64', 'uint64', 'double']);

const isNumber = (value: Value): boolean => isInt(value) || isDouble(value) || value instanceof Uint;

/** Pairs of number types that compare by mathematical value since Kubernetes 1.28. */
const mixed = ['int64_double', 'int64_uint64', 'uint64_double', 'uint64_int64', 'double_int64', 'double_uint64'];

function orderOverloads(id: string, holds: (order: number) => boolean): readonly Overload[] {
  const call = (a: Value, b: Value): Outcome => {
    const order = compare(a, b);
    if (order === undefined) return new CelError('CEL_NO_MATCHING_OVERLOAD', 'these two values have no order');
    return order instanceof CelError ? order : holds(order);
  };
  const typeName = (name: string): string => name.replace('64', '');
  return [
    ...ordered.map((name) => {
      const own = overload(`${id}_${name}`, `(${typeName(name)}, ${typeName(name)}) -> bool`, call, {
        ...(name === 'string' || name === 'bytes' ? { cost: comparison } : {}),
      });
      // Whichever two types of number the checker let pass, at run time they are compared.
      return numbers.has(name) ? { ...own, guards: [isNumber, isNumber] } : own;
    }),
    ...mixed.map((pair) => {
      const [left = '', right = ''] = pair.split('_');
      return overload(`${id}_${pair}`, `(${typeName(left)}, ${typeName(right)}) -> bool`, call, { since: 28 });
    }),
  ];
}

const not = (same: boolean | Unknown | CelError): Outcome => (typeof same === 'boolean' ? !same : same);

/** Equality of any two values, as the functions here answer it. */
export const equality = (a: Value, b: Value): boolean | Unknown | CelError =>
  equal(a, b) as boolean | Unknown | CelError;

/** The relations: equality, order, membership. */
export const relationOperators: readonly FunctionDeclaration[] = [
  {
    name: operator.equal,
    summary:
      'Whether two values are the same; numbers are compared whatever their types, other values of two types differ.',
    examples: [
      ['dyn(1) == 1.0', 'true'],
      ["dyn(1) == 'a'", 'false'],
    ],
    overloads: [overload('equals', '(A, A) -> bool', equality, { cost: comparison, costByName: true })],
  },
  {
    name: operator.notEqual,
    summary: 'Whether two values differ.',
    examples: [['[1] != [2]', 'true']],
    overloads: [
      overload('not_equals', '(A, A) -> bool', (a: Value, b: Value) => not(equality(a, b)), {
        cost: comparison,
        costByName: true,
      }),
    ],
  },
  ...orders.map(
    ([id, name, holds]): FunctionDeclaration => ({
      name,
      summary: `Whether the first of two values comes ${words[id] ?? ''} the second.`,
      examples: [[`1 ${name.slice(1, -1)} 2`, String(holds(-1))]],
      overloads: orderOverloads(id, holds),
    }),
  ),
  {
    name: operator.in,
    summary: 'Whether a list has an element equal to a value, or a map has a key.',
    examples: [
      ["'a' in ['a', 'b']", 'true'],
      ["'c' in {'a': 1}", 'false'],
    ],
    overloads: [
      overload('in_list', '(A, list(A)) -> bool', inList, { cost: membership }),
      overload(
        'in_map',
        '(A, map(A, B)) -> bool',
        (key: Value, map: PlainMap | CelMap) => lookupKey(map, key) !== undefined,
      ),
    ],
  },
  {
    name: operator.index,
    summary: 'The element at an index, or the value at a key.',
    examples: [
      ['[7, 8][1]', '8'],
      ["{'a': 1}['a']", '1'],
      ['[7][1]', 'error'],
    ],
    overloads: [
      overload('index_list', '(list(A), int) -> A', index),
      overload('index_map', '(map(A, B), A) -> B', index),
      overload('optional_list_index_value', '(optional(list(A)), int) -> optional(A)', optionalIndex, { since: 28 }),
      overload('optional_map_index_value', '(optional(map(A, B)), A) -> optional(B)', optionalIndex, { since: 28 }),
    ],
  },
  {
    name: operator.optionalIndex,
    summary: 'The optional of what is at an index or a key: none where nothing is there.',
    examples: [["{'a': 1}[?'b'].hasValue()", 'false']],
    since: 28,
    overloads: [
      overload('list_optindex_optional_int', '(list(A), int) -> optional(A)', optionalIndex),
      overload('optional_list_optindex_optional_int', '(optional(list(A)), int) -> optional(A)', optionalIndex),
      overload('map_optindex_optional_value', '(map(A, B), A) -> optional(B)', optionalIndex),
      overload('optional_map_optindex_optional_value', '(optional(map(A, B)), A) -> optional(B)', optionalIndex),
    ],
  },
];

function inList(value: Value, list: readonly Value[]): Outcome {
  let special: CelError | Unknown | undefined;
  for (const element of list) {
    const same = equality(value, element);
    if (same === true) return true;
    if (same !== false) special ??= same;
  }
  return special ?? false;
}

/** What is at an index or a key: `a[b]`. */
export function index(operand: Value, key: Value): Outcome {
  const found = at(operand, key);
  if (found !== undefined) return found;
  return isList(operand)
    ? new CelError('CEL_INDEX_OUT_OF_BOUNDS', `index ${String(mapKey(key))} of a list of ${operand.length}`)
    : new CelError(
        'CEL_NO_SUCH_KEY',
        `no such key: ${typeof key === 'string' ? JSON.stringify(key) : String(mapKey(key))}`,
      );
}

/** `a[?b]`, where `a` may itself be an optional. */
export function optionalIndex(operand: Value, key: Value): Outcome {
  const inner = operand instanceof Optional ? operand.content : operand;
  if (inner === undefined) return Optional.none;
  if (typeof key !== 'string' && mapKey(key) === undefined && !isNumberKey(key))
    return new CelError('CEL_NO_MATCHING_OVERLOAD', 'nothing is indexed by a value of such a type');
  const found = at(inner, key);
  return found instanceof CelError ? found : found === undefined ? Optional.none : wrap(found);
}

const wrap = (found: Outcome): Outcome => (isSpecial(found) ? found : new Optional(found));

function at(operand: Value, key: Value): Outcome | undefined {
  if (isList(operand)) {
    const position = mapKey(key);
    if (typeof key === 'string' || typeof key === 'boolean' || position === undefined) {
      return new CelError('CEL_NO_MATCHING_OVERLOAD', 'a list is indexed by an int');
    }
    return typeof position === 'number' && position >= 0 && position < operand.length ? operand[position] : undefined;
  }
  if (isMap(operand)) {
    if (mapKey(key) === undefined && !isNumberKey(key)) {
      return new CelError('CEL_NO_MATCHING_OVERLOAD', 'a map is indexed by a string, an int, a uint or a bool');
    }
    return lookupKey(operand, key);
  }
  return new CelError('CEL_NO_MATCHING_OVERLOAD', 'only lists and maps are indexed');
}

/** A double that is no whole number is a key that no map has. */
const isNumberKey = (key: Value): boolean => typeof key === 'number' && !isInt(key);
