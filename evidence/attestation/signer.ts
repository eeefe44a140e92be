import type { Digest } from '../image/digest.ts';

/** Who signed, as the certificate or the key says it; whether that one is welcome is not this room's question. */
export type Signer = CertificateSigner | KeySigner;

export interface KeySigner {
  readonly kind: 'key';
  /** SHA-256 of the DER SubjectPublicKeyInfo. */
  readonly fingerprint: Digest;
  readonly algorithm: string;
}

export interface CertificateSigner {
  readonly kind: 'certificate';
  /** SHA-256 of the DER SubjectPublicKeyInfo. */
  readonly fingerprint: Digest;
  /** SHA-256 of the DER certificate. */
  readonly certificate: Digest;
  readonly subject: SubjectAlternativeName;
  /** Fulcio `.8` (or `.1`, which must agree); absent from certificates of other CAs. */
  readonly issuer?: string;
  readonly extensions: FulcioExtensions;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** The certificate's one subject alternative name. Kinds never compare equal across each other. */
export interface SubjectAlternativeName {
  readonly kind: 'uri' | 'email' | 'other';
  readonly value: string;
}

/** Fulcio's extensions by their registered names (OIDs 1.3.6.1.4.1.57264.1.x), decoded. Absent means not in the certificate. */
export interface FulcioExtensions {
  readonly githubWorkflowTrigger?: string;
  readonly githubWorkflowSha?: string;
  readonly githubWorkflowName?: string;
  readonly githubWorkflowRepository?: string;
  readonly githubWorkflowRef?: string;
  readonly buildSignerUri?: string;
  readonly buildSignerDigest?: string;
  readonly runnerEnvironment?: string;
  readonly sourceRepository?: string;
  readonly sourceRepositoryDigest?: string;
  readonly sourceRepositoryRef?: string;
  readonly sourceRepositoryIdentifier?: string;
  readonly sourceRepositoryOwner?: string;
  readonly sourceRepositoryOwnerIdentifier?: string;
  readonly buildConfigUri?: string;
  readonly buildConfigDigest?: string;
  readonly buildTrigger?: string;
  readonly runInvocationUri?: string;
  readonly sourceRepositoryVisibility?: string;
  readonly deploymentEnvironment?: string;
  readonly tokenSubject?: string;
}
