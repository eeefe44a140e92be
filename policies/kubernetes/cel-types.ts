import {
  bool,
  bytes,
  type CelType,
  double,
  dyn,
  int,
  list,
  map,
  object,
  type ObjectType,
  string,
  timestamp,
} from '../cel/index.ts';
import { builtinType, type ScalarType, type StructType, type Type } from './openapi.ts';

/** What an expression may read of the objects of one kind. */
export interface CelTypes {
  /** The type of a whole object. */
  readonly root: CelType;
  /** The types of what is within it, by name; each is made when it is first asked for. */
  readonly findObject: (name: string) => ObjectType | undefined;
}

/**
 * The types by which the API server checks expressions over a built-in kind and warns (k8s.io/apiserver, pkg/cel/common/schemas.go); undefined where
 * the kind is not built in. A number that may be a string is dyn; a field of any JSON cannot be named, and a struct within itself has no fields.
 * A quantity is a string, where the API server finds no type and warns of each field that holds one. Types are named after where they are, so that `Deployment.spec.template` is no type of a StatefulSet.
 */
export function celTypes(apiVersion: string, kind: string): CelTypes | undefined {
  const struct = builtinType(apiVersion, kind);
  if (struct === undefined) return undefined;
  const structs = new Map<string, Within>([[kind, { struct, above: [struct.name] }]]);
  const made = new Map<string, ObjectType>();
  return {
    root: object(kind),
    findObject: (name) => {
      const known = made.get(name);
      const within = structs.get(name);
      if (known !== undefined || within === undefined) return known;
      const type = { name, fields: fieldsOf(name, within, structs) };
      made.set(name, type);
      return type;
    },
  };
}

/** A struct, and those that it is within, itself included. */
interface Within {
  readonly struct: StructType;
  readonly above: readonly string[];
}

function fieldsOf(
  name: string,
  { struct, above }: Within,
  structs: Map<string, Within>,
): Readonly<Record<string, CelType>> {
  const fields = [...struct.fields].flatMap(([field, { type }]) =>
    namesOf(field).flatMap((spelled) => {
      const celType = celTypeOf(type, `${name}.${spelled}`, above, structs);
      return celType === undefined ? [] : [[spelled, celType] as const];
    }),
  );
  return Object.fromEntries(fields);
}

function celTypeOf(
  type: Type,
  name: string,
  above: readonly string[],
  structs: Map<string, Within>,
): CelType | undefined {
  const opaque = (): CelType => {
    structs.set(name, { struct: empty, above });
    return object(name);
  };
  switch (type.kind) {
    case 'scalar':
      return scalars[type.scalar];
    case 'any':
      return type.atomic ? opaque() : undefined;
    case 'list': {
      const element = celTypeOf(type.element, `${name}.@idx`, above, structs);
      return element === undefined ? undefined : list(element);
    }
    case 'map': {
      // Published as an object of which no more is said.
      if (type.values.kind === 'any') return opaque();
      const values = celTypeOf(type.values, `${name}.@elem`, above, structs);
      return values === undefined ? undefined : map(string, values);
    }
    case 'struct': {
      const circular = above.includes(type.name);
      structs.set(name, circular ? { struct: empty, above } : { struct: type, above: [...above, type.name] });
      return object(name);
    }
  }
}

const empty: StructType = { kind: 'struct', name: '', atomic: false, fields: new Map() };

const scalars: Readonly<Record<ScalarType['scalar'], CelType>> = {
  string,
  quantity: string,
  boolean: bool,
  'int-or-string': dyn,
  integer: int,
  number: double,
  byte: bytes,
  'date-time': timestamp,
};

/** How a field may be spelled in an expression, not at all where it has a character that no name has (pkg/cel/escaping.go). */
function namesOf(field: string): readonly string[] {
  if (!/^[a-zA-Z_.\-/][\w.\-/]*$/.test(field)) return [];
  if (reserved.has(field)) return [field, `__${field}__`];
  return [field.replaceAll(/__|[-./]/g, (part) => escapes[part] ?? part)];
}

const escapes: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/** Words that are no names in an expression. */
export const reserved: ReadonlySet<string> = new Set([
  ...[
    'true',
    'false',
    'null',
    'in',
    'as',
    'break',
    'const',
    'continue',
    'else',
    'for',
    'function',
    'if',
    'import',
    'let',
  ],
  ...['loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
]);
