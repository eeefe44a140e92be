import { operator } from '../ast.ts';
import { containment, matching, traverses } from '../cost.ts';
import { type FunctionDeclaration, type Library, overload } from '../function.ts';
import { durationHours, durationMilliseconds, durationMinutes, durationSeconds } from '../go/duration.ts';
import { clockAt, timestampGetters, timestampMilliseconds } from '../go/timestamp.ts';
import { liftTo } from '../lift.ts';
import { existsOneMacro, standardMacros } from '../macro/standard.ts';
import { matchesPattern } from '../pattern.ts';
import { codePoints, mapSize } from '../size.ts';
import { CelMap, type Duration, type PlainMap, type Timestamp, type Value } from '../value.ts';
import { conversionFunctions } from './conversions.ts';
import { arithmeticOperators } from './operators.ts';
import { relationOperators } from './relations.ts';

/** Logical operators and `?:` are evaluated by their own rules; only their types are declared here. */
const never = (value: Value): Value => value;

const sizes: readonly (readonly [id: string, type: string, call: (value: never) => number])[] = [
  ['string', 'string', (text: string) => codePoints(text)],
  ['bytes', 'bytes', (bytes: Uint8Array) => bytes.length],
  ['list', 'list(A)', (list: readonly Value[]) => list.length],
  ['map', 'map(A, B)', (map: PlainMap | CelMap) => (map instanceof CelMap ? map.table.size : mapSize(map))],
];

const logical: readonly FunctionDeclaration[] = [
  {
    name: operator.and,
    summary: 'Whether both hold; decided by one that does not, whatever the other is.',
    examples: [['false && 1 / 0 > 1', 'false']],
    overloads: [overload('logical_and', '(bool, bool) -> bool', never)],
  },
  {
    name: operator.or,
    summary: 'Whether one holds; decided by one that does, whatever the other is.',
    examples: [['1 / 0 > 1 || true', 'true']],
    overloads: [overload('logical_or', '(bool, bool) -> bool', never)],
  },
  {
    name: operator.not,
    summary: 'Whether it does not hold.',
    examples: [['!true', 'false']],
    overloads: [overload('logical_not', '(bool) -> bool', (value: boolean) => !value)],
  },
  {
    name: operator.conditional,
    summary: 'The second where the first holds, the third where it does not; the other is not evaluated.',
    examples: [['true ? 1 : 1 / 0', '1']],
    overloads: [overload('conditional', '(bool, A, A) -> A', never)],
  },
  {
    name: operator.notStrictlyFalse,
    summary: 'Whether a loop over predicates goes on; only macros use it.',
    examples: [],
    overloads: [overload('not_strictly_false', '(bool) -> bool', never)],
  },
];

const strings: readonly FunctionDeclaration[] = [
  {
    name: 'size',
    summary: 'The number of characters (code points), bytes, elements or entries.',
    examples: [
      ["size('日本')", '2'],
      ['[1, 2].size()', '2'],
    ],
    overloads: sizes.flatMap(([id, type, call]) => [
      overload(`size_${id}`, `(${type}) -> int`, call),
      overload(`${id}_size`, `${type}.() -> int`, call),
    ]),
  },
  {
    name: 'contains',
    summary: 'Whether a string has another within it.',
    examples: [["'hello'.contains('ell')", 'true']],
    overloads: [
      overload('contains_string', 'string.(string) -> bool', (text: string, part: string) => text.includes(part), {
        cost: containment,
      }),
    ],
  },
  {
    name: 'startsWith',
    summary: 'Whether a string begins with another.',
    examples: [["'hello'.startsWith('he')", 'true']],
    overloads: [
      overload('starts_with_string', 'string.(string) -> bool', (text: string, part: string) => text.startsWith(part), {
        cost: traverses(),
      }),
    ],
  },
  {
    name: 'endsWith',
    summary: 'Whether a string ends with another.',
    examples: [["'hello'.endsWith('lo')", 'true']],
    overloads: [
      overload('ends_with_string', 'string.(string) -> bool', (text: string, part: string) => text.endsWith(part), {
        cost: traverses(),
      }),
    ],
  },
  {
    name: 'matches',
    summary: 'Whether an RE2 pattern matches somewhere in a string.',
    examples: [
      ["'v1.2'.matches('^v[0-9]')", 'true'],
      ["'a'.matches('(')", 'error'],
    ],
    overloads: [
      // Costs 1: the API server's cost goes by the method's name.
      overload('matches', '(string, string) -> bool', matchesPattern),
      overload('matches_string', 'string.(string) -> bool', matchesPattern, { cost: matching }),
    ],
  },
];

