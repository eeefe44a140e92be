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
const deeperThan = (value: unknown, most: number): boolean =>
  typeof value === 'object' && value !== null && nestsDeeper(value, most);

function nestsDeeper(value: object, most: number): boolean {
  if (most === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[])
      if (typeof item === 'object' && item !== null && nestsDeeper(item, most - 1)) return true;
    return false;
  }
  // Of what JSON.parse made, which inherits nothing that could be listed.
  const map = value as Readonly<Record<string, unknown>>;
  for (const key in map) {
    const item = map[key];
    if (typeof item === 'object' && item !== null && nestsDeeper(item, most - 1)) return true;
  }
  return false;
}
