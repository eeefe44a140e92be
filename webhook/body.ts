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
    return { kind: 'value', value, tooDeep: deeperThan(value, limits.bodyDepth) };
  } catch {
    return { kind: 'malformed', detail: 'expected JSON' };
  }
}

/** Whether objects and lists lie more than so many deep in each other; it goes no deeper than that itself. */
function deeperThan(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (most === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (deeperThan(item, most - 1)) return true;
    return false;
  }
  for (const key in value) if (deeperThan(Reflect.get(value, key), most - 1)) return true;
  return false;
}
