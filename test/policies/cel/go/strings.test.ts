import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../policies/cel/go/failure.ts';
import * as strings from '../../../../policies/cel/go/strings.ts';
import { limits } from '../../../../policies/limits.ts';

const message = (value: unknown): unknown => (value instanceof Failure ? value.message : value);

describe('strings are counted in code points', () => {
  it('takes a pair for one and a lone surrogate for one', () => {
    expect(strings.size('a\u{1f600}é')).toBe(3);
    expect(strings.size('\ud800\ud800\udc00\udc00')).toBe(3);
    expect(strings.charAt('\u{1f600}b', 1)).toBe('b');
    expect(strings.charAt('ab', 2)).toBe('');
    expect(strings.substring('x\u{1f600}yz', 1, 3)).toBe('\u{1f600}y');
    expect(strings.indexOf('\u{1f600}\u{1f601}b', 'b')).toBe(2);
    expect(strings.reverse('a\u{1f600}b')).toBe('b\u{1f600}a');
    expect(strings.split('a\u{1f600}b', '')).toEqual(['a', '\u{1f600}', 'b']);
  });

  it('does not find half a pair', () => {
    expect(strings.indexOf('\u{1f600}', '\ud83d')).toBe(-1);
    expect(strings.lastIndexOf('\u{1f600}\ud83d', '\ud83d')).toBe(1);
    expect(strings.lastIndexOf('\u{1f600}', '\ude00')).toBe(-1);
    expect(strings.split('\u{1f600}', '\ude00')).toEqual(['\u{1f600}']);
  });

  it('reports an index outside', () => {
    expect(message(strings.charAt('ab', 3))).toBe('index out of range: 3');
    expect(message(strings.charAt('ab', 2n ** 62n))).toBe('index out of range: 4611686018427387904');
    expect(message(strings.indexOf('ab', 'a', -1))).toBe('index out of range: -1');
    expect(message(strings.lastIndexOf('ab', 'a', -1))).toBe('index out of range: -1');
    expect(message(strings.substring('ab', 2, 1))).toBe('invalid substring range. start: 2, end: 1');
    expect(message(strings.substring('ab', -1))).toBe('index out of range: -1');
    expect(message(strings.substring('ab', 0, 3))).toBe('index out of range: 3');
    expect(message(strings.charAt('\u{1f600}', 2))).toBe('index out of range: 2');
  });
});

describe('the oddities of cel-go', () => {
  it('finds the empty text at any offset', () => {
    expect(strings.indexOf('abc', '', 9)).toBe(9);
    expect(strings.lastIndexOf('abc', '')).toBe(3);
    expect(strings.lastIndexOf('abc', '', -1)).toBe(-1);
  });

  it('finds nothing from the end on', () => {
    expect(strings.indexOf('abc', 'c', 3)).toBe(-1);
    expect(strings.lastIndexOf('abc', 'a', 3)).toBe(-1);
    expect(strings.lastIndexOf('abcabc', 'bc', 5)).toBe(4);
    expect(strings.lastIndexOf('a', 'abc')).toBe(-1);
  });

  it('puts a replacement for the empty text around every code point', () => {
    expect(strings.replace('ab', '', '-')).toBe('-a-b-');
    expect(strings.replace('ab', '', '-', 2)).toBe('-a-b');
    expect(strings.replace('', '', '-')).toBe('-');
    expect(strings.replace('aaa', 'a', 'b', 2)).toBe('bba');
    expect(strings.replace('a$&a', 'a', '$&')).toBe('$&$&$&');
    expect(strings.replace('aaa', 'a', 'b', 0)).toBe('aaa');
  });

  it('splits into so many parts, the last with the rest', () => {
    expect(strings.split('a,b,c', ',', 2)).toEqual(['a', 'b,c']);
    expect(strings.split('a,b,c', ',', 0)).toEqual([]);
    expect(strings.split('a,b', ',', -1n)).toEqual(['a', 'b']);
    expect(strings.split('', ',')).toEqual(['']);
    expect(strings.split('', '')).toEqual([]);
    expect(strings.split('abc', '', 2)).toEqual(['a', 'bc']);
  });

  it('trims the white space of Unicode, of which the byte order mark is none', () => {
    expect(strings.trim('\u0085 \u00a0x\u3000\n')).toBe('x');
    expect(strings.trim('\ufeffx')).toBe('\ufeffx');
    expect(strings.trim(' \t ')).toBe('');
  });

  it('changes the case of ASCII only', () => {
    expect(strings.lowerAscii('ÀB\u212a')).toBe('Àb\u212a');
    expect(strings.upperAscii('àbß\0')).toBe('àBß\0');
  });

  it('joins strings only', () => {
    expect(strings.join(['a', '', '__proto__'], ', ')).toBe('a, , __proto__');
    expect(strings.join([])).toBe('');
    expect(strings.join(['a', 1])).toBeInstanceOf(Failure);
  });
});

describe('strings that would grow too long', () => {
  it('are refused before they are made', () => {
    const long = 'x'.repeat(10_000);
    expect(message(strings.replace(long, '', long))).toMatch(
      /^the resulting string has 100020000 UTF-16 units, at most 33554432/,
    );
    expect(strings.replace(long, 'x', long)).toBeInstanceOf(Failure);
    const huge = 'x'.repeat(limits.stringLength / 2);
    expect(strings.join([huge, huge])).toHaveLength(limits.stringLength);
    expect(strings.join([huge, huge], ',')).toBeInstanceOf(Failure);
  });
});
