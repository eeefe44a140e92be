import type { FieldPath } from '../policies/index.ts';

/** `spec.containers[0].image` and `metadata.labels["a.b/c"]` as keys and indexes; the inverse of how findings write fields. */
export function parsePath(field: string): FieldPath {
  const steps = field.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g);
  return [...steps].map(([, index, quoted, name = '']) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? name : String(JSON.parse(quoted));
  });
}
