import { type Static, Type } from 'typebox';
import { extensions } from './authority.ts';
import { closed, text } from './field.ts';

const digest = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });
const config = Type.Record(Type.String(), Type.Unknown(), { description: 'The config of the image (OCI), as JSON.' });
const described = Type.Object(
  {
    mediaType: text('Its media type.'),
    digest: Type.Optional(digest),
    size: Type.Optional(Type.Integer({ minimum: 0, description: 'Bytes.' })),
  },
  { ...closed },
);
const manifest = Type.Object(
  {
    mediaType: Type.Optional(text("Its own media type; left out, that of OCI's image manifest.")),
    artifactType: Type.Optional(text('What kind of artifact it says that it is.')),
    config: described,
    layers: Type.Array(described),
  },
  { ...closed, description: 'What the manifest names (OCI image-spec, manifest.md).' },
);
const texts = (description: string) =>
  Type.Optional(Type.Array(Type.String(), { description: `${description} None where it is left out.` }));
const pages = Type.Integer({ minimum: 0, description: 'Pages.' });
const modules = Type.Array(
  Type.Object(
    {
      kind: Type.Optional(Type.Enum(['module', 'component'], { description: 'Left out, a core module.' })),
      depth: Type.Optional(
        Type.Integer({ minimum: 0, description: '0 for what a layer is, 1 for what lies in that.' }),
      ),
      imports: texts('The modules or interfaces that it imports from.'),
      memories: Type.Optional(
        Type.Array(
          Type.Object(
            {
              min: pages,
              max: Type.Optional(pages),
              memory64: Type.Optional(Type.Boolean()),
              shared: Type.Optional(Type.Boolean()),
              imported: Type.Optional(Type.Boolean()),
              ownPages: Type.Optional(Type.Boolean()),
            },
            { ...closed },
          ),
          { description: 'Its memories. None where it is left out.' },
        ),
      ),
      features: texts('What it needs beyond the first version of WebAssembly.'),
      declared: texts('What its section target_features says that it uses.'),
    },
    { ...closed },
  ),
  { description: 'The WebAssembly in the layers.' },
);
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
    manifest: Type.Optional(manifest),
    modules: Type.Optional(modules),
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
    manifest: Type.Optional(manifest),
    modules: Type.Optional(modules),
    platforms: Type.Optional(
      Type.Array(platform, { minItems: 1, description: 'It is an index of these; left out, one manifest.' }),
    ),
    signatures: Type.Optional(Type.Array(signature, { description: 'None where it is left out.' })),
    attestations: Type.Optional(Type.Array(attestation, { description: 'None where it is left out.' })),
  },
  { ...closed, description: 'What is to be found of an image. It counts in the case alone, and is no evidence.' },
);

export type CaseImage = Static<typeof caseImageSchema>;
type CaseManifest = Static<typeof manifest>;
type CaseModules = Static<typeof modules>;

/** What a manifest of a case is made of. */
export interface CaseContents {
  readonly manifest?: CaseManifest;
  readonly modules?: CaseModules;
}
export type CaseSignature = Static<typeof signature>;
export type CaseAttestation = Static<typeof attestation>;
