import { CelMap, isPlainMap, Opaque, Optional, type Value } from './value.ts';

/** The number of code points of a string; a lone surrogate counts as one. */
export function codePoints(text: string): number {
  if (!surrogate.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** What the cost model calls the size of a value: characters, bytes, elements, entries; 1 for anything else. */
export function costSize(value: unknown): number {
  if (typeof value === 'string') return codePoints(value);
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  if (value instanceof CelMap) return value.table.size;
  if (isPlainMap(value)) return mapSize(value);
  if (value instanceof Opaque) return value.costSize;
  if (value instanceof Optional && value.content !== undefined) return costSize(value.content);
  return 1;
}

/** The number of own entries of a plain map. */
export function mapSize(map: Readonly<Record<string, Value>>): number {
  return Object.keys(map).length;
}

const surrogate = /[\ud800-\udfff]/;
