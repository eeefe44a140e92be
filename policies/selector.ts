import type { FieldPath } from './document.ts';
import type { Report } from './problem.ts';
import type { LabelSelectorSpec } from './schema/match.ts';

/** A Kubernetes label selector: whether an object's labels fit. Anything but a map of strings has no labels. */
export type Selector = (labels: unknown) => boolean;

/** Compiles a label selector (meta/v1); one that selects nothing in particular selects everything. */
export function compileSelector(spec: LabelSelectorSpec, path: FieldPath, report: Report): Selector {
  const wanted = Object.entries(spec.matchLabels ?? {});
  const expressions = spec.matchExpressions ?? [];
  for (const [index, { operator, values = [] }] of expressions.entries()) {
    const takesValues = operator === 'In' || operator === 'NotIn';
    if (takesValues && values.length === 0)
      report('FIELD_MISSING', [...path, 'matchExpressions', index, 'values'], `"${operator}" needs values`);
    if (!takesValues && values.length > 0)
      report('FIELD_WRONG', [...path, 'matchExpressions', index, 'values'], `"${operator}" takes no values`);
  }
  return (labels) =>
    wanted.every(([key, value]) => labelOf(labels, key) === value) &&
    expressions.every(({ key, operator, values = [] }) => fits(labelOf(labels, key), operator, values));
}

/** Whether the selector was written to select everything. */
export const selectsAll = (spec: LabelSelectorSpec | undefined): boolean =>
  Object.keys(spec?.matchLabels ?? {}).length === 0 && (spec?.matchExpressions ?? []).length === 0;

/** The labels that the selector asks for. */
export const keysOf = (spec: LabelSelectorSpec | undefined): readonly string[] => [
  ...Object.keys(spec?.matchLabels ?? {}),
  ...(spec?.matchExpressions ?? []).map(({ key }) => key),
];

type Operator = NonNullable<LabelSelectorSpec['matchExpressions']>[number]['operator'];

/** As apimachinery's labels.Requirement: an absent label is not in anything. */
function fits(value: string | undefined, operator: Operator, values: readonly string[]): boolean {
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
