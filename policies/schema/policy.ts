import { type Static, Type } from 'typebox';
import { authority } from './authority.ts';
import { closed, text } from './field.ts';
import { paramKind, paramRef, paramSchema } from './parameters.ts';
import {
  auditAnnotations,
  enforceFrom,
  matchConditions,
  mutations,
  updates,
  validations,
  variables,
} from './expression.ts';
import { matchResources } from './match.ts';
import { metadata, namespacedMetadata } from './metadata.ts';

/** The one source of the policy documents: TypeScript types, JSON Schema for editors and the problems of a bad document. */

const signatures = Type.Object(
  {
    from: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      uniqueItems: true,
      description: 'Names of authorities; `*` alone is all of the policy. Where it has none, nobody may sign.',
    }),
    threshold: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 64,
        default: 1,
        description: 'So many distinct authorities of `from` must have signed.',
      }),
    ),
  },
  { ...closed, description: 'The signatures that every governed image needs.' },
);

const attestation = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
      maxLength: 63,
      description: 'What expressions call them, `image.attestations.NAME`, and the rule, `attestations/NAME`.',
    }),
    type: text(
      'The predicate type of the in-toto statement, compared literally, such as `https://slsa.dev/provenance/v1`.',
    ),
    from: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      uniqueItems: true,
      description: 'Names of authorities. What anybody else attests is not there for the policy.',
    }),
    required: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Whether every governed image needs one. Rules that read them are not reached for an image that has none.',
      }),
    ),
  },
  { ...closed },
);

const specification = Type.Object(
  {
    images: Type.Optional(
      Type.Array(text('A glob over the canonical origin repository, such as `ghcr.io/acme/{app}`.'), {
        minItems: 1,
        description:
          'The images that the policy governs; all of them where it is left out. `{name}` captures one segment.',
      }),
    ),
    authorities: Type.Optional(
      Type.Array(authority, {
        description: 'An empty list in a policy of a pack is filled with the authorities of PolicyParameters.',
      }),
    ),
    signatures: Type.Optional(signatures),
    attestations: Type.Optional(
      Type.Array(attestation, {
        minItems: 1,
        maxItems: 16,
        description: 'What is attested of the governed images, and by whom.',
      }),
    ),
    matchConstraints: Type.Optional(matchResources),
    matchConditions: Type.Optional(matchConditions),
    variables: Type.Optional(variables),
    validations: Type.Optional(validations),
    auditAnnotations: Type.Optional(auditAnnotations),
    mutations: Type.Optional(mutations),
    paramKind: Type.Optional(paramKind),
    paramRef: Type.Optional(paramRef),
    paramSchema: Type.Optional(paramSchema),
    pin: Type.Optional(
      Type.Enum(['Pods', 'Templates', 'None'], {
        default: 'Pods',
        description: 'Where tags are replaced by digests, and digests required.',
      }),
    ),
    onUnavailable: Type.Optional(
      Type.Enum(['Deny', 'Warn', 'AllowIfPreviouslyVerified'], {
        default: 'Deny',
        description: 'What an image is worth whose evidence cannot be reached.',
      }),
    ),
    previouslyVerifiedMaxAge: Type.Optional(
      Type.String({
        pattern: '^[1-9][0-9]{0,5}(s|m|h)$',
        description:
          'With `onUnavailable: AllowIfPreviouslyVerified`: how long ago the digest may have been proven last, such as `24h`. It is proven again from what was kept, under the trust of today; a tag, a refusal (401, 403) and a revocation are never excused.',
      }),
    ),
    updates: Type.Optional(updates),
    enforceFrom: Type.Optional(enforceFrom),
    failurePolicy: Type.Optional(
      Type.Enum(['Fail', 'Ignore'], { default: 'Fail', description: 'What becomes of a rule that ended in an error.' }),
    ),
    validationActions: Type.Optional(
      Type.Array(Type.Enum(['Deny', 'Warn', 'Audit']), {
        minItems: 1,
        uniqueItems: true,
        default: ['Deny'],
        description: 'What a violation does. Deny and Warn exclude each other.',
      }),
    ),
  },
  { ...closed },
);

export const clusterWorkloadPolicySchema = Type.Object(
  {
    apiVersion: Type.Literal('assay.dev/v1alpha1'),
    kind: Type.Literal('ClusterWorkloadPolicy'),
    metadata,
    spec: specification,
  },
  {
    ...closed,
    title: 'ClusterWorkloadPolicy',
    description: 'Which images may run in the cluster, and who must have signed them.',
  },
);

/** The same for one namespace: it says nothing of any other, and has no more rights than its authors. */
export const workloadPolicySchema = Type.Object(
  {
    apiVersion: Type.Literal('assay.dev/v1alpha1'),
    kind: Type.Literal('WorkloadPolicy'),
    metadata: namespacedMetadata,
    spec: specification,
  },
  {
    ...closed,
    title: 'WorkloadPolicy',
    description: 'What may run in one namespace, and who must have signed it.',
  },
);

export type WorkloadPolicy = Static<typeof workloadPolicySchema>;
export type ClusterWorkloadPolicy = Static<typeof clusterWorkloadPolicySchema>;
