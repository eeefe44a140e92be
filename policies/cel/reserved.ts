/**
 * Names that a direct property read could find on something else than a plain map: on a prototype, or among the
 * fields of our own classes. Generated code reads every other name directly, these by a checked own-property read.
 */
const names = new Set<string>();
const known = new WeakSet<object>();

/** Grows when a class of values appears that was not there before; code generated earlier looks at it before it runs. */
let count = 0;

export const reservedCount = (): number => count;

export const isReserved = (name: string): boolean => names.has(name);

/** Reserves the names of everything that instances of a class inherit. */
export function reserveClass(constructor: { readonly prototype: object }): void {
  if (known.has(constructor)) return;
  known.add(constructor);
  for (
    let each: object | null = constructor.prototype;
    each !== null;
    each = Object.getPrototypeOf(each) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(each)) names.add(name);
  }
  count++;
}

/** Reserves names of own fields. */
export function reserveFields(...fields: readonly string[]): void {
  for (const field of fields) names.add(field);
  count++;
}

// Functions and symbols are no values, so that `name` and `description` need no care.
for (const each of [Object, Array, String, Number, Boolean, BigInt, Uint8Array]) reserveClass(each);
reserveFields('length');
