import type { Environment, ObjectType } from './environment.ts';
import {
  bool,
  bytes,
  type CelType,
  double,
  duration,
  dyn,
  int,
  list,
  map,
  nullType,
  object,
  optional,
  string,
  timestamp,
  typeOf,
  uint,
} from './typing.ts';

/** The names that a name may stand for, innermost container first; a leading dot leaves only itself (cel-spec, Name resolution). */
export function candidateNames(container: string, name: string): readonly string[] {
  if (name.startsWith('.')) return [name.slice(1)];
  if (container === '') return [name];
  const candidates: string[] = [];
  for (let prefix = container; prefix !== ''; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('.')))) {
    candidates.push(`${prefix}.${name}`);
  }
  return [...candidates, name];
}

/** The registered type of this name, or the one that is made up for it. */
export const objectNamed = ({ objects, findObject }: Environment, name: string): ObjectType | undefined =>
  objects.get(name) ?? findObject?.(name);

/** The type that a name denotes as a value: the language's, a registered object's, or a library's. */
export function typeNamed(environment: Environment, name: string): CelType | undefined {
  const known = builtin.get(name);
  if (known) return known;
  if (objectNamed(environment, name) !== undefined) return object(name);
  return libraryTypes(environment).has(name) ? object(name) : undefined;
}

const builtin: ReadonlyMap<string, CelType> = new Map([
  ['bool', bool],
  ['int', int],
  ['uint', uint],
  ['double', double],
  ['string', string],
  ['bytes', bytes],
  ['list', list(dyn)],
  ['map', map(dyn, dyn)],
  ['null_type', nullType],
  ['type', typeOf(dyn)],
  ['optional_type', optional(dyn)],
  ['google.protobuf.Timestamp', timestamp],
  ['google.protobuf.Duration', duration],
]);

/** The names of the types that the environment's functions answer. */
function libraryTypes(environment: Environment): ReadonlySet<string> {
  const known = typesOfFunctions.get(environment.functions);
  if (known) return known;
  const names = new Set<string>();
  for (const overloads of environment.functions.values()) {
    for (const { result } of overloads) if (result.kind === 'object') names.add(result.name);
  }
  typesOfFunctions.set(environment.functions, names);
  return names;
}

const typesOfFunctions = new WeakMap<Environment['functions'], ReadonlySet<string>>();
