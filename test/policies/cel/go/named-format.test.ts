import { describe, expect, it } from 'vitest';
import { namedFormats } from '../../../../policies/cel/go/named-format.ts';

const faults = (name: string, text: string): readonly string[] | undefined => namedFormats.get(name)?.validate(text);

describe('named formats', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['dns1123Label', ['my-name', '123-abc', 'a'.repeat(63)], ['', 'A', '-a', 'a-', 'a.b', 'a'.repeat(64), 'a\n']],
    ['dns1123Subdomain', ['example.com', 'a', 'a-b.c'], ['', 'a..b', '.a', 'a.', 'A.b', `${'a.'.repeat(127)}a`, 'a_b']],
    ['dns1035Label', ['abc-123'], ['123-abc', '', 'a.b', 'a-']],
    [
      'qualifiedName',
      ['MyName', 'my.name', 'example.com/MyName', 'a_b'],
      ['', 'a/', '/a', 'a/b/c', 'A/b', '_a', 'a b', 'a'.repeat(64)],
    ],
    ['dns1123LabelPrefix', ['my-', 'my', 'a--'], ['-', '', 'AB-', 'é-']],
    ['dns1123SubdomainPrefix', ['a.b-', 'a.-', 'A-'], ['AB-']],
    ['dns1035LabelPrefix', ['a-'], ['1a-']],
    ['labelValue', ['', 'a', 'A_b.c-1'], ['a b', '-a', 'a.', 'a'.repeat(64)]],
    ['uri', ['http://a', '/a', 'mailto:a'], ['', 'a', 'http://a b']],
    [
      'uuid',
      ['123e4567-e89b-12d3-a456-426614174000', '123E4567e89b12d3a456426614174000'],
      ['', '123e4567', '123e4567-e89b-12d3-a456-42661417400g'],
    ],
    ['byte', ['aGVsbG8=', 'YQ==', 'YWJj'], ['', 'a', 'YQ=', 'YQ', '====', 'Y-_=', 'YQ==\n']],
    ['date', ['2024-02-29', '0000-01-01'], ['', '2023-02-29', '2023-13-01', '2023-1-1', '2023-01-01T']],
    [
      'datetime',
      ['2024-02-29T12:00:00Z', '2024-02-29t12:00:00.5+01:00', '2024-01-01T00:00:00zTx'],
      ['', '2024-01-01', '2024-01-01T24:00:00Z', '2024-01-01T00:00:60Z', '2024-01-01T00:00:00', '2024-01-01 00:00:00Z'],
    ],
  ])('%s tells what has it from what has not', (name, good, bad) => {
    for (const text of good) expect(faults(name, text), text).toEqual([]);
    for (const text of bad) expect(faults(name, text), text).not.toEqual([]);
  });

  it('say what is wrong in Kubernetes’ words', () => {
    expect(faults('dns1123Label', 'a.b')).toEqual(['must not contain dots']);
    expect(faults('dns1123Label', 'A')).toEqual([
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ]);
    expect(faults('labelValue', 'é'.repeat(40))?.[0]).toBe('must be no more than 63 bytes');
    expect(faults('dns1123Label', 'a'.repeat(64))).toEqual(['must be no more than 63 characters']);
    expect(faults('qualifiedName', '/')).toHaveLength(3);
    expect(faults('uri', 'a\u0007')).toEqual(['parse "a\\u0007": net/url: invalid control character in URL']);
  });

  it('are thirteen, and nothing that an object inherits', () => {
    expect(namedFormats.size).toBe(13);
    expect(namedFormats.get('__proto__')).toBeUndefined();
    const [label, subdomain] = ['dns1123Label', 'dns1123Subdomain'].map((name) => namedFormats.get(name)!);
    expect([label!.equals(label!), label!.equals(subdomain!), label!.toString(), label!.regexSize]).toEqual([
      true,
      false,
      'DNS1123Label',
      30,
    ]);
  });

  it('take linear time over a hostile megabyte', () => {
    const start = performance.now();
    for (const [, named] of namedFormats)
      for (const part of ['a', 'a.', '-', '/', '=', 'T', '0'])
        expect(named.validate(part.repeat(1_000_000 / part.length)).length).toBeGreaterThanOrEqual(0);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
