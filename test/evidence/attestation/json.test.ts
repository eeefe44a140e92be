import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cursor, decodeBase64 } from '../../../evidence/attestation/cursor.ts';
import { at, decodeJson, listAt, own, parseJson, textAt } from '../../../evidence/attestation/json.ts';

const bounds = { depth: 8, values: 100 };
const detail = (text: string): string => {
  const json = parseJson(text, bounds);
  return json.kind === 'problem' ? json.detail : 'read';
};

describe('JSON from outside', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        const json = parseJson(text, { depth: 64, values: 1_000_000 });
        const twice = json.kind === 'problem' && json.detail.endsWith('written twice');
        if (!twice) expect(json).toEqual({ kind: 'json', value: JSON.parse(text) as unknown });
      }),
    );
  });

  it('is a problem wherever JSON.parse has one', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[],:"\\u0041 1e-.truefalsn') }), (text) => {
        const ours = parseJson(text, { depth: 64, values: 1_000_000 }).kind;
        let theirs = 'json';
        try {
          JSON.parse(text);
        } catch {
          theirs = 'problem';
        }
        if (theirs === 'problem') expect(ours).toBe('problem');
      }),
      { numRuns: 2000 },
    );
  });

  it('A-PRS-2: never has a key twice in one object, however it is spelled', () => {
    for (const text of [
      '{"a":1,"a":1}',
      String.raw`{"a":1,"\u0061":2}`,
      '{"b":{"a":1,"c":[{}],"a":2}}',
      '[{"":0,"":0}]',
      '{"__proto__":1,"__proto__":2}',
    ]) {
      expect(detail(text)).toMatch(/^the key ".*" is written twice$/);
    }
    for (const text of [
      '{"a":{"a":1},"b":{"a":1}}',
      '[{"a":1},{"a":1}]',
      '{"a":"a","b":"a"}',
      String.raw`{"a\\":1,"a":2}`,
    ]) {
      expect(detail(text)).toBe('read');
    }
  });

  it('is bounded before it is built', () => {
    expect(detail(`${'['.repeat(8)}${']'.repeat(8)}`)).toBe('read');
    expect(detail(`${'['.repeat(9)}${']'.repeat(9)}`)).toBe('nested deeper than 8');
    expect(detail('['.repeat(1_000_000))).toBe('nested deeper than 8');
    expect(detail(`[${'0,'.repeat(99)}0]`)).toBe('read');
    expect(detail(`[${'0,'.repeat(100)}0]`)).toBe('more than 100 values');
    expect(detail(`[${'{},'.repeat(49)}{}]`)).toBe('read');
    expect(detail(`[${'{},'.repeat(50)}{}]`)).toBe('more than 100 values');
    expect(detail(`[${'[],'.repeat(50)}[]]`)).toBe('more than 100 values');
    expect(detail('"'.repeat(99_999))).toBe('not JSON');
    expect(detail(`"${'\\'.repeat(1_000_000)}`)).toBe('not JSON');
  });

  it('is UTF-8 without a byte order mark', () => {
    expect(decodeJson(Buffer.from([0x22, 0xff, 0x22]), bounds)).toEqual({ kind: 'problem', detail: 'not UTF-8' });
    expect(decodeJson(Buffer.from('\uFEFF{}'), bounds).kind).toBe('problem');
    expect(decodeJson(Buffer.from('"é"'), bounds)).toEqual({ kind: 'json', value: 'é' });
  });

  it('lends only what it has itself', () => {
    const value: unknown = JSON.parse('{"a":{"b":"c","n":null,"l":[1]},"__proto__":{"x":1}}');
    expect(own(value, 'toString')).toBeUndefined();
    expect(own(value, 'x')).toBeUndefined();
    expect(own([], 'length')).toBeUndefined();
    expect(own('text', 'length')).toBeUndefined();
    expect(at(value, 'a', 'b')).toBe('c');
    expect(at(value, 'a', 'n')).toBeUndefined();
    expect(textAt(value, 'a', 'l')).toBe('');
    expect(listAt(value, 'a', 'l')).toEqual([1]);
    expect(listAt(value, 'a', 'b')).toEqual([]);
  });
});

describe('base64', () => {
  it('is read in both alphabets, padded or not', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const buffer = Buffer.from(bytes);
        for (const text of [
          buffer.toString('base64'),
          buffer.toString('base64url'),
          buffer.toString('base64').replaceAll('=', ''),
        ]) {
          expect(decodeBase64(text)?.equals(buffer)).toBe(true);
        }
      }),
    );
  });

  it('is nothing else', () => {
    for (const text of [
      'A',
      'AAAAA',
      'AA=',
      'AAA==',
      '=',
      '==',
      'AA==AA==',
      'A A=',
      'AAAA\n',
      '+_AA',
      'ÄAAA',
      'AAAA=',
      'AAAA==',
    ]) {
      expect(decodeBase64(text), text).toBeUndefined();
    }
    expect(decodeBase64('')).toHaveLength(0);
  });
});

describe('a cursor', () => {
  it('keeps the first thing that is wrong, with its path', () => {
    const cursor = new Cursor(JSON.parse('{"list":[{"text":1},{"count":"-1"}],"more":[0,0,0]}'), 'it');
    for (const item of cursor.field('list').items(2)) item.field('text').text();
    cursor.field('list').items(1);
    expect(cursor.problem).toBe('it.list[0].text is not a string');
    const other = new Cursor({ more: [0, 0, 0] }, 'it');
    expect(other.field('more').items(2)).toEqual([]);
    expect(other.problem).toBe('it.more has 3 elements, more than 2');
    expect(new Cursor({}, 'it').field('absent').items(1)).toEqual([]);
  });

  it('counts in whole numbers of zero or more, as text or number', () => {
    const count = (value: unknown): string => {
      const cursor = new Cursor(value, 'it');
      const read = cursor.count();
      return cursor.problem ?? read;
    };
    for (const good of ['0', '7', 7, '9223372036854775807']) expect(count(good)).toBe(String(good));
    for (const bad of [
      '',
      '-1',
      '01',
      '1.0',
      '1e3',
      ' 1',
      1.5,
      -1,
      1e21,
      null,
      undefined,
      {},
      ['7'],
      '99999999999999999999',
    ]) {
      expect(count(bad)).toMatch(/is not/);
    }
  });
});
