import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../policies/cel/go/failure.ts';
import { compilePattern, type Pattern } from '../../../../policies/cel/go/regex.ts';
import { limits } from '../../../../policies/limits.ts';

const pattern = (source: string): Pattern => {
  const compiled = compilePattern(source);
  if (compiled instanceof Failure) throw new Error(compiled.message);
  return compiled;
};

describe('patterns of RE2', () => {
  it('match any part of a text', () => {
    expect(pattern('b+').matches('abbc')).toBe(true);
    expect(pattern('^b+$').matches('abbc')).toBe(false);
    expect(pattern('(?i)K').matches('\u212a')).toBe(true);
    expect(pattern('^.$').matches('\u{1f600}')).toBe(true);
  });

  it('find the leftmost match, or the empty text', () => {
    expect(pattern('[0-9]+').find('ab12c345')).toBe('12');
    expect(pattern('x').find('abc')).toBe('');
  });

  it('find all matches as Go does, empty ones right after a match passed over', () => {
    expect(pattern('a*').findAll('aab')).toEqual(['aa', '']);
    expect(pattern('').findAll('a\u{1f600}')).toEqual(['', '', '']);
    expect(pattern('[0-9]').findAll('123', 2)).toEqual(['1', '2']);
    expect(pattern('[0-9]').findAll('123', 0n)).toEqual([]);
    expect(pattern('[0-9]').findAll('123', -1)).toEqual(['1', '2', '3']);
  });

  it.each([
    ['a(b', 'missing closing ): "a(b"', 0],
    ['a{1001}', 'invalid repeat count: "{1001}"', 1],
    ['ab(?=c)', 'invalid or unsupported Perl syntax: "(?="', 2],
    ['ab**', 'invalid nested repetition operator: "**"', 2],
    ['x\\8', 'invalid escape sequence: "\\\\8"', 1],
    ['a\\', 'trailing backslash at end of expression', undefined],
  ])('say what is wrong with %s and where', (source, message, position) => {
    expect(compilePattern(source)).toMatchObject({ message: `error parsing regexp: ${message}`, position });
  });

  it('may be as long as the limit and no longer', () => {
    expect(compilePattern('a'.repeat(limits.patternLength))).not.toBeInstanceOf(Failure);
    expect(compilePattern('a'.repeat(limits.patternLength + 1))).toBeInstanceOf(Failure);
  });

  it('neither overflow the stack nor take long, however they nest and repeat', () => {
    const start = performance.now();
    const half = limits.patternLength / 2;
    compilePattern('('.repeat(half) + ')'.repeat(half));
    compilePattern('(?:'.repeat(limits.patternLength / 4 - 1) + ')'.repeat(limits.patternLength / 4));
    compilePattern('['.repeat(limits.patternLength));
    compilePattern('((((a{10}){10}){10}){10}){10}');
    for (const source of ['(a+)+$', '^(a|aa)*$', '(.*)*x', '(x+x+)+y', '\\pL{900}$'])
      expect(pattern(source).matches(`${'a'.repeat(50_000)}!`)).toBe(false);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('are the same object while the cache keeps them, and right after it has let them go', () => {
    const first = pattern('first');
    for (let index = 0; index < limits.patterns - 1; index += 1) pattern(`p${index}`);
    expect(pattern('first')).toBe(first);
    pattern('one more');
    expect(pattern('first')).toBe(first);
    for (let index = 0; index < limits.patterns; index += 1) pattern(`q${index}`);
    expect(pattern('first')).not.toBe(first);
    expect(pattern('first').matches('the first')).toBe(true);
  });

  it('do not stumble over lone surrogates and NUL', () => {
    expect(pattern('a').matches('\ud800a\0')).toBe(true);
    expect(pattern('^..$').findAll('\udc00\0')).toEqual(['\udc00\0']);
  });
});
