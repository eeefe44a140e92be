import { type Failure, failure } from './failure.ts';

/** `base64.encode(bytes)`: the standard alphabet with padding (RFC 4648, section 4). */
export const encodeBase64 = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += chunk) text += btoa(String.fromCharCode(...bytes.subarray(at, at + chunk)));
  return text;
};

/** `base64.decode(string)`: the standard alphabet, padded or not at all; line breaks are skipped as in Go (encoding/base64). */
export const decodeBase64 = (text: string): Uint8Array | Failure => {
  const bare = /[\r\n]/.test(text) ? text.replaceAll(/[\r\n]+/g, '') : text;
  const end = bare.length % 4 === 0 && bare.endsWith('=') ? bare.length - (bare.endsWith('==') ? 2 : 1) : bare.length;
  const bytes = new Uint8Array(Math.floor((end * 3) / 4));
  let bits = 0;
  let written = 0;
  for (let at = 0; at < end; at += 1) {
    const value = values[bare.charCodeAt(at)] ?? 255;
    if (value === 255) return failure(`illegal base64 data at input byte ${position(text, at)}`);
    bits = ((bits << 6) | value) & 0xffffff;
    // Each character past the first of four completes one byte.
    if (at % 4 > 0) bytes[written++] = bits >> ((3 - (at % 4)) * 2);
  }
  return end % 4 === 1 ? failure(`illegal base64 data at input byte ${position(text, end - 1)}`) : bytes;
};

/** A multiple of three that String.fromCharCode takes as arguments without growing the stack much. */
const chunk = 3 * 2048;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const values = Uint8Array.from({ length: 256 }, (_, code) => {
  const value = alphabet.indexOf(String.fromCharCode(code));
  return value < 0 ? 255 : value;
});

/** Where the character that is `at` without line breaks stands in the text with them. */
const position = (text: string, at: number): number => {
  let seen = -1;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] !== '\r' && text[index] !== '\n') seen += 1;
    if (seen === at) return index;
  }
  return text.length;
};
