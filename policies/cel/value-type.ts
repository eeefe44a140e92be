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
import { CelMap, Double, Duration, Opaque, Optional, Struct, Timestamp, TypeValue, Uint, type Value } from './value.ts';

/** The type that a value has at run time; of lists, maps and optionals only what they are, not of what. */
export function typeOfValue(value: Value): CelType {
  switch (typeof value) {
    case 'boolean':
      return bool;
    case 'number':
      return Number.isSafeInteger(value) ? int : double;
    case 'bigint':
      return int;
    case 'string':
      return string;
    default:
      break;
  }
  if (value === null) return nullType;
  if (Array.isArray(value)) return anyList;
  if (value instanceof Double) return double;
  if (value instanceof Uint) return uint;
  if (value instanceof Uint8Array) return bytes;
  if (value instanceof Timestamp) return timestamp;
  if (value instanceof Duration) return duration;
  if (value instanceof Optional) return anyOptional;
  if (value instanceof TypeValue) return anyType;
  if (value instanceof CelMap) return anyMap;
  if (value instanceof Struct) return object(value.structType);
  if (value instanceof Opaque) return object(value.typeName);
  return anyMap;
}

const anyList = list(dyn);
const anyMap = map(dyn, dyn);
const anyOptional = optional(dyn);
const anyType = typeOf(dyn);

/** Whether a value may be an argument for a parameter of this type; elements are not looked at. */
export function guardOf(type: CelType): (value: Value) => boolean {
  switch (type.kind) {
    case 'dyn':
    case 'param':
    case 'error':
      return () => true;
    case 'wrapper': {
      const guard = guardOf(type.of);
      return (value) => value === null || guard(value);
    }
    case 'object':
      return (value) => {
        if (value instanceof Opaque) return value.typeName === type.name;
        if (value instanceof Struct) return value.structType === type.name;
        // JSON in place of an object that a library makes is no such object.
        return false;
      };
    case 'opaque':
      return (value) => value instanceof Optional;
    case 'null':
    case 'bool':
    case 'int':
    case 'uint':
    case 'double':
    case 'string':
    case 'bytes':
    case 'timestamp':
    case 'duration':
    case 'list':
    case 'map':
    case 'type':
      return (value) => typeOfValue(value).kind === type.kind;
  }
}
