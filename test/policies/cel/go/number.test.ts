import { describe, expect, it } from 'vitest';
import {
  formatDouble,
  formatFixed,
  formatPlain,
  formatScientific,
  parseDouble,
} from '../../../../policies/cel/go/double.ts';
import { Failure, quoted } from '../../../../policies/cel/go/failure.ts';
import {
  doubleToInt64,
  doubleToUint64,
  parseBool,
  parseInt64,
  parseUint64,
} from '../../../../policies/cel/go/number.ts';
import { limits } from '../../../../policies/limits.ts';

describe('integers from text', () => {
  it.each([
    ['0', 0n],
    ['+5', 5n],
    ['-007', -7n],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    [`${'0'.repeat(5000)}1`, 1n],
  ])('reads %j as an int', (text, value) => expect(parseInt64(text)).toBe(value));

  it.each(['', '+', '1_0', '0x1', ' 1', '1.0', '9223372036854775808', '-9223372036854775809', '1\0', '１'])(
    'refuses %j as an int',
    (text) => expect(parseInt64(text)).toBeInstanceOf(Failure),
  );

  it('reads a uint without a sign up to 2^64-1', () => {
    expect(parseUint64('18446744073709551615')).toBe(18446744073709551615n);
    for (const text of ['18446744073709551616', '+1', '-0', ''])
      expect(parseUint64(text), text).toBeInstanceOf(Failure);
  });

  it('refuses a million digits at once', () => {
    const start = performance.now();
    expect(parseInt64('9'.repeat(1_000_000))).toBeInstanceOf(Failure);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('truncates doubles and refuses those at the ends of the range', () => {
    expect(doubleToInt64(-1.9)).toBe(-1n);
    expect(doubleToInt64(9.2e18)).toBe(9200000000000000000n);
    for (const value of [2 ** 63, -(2 ** 63), Number.NaN, Infinity])
      expect(doubleToInt64(value)).toBeInstanceOf(Failure);
    expect(doubleToUint64(1.8e19)).toBe(18000000000000000000n);
    for (const value of [-1, 2 ** 64, Number.NaN]) expect(doubleToUint64(value)).toBeInstanceOf(Failure);
  });

  it('reads the spellings of a bool that Go has', () => {
    for (const text of ['1', 't', 'T', 'TRUE', 'true', 'True']) expect(parseBool(text)).toBe(true);
    for (const text of ['0', 'f', 'F', 'FALSE', 'false', 'False']) expect(parseBool(text)).toBe(false);
    for (const text of ['', 'tRUE', 'yes', 'true\n']) expect(parseBool(text), text).toBeInstanceOf(Failure);
  });
});

describe('doubles', () => {
  it.each([
    ['1e3', 1000],
    ['.5', 0.5],
    ['5.', 5],
    ['+1_000.5', 1000.5],
    ['0x1p-2', 0.25],
    ['0x_1.8p1', 3],
    ['0x1.fffffffffffff8p0', 2],
    ['0x1p-1075', 0],
    ['0x1.8p-1074', 2 * 2 ** -1074],
    ['1e-400', 0],
    ['inf', Infinity],
    ['-INFINITY', -Infinity],
    ['nan', Number.NaN],
  ])('reads %s', (text, value) => expect(parseDouble(text)).toBe(value));

  it.each([
    '',
    '.',
    'e1',
    '1e',
    '1__0',
    '_1',
    '1_',
    '1_.5',
    '0x1',
    '0x.p1',
    '1e400',
    '0x1p1024',
    '-nan',
    ' 1',
    '1\0',
    '0b1',
  ])('refuses %j', (text) => expect(parseDouble(text)).toBeInstanceOf(Failure));

  it('refuses text beyond its bound, and reads text up to it', () => {
    expect(parseDouble('1'.padEnd(limits.numberText, '0'))).toBeInstanceOf(Failure);
    expect(parseDouble(`1.${'0'.repeat(limits.numberText - 2)}`)).toBe(1);
    expect(parseDouble(`1.${'0'.repeat(limits.numberText - 1)}`)).toBeInstanceOf(Failure);
  });

  it.each([
    [1, '1'],
    [-0, '-0'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [123456, '123456'],
    [1e6, '1e+06'],
    [1234567.5, '1.2345675e+06'],
    [1e100, '1e+100'],
    [Number.NaN, 'NaN'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
  ])('writes %d as %s', (value, text) => expect(formatDouble(value)).toBe(text));

  it('rounds the exact binary value half to even', () => {
    expect([0.5, 1.5, 2.5, -2.5].map((value) => formatFixed(value, 0))).toEqual(['0', '2', '2', '-2']);
    expect(formatFixed(1.005, 2)).toBe('1.00');
    expect(formatFixed(1e22, 1)).toBe('10000000000000000000000.0');
    expect(formatFixed(0.1, 20)).toBe('0.10000000000000000555');
    expect(formatScientific(9.96, 1)).toBe('1.0e+01');
    expect(formatScientific(1e-323, 16)).toBe('9.8813129168249309e-324');
    expect(formatScientific(1e-323, 0)).toBe('1e-323');
    expect(formatScientific(0, 2)).toBe('0.00e+00');
    expect(formatPlain(1e21)).toBe('1000000000000000000000');
    expect(formatPlain(1.5e-7)).toBe('0.00000015');
  });
});

describe('text from outside in a message', () => {
  it('is cut, and stripped of control characters', () => {
    expect(quoted('a"\n\u0007\u009b\u202e\0')).toBe('"a\\"\\n\\u0007??\\u0000"');
    expect(quoted('\ud800')).toBe('"\ufffd"');
    expect(quoted('x'.repeat(1_000_000))).toHaveLength(69);
  });
});
