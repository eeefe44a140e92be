import { operator } from '../ast.ts';
import { duplicate } from '../aggregate.ts';
import { CelError } from '../error.ts';
import { type FunctionDeclaration, type Library, type Outcome, overload } from '../function.ts';
import { bindMacros, optionalMacros } from '../macro/binding.ts';
import { twoVariableMacros } from '../macro/two-variable.ts';
import {
  CelMap,
  Double,
  Duration,
  entriesOf,
  isPlainMap,
  mapOf,
  Optional,
  type PlainMap,
  Timestamp,
  Uint,
  type Value,
} from '../value.ts';

const functions: readonly FunctionDeclaration[] = [
  {
    name: 'optional.of',
    summary: 'An optional with this content.',
    examples: [['optional.of(1).value()', '1']],
    overloads: [overload('optional_of', '(V) -> optional(V)', (value: Value) => new Optional(value))],
  },
  {
    name: 'optional.ofNonZeroValue',
    summary: 'An optional with this content, or none where it is null, false, zero or empty.',
    examples: [["optional.ofNonZeroValue('').hasValue()", 'false']],
    overloads: [
      overload('optional_ofNonZeroValue', '(V) -> optional(V)', (value: Value) =>
        isZero(value) ? Optional.none : new Optional(value),
      ),
    ],
  },
  {
    name: 'optional.none',
    summary: 'The optional without content.',
    examples: [['optional.none().hasValue()', 'false']],
    overloads: [overload('optional_none', '() -> optional(V)', () => Optional.none)],
  },
  {
    name: 'optional.unwrap',
    summary: 'The contents of a list of optionals, without those that have none.',
    examples: [['optional.unwrap([optional.of(1), optional.none()])', '[1]']],
    overloads: [overload('optional_unwrap', '(list(optional(V))) -> list(V)', unwrap)],
  },
  {
    name: 'unwrapOpt',
    summary: 'The contents of a list of optionals, without those that have none.',
    examples: [['[optional.none(), optional.of(2)].unwrapOpt()', '[2]']],
    overloads: [overload('optional_unwrapOpt', 'list(optional(V)).() -> list(V)', unwrap)],
  },
  {
    name: 'value',
    summary: 'The content of an optional, an error where it has none.',
    examples: [['optional.none().value()', 'error']],
    overloads: [
      overload('optional_value', 'optional(V).() -> V', ({ content }: Optional) =>
        content === undefined ? new CelError('CEL_BAD_ARGUMENT', 'optional.none() has no value') : content,
      ),
    ],
  },
  {
    name: 'hasValue',
    summary: 'Whether an optional has content.',
    examples: [['optional.of(null).hasValue()', 'true']],
    overloads: [
      overload('optional_hasValue', 'optional(V).() -> bool', ({ content }: Optional) => content !== undefined),
    ],
  },
  {
    name: 'or',
    summary: 'The first of two optionals that has content.',
    examples: [['optional.none().or(optional.of(2)).value()', '2']],
    overloads: [
      overload(
        'optional_or_optional',
        'optional(V).(optional(V)) -> optional(V)',
        (first: Optional, second: Optional) => (first.content === undefined ? second : first),
      ),
    ],
  },
  {
    name: 'orValue',
    summary: 'The content of an optional, or this value where it has none.',
    examples: [["{'a': 1}[?'b'].orValue(0)", '0']],
    overloads: [
      overload('optional_orValue_value', 'optional(V).(V) -> V', (first: Optional, second: Value) =>
        first.content === undefined ? second : first.content,
      ),
    ],
  },
  {
    name: 'first',
    summary: 'The optional of the first element of a list.',
    examples: [['[1, 2].first().value()', '1']],
    since: 34,
    overloads: [overload('list_first', 'list(V).() -> optional(V)', (list: readonly Value[]) => maybe(list[0]))],
  },
  {
    name: 'last',
    summary: 'The optional of the last element of a list.',
    examples: [['[1, 2].last().value()', '2']],
    since: 34,
    overloads: [overload('list_last', 'list(V).() -> optional(V)', (list: readonly Value[]) => maybe(list.at(-1)))],
  },
];

const maybe = (value: Value | undefined): Optional => (value === undefined ? Optional.none : new Optional(value));

function unwrap(list: readonly Value[]): Outcome {
  const contents: Value[] = [];
  for (const element of list) {
    if (!(element instanceof Optional)) {
      return new CelError('CEL_NO_MATCHING_OVERLOAD', 'unwrap takes a list of optionals');
    }
    if (element.content !== undefined) contents.push(element.content);
  }
  return contents;
}

function isZero(value: Value): boolean {
  if (value === null || value === false || value === 0 || value === '') return true;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Uint) return value.uint === 0n;
  if (value instanceof Double) return value.double === 0;
  if (value instanceof Duration) return value.nanoseconds === 0n;
  // Go's zero is the first moment of the year 1.
  if (value instanceof Timestamp) return value.epochSeconds === -62_135_596_800 && value.nanosOfSecond === 0;
  if (value instanceof CelMap) return value.table.size === 0;
  return isPlainMap(value) && Object.keys(value).length === 0;
}

/** Optionals, with `a.?b`, `a[?b]` and `[?x]`. */
export const optionalsLibrary: Library = { name: 'optionals', functions, macros: optionalMacros };

/** `cel.bind`. */
export const bindingsLibrary: Library = { name: 'bindings', functions: [], macros: bindMacros };

/** The macros of two variables, and the function that their maps are made with. */
export const comprehensionsLibrary: Library = {
  name: 'two-variable comprehensions',
  macros: twoVariableMacros,
  functions: [
    {
      name: operator.mapInsert,
      summary: 'A map with more entries; only macros use it.',
      examples: [],
      overloads: [
        overload(
          '@mapInsert_map_key_value',
          '(map(K, V), K, V) -> map(K, V)',
          (map: PlainMap | CelMap, key: Value, value: Value) => insert(map, [[key, value]]),
        ),
        overload(
          '@mapInsert_map_map',
          '(map(K, V), map(K, V)) -> map(K, V)',
          (map: PlainMap | CelMap, more: PlainMap | CelMap) => insert(map, entriesOf(more)),
        ),
      ],
    },
  ],
};

function insert(map: PlainMap | CelMap, more: readonly (readonly [Value, Value])[]): Outcome {
  const entries = [...entriesOf(map), ...more];
  const merged = mapOf(entries);
  const size = merged instanceof CelMap ? merged.table.size : Object.keys(merged).length;
  return size === entries.length ? merged : duplicate(more[0]?.[0] ?? null);
}
