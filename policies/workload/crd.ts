import { limits } from '../limits.ts';
import { type PathStep, renderPathPattern } from './path.ts';
import { isMap, ownField } from './walk.ts';

/** A custom kind, and where the schema of its CustomResourceDefinition has what looks like images. */
export interface DefinedKind {
  readonly group: string;
  readonly kind: string;
  /** Schemas with a list of containers that have a name and an image. */
  readonly podSpecs: readonly SchemaPath[];
  /** Texts that are called like an image, outside of those. */
  readonly images: readonly SchemaPath[];
}

/** A path through a schema: properties, items of lists, values of maps. */
export type SchemaPath = readonly PathStep[];

/** What a CustomResourceDefinition (apiextensions.k8s.io) says of its kind, all versions together; undefined for every other object. */
export function definedKind(object: unknown): DefinedKind | undefined {
  const apiVersion = below(object, 'apiVersion');
  if (typeof apiVersion !== 'string' || !apiVersion.startsWith('apiextensions.k8s.io/')) return undefined;
  if (below(object, 'kind') !== 'CustomResourceDefinition') return undefined;
  const spec = below(object, 'spec');
  const group = below(spec, 'group');
  const kind = below(spec, 'names', 'kind');
  if (typeof group !== 'string' || typeof kind !== 'string') return undefined;
  const found: Found = { podSpecs: new Map(), images: new Map(), left: limits.workloadValues };
  const listed = below(spec, 'versions');
  const versions: readonly unknown[] = Array.isArray(listed) ? listed : [];
  // v1beta1 has one schema for all versions.
  for (const schema of [below(spec, 'validation'), ...versions.map((version) => below(version, 'schema'))])
    searchSchema(below(schema, 'openAPIV3Schema'), [], found);
  return { group, kind, podSpecs: [...found.podSpecs.values()], images: [...found.images.values()] };
}

interface Found {
  /** By their text: versions of a kind mostly say the same. */
  readonly podSpecs: Map<string, SchemaPath>;
  readonly images: Map<string, SchemaPath>;
  /** Schemas that are looked at still. */
  left: number;
}

/** Definitions may use properties, items and additionalProperties (structural schemas); the API server refuses what nests in other ways. */
function searchSchema(schema: unknown, path: SchemaPath, found: Found): void {
  found.left -= 1;
  if (!isMap(schema) || found.left < 0 || path.length > limits.documentDepth) return;
  if (holdsContainers(schema)) {
    found.podSpecs.set(renderPathPattern(path), path);
    return;
  }
  const properties = ownField(schema, 'properties');
  for (const [key, property] of isMap(properties) ? Object.entries(properties) : []) {
    if (path.length === 0 && (key === 'status' || key === 'metadata')) continue;
    const inner: SchemaPath = [...path, { kind: 'key', key }];
    if (isImage(key, property)) found.images.set(renderPathPattern(inner), inner);
    else if (below(property, 'type') === 'array' && isImage(key, below(property, 'items')))
      found.images.set(`${renderPathPattern(inner)}[]`, [...inner, { kind: 'items' }]);
    else searchSchema(property, inner, found);
  }
  searchSchema(ownField(schema, 'items'), [...path, { kind: 'items' }], found);
  searchSchema(ownField(schema, 'additionalProperties'), [...path, { kind: 'values' }], found);
}

function holdsContainers(schema: object): boolean {
  const container = below(schema, 'properties', 'containers', 'items', 'properties');
  return isMap(container) && Object.hasOwn(container, 'name') && Object.hasOwn(container, 'image');
}

/** `image`, `runnerImage`, `imageRef`, `containerImageName`; neither `imagePullPolicy` nor `imagePullSecrets`. */
const isImage = (key: string, schema: unknown): boolean =>
  /(?:^i|I)mages?(?:Ref|Reference|Name|Ur[li]|UR[LI])?s?$/.test(key) && below(schema, 'type') === 'string';

function below(value: unknown, ...keys: readonly string[]): unknown {
  let at = value;
  for (const key of keys) at = isMap(at) ? ownField(at, key) : undefined;
  return at;
}
