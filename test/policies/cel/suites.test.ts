import { getCheckingSuite, getComprehensionSuite, getParsingSuite } from '@bufbuild/cel-spec/testdata/tests.js';
import { describe, expect, it } from 'vitest';
import { check } from '../../../policies/cel/check.ts';
import { CelError } from '../../../policies/cel/error.ts';
import { compile, declareEnvironment, evaluate, formatType } from '../../../policies/cel/index.ts';
import { standardMacros } from '../../../policies/cel/macro/standard.ts';
import { parse } from '../../../policies/cel/parser.ts';
import { bool, bytes, double, int, nullType, string, uint } from '../../../policies/cel/typing.ts';
import { debugString, kindNote } from './debug-string.ts';

const core = declareEnvironment({
  language: 'core',
  variables: { is: string, ii: int, iu: uint, iz: bool, id: double, ix: nullType, ib: bytes },
});

/** Tests of an option that cel-go has switched off, or of a limit that it has set lower, for that test. */
const optional = /unsupported syntax|limit exceeded|exceeds|recursion|size limit/i;

describe('the parsing suite of cel-go', () => {
  const tests = getParsingSuite().tests.filter(({ error }) => !optional.test(error ?? ''));
  it('applies almost wholly', () => expect(tests.length).toBeGreaterThan(150));

  it.each(tests.map((test) => [test.original.expr.slice(0, 200), test] as const))('%s', (_, test) => {
    const node = parse(test.original.expr, core.macros);
    if (test.ast === undefined) expect(node).toBeInstanceOf(CelError);
    else expect(node instanceof CelError ? node.message : debugString(node, kindNote)).toBe(test.ast);
  });
});

describe('the checking suite of cel-go', () => {
  const suite = getCheckingSuite().tests;
  /** Tests declare variables, functions and messages that the data does not carry; what is left uses ours. */
  const foreign =
    /\b(?:x|y|a|args|claims|lists|values|pb[23]|fg_s|fi_s_s|myfun|set|encode|base64|null_\w+|TestAllTypes|testAllTypes|fun|test|customAttributes)\b/;
  const typed = suite.filter(({ type, original }) => type !== undefined && !foreign.test(original.expr));
  const refused = suite.filter(
    ({ type, original }) =>
      type === undefined &&
      !foreign.test(original.expr) &&
      // The same expression is refused with an option and accepted without.
      !/[<>]=? 1\.0|\.\?/.test(original.expr),
  );
  it('applies in good part', () => expect([typed.length > 45, refused.length > 5]).toEqual([true, true]));

  it.each(typed.map((test) => [test.original.expr, test] as const))('%s', (text, test) => {
    const root = parse(text, core.macros);
    const checked = root instanceof CelError ? root : check(root, core);
    const type = checked instanceof CelError ? checked.message : formatType(checked.type);
    expect(type).toBe(test.type === 'null' ? 'null_type' : test.type);
  });

  it.each(refused.map((test) => [test.original.expr]))('%s is refused', (text) => {
    const root = parse(text, standardMacros);
    expect(root instanceof CelError ? root : check(root, { ...core, kubernetes: true })).toBeInstanceOf(CelError);
  });
});

describe('the comprehension suite of cel-go', () => {
  // Its table wants an error where a library is absent, which is here.
  const tests = getComprehensionSuite().tests.filter(({ original }) => !original.expr.includes('upperAscii'));
  const results = tests.map(({ original }) => {
    const program = compile(core, original.expr);
    const result = 'phase' in program ? program : evaluate(program, {});
    const truth = 'kind' in result && result.kind === 'value' ? result.value : 'error';
    return { text: original.expr, truth };
  });

  it('is true where its expressions are right, and an error where its table wants one', () => {
    expect(results.filter(({ truth }) => truth !== true && truth !== 'error').map(({ text }) => text)).toEqual([]);
    expect(results.filter(({ truth }) => truth === true).length).toBeGreaterThanOrEqual(40);
  });
});
