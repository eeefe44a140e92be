import { type Library, overload } from '../function.ts';
import { decodeBase64, encodeBase64 } from '../go/base64.ts';
import { lift } from '../lift.ts';

/** The encoders extension. */
export const encodersLibrary: Library = {
  name: 'encoders',
  functions: [
    {
      name: 'base64.encode',
      summary: 'Bytes as base64 text, padded.',
      examples: [["base64.encode(b'hello')", "'aGVsbG8='"]],
      overloads: [overload('base64_encode_bytes', '(bytes) -> string', encodeBase64)],
    },
    {
      name: 'base64.decode',
      summary: 'The bytes of base64 text, padded or not.',
      examples: [["base64.decode('aGVsbG8')", "b'hello'"]],
      overloads: [overload('base64_decode_string', '(string) -> bytes', (text: string) => lift(decodeBase64(text)))],
    },
  ],
};
