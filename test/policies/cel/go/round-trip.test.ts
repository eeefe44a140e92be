import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../../../policies/cel/go/base64.ts';
import { civil, secondsOf } from '../../../../policies/cel/go/calendar.ts';
import { Cidr, parseCidr } from '../../../../policies/cel/go/cidr.ts';
import {
  formatDouble,
  formatFixed,
  formatPlain,
  formatScientific,
  parseDouble,
} from '../../../../policies/cel/go/double.ts';
import { parseDuration } from '../../../../policies/cel/go/duration.ts';
import { Failure } from '../../../../policies/cel/go/failure.ts';
import { format } from '../../../../policies/cel/go/format.ts';
import { Ip, parseIp } from '../../../../policies/cel/go/ip.ts';
import { parseJson } from '../../../../policies/cel/go/json.ts';
import { parseInt64, parseUint64 } from '../../../../policies/cel/go/number.ts';
import { parseQuantity, type Quantity } from '../../../../policies/cel/go/quantity.ts';
import { compilePattern } from '../../../../policies/cel/go/regex.ts';
import { parseSemver, type Semver } from '../../../../policies/cel/go/semver.ts';
import * as strings from '../../../../policies/cel/go/strings.ts';
import {
  addDuration,
  compareTimestamps,
  formatTimestamp,
  type Moment,
  parseTimestamp,
  subtractDuration,
  timestampDifference,
} from '../../../../policies/cel/go/timestamp.ts';
import { parseUrl } from '../../../../policies/cel/go/url.ts';

const known = <T>(value: T | Failure): T => {
  if (value instanceof Failure) throw new Error(value.message);
  return value;
};

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const text = fc.string({ unit: fc.constantFrom('a', 'b', ',', 'é', '\u{1f600}', '\uffff', '\0', ' '), maxLength: 12 });
const anyText = fc.string({ unit: 'binary' });
const double = fc.double({ noNaN: true, noDefaultInfinity: true });
const moment: fc.Arbitrary<Moment> = fc.record({
  seconds: fc.integer({ min: -62_135_500_000, max: 253_402_200_000 }),
  nanos: fc.integer({ min: 0, max: 999_999_999 }),
  offset: fc.integer({ min: -1439, max: 1439 }).map((minutes) => minutes * 60),
});

const holds = <T extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  check: (...values: T) => void,
): void => {
  const property = fc.property(fc.tuple<T>(...arbitraries), (values) => {
    check(...values);
  });
  fc.assert(property);
};

describe('numbers', () => {
  it('read back from what they are written as', () => {
    holds([double], (value) => {
      expect(parseDouble(formatDouble(value))).toBe(value);
      expect(parseDouble(formatPlain(value))).toBe(value);
      expect(parseDouble(formatScientific(value, 16))).toBe(value);
    });
    holds([int64], (value) => {
      expect(parseInt64(String(value))).toBe(value);
      expect(parseUint64(String(value + 2n ** 63n))).toBe(value + 2n ** 63n);
      expect(parseDuration(`${value}ns`)).toBe(value);
    });
  });

  it('are rounded to the nearest', () => {
    holds([fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.integer({ min: 0, max: 8 })], (value, precision) => {
      // What is read back is a double, which may lie as far from the digits as its last bit is wide.
      const allowed = 0.5000001 * 10 ** -precision + Math.abs(value) * 2 ** -52;
      expect(Math.abs(Number(formatFixed(value, precision)) - value)).toBeLessThanOrEqual(allowed);
    });
  });
});

