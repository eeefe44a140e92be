import type { Static, TSchema } from 'typebox';
import { Check, Errors } from 'typebox/value';
import { type Document, type FieldPath, renderPath } from './document.ts';
import { limits } from './limits.ts';
import type { Problem, ProblemCode } from './problem.ts';

/** A value of the schema's type, or all problems at once. */
export type Validated<T> =
  | { readonly kind: 'valid'; readonly value: T }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** Checks a document. */
export function validate<S extends TSchema>(document: Document, schema: S): Validated<Static<S>> {
  const { value } = document;
  if (Check(schema, value)) return { kind: 'valid', value };
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const error of Errors(schema, value)) {
    const found = explain(document, error);
    const key = found && `${found.path} ${found.code}`;
    if (found === undefined || key === undefined || seen.has(key)) continue;
    seen.add(key);
    problems.push(found);
    if (problems.length === limits.problemsShown) break;
  }
  return { kind: 'problems', problems };
}

/** A problem at a place of a document, or of the one that lent it that part; the door shows the line. */
export function problemAt(document: Document, code: ProblemCode, path: FieldPath, detail: string): Problem {
  const lent = document.lent?.(path);
  if (lent !== undefined) return problemAt(lent.document, code, lent.path, detail);
  return { code, file: document.file, path: renderPath(path), ...document.locate(path), detail };
}

type SchemaError = ReturnType<typeof Errors>[number];

function explain(document: Document, error: SchemaError): Problem | undefined {
  const path = parsePointer(document.value, error.instancePath);
  const at = (code: ProblemCode, detail: string, where: FieldPath = path) => problemAt(document, code, where, detail);
  switch (error.keyword) {
    case 'boolean':
      return at('FIELD_UNKNOWN', `there is no field "${path.at(-1)}" here`);
    case 'additionalProperties':
    case 'anyOf':
      return undefined;
    case 'required': {
      const missing = list(error.params, 'requiredProperties');
      const [first = ''] = missing;
      return at('FIELD_MISSING', `"${missing.join('", "')}" ${missing.length > 1 ? 'are' : 'is'} missing`, [
        ...path,
        first,
      ]);
    }
    case 'enum': {
      const given = shown(valueAt(document.value, path));
      return at('FIELD_WRONG', `${given} is none of ${list(error.params, 'allowedValues').join(', ')}`);
    }
    default:
      return at('FIELD_WRONG', `${shown(valueAt(document.value, path))} ${error.message}${constraint(error.params)}`);
  }
}

const constraint = (params: object): string => {
  const pattern: unknown = 'pattern' in params ? params.pattern : undefined;
  return typeof pattern === 'string' ? ` (${pattern})` : '';
};

function list(params: object, key: string): string[] {
  const found: unknown = Object.entries(params).find(([name]) => name === key)?.[1];
  return Array.isArray(found) ? found.map(String) : [];
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

/** RFC 6901, with array indexes as numbers where the value has an array. */
function parsePointer(value: unknown, pointer: string): (string | number)[] {
  const path: (string | number)[] = [];
  let at = value;
  for (const raw of pointer.split('/').slice(1)) {
    const step = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(at) ? Number(step) : step);
    at = valueAt(at, path.slice(-1));
  }
  return path;
}

/** The value at the path, by own properties only; undefined where there is none. */
export function valueAt(value: unknown, path: FieldPath): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = Reflect.get(at, step);
  }
  return at;
}
