import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../policies/cel/go/failure.ts';
import { type Dialect, format, parseFormat } from '../../../../policies/cel/go/format.ts';
import { quoteCel, quoteGo } from '../../../../policies/cel/go/quote.ts';
import { compareText } from '../../../../policies/cel/go/strings.ts';
import { int } from '../../../../policies/cel/typing.ts';
import {
  CelMap,
  Double,
  Duration,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from '../../../../policies/cel/value.ts';
import { limits } from '../../../../policies/limits.ts';

const text = (template: string, list: readonly Value[], dialect: Dialect): string => {
  const written = format(template, list, dialect);
  return written instanceof Failure ? `error: ${written.message}` : written;
};

const everything: readonly Value[] = [
  1,
  1.5,
  'a\n\u00e9',
  new Uint8Array([97, 0]),
  true,
  null,
  new TypeValue(int),
  new Duration(1_500_000_000n),
  new Timestamp(0, 0),
  { b: 1, a: [new Uint(1n)] },
  new CelMap([
    [1, 2],
    [true, 4],
  ]),
  new Double(1e6),
  Number.NaN,
];

describe('format', () => {
  it('writes lists and maps as literals for the API server', () => {
    expect(text('%s', [everything], 'kubernetes')).toBe(
      '[1, 1.500000, "a\\né", b"a\\x00", true, null, int, duration("1.5s"), timestamp("1970-01-01T00:00:00Z"), {"a":[1], "b":1}, {1:2, true:4}, 1000000.000000, "NaN"]',
    );
  });

  it('writes lists and maps plainly in the core language', () => {
    expect(text('%s', [everything], 'core')).toBe(
      '[1, 1.5, a\né, a\0, true, null, int, 1.5s, 1970-01-01T00:00:00Z, {a: [1], b: 1}, {1: 2, true: 4}, 1000000, NaN]',
    );
  });

  it.each<[string, Value, string, string]>([
    ['%s', new Double(1e6), '1e+06', '1000000'],
    ['%s', Infinity, '+Inf', 'Infinity'],
    ['%f', 1234.5, '1,234.500000', '1234.500000'],
    ['%.0f', 2.5, '2', '2'],
    ['%f', new Double(-0), '0.000000', '-0.000000'],
    ['%f', -Infinity, '-∞', '-Infinity'],
    ['%e', 1052.032911275, '1.052033×10⁰³', '1.052033e+03'],
    ['%.2e', 0.000123456, '1.234560×10⁻⁰⁴', '1.23e-04'],
    ['%e', Number.NaN, '   NaN', 'NaN'],
    ['%d', 2n ** 62n, '4611686018427387904', '4611686018427387904'],
    ['%d', new Uint(5n), '5', '5'],
    ['%x', -255, '-ff', '-ff'],
    ['%X', 'hé', '68C3A9', '68C3A9'],
    ['%x', new Uint8Array([0, 255]), '00ff', '00ff'],
    ['%b', -5, '-101', '-101'],
    ['%b', true, '1', '1'],
    ['%o', 8, '10', '10'],
    ['%.3d', 1, '1', '1'],
    ['100%% %s', 'x', '100% x', '100% x'],
  ])('writes %s of %o', (template, value, kubernetes, core) => {
    expect(text(template, [value], 'kubernetes')).toBe(kubernetes);
    expect(text(template, [value], 'core')).toBe(core);
  });

  it('takes the names of unusual doubles for the API server only', () => {
    expect(text('%f', ['NaN'], 'kubernetes')).toBe('NaN');
    expect(text('%f', ['Infinity'], 'core')).toMatch(/was given string$/);
  });

  it.each<[string, readonly Value[], string]>([
    ['%d', [1.5], 'error during formatting: decimal clause can only be used on integers, was given double'],
    [
      '%d',
      [new Duration(1n)],
      'error during formatting: decimal clause can only be used on integers, was given google.protobuf.Duration',
    ],
    ['%s', [new Optional(1)], `error during formatting: ${string()}, was given optional_type`],
    ['%s', [[Optional.none]], 'error during formatting: no formatting function for optional_type'],
    ['%s', [new Uint8Array([255])], 'error during formatting: could not convert bytes that are not UTF-8 to string'],
    ['%s %s', ['a'], 'index 1 out of range'],
    ['a%', ['a'], 'unexpected end of string'],
    ['%q', ['a'], 'could not parse formatting clause: unrecognized formatting clause "q"'],
    [
      '%.2',
      [1.5],
      'could not parse formatting clause: error while parsing precision: could not find end of precision specifier',
    ],
    ['%.f', [1.5], 'could not parse formatting clause: error while parsing precision: found no digits after "."'],
    [`%.${limits.formatPrecision + 1}f`, [1.5], 'could not parse formatting clause: the precision is above 1074'],
    [`%.${'9'.repeat(1000)}f`, [1.5], 'could not parse formatting clause: the precision is above 1074'],
  ])('refuses %j', (template, list, message) => expect(text(template, list, 'kubernetes')).toBe(`error: ${message}`));

  it('gives the clauses and where a bad one stands', () => {
    expect(parseFormat('a%.2fb%%')).toEqual(['a', { verb: 'f', precision: 2 }, 'b', '%', '']);
    expect(parseFormat('abc%y')).toMatchObject({ position: 3 });
  });

  it('ends early where a small value unfolds into a long text', () => {
    let value: Value = ['lol'];
    for (let level = 0; level < 30; level += 1) value = [value, value];
    const start = performance.now();
    for (const dialect of ['kubernetes', 'core'] as const)
      expect(text('%s', [value], dialect)).toMatch(/longer than 2097152/);
    const long = 'x'.repeat(limits.formattedLength);
    expect(text('%s', [long], 'kubernetes')).toBe(long);
    expect(text('%s%s', [long, 'x'], 'kubernetes')).toMatch(/^error: the resulting string is longer/);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('writes fields called __proto__ like any other', () => {
    expect(text('%s', [JSON.parse('{"__proto__": 1}') as Value], 'kubernetes')).toBe('{"__proto__":1}');
  });
});

function string(): string {
  return 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps';
}

describe('quotes', () => {
  it('escape as Go does', () => {
    expect(quoteGo('a"\\\u0007\0\u007f\u0085\u200b\ue000\u{1f600}\u{e0001}\ud800')).toBe(
      '"a\\"\\\\\\a\\x00\\x7f\\u0085\\u200b\\ue000\u{1f600}\\U000e0001\ufffd"',
    );
  });

  it('escape as strings.quote does', () => {
    expect(quoteCel('\u0007\b\f\n\r\t\v"\\\0é\udc00')).toBe('"\\a\\b\\f\\n\\r\\t\\v\\"\\\\\0é\ufffd"');
  });
});

describe('the order of strings', () => {
  it('is that of code points, not of UTF-16 units', () => {
    const sorted = ['\u{1f600}', '\uffff', 'b', 'ab', 'a', ''].sort(compareText);
    expect(sorted).toEqual(['', 'a', 'ab', 'b', '\uffff', '\u{1f600}']);
    expect(compareText('a', 'a')).toBe(0);
  });
});
