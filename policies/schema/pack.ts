import { type Static, Type } from 'typebox';
import { authority } from './authority.ts';
import { closed, name, text } from './field.ts';
import { metadata } from './metadata.ts';

/** The documents of packs: what a pack holds, and the values that whoever uses it gives its parameters. */

const params = (description: string) => Type.Record(Type.String({ minLength: 1 }), Type.Unknown(), { description });

const profile = Type.Object(
  {
    name: name('What stands behind the colon: `pod-security:restricted`.'),
    title: text('One line for lists.'),
    description: Type.Optional(text('What it is for.')),
    includes: Type.Optional(
      Type.Array(name('A profile of the same pack.'), {
        minItems: 1,
        uniqueItems: true,
        description: 'Profiles whose policies are in force too.',
      }),
    ),
    policies: Type.Optional(
      Type.Array(name('A policy document beside the pack, without its extension.'), {
        minItems: 1,
        uniqueItems: true,
        description: 'The policies that are in force.',
      }),
    ),
    params: Type.Optional(params('Values for parameters of its policies, in place of their defaults.')),
  },
  { ...closed, description: 'A choice among the policies of a pack.' },
);

const versions = Type.Object(
  {
    of: text('What the versions are versions of: Kubernetes.'),
    parameter: text('The parameter of the policies that has the minor version, as a number.'),
    oldest: Type.String({ pattern: '^v1\\.[0-9]{1,3}$', description: 'The first version that is told apart.' }),
    newest: Type.String({ pattern: '^v1\\.[0-9]{1,3}$', description: 'What `latest` means.' }),
  },
  { ...closed, description: 'The versions that may stand behind `@`; none where it is left out.' },
);

/** `pack.yaml`. */
export const packSchema = Type.Object(
  {
    apiVersion: Type.Literal('assay.dev/v1alpha1'),
    kind: Type.Literal('PolicyPack'),
    metadata,
    spec: Type.Object(
      {
        title: text('One line for lists.'),
        description: text('What the pack is for, in prose.'),
        versions: Type.Optional(versions),
        defaultProfile: name('The profile that is meant where none is named.'),
        profiles: Type.Array(profile, { minItems: 1 }),
      },
      { ...closed },
    ),
  },
  {
    ...closed,
    title: 'PolicyPack',
    description: 'Policies that are shipped together, and the profiles that choose among them.',
  },
);

/** Values for the parameters of a pack, or of one policy of it. */
export const policyParametersSchema = Type.Object(
  {
    apiVersion: Type.Literal('assay.dev/v1alpha1'),
    kind: Type.Literal('PolicyParameters'),
    metadata: Type.Object(
      {
        ...metadata.properties,
        name: Type.String({
          pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)?$',
          description: 'The pack (`pod-security`), or one policy of it (`pod-security.host-ports`).',
        }),
      },
      { ...closed, description: 'As in every Kubernetes object.' },
    ),
    params: Type.Optional(
      params('Values by the names of the parameters; each policy of the pack takes those that it has.'),
    ),
    authorities: Type.Optional(
      Type.Array(authority, {
        minItems: 1,
        description: 'Signers, for the policies of the pack that leave them to whoever uses it.',
      }),
    ),
    threshold: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 64,
        description: 'So many distinct authorities must have signed; 1 where it is left out.',
      }),
    ),
  },
  {
    ...closed,
    title: 'PolicyParameters',
    description: 'Values for the parameters of policies of a pack, in place of their defaults.',
  },
);

export type Pack = Static<typeof packSchema>;
export type Profile = Static<typeof profile>;
export type PolicyParameters = Static<typeof policyParametersSchema>;
