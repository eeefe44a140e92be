/** Every bound on what comes from outside, each with its reason. Sizes are bytes unless a name says otherwise. */
export const limits = {
  /** Container runtimes and registries refuse larger manifests (OCI distribution-spec 1.1, "Pushing Manifests"). */
  manifestBytes: 4 * 1024 * 1024,
  /** A predicate of 16 MiB, base64 in its envelope (4/3), and 1 MiB of envelope around it. */
  envelopeBytes: Math.ceil((16 * 1024 * 1024 * 4) / 3) + 1024 * 1024,
  /** A simple-signing payload is a few hundred bytes; annotations bring certificates, kept in the manifest's own bound. */
  simpleSigningBytes: 64 * 1024,
} as const;
