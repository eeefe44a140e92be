/** Every bound on what comes from outside, each with its reason. Sizes are bytes unless a name says otherwise. */
export const limits = {
  /** Host, 255 of repository, 128 of tag and the longest digest, with room; longer is no reference anybody pulls. */
  referenceCharacters: 1024,
  /** distribution/reference, RepositoryNameTotalLengthMax. */
  repositoryCharacters: 255,
  /** Container runtimes and registries refuse larger manifests (OCI distribution-spec 1.1, "Pushing Manifests"). */
  manifestBytes: 4 * 1024 * 1024,
  /** A predicate of 16 MiB, base64 in its envelope (4/3), and 1 MiB of envelope around it. */
  envelopeBytes: Math.ceil((16 * 1024 * 1024 * 4) / 3) + 1024 * 1024,
  /** A simple-signing payload is a few hundred bytes; annotations bring certificates, kept in the manifest's own bound. */
  simpleSigningBytes: 64 * 1024,
  /** Annotations of a layer hold a certificate, its chain, a log entry and a timestamp; counted when a cache is filled. */
  annotationsBytes: 16 * 1024,
  /** Fifty daily attestations are seven weeks; more signatures than this on one digest are noise or an attack. */
  signaturesPerImage: 64,
  /** What a proof keeps: parsed statement, signer, times. Measured at 3 to 6 KB. */
  proofEntryBytes: 8 * 1024,
  /** How long proven absence is believed: long enough for the three reviews of one rollout, short for whoever signs late. */
  absenceSeconds: 5,
  /** Work that several reviews share outlives each of them, but not this: the API server's longest timeout is 30 s. */
  sharedWorkMilliseconds: 30_000,
  /** Digests whose bytes were hashed; a few hundred bytes each. */
  hashedManifests: 20_000,
} as const;