const getter = (name: keyof typeof timestampGetters): FunctionDeclaration => {
  const read = (at: Timestamp, zone?: string) =>
    liftTo(clockAt({ seconds: at.epochSeconds, nanos: at.nanosOfSecond, offset: 0 }, zone), timestampGetters[name]);
  return {
    name,
    summary: summaries[name],
    examples: [[`timestamp('1970-01-02T03:04:05Z').${name}()`, gotten[name]]],
    overloads: [
      overload(`timestamp_${name}`, 'timestamp.() -> int', (at: Timestamp) => read(at)),
      overload(`timestamp_${name}_with_tz`, 'timestamp.(string) -> int', read),
      ...(name === 'getHours' || name === 'getMinutes' || name === 'getSeconds'
        ? [overload(`duration_${name}`, 'duration.() -> int', ({ nanoseconds }: Duration) => whole[name](nanoseconds))]
        : []),
    ],
  };
};

const whole = { getHours: durationHours, getMinutes: durationMinutes, getSeconds: durationSeconds };

const summaries: Readonly<Record<keyof typeof timestampGetters, string>> = {
  getFullYear: 'The year, in UTC or in the time zone given.',
  getMonth: 'The month, January being 0.',
  getDayOfYear: 'The day of the year, the first being 0.',
  getDayOfMonth: 'The day of the month, the first being 0.',
  getDate: 'The day of the month, the first being 1.',
  getDayOfWeek: 'The day of the week, Sunday being 0.',
  getHours: 'The hour of the day, or the whole hours of a duration.',
  getMinutes: 'The minute of the hour, or the whole minutes of a duration.',
  getSeconds: 'The second of the minute, or the whole seconds of a duration.',
};

const gotten: Readonly<Record<keyof typeof timestampGetters, string>> = {
  getFullYear: '1970',
  getMonth: '0',
  getDayOfYear: '1',
  getDayOfMonth: '1',
  getDate: '2',
  getDayOfWeek: '5',
  getHours: '3',
  getMinutes: '4',
  getSeconds: '5',
};

const milliseconds: FunctionDeclaration = {
  name: 'getMilliseconds',
  summary: 'The milliseconds of the second, or the whole milliseconds of a duration.',
  examples: [["duration('1.5s').getMilliseconds()", '1500']],
  overloads: [
    overload('timestamp_getMilliseconds', 'timestamp.() -> int', (at: Timestamp) => millis(at)),
    overload('timestamp_getMilliseconds_with_tz', 'timestamp.(string) -> int', (at: Timestamp, zone: string) =>
      liftTo(clockAt({ seconds: at.epochSeconds, nanos: at.nanosOfSecond, offset: 0 }, zone), () => millis(at)),
    ),
    overload('duration_getMilliseconds', 'duration.() -> int', ({ nanoseconds }: Duration) =>
      durationMilliseconds(nanoseconds),
    ),
  ],
};

const millis = (at: Timestamp): number =>
  timestampMilliseconds({ seconds: at.epochSeconds, nanos: at.nanosOfSecond, offset: 0 });

/** What cel-spec's language definition has by two names. */
export const namesLibrary: Library = { name: 'names', functions: [], macros: [existsOneMacro] };

/** cel-spec's language definition: operators, conversions, strings, time. */
export const standardLibrary: Library = {
  name: 'standard',
  macros: standardMacros,
  functions: [
    ...logical,
    ...relationOperators,
    ...arithmeticOperators,
    ...conversionFunctions,
    ...strings,
    ...(Object.keys(timestampGetters) as (keyof typeof timestampGetters)[]).map(getter),
    milliseconds,
  ],
};
