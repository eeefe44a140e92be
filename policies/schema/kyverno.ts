import { type Static, Type } from 'typebox';
import { matchConditions, variables } from './expression.ts';
import { closed, text } from './field.ts';
import { matchResources } from './match.ts';

/** Kyverno's ValidatingPolicy (policies.kyverno.io): the part of it that is CEL, and what only tells Kyverno how to run. */

const enabled = Type.Optional(Type.Object({ enabled: Type.Optional(Type.Boolean()) }, closed));

const specification = Type.Object(
  {
    matchConstraints: matchResources,
    matchConditions: Type.Optional(matchConditions),
    variables: Type.Optional(variables),
    validations: Type.Optional(
      Type.Array(
        Type.Object(
          {
            expression: text('CEL that must be true.'),
            message: Type.Optional(Type.String()),
            messageExpression: Type.Optional(Type.String()),
            reason: Type.Optional(Type.String()),
          },
          closed,
        ),
      ),
    ),
    auditAnnotations: Type.Optional(
      Type.Array(Type.Object({ key: text('The key.'), valueExpression: text('CEL.') }, closed)),
    ),
    failurePolicy: Type.Optional(Type.Enum(['Fail', 'Ignore'])),
    validationActions: Type.Optional(Type.Array(Type.Enum(['Deny', 'Warn', 'Audit']), { uniqueItems: true })),
    autogen: Type.Optional(
      Type.Object(
        {
          podControllers: Type.Optional(Type.Object({ controllers: Type.Optional(Type.Array(Type.String())) }, closed)),
          validatingAdmissionPolicy: enabled,
        },
        closed,
      ),
    ),
    evaluation: Type.Optional(
      Type.Object(
        { mode: Type.Optional(Type.Enum(['Kubernetes', 'JSON'])), admission: enabled, background: enabled },
        closed,
      ),
    ),
    webhookConfiguration: Type.Optional(Type.Object({ timeoutSeconds: Type.Optional(Type.Integer()) }, closed)),
  },
  closed,
);

export const validatingPolicySchema = Type.Object(
  {
    apiVersion: Type.Enum(['v1', 'v1beta1', 'v1alpha1'].map((version) => `policies.kyverno.io/${version}`)),
    kind: Type.Enum(['ValidatingPolicy', 'NamespacedValidatingPolicy']),
    metadata: Type.Object(
      { name: Type.String({ minLength: 1 }), namespace: Type.Optional(Type.String()) },
      { additionalProperties: true },
    ),
    spec: specification,
    status: Type.Optional(Type.Object({}, { additionalProperties: true })),
  },
  closed,
);

export type ValidatingPolicy = Static<typeof validatingPolicySchema>;
