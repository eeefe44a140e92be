/** A type of the language. `param` stands for any type inside one signature; `opaque` types come from libraries. */
export type CelType =
  | { readonly kind: PlainKind }
  | { readonly kind: 'list'; readonly element: CelType }
  | { readonly kind: 'map'; readonly key: CelType; readonly value: CelType }
  | { readonly kind: 'type'; readonly of: CelType }
  | { readonly kind: 'wrapper'; readonly of: CelType }
  | { readonly kind: 'object'; readonly name: string }
  | { readonly kind: 'opaque'; readonly name: string; readonly parameters: readonly CelType[] }
  | { readonly kind: 'param'; readonly name: string };

export type PlainKind =
  | 'dyn'
  | 'error'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'timestamp'
  | 'duration';

const plain = <K extends PlainKind>(kind: K): { readonly kind: K } => ({ kind });

export const dyn: CelType = plain('dyn');
export const errorType: CelType = plain('error');
export const nullType: CelType = plain('null');
export const bool: CelType = plain('bool');
export const int: CelType = plain('int');
export const uint: CelType = plain('uint');
export const double: CelType = plain('double');
export const string: CelType = plain('string');
export const bytes: CelType = plain('bytes');
export const timestamp: CelType = plain('timestamp');
export const duration: CelType = plain('duration');
export const list = (element: CelType): CelType => ({ kind: 'list', element });
export const map = (key: CelType, value: CelType): CelType => ({ kind: 'map', key, value });
export const object = (name: string): CelType => ({ kind: 'object', name });
export const opaque = (name: string, ...parameters: CelType[]): CelType => ({ kind: 'opaque', name, parameters });
export const optional = (of: CelType): CelType => opaque('optional_type', of);
export const typeOf = (of: CelType): CelType => ({ kind: 'type', of });
export const param = (name: string): CelType => ({ kind: 'param', name });

/** The type as cel-go prints it: `map(string, list(int))`, `google.protobuf.Timestamp`. */
export function formatType(type: CelType): string {
  switch (type.kind) {
    case 'null':
      return 'null_type';
    case 'error':
      return '!error!';
    case 'timestamp':
      return 'google.protobuf.Timestamp';
    case 'duration':
      return 'google.protobuf.Duration';
    case 'dyn':
    case 'bool':
    case 'int':
    case 'uint':
    case 'double':
    case 'string':
    case 'bytes':
      return type.kind;
    case 'list':
      return `list(${formatType(type.element)})`;
    case 'map':
      return `map(${formatType(type.key)}, ${formatType(type.value)})`;
    case 'type':
      return `type(${type.of.kind === 'type' && type.of.of.kind === 'dyn' ? 'type' : formatType(type.of)})`;
    case 'wrapper':
      return `wrapper(${formatType(type.of)})`;
    case 'object':
    case 'param':
      return type.name;
    case 'opaque':
      return type.parameters.length === 0 ? type.name : `${type.name}(${type.parameters.map(formatType).join(', ')})`;
  }
}

/** The name a type has as a value: without its parameters. */
export function nameOfType(type: CelType): string {
  switch (type.kind) {
    case 'list':
    case 'map':
    case 'type':
      return type.kind;
    case 'opaque':
      return type.name;
    case 'wrapper':
      return nameOfType(type.of);
    case 'null':
    case 'error':
    case 'timestamp':
    case 'duration':
    case 'dyn':
    case 'bool':
    case 'int':
    case 'uint':
    case 'double':
    case 'string':
    case 'bytes':
    case 'object':
    case 'param':
      return formatType(type);
  }
}

/** Whether two types are the same, parameters included. */
export function sameType(a: CelType, b: CelType): boolean {
  if (a === b) return true;
  if (a.kind === 'list' && b.kind === 'list') return sameType(a.element, b.element);
  if (a.kind === 'map' && b.kind === 'map') return sameType(a.key, b.key) && sameType(a.value, b.value);
  if ((a.kind === 'type' && b.kind === 'type') || (a.kind === 'wrapper' && b.kind === 'wrapper')) {
    return sameType(a.of, b.of);
  }
  if (a.kind === 'opaque' && b.kind === 'opaque') {
    return (
      a.name === b.name &&
      a.parameters.length === b.parameters.length &&
      a.parameters.every((parameter, at) => sameType(parameter, b.parameters[at] ?? dyn))
    );
  }
  if ((a.kind === 'object' && b.kind === 'object') || (a.kind === 'param' && b.kind === 'param')) {
    return a.name === b.name;
  }
  return a.kind === b.kind;
}

/** The types that a type is made of. */
export function partsOf(type: CelType): readonly CelType[] {
  if (type.kind === 'list') return [type.element];
  if (type.kind === 'map') return [type.key, type.value];
  if (type.kind === 'type' || type.kind === 'wrapper') return [type.of];
  return type.kind === 'opaque' ? type.parameters : none;
}

const none: readonly CelType[] = [];

/** The same type made of other parts. */
export function mapParts(type: CelType, change: (part: CelType) => CelType): CelType {
  if (type.kind === 'list') return list(change(type.element));
  if (type.kind === 'map') return map(change(type.key), change(type.value));
  if (type.kind === 'type' || type.kind === 'wrapper') return { kind: type.kind, of: change(type.of) };
  return type.kind === 'opaque' ? { ...type, parameters: type.parameters.map(change) } : type;
}
