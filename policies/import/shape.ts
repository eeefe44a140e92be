import type { FieldPath } from '../document.ts';
import type { Reading } from './reading.ts';

/** Fields that are carried over as they are: a leaf, a list of one shape, or fields by name. */
export type Shape = 'leaf' | readonly [Shape] | { readonly [field: string]: Shape };

/** What stands there of the shape; fields beside it stay for the report. Undefined where nothing does. */
export function copy(reading: Reading, path: FieldPath, shape: Shape): unknown {
  const value = reading.peek(path);
  if (value === undefined) return undefined;
  if (shape === 'leaf' || typeof value !== 'object' || value === null) return reading.take(path);
  if (isList(shape)) {
    if (!Array.isArray(value)) return reading.take(path);
    return value.length === 0 ? reading.take(path) : value.map((_, index) => copy(reading, [...path, index], shape[0]));
  }
  if (Object.keys(value).length === 0) return reading.take(path);
  const fields = Object.entries(shape).map(([name, inner]) => [name, copy(reading, [...path, name], inner)] as const);
  return Object.fromEntries(fields.filter(([, copied]) => copied !== undefined));
}

const isList = (shape: Exclude<Shape, 'leaf'>): shape is readonly [Shape] => Array.isArray(shape);

const labelSelector: Shape = {
  matchLabels: 'leaf',
  matchExpressions: [{ key: 'leaf', operator: 'leaf', values: 'leaf' }],
};

const resourceRule: Shape = {
  apiGroups: 'leaf',
  apiVersions: 'leaf',
  operations: 'leaf',
  resources: 'leaf',
  resourceNames: 'leaf',
  scope: 'leaf',
};

/** Parts that Kyverno has from Kubernetes (admissionregistration.k8s.io, MatchResources). */
export const shapes = {
  labelSelector,
  matchConstraints: {
    resourceRules: [resourceRule],
    excludeResourceRules: [resourceRule],
    namespaceSelector: labelSelector,
    objectSelector: labelSelector,
    matchPolicy: 'leaf',
  },
} as const satisfies Record<string, Shape>;
