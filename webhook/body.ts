import { isUtf8 } from 'node:buffer';
import { limits } from './limits.ts';

/** The value of a JSON body, or one clause that says what is wrong with it. */
export type ParsedBody =
  | { readonly kind: 'value'; readonly value: unknown; readonly tooDeep: boolean }
  | { readonly kind: 'malformed'; readonly detail: string };

/**
 * Plain `JSON.parse`: keys named `__proto__` or `constructor` are legal in a ConfigMap and become own properties, the last
 * of equal keys wins as in the API server. Bytes that are not UTF-8 are refused instead of replaced.
 */
export function parseBody(bytes: Buffer): ParsedBody {
  if (bytes.length === 0) return { kind: 'malformed', detail: 'expected an AdmissionReview, found an empty body' };
  if (!isUtf8(bytes)) return { kind: 'malformed', detail: 'expected UTF-8' };
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return { kind: 'value', value, tooDeep: deeperThan(bytes, limits.bodyDepth) };
  } catch {
    return { kind: 'malformed', detail: 'expected JSON' };
  }
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];

/** Counts brackets outside of strings; the text is known to be JSON. */
function deeperThan(bytes: Buffer, most: number): boolean {
  let depth = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === quote) at = endOfString(bytes, at);
    else if (byte === openBrace || byte === openBracket) {
      depth += 1;
      if (depth > most) return true;
    } else if (byte === closeBrace || byte === closeBracket) depth -= 1;
  }
  return false;
}

/** The quote that closes the string which opens here; a backslash takes the byte behind it along. */
function endOfString(bytes: Buffer, open: number): number {
  let at = open + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}
