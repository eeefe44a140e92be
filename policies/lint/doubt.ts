import type { FieldPath } from '../document.ts';
import { valueAt } from '../validate.ts';

/** The kinds of doubt; docs/policy-lint.md describes each. */
export const lintCodes = [
  'message-missing',
  'variable-unused',
  'authority-unused',
  'identity-open',
  'pattern-unanchored',
  'always-true',
  'never-matches',
  'fails-open',
  'exception-expired',
  'exception-reason-poor',
  'expression-costly',
] as const;

export type LintCode = (typeof lintCodes)[number];

/** Tells a doubt at a place of the document in hand. */
export type Doubt = (code: LintCode, path: FieldPath, detail: string) => void;

/** The items of a list in a document, with their places; none where there is no list. */
export function itemsAt(
  value: unknown,
  path: FieldPath,
): readonly { readonly item: unknown; readonly at: FieldPath }[] {
  const list = valueAt(value, path);
  return Array.isArray(list) ? list.map((item: unknown, index) => ({ item, at: [...path, index] })) : [];
}

/** A text at a place; empty where there is none. */
export function textAt(value: unknown, path: FieldPath): string {
  const found = valueAt(value, path);
  return typeof found === 'string' ? found : '';
}
