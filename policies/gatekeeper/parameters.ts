import { compileParameterSchema, faultText } from '../parameter-schema.ts';
import { valueAt } from '../validate.ts';
import { isObject } from '../version.ts';

/** What a template's schema makes of a constraint's parameters. */
export interface TemplateParameters {
  /** With the schema's defaults; undefined where there are none. */
  readonly value: unknown;
  /** Why the schema does not allow them. */
  readonly fault?: string;
  /** A field that the schema does not know. */
  readonly strange?: string;
  /** Why parameters that nothing is found wrong with may be wrong all the same. */
  readonly unsure?: string;
}

/** `spec.parameters` under `openAPIV3Schema`, checked and completed as the API server would with a constraint. */
export function completeParameters(parameters: unknown, schema: unknown, legacy: boolean): TemplateParameters {
  if (!isObject(schema)) return { value: parameters };
  const unread: string[] = [];
  const compiled = compileParameterSchema(schema, [], (_, path, detail) => {
    if (path.at(-1) !== 'type' && !String(path.at(-1)).startsWith('x-kubernetes-')) unread.push(detail);
  });
  const value = compiled.complete(parameters);
  const wrong = value === undefined ? undefined : compiled.fault(value);
  const strange = legacy ? undefined : stranger(value, schema, 'parameters');
  const [first] = unread;
  return {
    value,
    ...(wrong === undefined ? {} : { fault: faultText(wrong) }),
    ...(strange === undefined ? {} : { strange }),
    ...(first === undefined ? {} : { unsure: first }),
  };
}

/** A field that a structural schema does not know; before v1 of templates every schema kept what it did not know. */
function stranger(value: unknown, schema: unknown, at: string): string | undefined {
  if (valueAt(schema, ['x-kubernetes-preserve-unknown-fields']) === true) return undefined;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const found = stranger(item, valueAt(schema, ['items']), `${at}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const others = valueAt(schema, ['additionalProperties']);
  for (const [name, member] of Object.entries(value)) {
    const inner = valueAt(schema, ['properties', name]) ?? (isObject(others) ? others : undefined);
    if (inner === undefined && others !== true) return `${at}.${name}: there is no such field`;
    const found = inner === undefined ? undefined : stranger(member, inner, `${at}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
