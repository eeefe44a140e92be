import { making, traverses } from '../cost.ts';
import { badArgument } from '../error.ts';
import { type FunctionDeclaration, type Library, overload, type OverloadOptions } from '../function.ts';
import { type Dialect, format } from '../go/format.ts';
import { quoteCel } from '../go/quote.ts';
import {
  charAt,
  indexOf,
  join,
  lastIndexOf,
  lowerAscii,
  replace,
  reverse,
  split,
  substring,
  trim,
  upperAscii,
} from '../go/strings.ts';
import { lift } from '../lift.ts';
import { codePoints } from '../size.ts';
import { type Int, isInt, type Value } from '../value.ts';
import { traversalOf } from './traversal.ts';

const once: OverloadOptions = { cost: traverses(), costByName: true };
const twice: OverloadOptions = { cost: traverses(0, 2), costByName: true };
const searched: OverloadOptions = { cost: ([text]) => traversalOf(text), costByName: true };

const functions: readonly FunctionDeclaration[] = [
  {
    name: 'charAt',
    summary: 'The character at a position; the empty string at the end.',
    examples: [
      ["'hello'.charAt(4)", "'o'"],
      ["'hello'.charAt(6)", 'error'],
    ],
    overloads: [
      overload('string_char_at_int', 'string.(int) -> string', (text: string, at: Int) => lift(charAt(text, at))),
    ],
  },
  {
    name: 'indexOf',
    summary: 'Where a string first stands in another, from a position on; -1 where it does not.',
    examples: [["'hello mellow'.indexOf('ello', 2)", '7']],
    overloads: [
      overload(
        'string_index_of_string',
        'string.(string) -> int',
        (text: string, part: string) => lift(indexOf(text, part)),
        searched,
      ),
      overload(
        'string_index_of_string_int',
        'string.(string, int) -> int',
        (text: string, part: string, from: Int) => lift(indexOf(text, part, from)),
        searched,
      ),
    ],
  },
  {
    name: 'lastIndexOf',
    summary: 'Where a string last stands in another, up to a position; -1 where it does not.',
    examples: [["'hello mellow'.lastIndexOf('ello')", '7']],
    overloads: [
      overload(
        'string_last_index_of_string',
        'string.(string) -> int',
        (text: string, part: string) => lift(lastIndexOf(text, part)),
        searched,
      ),
      overload(
        'string_last_index_of_string_int',
        'string.(string, int) -> int',
        (text: string, part: string, to: Int) => lift(lastIndexOf(text, part, to)),
        searched,
      ),
    ],
  },
  {
    name: 'join',
    summary: 'The strings of a list as one, with a separator between them.',
    examples: [["['a', 'b'].join('-')", "'a-b'"]],
    overloads: [
      overload('list_join', 'list(string).() -> string', (list: readonly Value[]) => lift(join(list)), {
        cost: making,
        costByName: true,
      }),
      overload(
        'list_join_string',
        'list(string).(string) -> string',
        (list: readonly Value[], separator: string) => lift(join(list, separator)),
        { cost: making, costByName: true },
      ),
    ],
  },
  {
    name: 'lowerAscii',
    summary: 'The string with A to Z in lower case; other letters stay.',
    examples: [["'TacoCÆt'.lowerAscii()", "'tacocÆt'"]],
    overloads: [overload('string_lower_ascii', 'string.() -> string', lowerAscii, once)],
  },
  {
    name: 'upperAscii',
    summary: 'The string with a to z in upper case; other letters stay.',
    examples: [["'tacocæt'.upperAscii()", "'TACOCæT'"]],
    overloads: [overload('string_upper_ascii', 'string.() -> string', upperAscii, once)],
  },
  {
    name: 'replace',
    summary: 'The string with one part replaced by another, everywhere or at most so many times.',
    examples: [["'hello hello'.replace('he', 'we', 1)", "'wello hello'"]],
    overloads: [
      overload(
        'string_replace_string_string',
        'string.(string, string) -> string',
        (text: string, old: string, fresh: string) => lift(replace(text, old, fresh)),
        twice,
      ),
      overload(
        'string_replace_string_string_int',
        'string.(string, string, int) -> string',
        (text: string, old: string, fresh: string, count: Int) => lift(replace(text, old, fresh, count)),
        twice,
      ),
    ],
  },
  {
    name: 'split',
    summary: 'The parts of a string between separators, at most so many.',
    examples: [["'a,b,c'.split(',', 2)", "['a', 'b,c']"]],
    overloads: [
      overload(
        'string_split_string',
        'string.(string) -> list(string)',
        (text: string, by: string) => split(text, by),
        twice,
      ),
      overload(
        'string_split_string_int',
        'string.(string, int) -> list(string)',
        (text: string, by: string, count: Int) => split(text, by, count),
        twice,
      ),
    ],
  },
  {
    name: 'substring',
    summary: 'The part of a string from one position to another, the latter excluded, or to the end.',
    examples: [
      ["'tacocat'.substring(0, 4)", "'taco'"],
      ["'tacocat'.substring(8)", 'error'],
    ],
    overloads: [
      overload(
        'string_substring_int',
        'string.(int) -> string',
        (text: string, from: Int) => lift(substring(text, from)),
        once,
      ),
      overload(
        'string_substring_int_int',
        'string.(int, int) -> string',
        (text: string, from: Int, to: Int) => lift(substring(text, from, to)),
        once,
      ),
    ],
  },
  {
    name: 'trim',
    summary: 'The string without white space at its ends.',
    examples: [["'  \\ttrim\\n '.trim()", "'trim'"]],
    overloads: [overload('string_trim', 'string.() -> string', trim, once)],
  },
];

