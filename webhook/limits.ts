const mebibyte = 1024 * 1024;

/** What the API server takes as one object (k8s.io/apiserver, `MaxRequestBodyBytes`). */
const objectBytes = 3 * mebibyte;
/** An object that came as protobuf is sent to webhooks as JSON: bytes become base64 (4/3), `<`, `>`, `&` and quotes are escaped. */
const growth = 2;
/** uid, kinds, options and the user with all its groups and extra fields, which HTTP headers (1 MiB at most) brought. */
const envelopeBytes = mebibyte;

/** Bounds on what a caller of the webhook may send and what it is answered, each with its reason. */
export const limits = {
  /** `object` and `oldObject` of an UPDATE, and the envelope: 2 * 3 MiB * 2 + 1 MiB = 13 MiB. */
  bodyBytes: 2 * objectBytes * growth + envelopeBytes,
  /** Schemas of custom resources nest about sixty deep; what recurses over an object stays far from the stack's end. */
  bodyDepth: 512,
  /** The API server sends a UUID of 36 characters; it is echoed and logged. */
  uidCharacters: 128,
  /** The API server waits 30 s for a webhook at most: a body that takes longer is answered to nobody. */
  requestMilliseconds: 30_000,
  /** Headers come in one packet; whoever drips them holds a connection. */
  headersMilliseconds: 10_000,
  /** Likewise the TLS handshake. */
  handshakeMilliseconds: 10_000,
  /** How often connections are held against these times. */
  connectionCheckMilliseconds: 1_000,
  /** Longer than the 90 s after which the API server closes an idle connection, so that no request meets a closing one. */
  keepAliveMilliseconds: 120_000,
  /** One review a connection (HTTP/1.1): three API servers with 600 requests under way each (400 and 200 mutating, its defaults). */
  connections: 2_048,
  /** The API server allows `timeoutSeconds` up to 30. */
  timeoutSeconds: 30,
  /** The share of the API server's timeout that a review may use; the rest is for the way back. 10 s become 8. */
  deadlineShare: 0.8,
  /** A judge that outlives its deadline by this share of the timeout is at fault and is no longer waited for. */
  graceShare: 0.1,
  /** The API server may cut a warning after 256 characters (k8s.io/apiserver, filters/warning.go). */
  warningCharacters: 256,
  /** All warnings of a request together may have 4,096 characters; the last one says how many were left out. */
  warnings: 15,
  /** Annotations of one review in the audit log. */
  auditAnnotations: 16,
  /** An audit event is one line of a log. */
  auditValueCharacters: 4_096,
  /** The API server cuts nothing, but kubectl and events show little more than this. */
  messageCharacters: 3_500,
  /** A ConfigMap has at most 1 MiB; generated policies in a volume may have more. */
  policyFileBytes: 8 * mebibyte,
  /** Keys of key services are fetched while policies load; nothing else waits for them. */
  keyMilliseconds: 10_000,
  /** A bundle is some requests for signatures and some for files; what is in force stays meanwhile. */
  bundleMilliseconds: 30_000,
  /** A TUF repository that did not answer is asked again after this, or sooner where it is asked more often anyway. */
  trustRetryMilliseconds: 15 * 60_000,
  /** Trust roots, CAs and certificates have a few hundred kilobytes. */
  namedFileBytes: 8 * mebibyte,
  /** How often folders and files are looked at; the kubelet itself needs up to a minute to bring a change. */
  watchMilliseconds: 2_000,
  /** Characters of records that wait to be written: two of the largest reviews. What comes while a disk is slower than that is dropped, and counted. */
  recordsWaiting: 32 * mebibyte,
  /** One field of a log line. */
  logFieldCharacters: 2_000,
  /** Problems shown by /readyz; the log has all of them. */
  problemsShown: 5,
} as const;
