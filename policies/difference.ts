import type { FieldPath } from './document.ts';
import type { Patch } from './version.ts';

/**
 * The operations that make the second JSON value of the first, in an order in which they can be applied. Parts that both share are
 * not looked into; items of lists are compared by position.
 */
export function differences(before: unknown, after: unknown, path: FieldPath = []): readonly Patch[] {
  if (before === after) return [];
  if (Array.isArray(before) && Array.isArray(after)) return ofLists(before, after, path);
  if (isMap(before) && isMap(after)) return ofMaps(before, after, path);
  return [{ op: 'replace', path, value: after }];
}

function ofLists(before: readonly unknown[], after: readonly unknown[], path: FieldPath): Patch[] {
  const shared = Math.min(before.length, after.length);
  const changes = before.slice(0, shared).flatMap((item, index) => differences(item, after[index], [...path, index]));
  const added = after
    .slice(shared)
    .map((value, index): Patch => ({ op: 'add', path: [...path, shared + index], value }));
  // From the end, so that the indexes before stay what they are.
  const removed = before
    .slice(shared)
    .map((_, index): Patch => ({ op: 'remove', path: [...path, before.length - 1 - index] }));
  return [...changes, ...added, ...removed];
}

function ofMaps(before: object, after: object, path: FieldPath): Patch[] {
  const old = new Map<string, unknown>(Object.entries(before));
  const changes = Object.entries(after).flatMap(([key, value]): readonly Patch[] =>
    old.has(key) ? differences(old.get(key), value, [...path, key]) : [{ op: 'add', path: [...path, key], value }],
  );
  const removed = [...old.keys()]
    .filter((key) => !Object.hasOwn(after, key))
    .map((key): Patch => ({ op: 'remove', path: [...path, key] }));
  return [...changes, ...removed];
}

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
