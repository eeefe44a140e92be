import { traverses } from '../cost.ts';
import { type FunctionDeclaration, type Library, overload, type OverloadOptions } from '../function.ts';
import { Failure } from '../go/failure.ts';
import { normalizeSemver, parseSemver, type Semver } from '../go/semver.ts';
import { lift } from '../lift.ts';
import { toInt } from '../value.ts';

const reading: OverloadOptions = { cost: traverses(), costByName: true };
const type = 'kubernetes.Semver';
const read = (text: string, normalize = false): Semver | Failure =>
  normalize ? normalizeSemver(text) : parseSemver(text);

const part = (name: 'major' | 'minor' | 'patch', value: string): FunctionDeclaration => ({
  name,
  summary: `The ${name} number of a version.`,
  examples: [[`semver('1.2.3').${name}()`, value]],
  overloads: [overload(`semver_${name}`, `${type}.() -> int`, (version: Semver) => toInt(version[name]()))],
});

/** Versions of Semantic Versioning. */
export const semverLibrary: Library = {
  name: 'semver',
  functions: [
    {
      name: 'semver',
      summary: 'The version that a text spells; with true, a leading v, leading zeros and missing numbers pass.',
      examples: [
        ["semver('v1.1', true) == semver('1.1.0')", 'true'],
        ["semver('1.0')", 'error'],
      ],
      overloads: [
        overload('string_to_semver', `(string) -> ${type}`, (text: string) => lift(read(text)), reading),
        overload(
          'string_bool_to_semver',
          `(string, bool) -> ${type}`,
          (text: string, loose: boolean) => lift(read(text, loose)),
          reading,
        ),
      ],
    },
    {
      name: 'isSemver',
      summary: 'Whether a text spells a version.',
      examples: [["isSemver('1.0')", 'false']],
      overloads: [
        overload('is_semver_string', '(string) -> bool', (text: string) => !(read(text) instanceof Failure), reading),
        overload(
          'is_semver_string_bool',
          '(string, bool) -> bool',
          (text: string, loose: boolean) => !(read(text, loose) instanceof Failure),
          reading,
        ),
      ],
    },
    part('major', '1'),
    part('minor', '2'),
    part('patch', '3'),
    {
      name: 'isGreaterThan',
      summary: 'Whether a version is greater than another.',
      examples: [["semver('1.2.3').isGreaterThan(semver('1.2.3-rc.1'))", 'true']],
      overloads: [
        overload('semver_is_greater_than', `${type}.(${type}) -> bool`, (a: Semver, b: Semver) => a.compareTo(b) > 0),
      ],
    },
    {
      name: 'isLessThan',
      summary: 'Whether a version is less than another.',
      examples: [["semver('1.9.0').isLessThan(semver('1.10.0'))", 'true']],
      overloads: [
        overload('semver_is_less_than', `${type}.(${type}) -> bool`, (a: Semver, b: Semver) => a.compareTo(b) < 0),
      ],
    },
    {
      name: 'compareTo',
      summary: 'One, zero or minus one, as a version is greater than, equal to or less than another.',
      examples: [["semver('1.0.0').compareTo(semver('1.2.3'))", '-1']],
      overloads: [overload('semver_compare_to', `${type}.(${type}) -> int`, (a: Semver, b: Semver) => a.compareTo(b))],
    },
  ],
};
