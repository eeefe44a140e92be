import { limits } from '../limits.ts';

/** What has members: an object by its own properties, or a list. */
export type Container = Record<string, unknown> | unknown[];

export const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

/** A deep copy of what is JSON, of objects their own enumerable properties; or what about it JSON, or our bound on depth, does not have. */
export function plainJson(
  value: unknown,
): { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'problem'; readonly detail: string } {
  let detail: string | undefined;
  const copy = (part: unknown, depth: number): unknown => {
    if (depth > limits.documentDepth) detail = `is nested deeper than ${limits.documentDepth} levels`;
    if (detail !== undefined) return null;
    if (part === null || typeof part === 'string' || typeof part === 'boolean') return part;
    if (typeof part === 'number' && Number.isFinite(part)) return part;
    if (Array.isArray(part)) return part.map((item: unknown) => copy(item, depth + 1));
    if (!isContainer(part) || !isPlain(part)) {
      detail = 'holds something that JSON does not have';
      return null;
    }
    const made: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(part)) setMember(made, key, copy(item, depth + 1));
    return made;
  };
  const made = copy(value, 1);
  return detail === undefined ? { kind: 'json', value: made } : { kind: 'problem', detail };
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** The own member of that name; what objects inherit is not there. */
export const memberOf = (object: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** Sets an own member; `__proto__` is a key like any other. */
export function setMember(object: Record<string, unknown>, key: string, value: unknown): undefined {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** Whether two values are the same JSON, whatever the order of keys. */
export function equalJson(one: unknown, other: unknown): boolean {
  if (!isContainer(one) || !isContainer(other)) return one === other;
  if (Array.isArray(one) || Array.isArray(other))
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => equalJson(item, other[index]))
    );
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && equalJson(one[key], other[key]))
  );
}