describe('bytes and times', () => {
  it('read back', () => {
    holds([fc.uint8Array({ maxLength: 100 })], (bytes) => {
      const written = encodeBase64(bytes);
      expect(decodeBase64(written)).toEqual(bytes);
      expect(decodeBase64(written.replaceAll('=', ''))).toEqual(bytes);
    });
    holds([moment], (value) => expect(parseTimestamp(formatTimestamp(value))).toEqual({ ...value }));
  });

  it('agree with Date about the calendar', () => {
    holds([fc.integer({ min: -62_135_596_800, max: 253_402_300_799 })], (seconds) => {
      const at = civil(seconds);
      const date = new Date(seconds * 1000);
      expect([at.year, at.month, at.day, at.weekday]).toEqual([
        date.getUTCFullYear(),
        date.getUTCMonth() + 1,
        date.getUTCDate(),
        date.getUTCDay(),
      ]);
      expect(secondsOf(at)).toBe(seconds);
      expect(secondsOf({ ...at, month: 1, day: 1 })).toBe(seconds - at.yearDay * 86_400);
    });
  });

  it('add and subtract to where they were', () => {
    holds([moment, int64], (value, duration) => {
      const later = addDuration(value, duration);
      if (later instanceof Failure || duration === -(2n ** 63n)) return;
      expect(subtractDuration(later, duration)).toEqual({ ...value });
      expect(Math.sign(compareTimestamps(later, value))).toBe(duration === 0n ? 0 : duration > 0n ? 1 : -1);
      const difference = timestampDifference(later, value);
      if (typeof difference === 'bigint') expect(difference).toBe(duration);
    });
  });
});

/** Whole numbers beyond 2^53 are read as BigInt, which JSON.stringify does not take. */
const asDouble = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

describe('JSON', () => {
  it('is read alike by either reader', () => {
    holds([fc.jsonValue({ maxDepth: 5 })], (value) => {
      const written = JSON.stringify(value);
      expect(JSON.stringify(parseJson(written), asDouble)).toBe(written);
      expect(JSON.stringify(parseJson(written, { uniqueFields: true }), asDouble)).toBe(written);
    });
  });

  it('is refused by either reader or by neither', () => {
    const broken = fc.string({ unit: fc.constantFrom(...'{}[]":,\\u0d1-.eE tn '), maxLength: 10 });
    holds([broken], (written) => {
      let native = true;
      try {
        JSON.parse(written);
      } catch {
        native = false;
      }
      expect(!(parseJson(written) instanceof Failure)).toBe(native);
    });
  });
});

describe('strings', () => {
  it('come together again', () => {
    holds([text, text], (value, separator) => {
      expect(strings.join(strings.split(value, separator), separator)).toBe(value);
      expect(strings.reverse(strings.reverse(value))).toBe(value);
      expect(strings.replace(value, separator, separator)).toBe(value);
    });
    holds([text, fc.nat(12)], (value, at) => {
      if (at > strings.size(value)) return;
      expect(known(strings.substring(value, 0, at)) + known(strings.substring(value, at))).toBe(value);
    });
  });

  it('are searched as lists of code points are', () => {
    const short = fc.string({ unit: fc.constantFrom('a', '\u{1f600}', '\u{1f601}'), minLength: 1, maxLength: 2 });
    holds([fc.array(short, { maxLength: 6 }).map((parts) => parts.join('')), short], (value, part) => {
      const [points, wanted] = [Array.from(value), Array.from(part)];
      const places = points.flatMap((_, at) =>
        wanted.every((point, index) => points[at + index] === point) ? [at] : [],
      );
      expect(strings.indexOf(value, part)).toBe(places[0] ?? -1);
      expect(strings.lastIndexOf(value, part)).toBe(places.at(-1) ?? -1);
      expect(strings.size(value)).toBe(points.length);
    });
  });

  it('are ordered as their UTF-8 is', () => {
    holds([text, text], (left, right) => {
      expect(Math.sign(strings.compareText(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)));
    });
  });

  it('pass through %s, and match themselves quoted', () => {
    holds([anyText], (value) => {
      expect(format('%s', [value], 'kubernetes')).toBe(value);
      expect(format(value.replaceAll('%', '%%'), [], 'core')).toBe(value);
    });
    holds([text, text], (value, around) => {
      const quoted = Array.from(value, (point) => `\\x{${point.codePointAt(0)!.toString(16)}}`).join('');
      expect(known(compilePattern(quoted)).find(around + value)).toBe(value);
    });
  });
});

