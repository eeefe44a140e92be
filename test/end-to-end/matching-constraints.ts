import * as fc from 'fast-check';
import type { MatchResourcesSpec, ResourceRuleSpec } from '../../policies/schema/match.ts';

/** A policy's constraints, and those of its binding. */
export interface Constraints {
  readonly name: string;
  readonly policy: MatchResourcesSpec;
  readonly binding?: MatchResourcesSpec;
}

const all: ResourceRuleSpec = { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] };

const someOf = <T>(...items: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...items], { minLength: 1 });
const optional = <T, K extends string>(key: K, value: fc.Arbitrary<T>): fc.Arbitrary<{ [key in K]?: T }> =>
  fc.option(value, { nil: undefined, freq: 2 }).map((given) => (given === undefined ? {} : { [key]: given })) as never;

type Operation = NonNullable<ResourceRuleSpec['operations']>[number];

const rule: fc.Arbitrary<ResourceRuleSpec> = fc
  .tuple(
    fc.record({
      apiGroups: fc.oneof(
        fc.constant<string[]>(['*']),
        someOf('', 'apps', 'autoscaling', 'acme.example', 'events.k8s.io', 'rbac.authorization.k8s.io', 'batch'),
      ),
      apiVersions: fc.oneof(fc.constant<string[]>(['*']), someOf('v1', 'v2', 'v1alpha1', 'v1beta1')),
      operations: fc.oneof(fc.constant<Operation[]>(['*']), someOf<Operation>('CREATE', 'UPDATE', 'DELETE', 'CONNECT')),
      resources: fc.constantFrom<string[]>(
        ['*'],
        ['*/*'],
        ['pods', 'deployments', 'oxen'],
        ['pods/*'],
        ['*/scale', '*/status'],
        ['pods/ephemeralcontainers', 'pods/exec', 'serviceaccounts/token'],
        ['namespaces', 'configmaps'],
        ['events', 'horizontalpodautoscalers', 'clusterroles'],
        ['*', 'pods/binding', 'pods/eviction'],
        ['namespaces/*', 'nodes', 'priorityclasses'],
      ),
    }),
    fc.oneof(
      { arbitrary: fc.constant({}), weight: 3 },
      { arbitrary: someOf('p', 'd', 'shop', 'new', 'o').map((resourceNames) => ({ resourceNames })), weight: 1 },
    ),
    optional('scope', fc.constantFrom('Cluster' as const, 'Namespaced' as const, '*' as const)),
  )
  .map(([fields, names, scope]) => ({ ...fields, ...names, ...scope }));

const selector = (...keys: readonly string[]): fc.Arbitrary<NonNullable<MatchResourcesSpec['objectSelector']>> => {
  const key = fc.constantFrom(...keys);
  const values = someOf('web', 'prod', 'api', 'shop', 'lab', 'front');
  return fc.oneof(
    fc.constant({}),
    fc.tuple(key, fc.constantFrom('web', 'prod', 'shop')).map(([one, value]) => ({ matchLabels: { [one]: value } })),
    fc
      .tuple(key, fc.constantFrom('In' as const, 'NotIn' as const), values)
      .map(([one, operator, given]) => ({ matchExpressions: [{ key: one, operator, values: given }] })),
    fc
      .tuple(key, fc.constantFrom('Exists' as const, 'DoesNotExist' as const))
      .map(([one, operator]) => ({ matchExpressions: [{ key: one, operator }] })),
  );
};

const matchResources = (rules: number): fc.Arbitrary<MatchResourcesSpec> =>
  fc
    .tuple(
      fc.array(rule, { minLength: rules, maxLength: 3 }),
      optional('excludeResourceRules', fc.array(rule, { minLength: 1, maxLength: 1 })),
      optional('namespaceSelector', selector('team', 'env', 'kubernetes.io/metadata.name')),
      optional('objectSelector', selector('app', 'tier')),
      optional('matchPolicy', fc.constantFrom('Exact' as const, 'Equivalent' as const)),
    )
    .map(([resourceRules, excluded, byNamespace, byObject, policy]) => ({
      ...(resourceRules.length === 0 ? {} : { resourceRules }),
      ...excluded,
      ...byNamespace,
      ...byObject,
      ...policy,
    }));

