import { describe, expect, it } from 'vitest';
import {
  checkedDuration,
  durationHours,
  durationMilliseconds,
  durationMinutes,
  durationSeconds,
  formatDuration,
  parseDuration,
} from '../../../../policies/cel/go/duration.ts';
import { Failure } from '../../../../policies/cel/go/failure.ts';
import {
  addDuration,
  clockAt,
  compareTimestamps,
  formatTimestamp,
  parseTimestamp,
  subtractDuration,
  timestampDifference,
  timestampFromSeconds,
  timestampGetters,
  timestampMilliseconds,
} from '../../../../policies/cel/go/timestamp.ts';
import { zoneOffset } from '../../../../policies/cel/go/zone.ts';
import { limits } from '../../../../policies/limits.ts';

const known = <T>(value: T | Failure): T => {
  if (value instanceof Failure) throw new Error(value.message);
  return value;
};

describe('durations', () => {
  it.each([
    ['0', 0n],
    ['-0', 0n],
    ['1h30m', 5_400_000_000_000n],
    ['-1.5s', -1_500_000_000n],
    ['.5ms', 500_000n],
    ['1.us', 1000n],
    ['1\u00b5s2\u03bcs3ns', 3003n],
    ['0.3333333333333333333333h', 1_200_000_000_000n],
    ['-9223372036854775808ns', -(2n ** 63n)],
  ])('reads %s', (text, value) => expect(parseDuration(text)).toBe(value));

  it.each(['', '+', '1', '1x', '.s', '1.s.', '1h-1m', ' 1s', '1s ', '9223372036854775808ns', '2562048h', '1d', '1s\0'])(
    'refuses %j',
    (text) => expect(parseDuration(text)).toBeInstanceOf(Failure),
  );

  it('writes seconds', () => {
    expect(formatDuration(1_500_000_000n)).toBe('1.5s');
    expect(formatDuration(-3_600_000_000_000n)).toBe('-3600s');
    expect(formatDuration(1n)).toBe('0.000000001s');
  });

  it('counts whole units, towards zero and never minus zero', () => {
    expect(durationHours(5_400_000_000_000n)).toBe(1);
    expect(durationMinutes(-90_000_000_000n)).toBe(-1);
    expect(durationSeconds(-500_000_000n)).toBe(0);
    expect(durationMilliseconds(1_999_999n)).toBe(1);
  });

  it('overflows beyond int64', () => {
    expect(checkedDuration(2n ** 63n - 1n)).toBe(2n ** 63n - 1n);
    expect(checkedDuration(2n ** 63n)).toBeInstanceOf(Failure);
  });

  it('reads a hostile megabyte in linear time', () => {
    const start = performance.now();
    for (const text of [
      '1'.repeat(1e6),
      '1s'.repeat(5e5),
      `${'1s'.repeat(2e5)}!`,
      `0.${'0'.repeat(1e6)}s`,
      '.'.repeat(1e6),
    ])
      expect(parseDuration(text)).not.toBeUndefined();
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('timestamps', () => {
  it.each([
    ['2009-02-13T23:31:30Z', '2009-02-13T23:31:30Z'],
    ['2009-02-13T23:31:30.120Z', '2009-02-13T23:31:30.12Z'],
    ['2009-02-13T23:31:30.1234567891Z', '2009-02-13T23:31:30.123456789Z'],
    ['2009-02-13T5:31:30,5+01:30', '2009-02-13T05:31:30.5+01:30'],
    ['2009-02-13T23:31:30-00:00', '2009-02-13T23:31:30Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59.999999999Z', '9999-12-31T23:59:59.999999999Z'],
  ])('reads and writes %s', (text, written) => expect(formatTimestamp(known(parseTimestamp(text)))).toBe(written));

  it.each([
    '',
    '2009-02-29T00:00:00Z',
    '2009-13-01T00:00:00Z',
    '2009-02-13t00:00:00Z',
    '2009-02-13T00:00:00z',
    '2009-02-13T00:00:60Z',
    '2009-02-13T24:00:00Z',
    '2009-02-13T00:00:00',
    '2009-02-13T00:00:00+0100',
    '2009-02-13T00:00:00+25:00',
    '2009-02-13 00:00:00Z',
    '0000-12-31T23:59:59Z',
    '9999-12-31T23:59:59-00:01',
    '2009-02-13T00:00:00Z\n',
  ])('refuses %j', (text) => expect(parseTimestamp(text)).toBeInstanceOf(Failure));

  it('keeps to the years 1 to 9999', () => {
    expect(timestampFromSeconds(-62135596801)).toBeInstanceOf(Failure);
    expect(timestampFromSeconds(253402300800n)).toBeInstanceOf(Failure);
    const last = known(parseTimestamp('9999-12-31T23:59:59.999999999Z'));
    expect(addDuration(last, 1n)).toBeInstanceOf(Failure);
    expect(formatTimestamp(known(subtractDuration(last, 1n)))).toBe('9999-12-31T23:59:59.999999998Z');
    expect(subtractDuration(last, -(2n ** 63n))).toBeInstanceOf(Failure);
  });

  it('subtracts, and overflows beyond 292 years', () => {
    const [early, late] = ['2000-01-01T00:00:00.5Z', '2000-01-01T01:00:01+01:00'].map((text) =>
      known(parseTimestamp(text)),
    );
    expect(timestampDifference(late!, early!)).toBe(500_000_000n);
    expect(timestampDifference(known(parseTimestamp('9999-01-01T00:00:00Z')), early!)).toBeInstanceOf(Failure);
    expect(compareTimestamps(early!, late!)).toBeLessThan(0);
    expect(compareTimestamps(early!, { ...early!, offset: 3600 })).toBe(0);
  });

  it('reads the clock in UTC, in a zone, and at an offset', () => {
    const moment = known(parseTimestamp('2024-07-01T03:04:05.678Z'));
    const get = (name: keyof typeof timestampGetters, zone?: string): number =>
      timestampGetters[name](known(clockAt(moment, zone)));
    expect(get('getFullYear')).toBe(2024);
    expect(get('getMonth')).toBe(6);
    expect(get('getMonth', 'America/New_York')).toBe(5);
    expect(get('getDate', 'America/New_York')).toBe(30);
    expect(get('getDayOfMonth')).toBe(0);
    expect(get('getDayOfYear')).toBe(182);
    expect(get('getDayOfWeek')).toBe(1);
    expect(get('getHours', 'America/New_York')).toBe(23);
    expect(get('getMinutes', '+05:30')).toBe(34);
    expect(get('getHours', '02:00')).toBe(5);
    expect(get('getMinutes', '-00:30')).toBe(34);
    expect(get('getSeconds')).toBe(5);
    expect(timestampMilliseconds(moment)).toBe(678);
  });

  it.each([
    'nowhere',
    '../etc/passwd',
    '+01',
    'asia/kolkata',
    '1:2:3',
    ':30',
    '+99999:00',
    'A'.repeat(100),
    '__proto__',
    'America/New_York\0',
  ])('knows no zone %j', (zone) => expect(zoneOffset(zone, 0)).toBeInstanceOf(Failure));

  it('answers rightly for more zones than it keeps', () => {
    const zones = Intl.supportedValuesOf('timeZone').slice(0, limits.timeZones + 10);
    const first = zones.map((zone) => zoneOffset(zone, 1_700_000_000));
    expect(zones.map((zone) => zoneOffset(zone, 1_700_000_000))).toEqual(first);
    expect(first.every((offset) => typeof offset === 'number')).toBe(true);
  });
});
