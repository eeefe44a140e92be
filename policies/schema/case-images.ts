import { type Static, Type } from 'typebox';
import { extensions } from './authority.ts';
import { closed, text } from './field.ts';

const digest = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });
const config = Type.Record(Type.String(), Type.Unknown(), { description: 'The config of the image (OCI), as JSON.' });
const times = (description: string) =>
  Type.Optional(Type.Array(Type.String({ format: 'date-time' }), { minItems: 1, description }));

const signer = {
  authority: text(
    'An authority of one of the policies, under whose trust it is proven; whether that one accepts the signer is judged.',
  ),
  subject: Type.Optional(text("The certificate's subject alternative name; left out for a key.")),
  subjectKind: Type.Optional(
    Type.Enum(['uri', 'email', 'other'], { description: 'Left out, what the subject looks like.' }),
  ),
  issuer: Type.Optional(text('The OIDC issuer in the certificate.')),
  ...extensions,
  logged: times('When logs took it.'),
  timestamps: times('When timestamp authorities saw it.'),
  repository: Type.Optional(text('The repository that the signer names; left out, the one of the image.')),
} as const;

const signature = Type.Object(signer, { ...closed, description: 'Who signed.' });

const attestation = Type.Object(
  {
    type: text('The predicate type.'),
    ...signer,
    predicate: Type.Optional(Type.Unknown({ description: 'As it was signed.' })),
  },
  { ...closed, description: 'Who attests what.' },
);

const platform = Type.Object(
  {
    os: text('As an index has it, such as `linux`.'),
    architecture: text('As an index has it, such as `arm64`.'),
    variant: Type.Optional(text('As an index has it.')),
    digest: Type.Optional(digest),
    config: Type.Optional(config),
    signatures: Type.Optional(Type.Array(signature, { description: 'Of this manifest itself.' })),
  },
  { ...closed },
);

/** What the world says of an image in a case. It is assumed for the case, and nowhere else. */
export const caseImageSchema = Type.Object(
  {
    image: text('The reference, as the object has it.'),
    digest: Type.Optional(
      Type.String({
        pattern: '^sha256:[0-9a-f]{64}$',
        description: 'What the tag names; left out, a digest that is made of the reference.',
      }),
    ),
    absent: Type.Optional(Type.Literal(true, { description: 'The registry has no such tag.' })),
    unavailable: Type.Optional(
      Type.Enum(['OFFLINE', 'REGISTRY_UNREACHABLE', 'REGISTRY_ERROR', 'REGISTRY_LIMITED', 'DEADLINE_EXCEEDED'], {
        description: 'Why nothing could be found out about the image.',
      }),
    ),
    refused: Type.Optional(
      Type.Enum(['ACCESS_REFUSED', 'DIGEST_MISMATCH', 'MANIFEST_MALFORMED', 'LIMIT_SIGNATURES'], {
        description: 'A definite no of the registry, or to what it sent.',
      }),
    ),
    config: Type.Optional(config),
    platforms: Type.Optional(
      Type.Array(platform, { minItems: 1, description: 'It is an index of these; left out, one manifest.' }),
    ),
    signatures: Type.Optional(Type.Array(signature, { description: 'None where it is left out.' })),
    attestations: Type.Optional(Type.Array(attestation, { description: 'None where it is left out.' })),
  },
  { ...closed, description: 'What is to be found of an image. It counts in the case alone, and is no evidence.' },
);

export type CaseImage = Static<typeof caseImageSchema>;
export type CaseSignature = Static<typeof signature>;
export type CaseAttestation = Static<typeof attestation>;
