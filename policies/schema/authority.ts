import { type Static, Type } from 'typebox';
import { closed, name, text } from './field.ts';

/** Fulcio extensions that an identity may demand, each compared literally with what the certificate says. */
export const extensions = {
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

const subjectFields = {
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
} as const;

const identity = Type.Object(
  {
    issuer: text('The OIDC issuer, literally: `https://token.actions.githubusercontent.com`.'),
    ...subjectFields,
  },
  {
    ...closed,
    description:
      'Who may sign. Everything written must hold; exactly one of `subject`, `subjectGlob` and `subjectRegExp` is written.',
  },
);

/** The holder of a certificate, by its subject and what else it states. */
export const holder = Type.Object(subjectFields, {
  ...closed,
  description: 'Whose certificate it must be; exactly one of `subject`, `subjectGlob` and `subjectRegExp` is written.',
});

const keyless = Type.Object(
  {
    trustRoot: text('The name of a trust root of the configuration; `public-good` is Sigstore’s public instance.'),
    identities: Type.Array(identity, { minItems: 1, description: 'One of them must match.' }),
  },
  { ...closed, description: 'Signed with a short-lived certificate of a Sigstore instance.' },
);

const key = Type.Object(
  {
    data: Type.Optional(
      text(
        'The public key in PEM (SubjectPublicKeyInfo): ECDSA P-256, P-384, P-521, RSA of 2048 bits or more, Ed25519.',
      ),
    ),
    kms: Type.Optional(
      text(
        'The key in a key management service, as cosign writes it (`awskms://`, `gcpkms://`, `azurekms://`, `hashivault://`); asked for when policies load, never in a review. Vault (`hashivault://`) is asked as its own variables say (VAULT_ADDR, VAULT_TOKEN); the others are not fetched from by this version, which says so.',
      ),
    ),
    trustRoot: Type.Optional(
      text(
        'The trust root whose logs and timestamp authorities are believed about its signatures; `log` and `timestamps` need it.',
      ),
    ),
  },
  { ...closed, description: 'Signed with the private half of this key; exactly one of `data` and `kms` is written.' },
);

const certificateAuthority = Type.Object(
  {
    data: text('Certificates in PEM: the issuing authority first, its self-signed root last.'),
    trustRoot: Type.Optional(
      text('The trust root whose logs and timestamp authorities are believed about its signatures.'),
    ),
    identities: Type.Array(holder, { minItems: 1, description: 'One of them must match.' }),
  },
  { ...closed, description: 'Signed with a certificate of this authority of your own.' },
);

export const authority = Type.Object(
  {
    name: name('What the rules and messages call it; unique within the policy.'),
    keyless: Type.Optional(keyless),
    key: Type.Optional(key),
    certificateAuthority: Type.Optional(certificateAuthority),
    time: Type.Optional(
      Type.Enum(['log', 'tsa', 'wallClock'], {
        description:
          'The only source of time that is believed for a certificate; left out, a log or a timestamp authority. `wallClock` is for an authority of your own without either.',
      }),
    ),
    bindRepository: Type.Optional(
      Type.Object(
        {
          aliases: Type.Optional(
            Type.Array(text('A repository, such as where it was built: `registry.build.example/acme/{app}`.'), {
              description: 'Globs of other repositories that count as the same; captures may stand in them.',
            }),
          ),
        },
        {
          ...closed,
          description:
            'The signature must name the repository that the image is pulled from; one that names none does not count.',
        },
      ),
    ),
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
  {
    ...closed,
    description: 'A signer that the policy knows: exactly one of `keyless`, `key` and `certificateAuthority`.',
  },
);

export type AuthoritySpec = Static<typeof authority>;
/** As a keyless authority writes it; of an authority of one's own there is no issuer. */
export type IdentitySpec = Omit<Static<typeof identity>, 'issuer'> & { readonly issuer?: string };
