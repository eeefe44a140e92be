import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../../../policies/cel/go/base64.ts';
import { Failure } from '../../../../policies/cel/go/failure.ts';

const decoded = (text: string): string | undefined => {
  const bytes = decodeBase64(text);
  return bytes instanceof Failure ? undefined : new TextDecoder().decode(bytes);
};

describe('base64', () => {
  it.each([
    ['', ''],
    ['aGVsbG8=', 'hello'],
    ['aGVsbG8', 'hello'],
    ['aGVs\r\nbG8=\n', 'hello'],
    ['YQ==', 'a'],
    ['YR==', 'a'],
    ['YQ', 'a'],
  ])('decodes %j', (text, value) => expect(decoded(text)).toBe(value));

  it.each(['a', 'YQ=', '=', '====', 'YQ==YQ==', 'Y-_=', 'YQ= =', 'aGV\0', 'aGV\u{1f600}', 'YWJjZ'])(
    'refuses %j',
    (text) => expect(decoded(text)).toBeUndefined(),
  );

  it('encodes with padding, however long', () => {
    expect(encodeBase64(new Uint8Array([255, 254]))).toBe('//4=');
    const bytes = new Uint8Array(100_001).fill(7);
    expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  });
});
