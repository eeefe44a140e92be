import type { Document } from '../document.ts';
import { valueAt } from '../validate.ts';
import { isObject } from '../version.ts';

/** The names of the parameters that a policy document declares. */
export const parameterNames = ({ value }: Document): readonly string[] => Object.keys(properties(value) ?? {});

/** The document with other defaults: what is no parameter of it is left out. Its schema finds what is wrong with the values when it compiles. */
export function withValues(document: Document, values: Readonly<Record<string, unknown>>): Document {
  const declared = properties(document.value);
  const own = Object.entries(values).filter(([name]) => declared !== undefined && Object.hasOwn(declared, name));
  if (declared === undefined || own.length === 0) return document;
  const given = Object.fromEntries(
    own.map(([name, value]) => {
      const property = declared[name];
      return [name, { ...(isObject(property) ? property : {}), default: value }];
    }),
  );
  return {
    ...document,
    value: replaced(document.value, ['spec', 'paramSchema', 'properties'], { ...declared, ...given }),
  };
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
export function withSigners(document: Document, { authorities, threshold }: Signers): Document {
  if (!takesSigners(document) || authorities === undefined) return document;
  const known = replaced(document.value, ['spec', 'authorities'], authorities);
  const asks = threshold !== undefined && isObject(valueAt(known, ['spec', 'signatures']));
  return { ...document, value: asks ? replaced(known, ['spec', 'signatures', 'threshold'], threshold) : known };
}

function properties(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const found = valueAt(value, ['spec', 'paramSchema', 'properties']);
  return isObject(found) ? { ...found } : undefined;
}

function replaced(value: unknown, [step, ...rest]: readonly string[], other: unknown): unknown {
  if (step === undefined || !isObject(value)) return other;
  return { ...value, [step]: replaced(valueAt(value, [step]), rest, other) };
}
