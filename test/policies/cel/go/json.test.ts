import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../policies/cel/go/failure.ts';
import { type Json, type JsonRules, parseJson } from '../../../../policies/cel/go/json.ts';
import { limits } from '../../../../policies/limits.ts';

const known = (text: string, rules?: JsonRules): Json => {
  const value = parseJson(text, rules);
  if (value instanceof Failure) throw new Error(value.message);
  return value;
};

describe('JSON text', () => {
  it.each(['{"a": [1, 2.5, -3e2, "x\\n\\u0041", true, false, null, {}, []]}', ' "a" ', '0', '[ ]', '{"":{"":""}}'])(
    'reads %s as JSON.parse does, by either reader',
    (text) => {
      expect(known(text)).toEqual(JSON.parse(text));
      expect(known(text, { uniqueFields: true })).toEqual(JSON.parse(text));
    },
  );

  it('keeps whole numbers exact within int64, and makes doubles of those beyond', () => {
    expect(known('[9007199254740991, 9007199254740992, -9223372036854775808, 9223372036854775808]')).toEqual([
      9007199254740991,
      9007199254740992n,
      -9223372036854775808n,
      9223372036854775808,
    ]);
    expect(known('{"a":12345678901234567890123}')).toEqual({ a: 1.2345678901234568e22 });
    expect(known('[1234567890123456.5]')).toEqual([1234567890123456.5]);
  });

  it('has no minus zero among its ints', () => {
    expect(Object.is(known('-0'), 0)).toBe(true);
    expect(known('{"a":-0,"b":[ -0 ]}')).toEqual({ a: 0, b: [0] });
    expect(Object.is(known('[-0.0]'), -0)).toBe(false);
  });

  it('refuses a number beyond all doubles', () => {
    for (const text of ['1e400', '[-1e400]', '{"a":1E+999}']) expect(parseJson(text), text).toBeInstanceOf(Failure);
  });

  it('makes own fields of names that prototypes have', () => {
    for (const uniqueFields of [false, true]) {
      const value = known('{"__proto__":{"x":1},"constructor":2,"toString":3}', { uniqueFields });
      expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor', 'toString']);
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect((value as { x?: number }).x).toBeUndefined();
    }
  });

  it('refuses a field that is there twice where it is asked to, also when spelt differently', () => {
    expect(known('{"a":1,"a":2}')).toEqual({ a: 2 });
    expect(parseJson('{"a":1, "a":2}', { uniqueFields: true })).toMatchObject({
      message: 'the field "a" is there twice, expected once',
      position: 8,
    });
    expect(parseJson('{"__proto__":1,"__proto__":2}', { uniqueFields: true })).toBeInstanceOf(Failure);
    expect(parseJson('{"a":1,"\\u0061":2}', { uniqueFields: true })).toBeInstanceOf(Failure);
    expect(known('[{"a":1},{"a":2}]', { uniqueFields: true })).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('replaces lone surrogates', () => {
    expect(known('["\\ud800", "\\ud83d\\ude00", "\\udc00x"]')).toEqual(['\ufffd', '\u{1f600}', '\ufffdx']);
  });

  it.each([
    ['', 0, 'the end of the text'],
    ['[1,]', 3, '"]"'],
    ['{"a" 1}', 5, '"1"'],
    ['{a:1}', 1, '"a"'],
    ['[1 2]', 3, '"2"'],
    ['tru', 0, '"t"'],
    ['"\\x"', 2, '"x"'],
    ['"a\nb"', 2, '"\\n"'],
    ['"abc', 4, 'the end of the text'],
    ['01', 1, '"1"'],
    ['1.', 1, '"."'],
    ['[1]]', 3, '"]"'],
    ['\u{1f600}', 0, '"\u{1f600}"'],
    ['NaN', 0, '"N"'],
    ['"\\ud80"', 2, '"u"'],
  ])('says what it found in %j and where', (text, position, found) => {
    const value = parseJson(text);
    expect(value).toBeInstanceOf(Failure);
    expect(value).toMatchObject({ position, message: expect.stringMatching(/^found /) as string });
    expect((value as Failure).message.startsWith(`found ${found}, expected `)).toBe(true);
  });

  it('bounds depth, by either reader', () => {
    const nested = (depth: number, inner: string): string => '['.repeat(depth) + inner + ']'.repeat(depth);
    for (const inner of ['1', '9007199254740993']) {
      expect(parseJson(nested(limits.documentDepth, inner))).not.toBeInstanceOf(Failure);
      expect(parseJson(nested(limits.documentDepth + 1, inner))).toMatchObject({ position: limits.documentDepth });
    }
    expect(parseJson('{"a":{}}', { depth: 1 })).toBeInstanceOf(Failure);
  });

  it('reads hostile megabytes in linear time', () => {
    const start = performance.now();
    const million = 1_000_000;
    for (const text of [
      `"${'\\n'.repeat(million)}"`,
      `"${'a'.repeat(million)}`,
      `"${'\\"'.repeat(million)}`,
      '['.repeat(million),
      `[${'1'.repeat(million)}]`,
      `[${'-'.repeat(million)}]`,
      `${' '.repeat(million)}x`,
      `{"a":${'1.'.repeat(million)}}`,
      `[${'0,'.repeat(million)}0]`,
    ])
      parseJson(text);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
