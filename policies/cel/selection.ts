import { CelError } from './error.ts';
import type { Result } from './evaluation.ts';
import { isSpecial } from './evaluation.ts';
import { nameOfType } from './typing.ts';
import { typeOfValue } from './value-type.ts';
import { CelMap, isPlainMap, Optional, Struct, type Value } from './value.ts';

/** A field of an object that was built, whose type the expression knows: where it is not set, the zero of its type, as the API server has it. */
export function selectOfStruct(operand: Struct, field: string): Result {
  if (Object.hasOwn(operand.fieldValues, field)) return operand.fieldValues[field] ?? null;
  return Object.hasOwn(operand.unsetValues, field) ? (operand.unsetValues[field] ?? null) : null;
}

/** `operand.field`; of an optional, an optional. */
export function selectField(operand: Value, field: string): Result {
  if (operand instanceof Optional) return selectOptional(operand, field);
  const found = own(operand, field);
  if (found !== undefined) return found;
  return operand instanceof Struct
    ? new CelError('CEL_NO_SUCH_FIELD', `${operand.structType} has no ${JSON.stringify(field)} set`)
    : new CelError('CEL_NO_SUCH_KEY', `no such key: ${JSON.stringify(field)}`);
}

/** `operand.?field`: none where it is not there. */
export function selectOptional(operand: Value, field: string): Result {
  const inner = operand instanceof Optional ? operand.content : operand;
  if (inner === undefined) return Optional.none;
  const found = own(inner, field);
  if (found === undefined) return Optional.none;
  return isSpecial(found) ? found : new Optional(found);
}

/** `has(operand.field)`: a field whose value is null is there; one whose value is unknown may not be. */
export function presence(operand: Value, field: string): Result {
  const inner = operand instanceof Optional ? operand.content : operand;
  if (inner === undefined) return false;
  const found = own(inner, field);
  return isSpecial(found ?? null) ? (found as Result) : found !== undefined;
}

/** The value of an own field, undefined where it is absent. Data from outside may hold unknowns in place of values. */
function own(operand: Value, field: string): Result | undefined {
  if (isPlainMap(operand)) return Object.hasOwn(operand, field) ? operand[field] : undefined;
  if (operand instanceof CelMap) return operand.table.get(field)?.[1];
  if (operand instanceof Struct) {
    return Object.hasOwn(operand.fieldValues, field) ? operand.fieldValues[field] : undefined;
  }
  const type = nameOfType(typeOfValue(operand));
  return new CelError(
    'CEL_NO_MATCHING_OVERLOAD',
    `a value of type ${type} has no fields, so no ${JSON.stringify(field)}`,
  );
}
