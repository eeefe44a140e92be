type Spec = Record<string, unknown>;

const ruleOf = (change: Spec = {}): Spec => ({
  apiGroups: ['apps'],
  apiVersions: ['v1'],
  operations: ['CREATE'],
  resources: ['deployments'],
  ...change,
});
/** Constraints of one rule, for Deployments unless it says otherwise. */
export const ruled = (change?: Spec): Spec => ({ resourceRules: [ruleOf(change)] });
const excluded = (change?: Spec): Spec => ({ excludeResourceRules: [ruleOf(change)] });
const selecting = (matchExpressions: readonly Spec[]): Spec => ({ objectSelector: { matchExpressions } });
/** A label selector of one expression. */
export const selector = (key: string, operator: string, values: readonly string[]): Spec => ({
  matchExpressions: [{ key, operator, values }],
});
const selectingNamespace = (matchExpressions: readonly Spec[]): Spec => ({ namespaceSelector: { matchExpressions } });
const own = 'kubernetes.io/metadata.name';
/** Constraints under which the policy speaks of the Deployment, and others under which it does not. */
export const constraints: readonly (readonly [field: string, matching: Spec, other: Spec, code?: string])[] = [
  ...(
    [
      ['apiGroups', ['batch']],
      ['apiVersions', ['v9']],
      ['operations', ['DELETE']],
      ['resources', ['pods']],
      ['resourceNames', ['other']],
      ['scope', 'Cluster'],
    ] as const
  ).flatMap(([field, other]) => [
    [`resourceRules.${field}`, ruled(), ruled({ [field]: other })] as const,
    [`excludeResourceRules.${field}`, excluded({ [field]: other }), excluded()] as const,
  ]),
  ['objectSelector.matchLabels', {}, { objectSelector: { matchLabels: { a: 'b' } } }],
  [
    'objectSelector.matchExpressions.key',
    selecting([{ key: 'a', operator: 'DoesNotExist' }]),
    selecting([{ key: '', operator: 'DoesNotExist' }]),
    'FIELD_WRONG',
  ],
  [
    'objectSelector.matchExpressions.operator',
    selecting([{ key: 'a', operator: 'DoesNotExist' }]),
    selecting([{ key: 'a', operator: 'Exists' }]),
  ],
  [
    'objectSelector.matchExpressions.values',
    selecting([{ key: 'a', operator: 'NotIn', values: ['b'] }]),
    selecting([{ key: 'a', operator: 'NotIn', values: [] }]),
    'FIELD_MISSING',
  ],
  [
    'namespaceSelector.matchLabels',
    { namespaceSelector: { matchLabels: { [own]: 'shop' } } },
    { namespaceSelector: { matchLabels: { [own]: 'other' } } },
  ],
  [
    'namespaceSelector.matchExpressions.key',
    selectingNamespace([{ key: own, operator: 'Exists' }]),
    selectingNamespace([{ key: '', operator: 'Exists' }]),
    'FIELD_WRONG',
  ],
  [
    'namespaceSelector.matchExpressions.operator',
    selectingNamespace([{ key: own, operator: 'Exists' }]),
    selectingNamespace([{ key: own, operator: 'DoesNotExist' }]),
  ],
  [
    'namespaceSelector.matchExpressions.values',
    selectingNamespace([{ key: own, operator: 'In', values: ['shop'] }]),
    selectingNamespace([{ key: own, operator: 'In', values: ['other'] }]),
  ],
  ['matchPolicy', { ...ruled(), matchPolicy: 'Equivalent' }, { ...ruled(), matchPolicy: 'Exact' }],
];
