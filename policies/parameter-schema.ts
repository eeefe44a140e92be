import { type FieldPath, renderPath } from './document.ts';
import { limits } from './limits.ts';
import type { Report } from './problem.ts';
import { isObject } from './version.ts';

/** What a parameter object must be: tells what is wrong with one, and fills in what it leaves out. */
export interface ParameterSchema {
  fault(value: unknown): Fault | undefined;
  complete(value: unknown): unknown;
}

/** The first thing that is wrong with a parameter object, and at which of its fields. */
export interface Fault {
  readonly at: FieldPath;
  readonly detail: string;
}

/** `hosts[0]: 5 is no string`. */
export const faultText = ({ at, detail }: Fault): string => `${place(at)}: ${detail}`;

/** Compiles the part of OpenAPI v3 that parameters need; any other keyword is a problem, for it would not be kept. */
export function compileParameterSchema(schema: unknown, path: FieldPath, report: Report): ParameterSchema {
  const node = compileNode(schema, path, report, 0);
  return {
    fault: (value) => node.fault(value, []),
    complete: (value) => node.complete(value),
  };
}

interface Node {
  fault(value: unknown, path: FieldPath): Fault | undefined;
  complete(value: unknown): unknown;
}

type Keywords = Readonly<Record<string, unknown>>;

function compileNode(schema: unknown, path: FieldPath, report: Report, depth: number): Node {
  if (!isObject(schema) || depth > limits.documentDepth) {
    report('FIELD_WRONG', path, 'a schema is an object with a type');
    return anything;
  }
  const keywords: Keywords = { ...schema };
  for (const [key, value] of Object.entries(keywords)) {
    const wanted = known.get(key);
    if (wanted === undefined) report('FIELD_UNKNOWN', [...path, key], `there is no keyword "${key}" here`);
    // A bound that is no bound would be kept by nobody.
    else if (!wanted.holds(value)) report('FIELD_WRONG', [...path, key], `${shown(value)} is no ${wanted.name}`);
  }
  const { type } = keywords;
  if (typeof type === 'string' ? !Object.hasOwn(types, type) : type === undefined)
    report('FIELD_WRONG', [...path, 'type'], `a type is one of ${Object.keys(types).join(', ')}`);
  const properties = Object.entries(isObject(keywords['properties']) ? keywords['properties'] : {}).map(
    ([name, inner]) => [name, compileNode(inner, [...path, 'properties', name], report, depth + 1)] as const,
  );
  const items =
    keywords['items'] === undefined ? undefined : compileNode(keywords['items'], [...path, 'items'], report, depth + 1);
  const { additionalProperties } = keywords;
  const others = isObject(additionalProperties)
    ? compileNode(additionalProperties, [...path, 'additionalProperties'], report, depth + 1)
    : undefined;
  const closed = additionalProperties === false;
  return {
    fault: (value, at) =>
      faultOfType(String(type), value, at) ??
      faultOfBounds(keywords, value, at) ??
      faultOfMembers({ properties: new Map(properties), others, closed, required: keywords['required'] }, value, at) ??
      faultOfItems(items, value, at),
    complete: (value) => completed(value ?? keywords['default'], properties, items),
  };
}

const anything: Node = { fault: () => undefined, complete: (value) => value };

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  integer: Number.isSafeInteger,
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
};

interface Keyword {
  readonly name: string;
  readonly holds: (value: unknown) => boolean;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const keyword = (name: string, holds: Keyword['holds'], ...keys: readonly string[]): [string, Keyword][] =>
  keys.map((key) => [key, { name, holds }]);

const known: ReadonlyMap<string, Keyword> = new Map([
  ...keyword('text', isText, 'type', 'description'),
  ...keyword('map of schemas', isObject, 'properties'),
  ...keyword('list of names', (value) => Array.isArray(value) && value.every(isText), 'required'),
  ...keyword('list of values', Array.isArray, 'enum'),
  ...keyword('bool or schema', (value) => typeof value === 'boolean' || isObject(value), 'additionalProperties'),
  ...keyword('number', (value) => Number.isFinite(value), 'minimum', 'maximum'),
  ...keyword('count', isCount, 'minLength', 'maxLength', 'minItems', 'maxItems'),
  ...keyword('value', () => true, 'items', 'default'),
]);

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 80);
const place = (at: FieldPath): string => (at.length === 0 ? 'the object' : renderPath(at));

function faultOfType(type: string, value: unknown, at: FieldPath): Fault | undefined {
  if (value === undefined || types[type]?.(value) !== false) return undefined;
  return { at, detail: `${shown(value)} is no ${type}` };
}

function faultOfBounds(keywords: Keywords, value: unknown, at: FieldPath): Fault | undefined {
  const { enum: allowed } = keywords;
  if (Array.isArray(allowed) && value !== undefined && !allowed.includes(value))
    return { at, detail: `${shown(value)} is none of ${allowed.map(shown).join(', ')}` };
  const sizes: readonly (readonly [unknown, string, string, string])[] = [
    [typeof value === 'number' ? value : undefined, 'minimum', 'maximum', ''],
    [typeof value === 'string' ? [...value].length : undefined, 'minLength', 'maxLength', ' characters'],
    [Array.isArray(value) ? value.length : undefined, 'minItems', 'maxItems', ' items'],
  ];
  for (const [size, least, most, unit] of sizes) {
    if (typeof size !== 'number') continue;
    const [low, high] = [keywords[least], keywords[most]];
    if (typeof low === 'number' && size < low) return { at, detail: `${size}${unit}, and at least ${low} is wanted` };
    if (typeof high === 'number' && size > high) return { at, detail: `${size}${unit}, and at most ${high} is wanted` };
  }
  return undefined;
}

interface Members {
  readonly properties: ReadonlyMap<string, Node>;
  readonly others: Node | undefined;
  readonly closed: boolean;
  readonly required: unknown;
}

function faultOfMembers(
  { properties, others, closed, required }: Members,
  value: unknown,
  at: FieldPath,
): Fault | undefined {
  if (!isObject(value)) return undefined;
  for (const name of Array.isArray(required) ? required.map(String) : [])
    if (!Object.hasOwn(value, name)) return { at: [...at, name], detail: 'is missing' };
  for (const [name, member] of Object.entries(value)) {
    const node = properties.get(name) ?? others;
    if (node === undefined && closed) return { at: [...at, name], detail: 'there is no such field' };
    const fault = node?.fault(member, [...at, name]);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOfItems(items: Node | undefined, value: unknown, at: FieldPath): Fault | undefined {
  if (items === undefined || !Array.isArray(value)) return undefined;
  for (const [index, item] of value.entries()) {
    const fault = items.fault(item, [...at, index]);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function completed(value: unknown, properties: readonly (readonly [string, Node])[], items: Node | undefined): unknown {
  if (Array.isArray(value)) return items === undefined ? value : value.map((item: unknown) => items.complete(item));
  if (!isObject(value) || properties.length === 0) return value;
  const entries = new Map<string, unknown>(Object.entries(value));
  for (const [name, node] of properties) {
    const member = node.complete(entries.get(name));
    if (member !== undefined) entries.set(name, member);
  }
  return Object.fromEntries(entries);
}