describe('the values of Kubernetes', () => {
  // Below 10^18: apimachinery has no suffix for more, and writes 1000E as 1.
  const quantity: fc.Arbitrary<Quantity> = fc
    .tuple(
      fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }),
      fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e-3', 'e2', 'E3'),
    )
    .map(([value, suffix]) => known(parseQuantity(`${value}${suffix}`)));

  it('are quantities that read back, and add up', () => {
    holds([quantity], (value) => {
      const again = known(parseQuantity(value.toString()));
      expect(again.compareTo(value)).toBe(0);
      expect(known(parseQuantity(again.toString())).toString()).toBe(again.toString());
    });
    holds([quantity, quantity], (left, right) => {
      expect(left.add(right).sub(right).compareTo(left)).toBe(0);
      expect(left.compareTo(right)).toBe(-right.compareTo(left) + 0);
      expect(left.sub(right).sign()).toBe(left.compareTo(right));
    });
  });

  const ip: fc.Arbitrary<Ip> = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((bits) => new Ip(4, bits)),
    fc.array(fc.constantFrom(0n, 0n, 1n, 0xffffn, 0xfe80n), { minLength: 8, maxLength: 8 }).map(
      (groups) =>
        new Ip(
          6,
          groups.reduce<bigint>((bits, group) => (bits << 16n) | group, 0n),
        ),
    ),
  );

  it('are addresses and networks that read back', () => {
    holds([ip, fc.nat(128)], (value, length) => {
      const mapped = value.family === 6 && value.bits >> 32n === 0xffffn;
      const again = parseIp(value.toString());
      if (mapped) expect(again).toBeInstanceOf(Failure);
      else expect(known(again).equals(value)).toBe(true);
      const network = new Cidr(value, value.family === 4 ? Math.min(length, 32) : length);
      if (!mapped) expect(known(parseCidr(network.toString())).equals(network)).toBe(true);
      expect(network.containsIp(value) && network.masked().containsCidr(network)).toBe(true);
      expect(network.masked().masked().equals(network.masked())).toBe(true);
    });
  });

  const version: fc.Arbitrary<Semver> = fc
    .tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.array(fc.constantFrom('0', '1', '10', 'a', 'b', '-'), { maxLength: 2 }))
    .map(([major, minor, patch, pre]) =>
      known(parseSemver(`${major}.${minor}.${patch}${pre.length === 0 ? '' : `-${pre.join('.')}`}`)),
    );

  it('are versions in one order, that read back', () => {
    holds([version, version, version], (a, b, c) => {
      expect(known(parseSemver(a.toString())).compareTo(a)).toBe(0);
      expect(a.compareTo(b)).toBe(-b.compareTo(a) + 0);
      if (a.compareTo(b) <= 0 && b.compareTo(c) <= 0) expect(a.compareTo(c)).toBeLessThanOrEqual(0);
    });
  });

  it('are URLs that read back', () => {
    holds([fc.webUrl({ withQueryParameters: true })], (value) => {
      expect(known(parseUrl(value)).toString()).toBe(value);
    });
  });
});

describe('no text whatever', () => {
  it('makes a reader throw', () => {
    const hostile = fc.oneof(anyText, fc.string({ unit: fc.constantFrom(...'0123456789.:/%[]@?#eEKi-+TZ\ud800\0_') }));
    holds([hostile], (value) => {
      for (const read of [
        parseDouble,
        parseInt64,
        parseDuration,
        parseTimestamp,
        parseQuantity,
        parseSemver,
        parseIp,
        parseCidr,
        parseUrl,
        parseJson,
        decodeBase64,
        compilePattern,
      ])
        expect(read(value)).toBeDefined();
      expect(format(value, [value, 1, null], 'kubernetes')).toBeDefined();
    });
  });
});