const quote: FunctionDeclaration = {
  name: 'strings.quote',
  summary: 'The string in double quotes, its special characters escaped.',
  examples: [["strings.quote('a\"b')", '\'"a\\\\"b"\'']],
  since: 29,
  overloads: [overload('strings_quote', '(string) -> string', quoteCel, { cost: traverses() })],
};

const formatted = (dialect: Dialect): FunctionDeclaration => ({
  name: 'format',
  summary: 'The string with its clauses (%s %d %f %e %b %o %x %X) filled in from a list.',
  examples: [["'%s has %d'.format(['a', 2])", "'a has 2'"]],
  since: 29,
  overloads: [
    overload(
      'string_format',
      'string.(list(dyn)) -> string',
      (text: string, list: readonly Value[]) => lift(format(text, list, dialect)),
      { cost: traverses() },
    ),
  ],
});

const reversed: FunctionDeclaration = {
  name: 'reverse',
  summary: 'The characters of a string in reverse order.',
  examples: [["'gums'.reverse()", "'smug'"]],
  overloads: [overload('string_reverse', 'string.() -> string', reverse, once)],
};

/** cel-spec wants an error for a position beyond the string, where cel-go (and so the API server) answers -1. */
const strict = (declaration: FunctionDeclaration): FunctionDeclaration =>
  declaration.name !== 'indexOf' && declaration.name !== 'lastIndexOf'
    ? declaration
    : {
        ...declaration,
        overloads: declaration.overloads.map((each) => ({
          ...each,
          call: (...args: readonly Value[]) => {
            const [text, , position] = args;
            return typeof text === 'string' && isInt(position) && position > codePoints(text)
              ? badArgument(`position ${position} is beyond the string`)
              : each.call(...args);
          },
        })),
      };

/** The strings library as Kubernetes has it: version 0, and version 2 since 1.29. */
export const kubernetesStrings: Library = {
  name: 'strings',
  functions: [...functions, quote, formatted('kubernetes')],
};

/** The strings library of the language's own extensions, in its newest version. */
export const coreStrings: Library = {
  name: 'strings',
  functions: [...functions.map(strict), quote, formatted('core'), reversed],
};
