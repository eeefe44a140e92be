import type { Value as ProtoValue } from '@bufbuild/cel-spec/cel/expr/value_pb.js';
import type { Type as ProtoType } from '@bufbuild/cel-spec/cel/expr/checked_pb.js';
import { Type_PrimitiveType, Type_WellKnownType } from '@bufbuild/cel-spec/cel/expr/checked_pb.js';
import {
  bool,
  bytes,
  type CelType,
  double,
  duration,
  dyn,
  errorType,
  int,
  list,
  map,
  nullType,
  object,
  opaque,
  param,
  string,
  timestamp,
  typeOf,
  uint,
} from '../../../policies/cel/typing.ts';
import {
  Duration,
  mapOf,
  Timestamp,
  toDouble,
  toInt,
  TypeValue,
  Uint,
  type Value,
} from '../../../policies/cel/value.ts';

/** What a test of cel-spec needs that only protobuf messages have. */
export class NeedsProtobuf extends Error {}

/** A value of cel-spec's test data as one of ours. */
export function fromProto(value: ProtoValue): Value {
  const { kind } = value;
  switch (kind.case) {
    case 'nullValue':
      return null;
    case 'boolValue':
    case 'stringValue':
      return kind.value;
    case 'bytesValue':
      return Uint8Array.from(kind.value);
    case 'int64Value':
      return toInt(kind.value);
    case 'uint64Value':
      return new Uint(kind.value);
    case 'doubleValue':
      return toDouble(kind.value);
    case 'listValue':
      return kind.value.values.map(fromProto);
    case 'mapValue':
      return mapOf(kind.value.entries.map(({ key, value }) => [fromProto(key!), fromProto(value!)]));
    case 'typeValue':
      return new TypeValue(typeNamed(kind.value));
    case 'objectValue':
      return fromAny(kind.value.typeUrl.split('/').at(-1) ?? '', kind.value.value);
    default:
      throw new NeedsProtobuf(String(kind.case));
  }
}

function fromAny(name: string, bytes: Uint8Array): Value {
  if (name === 'google.protobuf.Timestamp' || name === 'google.protobuf.Duration') {
    const [seconds, nanos] = twoVarints(bytes);
    if (name === 'google.protobuf.Timestamp') return new Timestamp(Number(seconds), Number(nanos));
    return new Duration(seconds * 1_000_000_000n + nanos);
  }
  throw new NeedsProtobuf(name);
}

/** Fields 1 and 2 of a message of two integers. */
function twoVarints(bytes: Uint8Array): [bigint, bigint] {
  const found: [bigint, bigint] = [0n, 0n];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
  };
  while (at < bytes.length) found[(bytes[at++]! >> 3) - 1] = varint();
  return found;
}

function typeNamed(name: string): CelType {
  const known: Record<string, CelType> = {
    bool,
    bytes,
    double,
    int,
    string,
    uint,
    list: list(dyn),
    map: map(dyn, dyn),
    null_type: nullType,
    type: typeOf(dyn),
    'google.protobuf.Timestamp': timestamp,
    'google.protobuf.Duration': duration,
    optional_type: opaque('optional_type', dyn),
  };
  return known[name] ?? object(name);
}

/** A declared type of cel-spec's test data as one of ours. */
export function typeFromProto(type: ProtoType | undefined): CelType {
  const kind = type?.typeKind;
  switch (kind?.case) {
    case undefined:
    case 'dyn':
      return dyn;
    case 'null':
      return nullType;
    case 'error':
      return errorType;
    case 'primitive':
      return primitives[kind.value] ?? dyn;
    case 'wrapper':
      return { kind: 'wrapper', of: primitives[kind.value] ?? dyn };
    case 'wellKnown':
      if (kind.value === Type_WellKnownType.TIMESTAMP) return timestamp;
      return kind.value === Type_WellKnownType.DURATION ? duration : dyn;
    case 'listType':
      return list(typeFromProto(kind.value.elemType));
    case 'mapType':
      return map(typeFromProto(kind.value.keyType), typeFromProto(kind.value.valueType));
    case 'messageType':
      return object(kind.value);
    case 'typeParam':
      return param(kind.value);
    case 'type':
      return typeOf(typeFromProto(kind.value));
    case 'abstractType':
      return opaque(kind.value.name, ...kind.value.parameterTypes.map(typeFromProto));
    case 'function':
      throw new NeedsProtobuf('function');
  }
}

const primitives: Readonly<Record<number, CelType>> = {
  [Type_PrimitiveType.BOOL]: bool,
  [Type_PrimitiveType.INT64]: int,
  [Type_PrimitiveType.UINT64]: uint,
  [Type_PrimitiveType.DOUBLE]: double,
  [Type_PrimitiveType.STRING]: string,
  [Type_PrimitiveType.BYTES]: bytes,
};
