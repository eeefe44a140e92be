import { describe, expect, it } from 'vitest';
import { compile, declareEnvironment, dyn, evaluate } from '../../../policies/cel/index.ts';
import { toTypedJson } from '../../../policies/cel/typed-json.ts';
import recorded from './core-answers.json' with { type: 'json' };
import { bindings, normal } from './go-oracle.ts';

/** Where cel-spec's own tests want another answer, or cel-go's is none; each must still differ, but where that is chance. */
const exceptions: readonly { readonly of: RegExp; readonly why: string; readonly byChance?: boolean }[] = [
  { of: /^'abc'\.(?:lastI|i)ndexOf\('b?', 5\)$/, why: 'cel-spec: a position beyond the text is an error' },
  { of: /^has\(object\.n\.m\)$/, why: 'cel-spec: what has no fields is an error' },
  {
    of: /^\{(?:1: 1, 1: 2|'a': 1, 'a': 2|1\.5: 1|null: 1|\[1\]: 1|dyn\(1\.0\): 1|1: 1, 1u: 2)\}$/,
    why: 'cel-spec: such a map is an error',
  },
  { of: /^"%s"\.format\(\[\{1: "a", true: 2, 1u: 3\}\]\)$/, why: 'cel-spec: such a map is an error' },
  { of: /^["']%[ef]["']\.format\(\[1u?\]\)$/, why: 'an int is written as Go writes what its verb does not take' },
  { of: /^'%s'\.format\(\[1, 2\]\)$/, why: 'a surplus argument is refused before it is evaluated' },
  {
    of: /^optional\.none\(\)\[null\]$/,
    why: 'a key that no map has ends the program there even where nothing is looked for',
  },
  {
    of: /optMap\(x, optional\.of\(x\)\)/,
    why: 'optMap of an optional is one optional there, and two, as its type says, here',
  },
  { of: /^object\.labels\.map\(k, k\)$/, why: 'a map has any order there', byChance: true },
  { of: /existsOne\(x,/, why: 'the newer name of exists_one is not there yet' },
  { of: /^is(?:IP|CIDR)\(|\bip\b|\bcidr\(|net\.IP/, why: 'the functions of networks are not there' },
];

describe(`the language and its extensions (${recorded.of})`, () => {
  const environment = declareEnvironment({ language: 'core', variables: { object: dyn, x: dyn, u: dyn } });
  const ours = (expression: string): unknown => {
    const program = compile(environment, expression);
    if ('phase' in program) return 'none';
    const result = evaluate(program, bindings);
    return result.kind === 'value' ? normal(toTypedJson(result.value)) : 'none';
  };
  const rows: readonly { readonly expression: string; readonly answer: { readonly value?: unknown } }[] = recorded.rows;

  it(`has ${rows.length} expressions answered alike, but for listed differences`, () => {
    const differing = rows.flatMap(({ expression, answer }) => {
      const theirs = answer.value === undefined ? 'none' : normal(answer.value);
      return JSON.stringify(ours(expression)) === JSON.stringify(theirs) ? [] : [expression];
    });
    expect(differing.filter((text) => !exceptions.some(({ of }) => of.test(text)))).toEqual([]);
    for (const { of, why, byChance = false } of exceptions)
      expect(byChance || differing.some((text) => of.test(text)), why).toBe(true);
  });
});
