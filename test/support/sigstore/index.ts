export {
  attachBundle,
  attachDocument,
  attachEnvelope,
  attachSignature,
  type BundlePlace,
  simpleSigningAnnotations,
} from './attach.ts';
export { type BundleVersion, bundleMediaType, bundleOf } from './bundle.ts';
export { sigstoreFiles, writeSigstoreFiles } from './files.ts';
export type { CertificateWish } from './fulcio.ts';
export { githubIssuer, githubWorkflow, type Identity, person, type WorkflowRun } from './identity.ts';
export { generateKey, keyId, type KeyKind, type KeyPair, publicPem } from './key.ts';
export { type SigstoreServer, startSigstore } from './server.ts';
export {
  envelopeOf,
  type LogWish,
  preAuthenticationEncoding,
  type SignatureWish,
  type Signed,
  signEnvelope,
  type Signer,
  signMessage,
} from './sign.ts';
export {
  type Attached,
  attestImage,
  cosignSignPredicate,
  type ImageAttestation,
  type ImageSignature,
  signImage,
} from './sign-image.ts';
export { createSigstore, keySigner, type Sigstore, type SigstoreOptions } from './sigstore.ts';
