/** An OpenAPI v3 document as the API server publishes one for each group and version; only what is read here. */
export interface OpenApi {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly default?: unknown;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-group-version-kind'?: readonly Gvk[];
}

interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The text of policies/kubernetes/openapi.json: types and resources of the published documents, one a line. */
export function renderBuiltinTypes(version: string, documents: readonly OpenApi[]): string {
  const schemas = new Map(documents.flatMap(({ components }) => Object.entries(components?.schemas ?? {})));
  const served = new Set(documents.flatMap(operations).map(keyOf));
  const types = new Map<string, object>();
  const refer = (name: string): unknown => {
    const schema = schemas.get(name);
    if (schema === undefined) throw new Error(`${name} is referred to and not defined`);
    const known = inlined[name] ?? (schema.type === undefined ? 'any' : undefined);
    if (known !== undefined) return known;
    if (schema.type !== 'object') throw new Error(`${name} is a named ${schema.type}, which is not inlined`);
    if (!types.has(name)) {
      types.set(name, {});
      types.set(name, structOf(schema, refer));
    }
    return { ref: short(name) };
  };
  for (const [name, schema] of schemas) {
    const kinds = schema['x-kubernetes-group-version-kind'] ?? [];
    if (kinds.length === 1 && kinds.some((kind) => served.has(keyOf(kind)))) refer(name);
  }
  const block = (entries: readonly string[]): string => `\n${entries.toSorted().join(',\n')}\n`;
  const typeLines = [...types].map(([name, type]) => `${JSON.stringify(short(name))}:${JSON.stringify(type)}`);
  const resourceLines = documents.flatMap(resourcesOf).map((resource) => JSON.stringify(resource));
  return `{"kubernetes":${JSON.stringify(version)},\n"types":{${block(typeLines)}},\n"resources":[${block(resourceLines)}]}\n`;
}

const keyOf = ({ group, version, kind }: Gvk): string => `${group === '' ? '' : `${group}/`}${version} ${kind}`;

const operations = ({ paths = {} }: OpenApi): Gvk[] =>
  Object.values(paths).flatMap((path) => Object.values(path).flatMap(kindOf));

function kindOf(operation: unknown): Gvk[] {
  const gvk = (operation as { readonly 'x-kubernetes-group-version-kind'?: Gvk })['x-kubernetes-group-version-kind'];
  return gvk === undefined ? [] : [gvk];
}

/** Named schemas that are no structs, as kube-openapi's schemaconv reads them, are written where they are used. */
const inlined: Readonly<Record<string, unknown>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'int-or-string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'date-time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'date-time',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'raw',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': { map: 'any' },
};

/** Families of names, by their prefix: shorter, and still each its own. */
const short = (name: string): string =>
  name.replace(
    /^io\.k8s\.(api|apimachinery\.pkg\.apis|apiextensions-apiserver\.pkg\.apis|kube-aggregator\.pkg\.apis)\./,
    '',
  );

/** How a named type is written where it is used. */
type Refer = (name: string) => unknown;

function structOf(schema: Schema, refer: Refer): object {
  const [gvk] = schema['x-kubernetes-group-version-kind'] ?? [];
  return {
    ...(gvk === undefined ? {} : { of: keyOf(gvk) }),
    ...(schema['x-kubernetes-map-type'] === 'atomic' ? { atomic: true } : {}),
    fields: Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, field]) => [
        name,
        fieldOf(field, refer, schema.required?.includes(name) === true),
      ]),
    ),
  };
}

function fieldOf(schema: Schema, refer: Refer, required: boolean): unknown {
  const type = typeOf(schema, refer);
  const kept = required && schema.default === undefined && typeof type === 'object';
  if (schema.default === undefined && !kept) return type;
  return { type, ...(schema.default === undefined ? {} : { default: schema.default }), ...(kept ? { kept } : {}) };
}

function typeOf(schema: Schema, refer: Refer): unknown {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  const mapType = schema['x-kubernetes-map-type'];
  if (reference !== undefined) {
    const type = refer(reference.slice(reference.lastIndexOf('/') + 1));
    return mapType === undefined ? type : { ...(type as object), atomic: mapType === 'atomic' };
  }
  switch (schema.type) {
    case 'array': {
      const element = typeOf(schema.items ?? {}, refer);
      const relation = schema['x-kubernetes-list-type'];
      if (relation === 'map') return { list: element, keys: schema['x-kubernetes-list-map-keys'] };
      return relation === 'set' ? { set: element } : { list: element };
    }
    case 'object': {
      const values = schema.additionalProperties === undefined ? 'any' : typeOf(schema.additionalProperties, refer);
      return mapType === 'atomic' ? { map: values, atomic: true } : { map: values };
    }
    case 'integer':
    case 'number':
    case 'boolean':
      return schema.type;
    case 'string':
      return schema.format ?? 'string';
    default:
      return 'any';
  }
}

/** The resources of a document, with their subresources, as its paths tell. */
function resourcesOf({ paths = {} }: OpenApi): object[] {
  const found = new Map<string, { kind: string; namespaced: boolean; subresources: Set<string>; of: string }>();
  for (const [path, item] of Object.entries(paths)) {
    const match =
      /^\/(?:api|apis\/([^/]+))\/([^/]+)\/(namespaces\/\{namespace\}\/)?([^/{]+)(?:\/\{name\}(?:\/([^/]+))?)?$/.exec(
        path,
      );
    if (match === null) continue;
    const [, group = '', version = '', namespace, plural = '', subresource] = match;
    const gvk = Object.values(item).flatMap(kindOf)[0];
    if (gvk === undefined) continue;
    const entry = found.get(plural) ?? { kind: '', namespaced: false, subresources: new Set<string>(), of: '' };
    found.set(plural, entry);
    if (namespace !== undefined) entry.namespaced = true;
    if (subresource !== undefined) entry.subresources.add(subresource);
    else Object.assign(entry, { kind: gvk.kind, of: `${group === '' ? '' : `${group}/`}${version}` });
  }
  return [...found].map(([plural, { kind, namespaced, subresources, of }]) => ({
    of: `${of} ${kind}`,
    plural,
    ...(namespaced ? { namespaced } : {}),
    ...(subresources.size === 0 ? {} : { subresources: [...subresources].sort() }),
  }));
}
