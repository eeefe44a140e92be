import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../policies/cel/go/failure.ts';
import { normalizeSemver, parseSemver, type Semver } from '../../../../policies/cel/go/semver.ts';
import { limits } from '../../../../policies/limits.ts';

const semver = (text: string, parse = parseSemver): Semver => {
  const value = parse(text);
  if (value instanceof Failure) throw new Error(value.message);
  return value;
};

describe('versions', () => {
  it('are ordered by precedence', () => {
    const sorted = [
      '1.0.0-1',
      '1.0.0-2',
      '1.0.0-10',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.b',
      '1.0.0-beta',
      '1.0.0',
      '1.0.10',
      '1.2.0',
      '10.0.0',
    ];
    for (const [left, low] of sorted.entries())
      for (const [right, high] of sorted.entries())
        expect(semver(low).compareTo(semver(high)), `${low} ${high}`).toBe(Math.sign(left - right));
    expect(semver('1.0.0+a').equals(semver('1.0.0+b'))).toBe(true);
  });

  it('give their numbers, wrapped beyond int64', () => {
    const version = semver('1.2.9223372036854775808-x.1+b-1.2');
    expect([version.major(), version.minor(), version.patch()]).toEqual([1n, 2n, -(2n ** 63n)]);
    expect(version.toString()).toBe('1.2.9223372036854775808-x.1+b-1.2');
  });

  it.each([
    ['', 'Version string empty'],
    ['1.2', 'No Major.Minor.Patch elements found'],
    ['v1.2.3', 'Invalid character(s) found in major number "v1"'],
    ['01.2.3', 'Major number must not contain leading zeroes "01"'],
    ['1.2.3.4', 'Invalid character(s) found in patch number "3.4"'],
    ['1..3', 'Minor number "" is not within uint64'],
    ['1.18446744073709551616.3', 'Minor number "18446744073709551616" is not within uint64'],
    ['1.2.3-', 'Prerelease is empty'],
    ['1.2.3-01', 'Numeric PreRelease version must not contain leading zeroes "01"'],
    ['1.2.3-a_b', 'Invalid character(s) found in prerelease "a_b"'],
    ['1.2.3+', 'Build meta data is empty'],
    ['1.2.3+a\0', 'Invalid character(s) found in build meta data "a\\u0000"'],
    [`1.2.${'3'.repeat(limits.versionLength)}`, 'the version has 1028 UTF-16 units, at most 1024 are allowed'],
  ])('refuse %j', (text, message) => expect(parseSemver(text)).toMatchObject({ message }));

  it.each([
    ['v1', '1.0.0'],
    ['01.02', '1.2.0'],
    ['1.2.003-a.1', '1.2.3-a.1'],
    ['v00.0.00', '0.0.0'],
  ])('are normalized from %s', (text, written) => expect(semver(text, normalizeSemver).toString()).toBe(written));

  it.each(['1-alpha', 'vv1.2.3', '', 'V1.2.3', '1.2+b', '1.2.3.4'])('cannot be normalized from %j', (text) =>
    expect(normalizeSemver(text)).toBeInstanceOf(Failure),
  );
});
