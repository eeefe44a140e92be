import type { Document, FieldPath, Lent } from '../document.ts';
import { valueAt } from '../validate.ts';
import { isObject } from '../version.ts';

/** The names of the parameters that a policy document declares. */
export const parameterNames = ({ value }: Document): readonly string[] => Object.keys(properties(value) ?? {});

/**
 * The document with other defaults: what is no parameter of it is left out. Its schema finds what is wrong with the values when it compiles,
 * and tells it where the lender has them, if one is given.
 */
export function withValues(document: Document, values: Readonly<Record<string, unknown>>, lender?: Lent): Document {
  const declared = properties(document.value);
  const own = Object.entries(values).filter(([name]) => declared !== undefined && Object.hasOwn(declared, name));
  if (declared === undefined || own.length === 0) return document;
  const given = Object.fromEntries(
    own.map(([name, value]) => {
      const property = declared[name];
      return [name, { ...(isObject(property) ? property : {}), default: value }];
    }),
  );
  const value = replaced(document.value, ['spec', 'paramSchema', 'properties'], { ...declared, ...given });
  return lending({ ...document, value }, lender, (path) => {
    const [at, name = '', held] = [path.slice(0, 3).join('.'), path[3], path[4]];
    const theirs = at === 'spec.paramSchema.properties' && held === 'default' && Object.hasOwn(given, name);
    return theirs ? [name, ...path.slice(5)] : undefined;
  });
}

/** Who signs, for policies that leave it to whoever uses them. */
export interface Signers {
  readonly authorities?: readonly unknown[];
  readonly threshold?: number;
}

/** Whether a policy document leaves its authorities to others: its own list is there, and empty. */
export function takesSigners({ value }: Document): boolean {
  const own = valueAt(value, ['spec', 'authorities']);
  return Array.isArray(own) && own.length === 0;
}

/** The document with these signers, where it leaves them open; the threshold where it asks for signatures. */
export function withSigners(document: Document, { authorities, threshold }: Signers, lender?: Lent): Document {
  if (!takesSigners(document) || authorities === undefined) return document;
  const known = replaced(document.value, ['spec', 'authorities'], authorities);
  const asks = threshold !== undefined && isObject(valueAt(known, ['spec', 'signatures']));
  const value = asks ? replaced(known, ['spec', 'signatures', 'threshold'], threshold) : known;
  return lending({ ...document, value }, lender, ([spec, field, ...rest]) => {
    if (spec === 'spec' && field === 'authorities') return [field, ...rest];
    return asks && spec === 'spec' && field === 'signatures' && rest[0] === 'threshold' ? rest : undefined;
  });
}

/** The document, which knows where the lender has the fields that `find` finds in what it lent. */
function lending(
  document: Document,
  lender: Lent | undefined,
  find: (path: FieldPath) => FieldPath | undefined,
): Document {
  if (lender === undefined) return document;
  const lent = (path: FieldPath): Lent | undefined => {
    const found = find(path);
    return found === undefined
      ? document.lent?.(path)
      : { document: lender.document, path: [...lender.path, ...found] };
  };
  return { ...document, lent };
}

function properties(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const found = valueAt(value, ['spec', 'paramSchema', 'properties']);
  return isObject(found) ? { ...found } : undefined;
}

function replaced(value: unknown, [step, ...rest]: readonly string[], other: unknown): unknown {
  if (step === undefined || !isObject(value)) return other;
  return { ...value, [step]: replaced(valueAt(value, [step]), rest, other) };
}
