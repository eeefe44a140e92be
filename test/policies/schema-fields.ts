/** The fields of a JSON Schema, and documents without one of them. */

export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

/** Paths without indexes of everything that has no fields of its own. */
export const leaves = (schema: unknown): readonly string[] => leavesBelow(schema as Schema, '').map(([path]) => path);

/** Those of them that nobody may leave out where what they stand in is there. */
export const requiredLeaves = (schema: unknown): ReadonlySet<string> =>
  new Set(leavesBelow(schema as Schema, '').flatMap(([path, required]) => (required ? [path] : [])));

function leavesBelow(schema: Schema, path: string): readonly (readonly [string, boolean])[] {
  const { properties, required = [] } = schema.properties === undefined ? (schema.items ?? {}) : schema;
  return Object.entries(properties ?? {}).flatMap(([name, field]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const inner = leavesBelow(field, at);
    return inner.length === 0 ? [[at, required.includes(name)] as const] : inner;
  });
}

/** The document without the field, in every item of the lists on the way to it. */
export function without(document: unknown, path: string): unknown {
  const [step = '', ...rest] = path.split('.');
  if (Array.isArray(document)) return document.map((item) => without(item, path));
  if (typeof document !== 'object' || document === null) return document;
  return Object.fromEntries(
    Object.entries(document).flatMap(([name, value]) => {
      if (name !== step) return [[name, value]];
      return rest.length === 0 ? [] : [[name, without(value, rest.join('.'))]];
    }),
  );
}
