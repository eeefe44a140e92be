import { isObject, type KubernetesObject } from '../version.ts';
import { anything, below, misfit } from './conform.ts';
import { PatchFault } from './fault.ts';
import { mergeLists } from './merge-lists.ts';
import { builtinType, type Type } from './openapi.ts';
import { type Container, isContainer, memberOf, plainJson, setMember } from './plain-json.ts';

/**
 * The object with a configuration merged in, as the API server does for the ApplyConfiguration of a MutatingAdmissionPolicy (structured-merge-diff):
 * structs and maps field by field, sets by item, lists of objects by their keys, and nothing is removed. A configuration that names a field which
 * Kubernetes does not have, or a list, map or struct that is one piece, is refused. The types are those of the built-in kinds; of any other kind
 * objects merge and lists are one piece. Parts that do not change are shared with the object given.
 */
export function applyConfiguration(
  object: KubernetesObject,
  applied: object,
  apiVersion = nameIn(object.apiVersion),
  kind = nameIn(object.kind),
): KubernetesObject | PatchFault {
  const type = builtinType(apiVersion, kind) ?? anything;
  // Whatever it says of itself, it is of the object's kind.
  const configuration = plainJson({ ...applied, apiVersion, kind });
  if (configuration.kind === 'problem') return new PatchFault(`the configuration ${configuration.detail}`);
  const { value } = configuration;
  const trouble = misfit(type, value, 'merge') ?? refusal(value, type);
  if (trouble !== undefined) return new PatchFault(trouble);
  const merged = merge(type, object, value, '');
  if (merged instanceof PatchFault) return merged;
  return isObject(merged) ? merged : new PatchFault('it does not come to an object');
}

const nameIn = (value: unknown): string => (typeof value === 'string' ? value : '');

function refusal(value: unknown, type: Type): string | undefined {
  const pieces = type.kind === 'any' ? lists(value, '') : atomics(type, value, '');
  if (pieces.length === 0) return undefined;
  const more = pieces.length > shown ? ` and ${pieces.length - shown} more` : '';
  return `${pieces.slice(0, shown).join(', ')}${more}: what is one piece cannot be applied`;
}

const shown = 5;

/** Of a kind that nobody knows no list merges: the schema of its CRD, by which the API server goes, says of none how. */
function lists(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return [path];
  return isContainer(value) ? Object.entries(value).flatMap(([key, item]) => lists(item, below(path, key))) : [];
}

/** The paths of everything that is one piece. As there, the values of maps are not looked into. */
function atomics(type: Type, value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    if (type.kind !== 'list') return [path];
    const items = value.flatMap((item, index) => atomics(type.element, item, `${path}[${index}]`));
    return type.relation === 'atomic' ? [path, ...items] : items;
  }
  if (!isContainer(value) || type.kind === 'scalar' || type.kind === 'list') return [];
  const members = Object.entries(value).flatMap(([key, item]) => {
    const field = type.kind === 'struct' ? type.fields.get(key) : undefined;
    return field === undefined ? [] : atomics(field.type, item, below(path, key));
  });
  return type.atomic ? [path, ...members] : members;
}

function merge(type: Type, old: unknown, value: unknown, path: string): unknown {
  if (!isContainer(value) || !isContainer(old) || Array.isArray(value) !== Array.isArray(old)) return value;
  if (Array.isArray(value) || Array.isArray(old)) {
    if (type.kind !== 'list' || type.relation === 'atomic' || !Array.isArray(value) || !Array.isArray(old))
      return value;
    return mergeLists(type, old, value, path, merge);
  }
  if (type.kind === 'scalar' || type.kind === 'list' || type.atomic) return value;
  return mergeObjects(type, old, value, path);
}

function mergeObjects(
  type: Exclude<Type, { kind: 'scalar' | 'list' }>,
  old: Exclude<Container, unknown[]>,
  value: Exclude<Container, unknown[]>,
  path: string,
): unknown {
  const made: Exclude<Container, unknown[]> = {};
  for (const [key, item] of Object.entries(old)) setMember(made, key, item);
  for (const [key, item] of Object.entries(value)) {
    const merged = merge(typeOfMember(type, key), memberOf(old, key), item, below(path, key));
    if (merged instanceof PatchFault) return merged;
    setMember(made, key, merged);
  }
  return made;
}

function typeOfMember(type: Exclude<Type, { kind: 'scalar' | 'list' }>, key: string): Type {
  if (type.kind === 'map') return type.values;
  return type.kind === 'struct' ? (type.fields.get(key)?.type ?? anything) : type;
}
