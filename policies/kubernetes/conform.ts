import { quote } from './fault.ts';
import { itemKey } from './item-key.ts';
import type { ListType, ScalarType, StructType, Type } from './openapi.ts';
import { isContainer } from './plain-json.ts';
import { isQuantity } from './quantity.ts';

/** Whether a value is to be decoded only, and may be null and have items twice, or to be merged. */
export type Purpose = 'decode' | 'merge';

/** Where and why a value is not of a type, such as `spec.replicas is a string, not an integer`; undefined where it is. */
export function misfit(type: Type, value: unknown, purpose: Purpose, path = ''): string | undefined {
  if (value === null) return purpose === 'decode' ? undefined : `${path} is null, which nothing merges with`;
  switch (type.kind) {
    case 'any':
      return isContainer(value)
        ? firstIn(value, path, (_key, item, at) => misfit(anything, item, purpose, at))
        : undefined;
    case 'scalar':
      return misfitOfScalar(type.scalar, value, path);
    case 'list':
      return misfitOfList(type, value, purpose, path);
    case 'map':
      if (!isContainer(value) || Array.isArray(value)) return `${path} is ${nameOf(value)}, not an object`;
      return firstIn(value, path, (_key, item, at) => misfit(type.values, item, purpose, at));
    case 'struct':
      return misfitOfStruct(type, value, purpose, path);
  }
}

/** The type of what no schema describes: objects merge field by field, lists are one piece. */
export const anything: Type = { kind: 'any', atomic: false };

function misfitOfStruct({ fields }: StructType, value: unknown, purpose: Purpose, path: string): string | undefined {
  if (!isContainer(value) || Array.isArray(value)) return `${path} is ${nameOf(value)}, not an object`;
  return firstIn(value, path, (key, item, at) => {
    // A struct without fields holds anything: it is published as an object, and no more is said of it.
    if (fields.size === 0) return misfit(anything, item, purpose, at);
    const field = fields.get(key);
    return field === undefined ? `${at} is no field that Kubernetes has` : misfit(field.type, item, purpose, at);
  });
}

function misfitOfList(type: ListType, value: unknown, purpose: Purpose, path: string): string | undefined {
  if (!Array.isArray(value)) return `${path} is ${nameOf(value)}, not a list`;
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    const at = `${path}[${index}]`;
    if (type.relation !== 'atomic' && purpose === 'merge') {
      const key = itemKey(type, item);
      if (key.kind === 'problem') return `${at} ${key.detail}`;
      if (seen.has(key.text)) return `${at} is in the list twice (${quote(key.text)})`;
      seen.add(key.text);
    }
    const trouble = misfit(type.element, item, purpose, at);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

const forms: Readonly<
  Record<ScalarType['scalar'], { readonly is: (value: unknown) => boolean; readonly name: string }>
> = {
  string: { is: (value) => typeof value === 'string', name: 'a string' },
  byte: { is: (value) => typeof value === 'string', name: 'a string (base64)' },
  'date-time': { is: (value) => typeof value === 'string', name: 'a string (a time)' },
  integer: { is: Number.isInteger, name: 'an integer' },
  number: { is: (value) => typeof value === 'number', name: 'a number' },
  boolean: { is: (value) => typeof value === 'boolean', name: 'a boolean' },
  'int-or-string': {
    is: (value) => typeof value === 'string' || Number.isInteger(value),
    name: 'an integer or a string',
  },
  quantity: { is: isQuantity, name: 'a quantity' },
};

function misfitOfScalar(scalar: ScalarType['scalar'], value: unknown, path: string): string | undefined {
  const { is, name } = forms[scalar];
  return is(value) ? undefined : `${path} is ${nameOf(value)}, not ${name}`;
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isContainer(value)) return 'an object';
  return typeof value === 'number' ? `the number ${value}` : `a ${typeof value}`;
}

function firstIn(
  container: object,
  path: string,
  look: (key: string, item: unknown, at: string) => string | undefined,
): string | undefined {
  for (const [key, item] of Object.entries(container)) {
    const trouble = look(key, item, below(path, key));
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

/** A path with one step more: `spec` and `replicas` to `spec.replicas`; what is no plain name stands in brackets. */
export const below = (path: string, key: string): string =>
  /^[\w-]+$/.test(key) ? `${path}${path === '' ? '' : '.'}${key}` : `${path}[${quote(key)}]`;
