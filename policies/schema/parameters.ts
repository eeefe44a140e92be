import { type Static, Type } from 'typebox';
import { closed, text } from './field.ts';
import { labelSelector } from './match.ts';

/** Parameters of a policy, spelled as in ValidatingAdmissionPolicy and its binding; our own kinds have both in one document. */

export const paramKind = Type.Object(
  { apiVersion: text('The API version of parameter objects.'), kind: text('Their kind.') },
  { ...closed, description: 'What `params` stands for in expressions: an object of this kind.' },
);

export const paramRef = Type.Object(
  {
    name: Type.Optional(text('The one object.')),
    namespace: Type.Optional(text('Where it lies; the namespace of the reviewed object where it is left out.')),
    selector: Type.Optional(labelSelector),
    parameterNotFoundAction: Type.Optional(
      Type.Enum(['Allow', 'Deny'], {
        description:
          'What it is worth that there is no such object: the defaults of `paramSchema` or, without them, silence of the policy; or an error. Left out: the defaults where there are any, else an error.',
      }),
    ),
  },
  { ...closed, description: 'Which objects of `paramKind` are meant; the policy is evaluated once under each.' },
);

export const paramSchema = Type.Record(Type.String(), Type.Unknown(), {
  description:
    'What a parameter object must be, as an OpenAPI v3 schema (`type`, `properties`, `required`, `items`, `additionalProperties`, `enum`, `minimum`, `maximum`, `minLength`, `maxLength`, `minItems`, `maxItems`, `default`). Defaults are filled in; where no object is found, `params` is the defaults alone.',
});

export type ParamRefSpec = Static<typeof paramRef>;
export type ParamKindSpec = Static<typeof paramKind>;
