import type { FieldPath } from './document.ts';
import { isObject, type KubernetesObject } from './version.ts';

/** A JSON merge patch (RFC 7396, section 2): objects field by field, null for what goes, everything else whole. */
export function mergePatched(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatched(merged.get(key), value));
  }
  return Object.fromEntries(merged) satisfies KubernetesObject;
}

/** Where two values differ, as deep as they do; the first so many places. */
export function differingFields(a: unknown, b: unknown, most: number, path: FieldPath = []): readonly FieldPath[] {
  if (Object.is(a, b)) return [];
  const [one, other] = [fieldsOf(a), fieldsOf(b)];
  if (one === undefined || other === undefined || Array.isArray(a) !== Array.isArray(b)) return [path];
  const found: FieldPath[] = [];
  for (const key of new Set([...one.keys(), ...other.keys()])) {
    const step = Array.isArray(a) ? Number(key) : key;
    found.push(...differingFields(one.get(key), other.get(key), most, [...path, step]));
    if (found.length >= most) break;
  }
  return found.slice(0, most);
}

const fieldsOf = (value: unknown): ReadonlyMap<string, unknown> | undefined =>
  typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
