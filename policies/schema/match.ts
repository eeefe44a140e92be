import { type Static, Type } from 'typebox';
import { closed } from './field.ts';

/** `matchConstraints` and `matchResources`, spelled as in ValidatingAdmissionPolicy. */

const strings = (description: string) => Type.Array(Type.String(), { minItems: 1, description });

const rule = Type.Object(
  {
    apiGroups: strings('API groups; `""` is the core group, `*` all.'),
    apiVersions: strings('API versions; `*` is all.'),
    operations: Type.Optional(
      Type.Array(Type.Enum(['CREATE', 'UPDATE', 'DELETE', 'CONNECT', '*']), {
        minItems: 1,
        description: 'What the request does; all of it where left out, which the API server does not allow.',
      }),
    ),
    resources: strings('Plural names, `pods`, `pods/ephemeralcontainers`, `pods/*`, `*/scale`, `*`, `*/*`.'),
    resourceNames: Type.Optional(
      Type.Array(Type.String(), { description: 'Names of objects; all of them where it is left out.' }),
    ),
    scope: Type.Optional(
      Type.Enum(['Cluster', 'Namespaced', '*'], {
        default: '*',
        description: 'Whether the object lies in no namespace or in one. A Namespace lies in none.',
      }),
    ),
  },
  closed,
);

export const labelSelector = Type.Object(
  {
    matchLabels: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: 'Labels with exactly these values.' }),
    ),
    matchExpressions: Type.Optional(
      Type.Array(
        Type.Object(
          {
            key: Type.String({ minLength: 1, description: 'The label.' }),
            operator: Type.Enum(['In', 'NotIn', 'Exists', 'DoesNotExist'], {
              description: '`NotIn` and `DoesNotExist` hold of an object without the label.',
            }),
            values: Type.Optional(Type.Array(Type.String(), { description: 'With `In` and `NotIn`.' })),
          },
          closed,
        ),
        { description: 'All must hold.' },
      ),
    ),
  },
  { ...closed, description: 'A label selector; an empty one selects everything.' },
);

export const matchResources = Type.Object(
  {
    resourceRules: Type.Optional(
      Type.Array(rule, { description: 'One must match the request; all requests where it is left out.' }),
    ),
    excludeResourceRules: Type.Optional(Type.Array(rule, { description: 'None may match; they win over the others.' })),
    namespaceSelector: Type.Optional({
      ...labelSelector,
      description: 'Labels of the namespace, or of a Namespace itself. What lies in none is always meant.',
    }),
    objectSelector: Type.Optional({
      ...labelSelector,
      description: 'Labels of the object, before or after the change. Whoever may write the object may write these.',
    }),
    matchPolicy: Type.Optional(
      Type.Enum(['Exact', 'Equivalent'], {
        default: 'Equivalent',
        description: 'Whether a rule of one API version also matches the same resource in another.',
      }),
    ),
  },
  {
    ...closed,
    description:
      'The requests that the policy speaks of, as in ValidatingAdmissionPolicy; whatever is created or updated where it is left out.',
  },
);

export type LabelSelectorSpec = Static<typeof labelSelector>;
export type MatchResourcesSpec = Static<typeof matchResources>;
export type ResourceRuleSpec = Static<typeof rule>;
