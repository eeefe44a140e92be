import { PatchFault } from './fault.ts';
import { itemKey } from './item-key.ts';
import type { ListType, Type } from './openapi.ts';

/** How two items merge; a fault where they do not. */
export type Merge = (type: Type, old: unknown, value: unknown, path: string) => unknown;

/**
 * Two lists whose items are told apart, merged as structured-merge-diff's visitListItems does: items of both merge, those of the new list are in its
 * order, and those of the old one stay where they were among them. An item that the old list has more than once gives way to the new one whole.
 */
export function mergeLists(
  type: ListType,
  old: readonly unknown[],
  value: readonly unknown[],
  path: string,
  merge: Merge,
): unknown {
  const left = keysOf(type, old, path);
  if (left instanceof PatchFault) return left;
  const right = keysOf(type, value, path);
  if (right instanceof PatchFault) return right;
  const olds = new Map<string, unknown>();
  for (const [index, key] of left.entries()) olds.set(key, olds.has(key) ? undefined : old[index]);
  const made: unknown[] = [];
  for (const { from, index } of inOrder(left, right)) {
    const merged =
      from === 'old'
        ? old[index]
        : merge(type.element, olds.get(right[index] ?? ''), value[index], `${path}[${index}]`);
    if (merged instanceof PatchFault) return merged;
    made.push(merged);
  }
  return made;
}

function keysOf(type: ListType, list: readonly unknown[], path: string): readonly string[] | PatchFault {
  const keys: string[] = [];
  for (const [index, item] of list.entries()) {
    const key = itemKey(type, item);
    if (key.kind === 'problem') return new PatchFault(`${path}[${index}] ${key.detail}`);
    keys.push(key.text);
  }
  return keys;
}

/** Which items of which list follow each other: the walk of visitListItems, step by step. */
function* inOrder(
  left: readonly string[],
  right: readonly string[],
): Generator<{ readonly from: 'old' | 'new'; readonly index: number }> {
  const inLeft = new Set(left);
  const inRight = new Set(right);
  const shared = right.filter((key) => inLeft.has(key));
  const merged = new Set<string>();
  let next = 0;
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const old = left[l];
    const key = right[r];
    if (old !== undefined && key !== undefined) {
      if (old === key) {
        merged.add(key);
        yield { from: 'new', index: r };
        l++;
        r++;
        next++;
        continue;
      }
      // In both lists, and not the one whose turn it is: it comes where the new list has it.
      if (inRight.has(old) && next < shared.length && shared[next] !== old) {
        l++;
        continue;
      }
    }
    if (old !== undefined) {
      if (!inRight.has(old)) {
        yield { from: 'old', index: l };
        l++;
        continue;
      }
      if (merged.has(old)) l++;
    }
    if (key !== undefined) {
      merged.add(key);
      yield { from: 'new', index: r };
      r++;
      if (shared[next] === key) next++;
    }
  }
}
