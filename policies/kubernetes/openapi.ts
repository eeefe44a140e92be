import published from './openapi.json' with { type: 'json' };

/** A type as Kubernetes publishes it, with what decides how two values of it merge (structured-merge-diff's schema). */
export type Type = ScalarType | AnyType | ListType | MapType | StructType;

export interface ScalarType {
  readonly kind: 'scalar';
  /** JSON's own types, or the format of a string; `int-or-string` and `quantity` are written as a number or a string. */
  readonly scalar: 'string' | 'integer' | 'number' | 'boolean' | 'byte' | 'date-time' | 'int-or-string' | 'quantity';
}

/** Any JSON: one piece where `atomic` (a RawExtension), else its objects merge field by field and its lists are one piece. */
export interface AnyType {
  readonly kind: 'any';
  readonly atomic: boolean;
}

export interface ListType {
  readonly kind: 'list';
  /** x-kubernetes-list-type: one piece, scalars each at most once, or objects told apart by `keys`. */
  readonly relation: 'atomic' | 'set' | 'map';
  /** x-kubernetes-list-map-keys; empty but for a map. */
  readonly keys: readonly string[];
  readonly element: Type;
}

/** An object whose keys are data, such as labels. */
export interface MapType {
  readonly kind: 'map';
  /** x-kubernetes-map-type: whether it is one piece, not merged key by key. */
  readonly atomic: boolean;
  readonly values: Type;
}

/** An object whose fields are declared. */
export interface StructType {
  readonly kind: 'struct';
  /** Its name without the common beginning, such as `core.v1.PodSpec`. */
  readonly name: string;
  readonly atomic: boolean;
  readonly fields: ReadonlyMap<string, Field>;
}

export interface Field {
  readonly type: Type;
  /** What the API server takes an absent field to be, and writes in its place; absent where that is nothing. */
  readonly default?: unknown;
  /** Whether the API server writes a list, a map or a struct even where it is empty; absent, it is null. */
  readonly kept: boolean;
}

/** A resource that the API server serves under `/api` or `/apis`. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
}

/** The version of Kubernetes whose types these are. */
export const kubernetesVersion: string = published.kubernetes;

/** The type of a built-in kind, those of subresources (Scale, Eviction) included; undefined where Kubernetes does not publish one. */
export function builtinType(apiVersion: string, kind: string): StructType | undefined {
  const name = kinds.get(`${apiVersion} ${kind}`);
  return name === undefined ? undefined : structNamed(name);
}

/** The resource whose objects have this kind; undefined where it is not built in, or only a subresource's. */
export const resourceFor = (apiVersion: string, kind: string): Resource | undefined =>
  resources.get(`${apiVersion} ${kind}`);

/** Every built-in resource, ordered by apiVersion and kind. */
export const builtinResources = (): readonly Resource[] => [...resources.values()];

/** How openapi.json writes a type: a name, or an object of one of these shapes. */
type Notation =
  | ScalarType['scalar']
  | 'any'
  | 'raw'
  | { readonly ref: string; readonly atomic?: boolean }
  | { readonly list: Notation; readonly keys?: readonly string[] }
  | { readonly set: Notation }
  | { readonly map: Notation; readonly atomic?: boolean };

interface StructNotation {
  readonly of?: string;
  readonly atomic?: boolean;
  readonly fields: Readonly<Record<string, Notation | FieldNotation>>;
}

interface FieldNotation {
  readonly type: Notation;
  readonly default?: unknown;
  readonly kept?: boolean;
}

const notations = new Map(Object.entries(published.types as unknown as Readonly<Record<string, StructNotation>>));

const kinds = new Map([...notations].flatMap(([name, { of }]) => (of === undefined ? [] : [[of, name]])));

const resources = new Map(
  published.resources.map(({ of, plural, namespaced = false, subresources = [] }) => {
    const [, group = '', version = '', kind = ''] = /^(?:(.+)\/)?(\S+) (\S+)$/.exec(of) ?? [];
    return [of, { group, version, kind, plural, namespaced, subresources }];
  }),
);

const structs = new Map<string, StructType>();

function structNamed(name: string): StructType {
  const known = structs.get(name);
  if (known !== undefined) return known;
  const { atomic = false, fields = {} } = notations.get(name) ?? {};
  let read: ReadonlyMap<string, Field> | undefined;
  const struct: StructType = {
    kind: 'struct',
    name,
    atomic,
    // Read when first asked for: types refer to each other in circles.
    get fields() {
      read ??= new Map(Object.entries(fields).map(([field, notation]) => [field, fieldOf(notation)]));
      return read;
    },
  };
  structs.set(name, struct);
  return struct;
}

const fieldOf = (notation: StructNotation['fields'][string]): Field =>
  typeof notation === 'object' && 'type' in notation
    ? { type: typeOf(notation.type), default: notation.default, kept: notation.kept === true }
    : { type: typeOf(notation), kept: false };

function typeOf(notation: Notation): Type {
  if (notation === 'any' || notation === 'raw') return { kind: 'any', atomic: notation === 'raw' };
  if (typeof notation === 'string') return { kind: 'scalar', scalar: notation };
  if ('ref' in notation) {
    const struct = structNamed(notation.ref);
    if (notation.atomic === undefined || notation.atomic === struct.atomic) return struct;
    const { kind, name } = struct;
    return { kind, name, atomic: notation.atomic, fields: struct.fields };
  }
  if ('map' in notation) return { kind: 'map', atomic: notation.atomic === true, values: typeOf(notation.map) };
  if ('set' in notation) return { kind: 'list', relation: 'set', keys: [], element: typeOf(notation.set) };
  const { keys = [] } = notation;
  return { kind: 'list', relation: keys.length === 0 ? 'atomic' : 'map', keys, element: typeOf(notation.list) };
}
