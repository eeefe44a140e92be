import { limits } from '../../limits.ts';
import { Opaque } from '../value.ts';
import { type Failure, failure, quoted } from './failure.ts';
import { isUint64 } from './number.ts';
import { compareText } from './strings.ts';

/** A version of Semantic Versioning 2.0.0, as `semver()` reads it. */
export class Semver extends Opaque {
  readonly #numbers: readonly [major: bigint, minor: bigint, patch: bigint];
  readonly #prerelease: readonly Identifier[];
  readonly #build: string;

  constructor(numbers: readonly [bigint, bigint, bigint], prerelease: readonly Identifier[], build: string) {
    super();
    this.#numbers = numbers;
    this.#prerelease = prerelease;
    this.#build = build;
  }

  get typeName(): string {
    return 'kubernetes.Semver';
  }

  equals(other: Opaque): boolean {
    return other instanceof Semver && this.compareTo(other) === 0;
  }

  toString(): string {
    const prerelease = this.#prerelease.length === 0 ? '' : `-${this.#prerelease.join('.')}`;
    return `${this.#numbers.join('.')}${prerelease}${this.#build === '' ? '' : `+${this.#build}`}`;
  }

  /** The first number as an int; beyond int64 it wraps, as in the API server. */
  major(): bigint {
    return BigInt.asIntN(64, this.#numbers[0]);
  }

  minor(): bigint {
    return BigInt.asIntN(64, this.#numbers[1]);
  }

  patch(): bigint {
    return BigInt.asIntN(64, this.#numbers[2]);
  }

  /** -1, 0 or 1 by precedence (Semantic Versioning, section 11); build metadata does not count. */
  compareTo(other: Semver): number {
    const numbers = firstDifference(this.#numbers, other.#numbers, compareIdentifiers);
    if (numbers !== 0) return numbers;
    const [left, right] = [this.#prerelease, other.#prerelease];
    if (left.length === 0 || right.length === 0) return Math.sign(right.length - left.length);
    return firstDifference(left, right, compareIdentifiers) || Math.sign(left.length - right.length);
  }
}

/** One part of a prerelease: a number where it has digits only. */
type Identifier = bigint | string;

/** `semver(string)`: major.minor.patch with an optional prerelease and build. */
export const parseSemver = (text: string): Semver | Failure => {
  if (text === '') return failure('Version string empty');
  if (text.length > limits.versionLength)
    return failure(`the version has ${text.length} UTF-16 units, at most ${limits.versionLength} are allowed`);
  const parts = splitThree(text);
  if (parts.length !== 3) return failure('No Major.Minor.Patch elements found');
  const [major = '', minor = '', rest = ''] = parts;
  const [beforeBuild, build] = cut(rest, '+');
  const [patch, prerelease] = cut(beforeBuild, '-');
  for (const [name, value] of Object.entries({ major, minor, patch })) {
    const fault = faultOfNumber(name, value);
    if (fault !== undefined) return failure(fault);
  }
  const identifiers = prerelease === undefined ? [] : prerelease.split('.');
  const fault = identifiers.map(faultOfIdentifier).find((found) => found !== undefined) ?? faultOfBuild(build);
  if (fault !== undefined) return failure(fault);
  const read = identifiers.map((part) => (/^[0-9]+$/.test(part) ? BigInt(part) : part));
  return new Semver([BigInt(major), BigInt(minor), BigInt(patch)], read, build ?? '');
};

/** `semver(string, true)`: a leading `v`, leading zeros and missing minor or patch numbers pass. */
export const normalizeSemver = (text: string): Semver | Failure => {
  const parts = splitThree(text.startsWith('v') ? text.slice(1) : text).map(withoutZeros);
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? ''))
    return failure('short version cannot contain PreRelease/Build meta data');
  return parseSemver([...parts, '0', '0'].slice(0, 3).join('.'));
};

const splitThree = (text: string): readonly string[] => {
  const [major = '', ...rest] = text.split('.');
  const minor = rest.shift();
  if (minor === undefined) return [major];
  return rest.length === 0 ? [major, minor] : [major, minor, rest.join('.')];
};

const cut = (text: string, mark: string): readonly [before: string, after: string | undefined] => {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
};

const withoutZeros = (part: string): string => {
  if (part.length < 2) return part;
  const rest = part.replace(/^0+/, '');
  return /^[0-9]/.test(rest) ? rest : `0${rest}`;
};

const faultOfNumber = (name: string, text: string): string | undefined => {
  if (!/^[0-9]*$/.test(text)) return `Invalid character(s) found in ${name} number ${quoted(text)}`;
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  if (/^0[0-9]/.test(text)) return `${title} number must not contain leading zeroes ${quoted(text)}`;
  return isNumber(text) ? undefined : `${title} number ${quoted(text)} is not within uint64`;
};

const faultOfIdentifier = (text: string): string | undefined => {
  if (text === '') return 'Prerelease is empty';
  if (!/^[0-9A-Za-z-]+$/.test(text)) return `Invalid character(s) found in prerelease ${quoted(text)}`;
  if (!/^[0-9]+$/.test(text)) return undefined;
  if (/^0[0-9]/.test(text)) return `Numeric PreRelease version must not contain leading zeroes ${quoted(text)}`;
  return isNumber(text) ? undefined : `the prerelease number ${quoted(text)} is not within uint64`;
};

const faultOfBuild = (build: string | undefined): string | undefined => {
  if (build === undefined) return undefined;
  if (build.split('.').includes('')) return 'Build meta data is empty';
  return /^[0-9A-Za-z.-]+$/.test(build) ? undefined : `Invalid character(s) found in build meta data ${quoted(build)}`;
};

/** At most as many digits as a uint64 has: BigInt would take time quadratic in them. */
const isNumber = (text: string): boolean => text !== '' && text.length <= 20 && isUint64(BigInt(text));

const firstDifference = <T>(left: readonly T[], right: readonly T[], by: (left: T, right: T) => number): number => {
  for (const [index, value] of left.entries()) {
    const other = right[index];
    const difference = other === undefined ? 0 : by(value, other);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** Numbers by value and below text, text by its characters. */
const compareIdentifiers = (left: Identifier, right: Identifier): number => {
  if (typeof left === 'string' && typeof right === 'string') return Math.sign(compareText(left, right));
  if (typeof left === 'string') return 1;
  if (typeof right === 'string') return -1;
  if (left === right) return 0;
  return left < right ? -1 : 1;
};
