import { matching } from '../cost.ts';
import { CelError } from '../error.ts';
import { type Library, overload, type OverloadOptions } from '../function.ts';
import { patternOf } from '../pattern.ts';
import type { Int } from '../value.ts';

const cost: OverloadOptions = { cost: matching, costByName: true };

const find = (text: string, source: string): string | CelError => {
  const pattern = patternOf(source);
  return pattern instanceof CelError ? pattern : pattern.find(text);
};

const findAll = (text: string, source: string, limit: Int = -1): readonly string[] | CelError => {
  const pattern = patternOf(source);
  return pattern instanceof CelError ? pattern : pattern.findAll(text, limit);
};

/** Kubernetes' regular expressions: RE2, like `matches`. */
export const regexLibrary: Library = {
  name: 'kubernetes regex',
  functions: [
    {
      name: 'find',
      summary: 'The first match of a pattern, the empty string where there is none.',
      examples: [["'abc 123'.find('[0-9]+')", "'123'"]],
      overloads: [overload('string_find_string', 'string.(string) -> string', find, cost)],
    },
    {
      name: 'findAll',
      summary: 'All matches of a pattern, or the first so many.',
      examples: [["'1 2 3'.findAll('[0-9]', 2)", "['1', '2']"]],
      overloads: [
        overload('string_find_all_string', 'string.(string) -> list(string)', findAll, cost),
        overload('string_find_all_string_int', 'string.(string, int) -> list(string)', findAll, cost),
      ],
    },
  ],
};
