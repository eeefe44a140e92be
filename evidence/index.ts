export { type Artifact, type ArtifactFile, type Artifacts, createArtifacts } from './artifact.ts';
export { type ArtifactLayout, layOut } from './artifact-layout.ts';
export { assume, type Assumption } from './assumed.ts';
export type { EntityFormat } from './attestation/entity.ts';
export type { VerifiedLogEntry } from './attestation/log-entry.ts';
export { type Requirement, requirementOf } from './attestation/requirement.ts';
export type * from './attestation/signer.ts';
export type { Statement } from './attestation/statement.ts';
export type { VerifiedTimestamp } from './attestation/timestamp.ts';
export { isVerified, type Verified } from './attestation/verify.ts';
export {
  answerBundleRequest,
  type BundleAnswer,
  type BundleRequest,
  type IdentityRequest,
  type KeyRequest,
} from './attestation/verify-bundle.ts';
export {
  createEvidence,
  type Evidence,
  type EvidenceOptions,
  type EvidenceStats,
  type FulfilContext,
} from './evidence.ts';
export type { Store } from './store.ts';
export { type Digest, parseDigest } from './image/digest.ts';
export {
  formatReference,
  formatRepository,
  parseReference,
  type Reference,
  type ReferenceOptions,
  type ReferenceProblem,
  type Repository,
} from './image/reference.ts';
export { faultOfRewrite, type Rewrite, rewriteReference } from './image/rewrite.ts';
export {
  type Answer,
  type AttestationFacts,
  type AttestationsNeed,
  type ConfigFacts,
  type ConfigNeed,
  type ImageFacts,
  type ImageNeed,
  type LayerModule,
  type ManifestNeed,
  type ModuleFacts,
  type ModulesNeed,
  type Need,
  needKey,
  type PlatformFacts,
  type PlatformsNeed,
  type Proof,
  type SignatureFacts,
  type SignaturesNeed,
  type Source,
} from './need.ts';
export * from './outcome.ts';
export type { OciManifest } from './registry/manifest.ts';
export { createRegistryClient } from './registry/client.ts';
export { loadConnections } from './registry/transport.ts';
export { type RunnableManifest, runnableOn } from './registry/platform.ts';
export type { RegistryOptions, RequestNote } from './registry/options.ts';
export { anonymous, type Keychain, parseDockerConfig } from './registry/credentials.ts';
export { type FetchedKey, type KeyFetcher, type KeyReference, loadKey, parseKeyReference } from './trust/kms.ts';
export { sha256 } from './trust/key.ts';
export {
  type KeyOptions,
  type MaterialProblem,
  parseCertificateAuthority,
  parsePublicKey,
  type TrustMaterial,
  withObservers,
} from './trust/material.ts';
export {
  type DatedTrust,
  knownMirrors,
  RefreshedTrust,
  type RenewedTrust,
  staleness,
  type TrustRepository,
} from './trust/refresh.ts';
export { type EmbeddedRoot, parseTrustedRoot, publicGoodPublished, publicGoodRoot } from './trust/root.ts';
