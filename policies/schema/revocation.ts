import { type Static, Type } from 'typebox';
import { holder } from './authority.ts';
import { closed, text } from './field.ts';
import { metadata } from './metadata.ts';

const digest = Type.String({
  pattern: '^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$',
  description: 'sha256: or sha512: and lower-case hex.',
});

const instant = (description: string) =>
  Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$', description });

const signer = Type.Object(
  {
    key: Type.Optional(digest),
    identity: Type.Optional(holder),
    issuer: Type.Optional(text('With `identity`: the OIDC issuer, literally; left out, every issuer.')),
    signedFrom: Type.Optional(instant('Only signatures of this time or later (RFC 3339, UTC).')),
    signedUntil: Type.Optional(instant('Only signatures that may have been made before this time (RFC 3339, UTC).')),
  },
  {
    ...closed,
    minProperties: 1,
    description:
      'Signatures that no longer count. `key` is the SHA-256 of the public key (DER); with neither key nor identity, those of anybody within the times. A log or a timestamp shows that a signature was there by then, a certificate since when its key could sign; for all else it is within. So `signedUntil` spares no signature of a bare key, which anybody can have logged again.',
  },
);

export const revocationSchema = Type.Object(
  {
    apiVersion: Type.Literal('assay.dev/v1alpha1'),
    kind: Type.Literal('Revocation'),
    metadata,
    spec: Type.Object(
      {
        reason: text('Why; shown to whoever is denied by it.'),
        digests: Type.Optional(
          Type.Array(digest, {
            minItems: 1,
            description: 'Images, indexes or platform manifests that may not run any more.',
          }),
        ),
        signers: Type.Optional(
          Type.Array(signer, { minItems: 1, description: 'Whose signatures do not count any more.' }),
        ),
      },
      { ...closed },
    ),
  },
  {
    ...closed,
    title: 'Revocation',
    description: 'What was trusted and is not any more. It beats every policy, cache and exception, at once.',
  },
);

export type RevocationDocument = Static<typeof revocationSchema>;
export type RevokedSignerSpec = Static<typeof signer>;
