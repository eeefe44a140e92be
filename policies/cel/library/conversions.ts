import { int64, timestampOf } from '../arithmetic.ts';
import { badArgument, CelError } from '../error.ts';
import { traverses } from '../cost.ts';
import { type FunctionDeclaration, overload } from '../function.ts';
import { formatDouble, parseDouble } from '../go/double.ts';
import { formatDuration, parseDuration } from '../go/duration.ts';
import { doubleToInt64, doubleToUint64, parseBool, parseInt64, parseUint64 } from '../go/number.ts';
import { formatTimestamp, parseTimestamp } from '../go/timestamp.ts';
import { lift, liftTo } from '../lift.ts';
import { typeOfValue } from '../value-type.ts';
import {
  type Double,
  Duration,
  fromDouble,
  type Int,
  Timestamp,
  toDouble,
  toInt,
  TypeValue,
  Uint,
  type Value,
} from '../value.ts';

type Real = number | Double;

const toUint = (exact: bigint): Uint | CelError =>
  BigInt.asUintN(64, exact) === exact ? new Uint(exact) : new CelError('CEL_OVERFLOW', 'the number is beyond uint');

const overflow = (kind: string) => (): CelError => new CelError('CEL_OVERFLOW', `the number is beyond ${kind}`);

/** The functions that make one type of another. */
export const conversionFunctions: readonly FunctionDeclaration[] = [
  {
    name: 'int',
    summary: 'The value as an int: a double is cut toward zero, a timestamp is its seconds since 1970.',
    examples: [
      ["int('42')", '42'],
      ['int(1.9)', '1'],
      ["int('a')", 'error'],
    ],
    overloads: [
      overload('int64_to_int64', '(int) -> int', (value: Int) => value),
      overload('uint64_to_int64', '(uint) -> int', ({ uint }: Uint) => int64(uint, 'int()')),
      overload('double_to_int64', '(double) -> int', (value: Real) => {
        const exact = doubleToInt64(fromDouble(value));
        return typeof exact === 'bigint' ? toInt(exact) : overflow('int')();
      }),
      overload('string_to_int64', '(string) -> int', (text: string) => liftTo(parseInt64(text), toInt)),
      overload('timestamp_to_int64', '(timestamp) -> int', ({ epochSeconds }: Timestamp) => epochSeconds),
      overload('duration_to_int64', '(duration) -> int', ({ nanoseconds }: Duration) => toInt(nanoseconds)),
    ],
  },
  {
    name: 'uint',
    summary: 'The value as a uint.',
    examples: [
      ['uint(3)', '3u'],
      ['uint(-1)', 'error'],
    ],
    overloads: [
      overload('uint64_to_uint64', '(uint) -> uint', (value: Uint) => value),
      overload('int64_to_uint64', '(int) -> uint', (value: Int) => toUint(BigInt(value))),
      overload('double_to_uint64', '(double) -> uint', (value: Real) => {
        const exact = doubleToUint64(fromDouble(value));
        return typeof exact === 'bigint' ? toUint(exact) : overflow('uint')();
      }),
      overload('string_to_uint64', '(string) -> uint', (text: string) => liftTo(parseUint64(text), toUint)),
    ],
  },
  {
    name: 'double',
    summary: 'The value as a double.',
    examples: [["double('1.5')", '1.5']],
    overloads: [
      overload('double_to_double', '(double) -> double', (value: Real) => value),
      overload('int64_to_double', '(int) -> double', (value: Int) => toDouble(Number(value))),
      overload('uint64_to_double', '(uint) -> double', ({ uint }: Uint) => toDouble(Number(uint))),
      overload('string_to_double', '(string) -> double', (text: string) => liftTo(parseDouble(text), toDouble)),
    ],
  },
  {
    name: 'bool',
    summary: 'The bool that a string spells.',
    examples: [["bool('true')", 'true']],
    overloads: [
      overload('bool_to_bool', '(bool) -> bool', (value: boolean) => value),
      overload('string_to_bool', '(string) -> bool', (text: string) => lift(parseBool(text))),
    ],
  },
  {
    name: 'string',
    summary: 'The value as text.',
    examples: [
      ['string(1.5)', "'1.5'"],
      ["string(duration('90s'))", "'90s'"],
    ],
    overloads: [
      overload('string_to_string', '(string) -> string', (text: string) => text),
      overload('bool_to_string', '(bool) -> string', String),
      overload('int64_to_string', '(int) -> string', (value: Int) => String(value)),
      overload('uint64_to_string', '(uint) -> string', ({ uint }: Uint) => String(uint)),
      overload('double_to_string', '(double) -> string', (value: Real) => formatDouble(fromDouble(value))),
      overload('bytes_to_string', '(bytes) -> string', utf8, { cost: traverses() }),
      overload(
        'timestamp_to_string',
        '(timestamp) -> string',
        ({ epochSeconds, nanosOfSecond, writtenOffset }: Timestamp) =>
          formatTimestamp({ seconds: epochSeconds, nanos: nanosOfSecond, offset: writtenOffset }),
      ),
      overload('duration_to_string', '(duration) -> string', ({ nanoseconds }: Duration) =>
        formatDuration(nanoseconds),
      ),
    ],
  },
  {
    name: 'bytes',
    summary: 'The UTF-8 bytes of a string.',
    examples: [["bytes('é')", "b'\\xc3\\xa9'"]],
    overloads: [
      overload('bytes_to_bytes', '(bytes) -> bytes', (value: Uint8Array) => value),
      overload('string_to_bytes', '(string) -> bytes', (text: string) => new TextEncoder().encode(text), {
        cost: traverses(),
      }),
    ],
  },
  {
    name: 'timestamp',
    summary: 'The instant that an RFC 3339 text, or a number of seconds since 1970, names.',
    examples: [["timestamp('1970-01-01T00:01:00Z') == timestamp(60)", 'true']],
    overloads: [
      overload('timestamp_to_timestamp', '(timestamp) -> timestamp', (value: Timestamp) => value),
      overload('string_to_timestamp', '(string) -> timestamp', (text: string) =>
        liftTo(parseTimestamp(text), ({ seconds, nanos, offset }) => new Timestamp(seconds, nanos, offset)),
      ),
      overload('int64_to_timestamp', '(int) -> timestamp', (seconds: Int) =>
        timestampOf(BigInt(seconds) * 1_000_000_000n),
      ),
    ],
  },
  {
    name: 'duration',
    summary: "The span of time that a text such as '1h30m' names.",
    examples: [["duration('1.5s') == duration('1500ms')", 'true']],
    overloads: [
      overload('duration_to_duration', '(duration) -> duration', (value: Duration) => value),
      // cel-go declares it, and has no answer.
      overload('int64_to_duration', '(int) -> duration', () => badArgument('an int is no duration; it has no unit')),
      overload('string_to_duration', '(string) -> duration', (text: string) =>
        liftTo(parseDuration(text), (nanoseconds) => new Duration(nanoseconds)),
      ),
    ],
  },
  {
    name: 'dyn',
    summary: 'The value, of a type that is not known before evaluation.',
    examples: [['dyn(1) == 1', 'true']],
    overloads: [overload('to_dyn', '(A) -> dyn', (value: Value) => value)],
  },
  {
    name: 'type',
    summary: 'The type of a value.',
    examples: [["type('a') == string", 'true']],
    overloads: [overload('type', '(A) -> type(A)', (value: Value) => new TypeValue(typeOfValue(value)))],
  },
];

function utf8(bytes: Uint8Array): string | CelError {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return badArgument('these bytes are no UTF-8');
  }
}