const byHand: readonly Omit<Constraints, 'name'>[] = [
  { policy: { resourceRules: [all] } },
  { policy: { resourceRules: [all], namespaceSelector: { matchLabels: { team: 'web' } } } },
  {
    policy: {
      resourceRules: [all],
      namespaceSelector: {
        matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['shop'] }],
      },
    },
  },
  { policy: { resourceRules: [all], objectSelector: { matchLabels: { app: 'web' } } } },
  {
    policy: { resourceRules: [all], objectSelector: { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] } },
  },
  { policy: { resourceRules: [{ ...all, scope: 'Cluster' }] } },
  { policy: { resourceRules: [{ ...all, scope: 'Namespaced' }] } },
  { policy: { resourceRules: [{ ...all, resourceNames: ['p'] }] } },
  { policy: { resourceRules: [all], excludeResourceRules: [{ ...all, resources: ['*'] }] } },
  { policy: { resourceRules: [{ ...all, apiGroups: ['autoscaling'], apiVersions: ['v1'] }], matchPolicy: 'Exact' } },
  { policy: { resourceRules: [{ ...all, apiGroups: ['autoscaling'], apiVersions: ['v1'] }] } },
  { policy: { resourceRules: [{ ...all, apiGroups: ['events.k8s.io'] }] } },
  { policy: { resourceRules: [{ ...all, apiGroups: ['acme.example'], apiVersions: ['v1alpha1'] }] } },
  { policy: { resourceRules: [{ ...all, apiGroups: ['apps'], apiVersions: ['v1beta1'] }] } },
  {
    policy: { resourceRules: [{ ...all, resources: ['pods/*'] }] },
    binding: { excludeResourceRules: [{ ...all, operations: ['CONNECT'] }] },
  },
  { policy: { resourceRules: [all] }, binding: { namespaceSelector: { matchLabels: { env: 'prod' } } } },
];

/** Constraints by hand and at random, always the same. */
export function constraints(count: number): readonly Constraints[] {
  const random = fc.sample(
    fc
      .tuple(matchResources(1), fc.option(matchResources(0), { nil: undefined, freq: 1 }))
      .map(([policy, binding]) => (binding === undefined ? { policy } : { policy, binding })),
    { numRuns: count - byHand.length, seed: 36 },
  );
  return [...byHand, ...random].map((one, index) => ({ name: `m${index}`, ...one }));
}

const refusedRule = (change: Partial<ResourceRuleSpec>): MatchResourcesSpec => ({
  resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], ...change }],
});
const refusedSelector = (selected: NonNullable<MatchResourcesSpec['objectSelector']>): MatchResourcesSpec => ({
  ...refusedRule({}),
  objectSelector: selected,
});

/** What each of them is refused for. */
export const refused: Readonly<Record<string, MatchResourcesSpec>> = {
  'a group beside all': refusedRule({ apiGroups: ['*', 'apps'] }),
  'a version beside all': refusedRule({ apiVersions: ['*', 'v1'] }),
  'an empty version': refusedRule({ apiVersions: [''] }),
  'an operation beside all': refusedRule({ operations: ['*', 'CREATE'] }),
  'a resource beside all': refusedRule({ resources: ['*', 'pods'] }),
  'a resource beside all and their subresources': refusedRule({ resources: ['*/*', 'pods'] }),
  'a subresource beside all of its resource': refusedRule({ resources: ['pods/*', 'pods/log'] }),
  'a subresource beside that of all resources': refusedRule({ resources: ['*/scale', 'deployments/scale'] }),
  'an empty resource': refusedRule({ resources: [''] }),
  'a name twice': refusedRule({ resourceNames: ['a', 'a'] }),
  'a name that no object can have': refusedRule({ resourceNames: ['a/b'] }),
  'In without values': refusedSelector({ matchExpressions: [{ key: 'a', operator: 'In' }] }),
  'Exists with values': refusedSelector({ matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] }),
  'a key that is no label': refusedSelector({ matchExpressions: [{ key: 'a//b', operator: 'Exists' }] }),
  'a value that is no value of a label': refusedSelector({ matchLabels: { a: '-b' } }),
  'a label whose prefix is no DNS name': refusedSelector({ matchLabels: { 'A_/b': 'c' } }),
  'values that are no values of labels': refusedSelector({
    matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b c'] }],
  }),
};
