/** The object with its undefined fields left out: optional fields are there or absent, never undefined. */
export function present<T extends object>(object: T): Present<T> {
  const kept: Record<string, unknown> = {};
  for (const key in object) {
    const value: unknown = object[key];
    if (value !== undefined && Object.hasOwn(object, key)) kept[key] = value;
  }
  return kept as Present<T>;
}

export type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};
