import { type Static, type TSchema, Type } from 'typebox';
import { matchConditions } from './expression.ts';
import { closed, text } from './field.ts';
import { matchResources } from './match.ts';
import { paramKind, paramRef } from './parameters.ts';

/** Kubernetes' own policy documents (admissionregistration.k8s.io), read as the API server reads them. */

const group = (...versions: readonly string[]) =>
  Type.Enum(versions.map((version) => `admissionregistration.k8s.io/${version}`));

/** A document as a cluster gives it back carries more than somebody wrote; only the name is read. */
const metadata = Type.Object({ name: Type.String({ minLength: 1, maxLength: 253 }) }, { additionalProperties: true });

const document = <S extends TSchema>(kind: string, versions: readonly string[], spec: S) =>
  Type.Object(
    {
      apiVersion: group(...versions),
      kind: Type.Literal(kind),
      metadata,
      spec,
      status: Type.Optional(Type.Object({}, { additionalProperties: true })),
    },
    closed,
  );

/** As many, and of names as long, as the API server takes; how many expressions a policy has is bounded anyway. */
const variables = Type.Array(
  Type.Object({ name: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), expression: text('CEL.') }, closed),
);

const failurePolicy = Type.Enum(['Fail', 'Ignore']);

const validatingPolicy = Type.Object(
  {
    paramKind: Type.Optional(paramKind),
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
    failurePolicy: Type.Optional(failurePolicy),
  },
  closed,
);

const mutatingPolicy = Type.Object(
  {
    paramKind: Type.Optional(paramKind),
    matchConstraints: matchResources,
    matchConditions: Type.Optional(matchConditions),
    variables: Type.Optional(variables),
    mutations: Type.Array(
      Type.Object(
        {
          patchType: Type.Enum(['ApplyConfiguration', 'JSONPatch']),
          applyConfiguration: Type.Optional(Type.Object({ expression: text('CEL.') }, closed)),
          jsonPatch: Type.Optional(Type.Object({ expression: text('CEL.') }, closed)),
        },
        closed,
      ),
      { minItems: 1 },
    ),
    failurePolicy: Type.Optional(failurePolicy),
    reinvocationPolicy: Type.Enum(['Never', 'IfNeeded']),
  },
  closed,
);

const bindingFields = {
  policyName: text('The policy that it puts in force.'),
  // An empty name is none to the API server.
  paramRef: Type.Optional(Type.Object({ ...paramRef.properties, name: Type.Optional(Type.String()) }, closed)),
  matchResources: Type.Optional(matchResources),
};

const validatingBinding = Type.Object(
  {
    ...bindingFields,
    // The API server wants it; Kyverno's tests leave it out, and mean a denial.
    validationActions: Type.Optional(
      Type.Array(Type.Enum(['Deny', 'Warn', 'Audit']), { minItems: 1, uniqueItems: true }),
    ),
  },
  closed,
);

const versions = ['v1', 'v1beta1', 'v1alpha1'];

export const validatingAdmissionPolicySchema = document('ValidatingAdmissionPolicy', versions, validatingPolicy);
export const validatingAdmissionPolicyBindingSchema = document(
  'ValidatingAdmissionPolicyBinding',
  versions,
  validatingBinding,
);
export const mutatingAdmissionPolicySchema = document('MutatingAdmissionPolicy', versions, mutatingPolicy);
export const mutatingAdmissionPolicyBindingSchema = document(
  'MutatingAdmissionPolicyBinding',
  versions,
  Type.Object(bindingFields, closed),
);

export type ValidatingAdmissionPolicy = Static<typeof validatingAdmissionPolicySchema>;
export type ValidatingAdmissionPolicyBinding = Static<typeof validatingAdmissionPolicyBindingSchema>;
export type MutatingAdmissionPolicy = Static<typeof mutatingAdmissionPolicySchema>;
export type MutatingAdmissionPolicyBinding = Static<typeof mutatingAdmissionPolicyBindingSchema>;
