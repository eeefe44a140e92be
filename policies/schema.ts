import { type Static, Type } from 'typebox';

/** The one source of the policy documents: TypeScript types, JSON Schema for editors and the problems of a bad document. */

const closed = { additionalProperties: false } as const;
const text = (description: string) => Type.String({ minLength: 1, description });
const name = (description: string) =>
  Type.String({ pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 63, description });

const metadata = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
      maxLength: 253,
      description: 'A DNS subdomain, unique among the loaded policies.',
    }),
    labels: Type.Optional(Type.Record(Type.String(), Type.String())),
    annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  { ...closed, description: 'As in every Kubernetes object.' },
);

/** Fulcio extensions that an identity may demand, each compared literally with what the certificate says. */
const extensions = {
  buildSignerUri: Type.Optional(
    text('Fulcio .9: the reusable workflow or CI configuration that signed, with its ref.'),
  ),
  buildSignerDigest: Type.Optional(text('Fulcio .10: the commit of the build signer.')),
  runnerEnvironment: Type.Optional(text('Fulcio .11: `github-hosted`, `gitlab-hosted`, `self-hosted`.')),
  sourceRepository: Type.Optional(
    text('Fulcio .12: URI of the repository that was built. Captures may stand behind scheme, host and owner.'),
  ),
  sourceRepositoryDigest: Type.Optional(text('Fulcio .13: the commit that was built.')),
  sourceRepositoryRef: Type.Optional(text('Fulcio .14: the ref that was built, such as `refs/heads/main`.')),
  sourceRepositoryIdentifier: Type.Optional(text("Fulcio .15: the repository's immutable id; survives renames.")),
  sourceRepositoryOwner: Type.Optional(text('Fulcio .16: URI of the owner.')),
  sourceRepositoryOwnerIdentifier: Type.Optional(text("Fulcio .17: the owner's immutable id.")),
  buildConfigUri: Type.Optional(text('Fulcio .18: the top-level workflow or CI configuration, with its ref.')),
  buildConfigDigest: Type.Optional(text('Fulcio .19: the commit of the build configuration.')),
  buildTrigger: Type.Optional(text('Fulcio .20: the event that started the build, such as `push`.')),
  runInvocationUri: Type.Optional(text('Fulcio .21: the one run that signed.')),
  sourceRepositoryVisibility: Type.Optional(text('Fulcio .22: `public`, `private` or `internal` at signing.')),
  deploymentEnvironment: Type.Optional(text('Fulcio .23: the deployment environment of the job.')),
  tokenSubject: Type.Optional(text('Fulcio .24: the `sub` claim of the token, as the issuer wrote it.')),
} as const;

/** The names of the extensions, for whoever compares them. */
export const extensionNames: readonly ExtensionName[] = Object.keys(extensions).filter(
  (key) => key in extensions,
) as ExtensionName[];
export type ExtensionName = keyof typeof extensions;

const identity = Type.Object(
  {
    issuer: text('The OIDC issuer, literally: `https://token.actions.githubusercontent.com`.'),
    subject: Type.Optional(text("The certificate's subject alternative name, literally.")),
    subjectGlob: Type.Optional(
      text(
        'The same as a glob: `*` stays within a segment, `**` crosses. Captures stand behind a literal scheme, host and owner.',
      ),
    ),
    subjectRegExp: Type.Optional(
      text(
        'The same as an RE2 pattern, anchored at both ends (`^...$`), with its dots escaped. Captures do not stand in it.',
      ),
    ),
    broadPattern: Type.Optional(
      Type.Enum(['Accept'], {
        description: 'A `subjectRegExp` that matches any host, or has unescaped dots, is meant.',
      }),
    ),
    subjectKind: Type.Optional(
      Type.Enum(['uri', 'email', 'other'], {
        description: 'The kind of the subject; said only where the value or its scheme does not tell.',
      }),
    ),
    ...extensions,
  },
  {
    ...closed,
    description:
      'Who may sign. Everything written must hold; exactly one of `subject`, `subjectGlob` and `subjectRegExp` is written.',
  },
);

const keyless = Type.Object(
  {
    trustRoot: text('The name of a trust root of the configuration; `public-good` is Sigstore’s public instance.'),
    identities: Type.Array(identity, { minItems: 1, description: 'One of them must match.' }),
  },
  { ...closed, description: 'Signed with a short-lived certificate of a Sigstore instance.' },
);

const key = Type.Object(
  {
    data: text(
      'The public key in PEM (SubjectPublicKeyInfo): ECDSA P-256, P-384, P-521, RSA of 2048 bits or more, Ed25519.',
    ),
    trustRoot: Type.Optional(
      text(
        'The trust root whose logs and timestamp authorities are believed about its signatures; `log` and `timestamps` need it.',
      ),
    ),
  },
  { ...closed, description: 'Signed with the private half of this key.' },
);

const authority = Type.Object(
  {
    name: name('What the rules and messages call it; unique within the policy.'),
    keyless: Type.Optional(keyless),
    key: Type.Optional(key),
    log: Type.Optional(
      Type.Enum(['Required'], { description: 'Ask for a transparency log entry where the default would not.' }),
    ),
    timestamps: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 8, description: 'Ask for at least so many trusted timestamps (RFC 3161).' }),
    ),
    scts: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 8, description: 'Ask for at least so many signed certificate timestamps.' }),
    ),
  },
  { ...closed, description: 'A signer that the policy knows: exactly one of `keyless` and `key`.' },
);

const signatures = Type.Object(
  {
    from: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      uniqueItems: true,
      description: 'Names of authorities.',
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

const specification = Type.Object(
  {
    images: Type.Optional(
      Type.Array(text('A glob over the canonical origin repository, such as `ghcr.io/acme/{app}`.'), {
        minItems: 1,
        description:
          'The images that the policy governs; all of them where it is left out. `{name}` captures one segment.',
      }),
    ),
    authorities: Type.Optional(Type.Array(authority, { minItems: 1 })),
    signatures: Type.Optional(signatures),
    pin: Type.Optional(
      Type.Enum(['Pods', 'Templates', 'None'], {
        default: 'Pods',
        description: 'Where tags are replaced by digests, and digests required.',
      }),
    ),
    onUnavailable: Type.Optional(
      Type.Enum(['Deny', 'Warn'], {
        default: 'Deny',
        description: 'What an image is worth whose evidence cannot be reached.',
      }),
    ),
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

export type ClusterWorkloadPolicy = Static<typeof clusterWorkloadPolicySchema>;
export type AuthoritySpec = Static<typeof authority>;
export type IdentitySpec = Static<typeof identity>;

/** Fields of the design that this version does not have: refused by name, never ignored. Paths without indexes. */
export const fieldsNotBuilt: ReadonlySet<string> = new Set([
  'spec.attestations',
  'spec.validations',
  'spec.updates',
  'spec.matchConstraints',
  'spec.matchConditions',
  'spec.paramKind',
  'spec.variables',
  'spec.mutations',
  'spec.auditAnnotations',
  'spec.enforceFrom',
  'spec.previouslyVerifiedMaxAge',
  'spec.authorities.certificateAuthority',
  'spec.authorities.kms',
  'spec.authorities.bindRepository',
]);

/** Values of the design that this version does not have. */
export const valuesNotBuilt: ReadonlyMap<string, readonly string[]> = new Map([
  ['spec.onUnavailable', ['AllowIfPreviouslyVerified']],
]);
