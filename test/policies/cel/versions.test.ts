import { describe, expect, it } from 'vitest';
import { compile, declareEnvironment, dyn, evaluate } from '../../../policies/cel/index.ts';

/** What an expression comes to in the language of a Kubernetes minor version: JSON, or the phase that it does not get through. */
function answer(text: string, kubernetesMinor: number, language: 'kubernetes' | 'core' = 'kubernetes'): unknown {
  const environment = declareEnvironment({ language, kubernetesMinor, variables: { x: dyn, object: dyn } });
  const program = compile(environment, text);
  if ('phase' in program) return program.phase;
  const result = evaluate(program, { x: 1, object: { a: 1 } });
  return result.kind === 'value' ? result.value : 'evaluate';
}

describe('the language of a Kubernetes version', () => {
  it.each([
    ['object.?a.hasValue()', 27, 'parse', 28, true],
    ["object[?'a'].hasValue()", 27, 'parse', 28, true],
    ['[?optional.of(1)] == [1]', 27, 'parse', 28, true],
    ["{?'a': optional.of(1)} == {'a': 1}", 27, 'parse', 28, true],
    ['1 < 1.5', 27, 'check', 28, true],
    ["duration('x') == duration('y') || true", 28, true, 29, 'check'],
    ["'a'.matches('(') || true", 28, true, 29, 'check'],
    ['[1].first().hasValue()', 33, 'check', 34, true],
  ])('%s: in 1.%d %j, in 1.%d %j', (text, before, first, after, then) => {
    expect([answer(text, before), answer(text, after)]).toEqual([first, then]);
  });

  it('compares numbers of two types at run time whatever the version', () => {
    expect([answer('x < 1.5', 25), answer('dyn(1u) >= x', 25), answer("x < 'a'", 25)]).toEqual([
      true,
      true,
      'evaluate',
    ]);
  });

  it.each([25, 28, 29, 36])('has no literals of several types in 1.%d', (minor) => {
    expect(answer('[1, x] == []', minor)).toBe('check');
    expect(answer("{'a': 1, 'b': 'c'} == {}", minor)).toBe('check');
    expect(answer('[x, object.a] == [1, 1]', minor)).toBe(true);
  });
});

describe('what the API server does not know', () => {
  it.each([
    ['object.`a` == 1', 'parse'],
    ['[1, 2].existsOne(i, i == 1)', 'check'],
    ['cel.bind(i, 1, i == 1)', 'check'],
  ])('is there in the language itself alone: %s', (text, phase) => {
    expect(answer(text, 36)).toBe(phase);
    expect(answer(text, 36, 'core')).toBe(true);
  });

  it.each(['[,] == []', '{,} == {}', '[1,] == [1]'])('a comma may stand alone or last: %s', (text) => {
    expect([answer(text, 36), answer(text, 36, 'core')]).toEqual([true, true]);
  });

  it.each(['[1,,2]', '[,1]', 'size(,)', "'a'.contains('a',)"])('but nowhere else: %s', (text) => {
    expect(answer(text, 36)).toBe('parse');
  });
});
