import type { FieldPath } from './document.ts';
import type { Report } from './problem.ts';
import type { LabelSelectorSpec } from './schema/match.ts';

/** A Kubernetes label selector: whether labels fit. Whatever is no map of strings has no labels. */
export type Selector = (labels: unknown) => boolean;

/** Compiles a label selector (meta/v1), with the problems that the API server would have with it; an empty one fits everything. */
export function compileSelector(spec: LabelSelectorSpec, path: FieldPath, report: Report): Selector {
  const wanted = Object.entries(spec.matchLabels ?? {});
  const expressions = spec.matchExpressions ?? [];
  for (const [key, value] of wanted) {
    checkKey(key, [...path, 'matchLabels', key], report);
    checkValue(value, [...path, 'matchLabels', key], report);
  }
  for (const [index, expression] of expressions.entries())
    checkExpression(expression, [...path, 'matchExpressions', index], report);
  return (labels) =>
    wanted.every(([key, value]) => labelOf(labels, key) === value) &&
    expressions.every(({ key, operator, values = [] }) => fits(labelOf(labels, key), operator, values));
}

/** Whether the selector was written to fit everything. */
export const selectsAll = (spec: LabelSelectorSpec | undefined): boolean => keysOf(spec).length === 0;

/** The labels that the selector asks for. */
export const keysOf = (spec: LabelSelectorSpec | undefined): readonly string[] => [
  ...Object.keys(spec?.matchLabels ?? {}),
  ...(spec?.matchExpressions ?? []).map(({ key }) => key),
];

type Expression = NonNullable<LabelSelectorSpec['matchExpressions']>[number];

/** As apimachinery's labels.Requirement: an absent label is in no set, and outside of every one. */
function fits(value: string | undefined, operator: Expression['operator'], values: readonly string[]): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

function labelOf(labels: unknown, key: string): string | undefined {
  if (typeof labels !== 'object' || labels === null || !Object.hasOwn(labels, key)) return undefined;
  const value: unknown = Reflect.get(labels, key);
  return typeof value === 'string' ? value : undefined;
}

function checkExpression({ key, operator, values = [] }: Expression, path: FieldPath, report: Report): void {
  const takesValues = operator === 'In' || operator === 'NotIn';
  checkKey(key, [...path, 'key'], report);
  if (takesValues && values.length === 0)
    report('FIELD_MISSING', [...path, 'values'], `${operator} needs at least one value`);
  if (!takesValues && values.length > 0) report('FIELD_WRONG', [...path, 'values'], `${operator} takes no values`);
  for (const [index, value] of values.entries()) checkValue(value, [...path, 'values', index], report);
}

/** apimachinery, validation.IsQualifiedName. */
function checkKey(key: string, path: FieldPath, report: Report): void {
  const [name = '', prefix, more] = key.split('/').toReversed();
  const isSubdomain = prefix === undefined || (prefix.length <= 253 && subdomain.test(prefix));
  if (more === undefined && isSubdomain && name.length <= 63 && labelName.test(name)) return;
  const wanted = 'at most 63 letters, digits, "-", "_" and ".", behind an optional DNS name and "/"';
  report('FIELD_WRONG', path, `${JSON.stringify(key.slice(0, 80))} is no label; one has ${wanted}`);
}

/** apimachinery, validation.IsValidLabelValue. */
function checkValue(value: string, path: FieldPath, report: Report): void {
  if (value === '' || (value.length <= 63 && labelName.test(value))) return;
  const wanted = 'at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit';
  report('FIELD_WRONG', path, `${JSON.stringify(value.slice(0, 80))} is no value of a label; one has ${wanted}`);
}

const labelName = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
