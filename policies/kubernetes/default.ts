import { isObject, type KubernetesObject } from '../version.ts';
import { anything } from './conform.ts';
import { derived } from './derived-defaults.ts';
import { fixed, leftOut } from './fixed-defaults.ts';
import { isMembers, type Members } from './members.ts';
import { builtinType, type Field, type StructType, type Type } from './openapi.ts';
import { memberOf } from './plain-json.ts';
import { canonicalQuantity } from './quantity.ts';

/**
 * The object as the API server completes it before anything judges it: fields of the built-in kinds that are absent have their defaults, null is
 * absent, quantities are canonical, and what Kubernetes does not write when it is empty is left out. Nothing is checked, nothing unknown is removed;
 * what depends on the cluster (addresses, priorities, service accounts) is left to it. Parts that do not change are shared with the object given.
 */
export function defaulted(object: KubernetesObject): KubernetesObject {
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return object;
  const type = builtinType(apiVersion, kind);
  const made = type === undefined ? object : complete(type, object);
  return isObject(made) ? made : object;
}

function complete(type: Type, value: unknown): unknown {
  switch (type.kind) {
    case 'any':
      return value;
    case 'scalar':
      return type.scalar === 'quantity' ? canonicalQuantity(value) : value;
    case 'list':
      return Array.isArray(value) ? completeItems(type.element, value) : value;
    case 'map':
      return isMembers(value) ? completeMembers(withoutNull(type.values, value), () => type.values) : value;
    case 'struct':
      return isMembers(value) ? completeStruct(type, value) : value;
  }
}

function completeItems(element: Type, items: readonly unknown[]): readonly unknown[] {
  const made = items.map((item) => complete(element, isText(element) ? (item ?? '') : item));
  return made.every((item, index) => item === items[index]) ? items : made;
}

function completeMembers(members: Members, typeOf: (key: string) => Type): Members {
  const made = Object.entries(members).map(([key, value]) => [key, complete(typeOf(key), value)] as const);
  return made.every(([key, value]) => value === memberOf(members, key)) ? members : Object.fromEntries(made);
}

function completeStruct(type: StructType, given: Members): Members {
  const written = withoutEmpty(type, given);
  const rule = derived.get(type.name);
  const ruled = rule === undefined ? written : rule(written);
  const missing = defaultsOf(type).filter(({ field, value }) => isMissing(ruled, field, value));
  const made =
    missing.length === 0
      ? ruled
      : { ...ruled, ...Object.fromEntries(missing.map(({ field, value }) => [field, value])) };
  return completeMembers(made, (key) => type.fields.get(key)?.type ?? anything);
}

/** A text of a list or a map that is null is empty: neither loses anything. */
const isText = (type: Type): boolean => type.kind === 'scalar' && type.scalar === 'string';

function withoutNull(values: Type, members: Members): Members {
  if (!isText(values) || !Object.values(members).includes(null)) return members;
  return Object.fromEntries(Object.entries(members).map(([key, value]) => [key, value ?? '']));
}

const isMissing = (members: Members, field: string, value: unknown): boolean =>
  memberOf(members, field) === undefined || (typeof value === 'string' && members[field] === '');

/** Without what Go's encoding leaves out: null, and the zero of a field that says `omitempty`. */
function withoutEmpty(type: StructType, members: Members): Members {
  const kept = Object.entries(members).filter(
    ([key, value]) => !isLeftOut(type.name, key, type.fields.get(key), value),
  );
  return kept.length === Object.keys(members).length ? members : Object.fromEntries(kept);
}

function isLeftOut(struct: string, key: string, field: Field | undefined, value: unknown): boolean {
  if (field === undefined) return false;
  if (value === null) return !field.kept;
  if (field.type.kind === 'list') return !field.kept && Array.isArray(value) && value.length === 0;
  if (field.type.kind === 'map') return !field.kept && isMembers(value) && Object.keys(value).length === 0;
  return (value === false || value === '') && field.default === undefined && leftOut(struct, key);
}

interface Default {
  readonly field: string;
  readonly value: unknown;
}

/** What is published, and what only the code of the API server says. */
function defaultsOf(type: StructType): readonly Default[] {
  const known = defaultsByStruct.get(type.name);
  if (known !== undefined) return known;
  const published = [...type.fields].map(([field, { default: value, kept }]) => [field, kept ? null : value] as const);
  const made = new Map<string, unknown>([...published, ...Object.entries(fixed.get(type.name) ?? {})]);
  const list = [...made].flatMap(([field, value]) => (value === undefined ? [] : [{ field, value }]));
  defaultsByStruct.set(type.name, list);
  return list;
}

const defaultsByStruct = new Map<string, readonly Default[]>();
