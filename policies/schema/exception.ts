import { type Static, Type } from 'typebox';
import { closed, text } from './field.ts';
import { namespacedMetadata } from './metadata.ts';

const object = Type.Object(
  {
    kind: Type.Optional(text('The kind; any where it is left out.')),
    namespace: text('The namespace of the objects; `""` is not one, and objects that lie in none are not excused.'),
    name: Type.Optional(text('The name, in which `*` stands for any characters; any name where it is left out.')),
  },
  closed,
);

export const exceptionSchema = Type.Object(
  {
    apiVersion: Type.Literal('assay.dev/v1alpha1'),
    kind: Type.Literal('WorkloadException'),
    metadata: namespacedMetadata,
    spec: Type.Object(
      {
        policy: text('The policy, as messages name it: `acme-releases`, `team-a/own` for one of a namespace.'),
        rules: Type.Array(text('A rule of it, as messages name it: `signatures`, the name of a validation.'), {
          minItems: 1,
          uniqueItems: true,
        }),
        objects: Type.Array(object, { minItems: 1, description: 'The objects; one must match.' }),
        images: Type.Optional(
          Type.Array(text('A glob over the canonical origin repository, such as `ghcr.io/acme/shop`.'), {
            minItems: 1,
            description: 'Only violations that are about such an image.',
          }),
        ),
        digests: Type.Optional(
          Type.Array(Type.String({ pattern: '^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$' }), {
            minItems: 1,
            description: 'Only violations that are about an image of one of these digests.',
          }),
        ),
        gaps: Type.Optional(
          Type.Enum(['Deny', 'Excuse'], {
            default: 'Deny',
            description: 'Whether it also excuses that evidence could not be reached.',
          }),
        ),
        reason: text('Why; it stands in every warning and record.'),
        approver: text('Who vouches for it: the user name by which the cluster knows them.'),
        requestedBy: Type.Optional(text('Who asked for it; never the approver.')),
        expires: Type.String({
          pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$',
          description: 'The date (UTC) or moment from which it counts no more.',
        }),
      },
      closed,
    ),
  },
  {
    ...closed,
    title: 'WorkloadException',
    description: 'Excuses some objects from a rule of a policy until a date, in the open.',
  },
);

export type ExceptionDocument = Static<typeof exceptionSchema>;
