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
  /** Attestations of one type on one digest: a scan a day for two months. Each costs two requests and a verification. */
  attestationsPerType: 64,
  /** What a proof keeps: parsed statement, signer, times. Measured at 3 to 6 KB. */
  proofEntryBytes: 8 * 1024,
  /** How long proven absence is believed: long enough for the three reviews of one rollout, short for whoever signs late. */
  absenceSeconds: 5,
  /** Work that several reviews share outlives each of them, but not this: the API server's longest timeout is 30 s. */
  sharedWorkMilliseconds: 30_000,
  /** Digests whose bytes were hashed; a few hundred bytes each. */
  hashedManifests: 20_000,
  /** A bundle is its envelope with certificates, log entries and timestamps, which their own counts keep under 1 MiB. */
  bundleBytes: Math.ceil((16 * 1024 * 1024 * 4) / 3) + 2 * 1024 * 1024,
  /** All bundles of one digest: one of the largest and dozens of usual ones. They are in memory at once, for each image. */
  bundlesBytes: 32 * 1024 * 1024,
  /** A trusted root of the public-good instance is 7 KiB; ten years of rotation would not fill this. */
  trustedRootBytes: 1024 * 1024,
  /** A PEM file with a key or a chain of certificates. */
  pemBytes: 256 * 1024,
  /** Nesting of bundles, envelopes and trusted roots is eight; the rest is room for a later version. */
  bundleDepth: 16,
  /** Values in a bundle: 64 proof hashes in each of 16 entries, and certificates; a statement is one string in it. */
  bundleValues: 8_192,
  /** CycloneDX nests components in components; nothing seen is deeper than 20. */
  statementDepth: 64,
  /** An SBOM of 16 MiB has some 400,000 values; each costs memory several times its text. */
  statementValues: 2_000_000,
  /** A statement of one build names its artifacts; a release of many platforms some dozens (evidence model, 4.0 step 5). */
  subjects: 1_024,
  /** kpack writes one signature a key; each costs a verification for each candidate key. */
  envelopeSignatures: 16,
  /** Fulcio's certificates are 3 KiB, with 4096-bit RSA and long claims below 8 KiB. */
  certificateBytes: 16 * 1024,
  /** Certificates that travel with a signature: a leaf and its intermediates. Only the leaf is used. */
  suppliedCertificates: 8,
  /** Certificate authorities, logs or timestamp authorities of one trusted root, each kind: path building tries them all. */
  trustedInstances: 64,
  /** Certificates in one trusted chain: leaf of a timestamp authority, intermediates, root. */
  chainCertificates: 8,
  /** One entry a log; witnesses and migrations may double it. Each costs two signatures and a Merkle path. */
  logEntries: 16,
  /** A log of 2^63 entries has proofs of 63 hashes. */
  proofHashes: 64,
  /** A canonical entry holds hashes, a signature and a certificate, in the oldest kind base64 of base64. */
  logBodyBytes: 128 * 1024,
  /** Origin, size, root and a signature for each witness. */
  checkpointBytes: 16 * 1024,
  /** One a timestamp authority; each costs a path and two signatures. */
  timestamps: 16,
  /** RFC 3161 responses with their whole chain inside are below 8 KiB. */
  timestampBytes: 32 * 1024,
  /** Signatures of RSA with 8192 bits, the longest that is accepted, are 1 KiB. */
  signatureBytes: 1_024,
  /** NIST SP 800-131A: less is not acceptable. */
  rsaBitsLeast: 2_048,
  /** Verification time grows with the square; nobody issues longer keys. */
  rsaBitsMost: 8_192,
  /** Configs of images have some 10 KB; those of hundreds of layers with long commands in their history, some hundred. */
  configBytes: 1024 * 1024,
  /** Labels, environment and history nest three deep; builders put their own beside them. */
  configDepth: 32,
  /** Values in a config of the longest history. */
  configValues: 50_000,
  /** Configs that are kept, by what they weigh in memory. */
  configsBytes: 32 * 1024 * 1024,
  /** All modules of one image, together: Spin applications have some MiB, programs with a runtime of their own some ten. Reading takes a fifth of a second. */
  moduleBytes: 16 * 1024 * 1024,
  /** Modules and components in one image; a composed application has some dozen. */
  modules: 256,
  /** Components in components; tools that compose nest two or three deep, and the reader recurses. */
  moduleDepth: 8,
  /** Distinct names that a module imports from, or declares. WASI's have some dozen. */
  moduleNames: 1024,
  /** Characters of these names. */
  moduleNameCharacters: 64 * 1024,
  /** Memories of a module; compilers make one. */
  moduleMemories: 64,
  /** What is kept of modules, by what it weighs in memory. */
  moduleFactsBytes: 8 * 1024 * 1024,
  /** OCI manifests nest five deep (index, manifests, descriptor, platform, os.features); the rest is room. */
  manifestDepth: 16,
  /** Values in a manifest of 4096 entries with some annotations each; JSON.parse builds no more than this. */
  manifestValues: 250_000,
  /** Container runtimes stop at 127 layers; cosign adds one a signature, of which more than 64 are refused anyway. */
  layers: 1024,
  /** Entries of an index: official images have some 20 with their attestation manifests; fallback tags list referrers. */
  indexEntries: 4096,
  /** Platforms of one image that can run; each is looked at. */
  platforms: 64,
  /** An index in an index is legal and rare (evidence model, SIG-10); deeper has never been seen. */
  indexDepth: 2,
  /** Referrers of one digest in all pages: signatures, SBOMs and attestations of years. */
  referrers: 1000,
  /** Pages of referrers; registries send 50 to 1000 entries a page. */
  referrersPages: 20,
  /** docker config.json: auths, host, field. */
  credentialDepth: 8,
  /** Values in a docker config; thousands of registries stay below. */
  credentialValues: 50_000,
  /** Cloud registries' tokens have up to some 8 KB, in a little JSON. */
  tokenBytes: 64 * 1024,
  /** Errors are read for their length only, so that the connection can be used again. */
  errorBodyBytes: 16 * 1024,
  /** Redirects of one request: to a store, and on to the region that has it; one more for good measure. */
  redirects: 3,
  /** A connection that takes longer across any ocean is none. */
  connectMilliseconds: 5_000,
  /** From the request to the first header, and between any two chunks of a body. */
  silenceMilliseconds: 10_000,
  /** What one mirror may use up of a review's time before the next is asked. */
  mirrorMilliseconds: 3_000,
  /** A Retry-After up to this is waited for once where the deadline allows it; seconds. */
  patienceSeconds: 2,
  /** The longest that a host's Retry-After keeps it from being asked; seconds. */
  retryAfterSeconds: 300,
  /** Failures in a row after which a host is left alone. */
  breakerFailures: 5,
  /** How long it is left alone before one request tries it again; seconds. */
  breakerSeconds: 10,
  /** Requests under way to one host where the configuration says nothing. */
  connectionsPerHost: 16,
  /** Hosts whose connections are kept; whoever creates Pods chooses hosts. */
  hosts: 256,
  /** How long the addresses of a host that a proxy resolves are believed; seconds. */
  proxiedSeconds: 60,
  /** How long a resolver may think about a host that a proxy resolves anyway. */
  proxiedLookupMilliseconds: 1_000,
  /** Manifests that tags named, kept for conditional requests; signatures' manifests have some 10 KB. */
  taggedBytes: 16 * 1024 * 1024,
  /** Tags whose earlier resolution is remembered; a few dozen bytes each. */
  rememberedTags: 20_000,
  /** Tokens that are kept, and repositories of which it is known whether they have the referrers API. */
  rememberedRepositories: 5_000,
  /** How long a repository is believed to have no referrers API: registries are upgraded. Seconds. */
  referrersMemorySeconds: 600,
  /** Tokens without expires_in hold a minute (distribution, "Token Authentication"). Seconds. */
  tokenSeconds: 60,
  /** A token is renewed this long before its end, for clocks that differ and requests under way. Seconds. */
  tokenMarginSeconds: 5,
  /** Sigstore announces rotations of its keys some months ahead; older trust may not know the newest log. */
  trustedRootDays: 90,
  /** One file of an artifact: five hundred policies in one file have some 4 MB. */
  artifactFileBytes: 8 * 1024 * 1024,
  /** All files of an artifact, which are in memory at once. */
  artifactBytes: 32 * 1024 * 1024,
  /** A mirror that takes longer for one small file is down; the next refresh asks again. */
  trustFetchMilliseconds: 5_000,
} as const;
