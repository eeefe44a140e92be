import { type Static, Type } from 'typebox';
import { authority } from './authority.ts';
import { closed, text } from './field.ts';

/** Who must have signed the policies that come from a registry. */
export const policyBundle = Type.Object(
  {
    repository: text('Where the bundle lies, without tag and digest: `ghcr.io/acme/policies`.'),
    authorities: Type.Array(authority, {
      minItems: 1,
      description: 'Whose signatures of the bundle count, as in a policy.',
    }),
    threshold: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 64,
        default: 1,
        description: 'So many distinct authorities must have signed it.',
      }),
    ),
  },
  {
    ...closed,
    description:
      'A repository that policies may be taken from (`oci://REPOSITORY:TAG`), and who must have signed them.',
  },
);

export type PolicyBundleSpec = Static<typeof policyBundle>;
