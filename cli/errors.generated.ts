// Generated from docs/errors.md by `npm run generate`.

/** Cause, remedy and example of every code, as `assay explain` prints them. */
export const explanations: Readonly<Record<string, string>> = {
  ACCESS_REFUSED:
    "The registry or its token service answers 401 or 403. That is no outage: neither `onUnavailable` nor earlier proof softens it. Many registries answer the same for a repository that does not exist.\nRemedy: check the repository's name, then the credentials (`assay verify` uses those of your docker configuration) and that they may pull.\nExample: `ghcr.io refuses to show ghcr.io/acme/shop (401); it is not there, or not for these credentials`.",
  ADDRESS_REFUSED:
    "The registry, or where it redirects to, is at a loopback, private, link-local or otherwise special address. Whoever writes an image's name must not choose what Assay talks to inside the network.\nRemedy: if the host is meant, set `allowPrivateAddresses` (or `plainHttp`) in its entry; for a redirect, list the target in `redirectHosts`. Metadata services of clouds stay refused.\nExample: `registry.example.com: 10.0.0.7 is no public address`.",
  ALGORITHM_REFUSED:
    "The signer's key is of a kind or size that proves nothing: RSA below 2048 bits, another curve than P-256, P-384 and P-521, a point of small order, DSA.\nRemedy: sign with ECDSA P-256, RSA of at least 2048 bits, or Ed25519.\nExample: `RSA of 1024 bits; expected at least 2048`.",
  ARTIFACT_NEEDED:
    'The signature can only be checked against the artifact itself, and only its digest was given: Ed25519, or a signature over another hash.\nRemedy: give the file instead of its digest.\nExample: `this kind of key signs the artifact itself, not its digest`.',
  BUNDLE_MALFORMED:
    'The signature holds, but what was signed is no bundle: a file whose name leads elsewhere or stands twice, a layer that is no policy file, no file at all, bytes that are not UTF-8, a version that is none.\nRemedy: make it again with `assay policy bundle`, or with the media types that docs/policy-bundles.md lists.\nExample: `layer 0 (org.opencontainers.image.title): "../../etc/passwd.yaml" is no relative path of plain names, as files of bundles have`.',
  BUNDLE_NOT_TRUSTED:
    'Policies are to be taken from a repository of which the configuration does not say who signs it. Nothing is fetched from there.\nRemedy: add an entry for the repository to `policyBundles` of the configuration.\nExample: `oci://ghcr.io/acme/policies:stable: the configuration names nobody who may sign "ghcr.io/acme/policies"; it has no policyBundles (BUNDLE_NOT_TRUSTED)`.',
  BUNDLE_REFERENCE_WRONG:
    "What follows `oci://` names no bundle: the registry's host is left out, or tag and digest are, or it is no reference at all.\nRemedy: write host, repository and tag (or digest), as the registry knows them.\nExample: `oci://ghcr.io/acme/policies: a tag or a digest is wanted: oci://ghcr.io/acme/policies:TAG (BUNDLE_REFERENCE_WRONG)`.",
  BUNDLE_ROLLED_BACK:
    'The bundle is signed, but it is older than the one that was used here last, or other contents under the same version. Whoever may move a tag could bring back policies that were given up.\nRemedy: publish what is wanted under a newer version. Where the older one is really meant, remove the record of this repository from `stateFolder`; the next use is then a first one.\nExample: `it is version 1.9.0, and version 1.10.0 (sha256:3f2a91c07b1d) was used last`.',
  BUNDLE_STATE_UNREADABLE:
    'The record of the bundle that was used last cannot be read or written, so a rollback could not be noticed; no bundle is used.\nRemedy: name a folder that can be written in `stateFolder` of the configuration, or remove the record that is broken.\nExample: `what is remembered of the last version is no record of one; remove it`.',
  BUNDLE_VERSION_MISSING:
    'The manifest says neither its version nor when it was made, so nobody could tell whether an older bundle was put in its place.\nRemedy: set the annotation `org.opencontainers.image.version` on the manifest before it is signed (`assay policy bundle --version`).\nExample: `the manifest has neither the annotation "org.opencontainers.image.version" nor "org.opencontainers.image.created", so that an older one could not be told from it`.',
  CEL_BAD_ARGUMENT:
    "A function cannot take the value that it was given, though its type is right; or a question to `assay eval` cannot be read.\nRemedy: test it first where there is a test (`isQuantity()`, `isIP()`, `isURL()`, `isSemver()`).\nExample: `unable to parse quantity's suffix`, for `quantity('10Mm')`.",
  CEL_BAD_LITERAL:
    "A pattern, duration or timestamp written out in an expression can only be an error when it is evaluated.\nRemedy: correct the literal; patterns are RE2, without look-around and back-references.\nExample: `'a'.matches('(')` at the pattern.",
  CEL_BAD_PATTERN:
    'A pattern that was made during evaluation is no RE2 pattern, or is too long.\nRemedy: write patterns out, so that a policy with a bad one does not load; RE2 has no look-around and no back-references.\nExample: `x.matches(y)` where `y` is `(`.',
  CEL_COST_EXCEEDED:
    "An evaluation went over its budget: a million units of the API server's cost model for one expression, less where the caller has less left, or the engine's own bound on copying and comparing.\nRemedy: avoid loops within loops; filter before comparing; replace a pattern by `startsWith()`.\nExample: `the expression costs more than 1000000 units`.",
  CEL_DIVIDE_BY_ZERO:
    'An integer is divided by zero. A double divided by zero is infinite, or not a number.\nRemedy: test the divisor first.\nExample: `division by zero`.',
  CEL_DUPLICATE_KEY:
    'A map is made with one key twice; `1`, `1u` and `1.0` are one key.\nRemedy: make the keys differ, or filter what the map is made from.\nExample: `the key "a" stands twice`.',
  CEL_INDEX_OUT_OF_BOUNDS:
    'An element is read beyond the end of a list, or before its start.\nRemedy: test `size()` first, or read it as an optional: `list[?0]`.\nExample: `index 1 of a list of 1`.',
  CEL_MACRO_ARGUMENT:
    'A macro was given something else than it rewrites: `has()` of what is no field, a loop variable that is no plain name.\nRemedy: write `has(a.b)`; name loop variables by one word each.\nExample: `has() asks for a field: has(a.b)`.',
  CEL_NO_MATCHING_OVERLOAD:
    "A function or operator is given values of types for which it is not defined, seen before evaluation or during it.\nRemedy: convert one side (`int()`, `string()`, `quantity()`), or test its type first.\nExample: `found no matching overload for '_+_' applied to '(int, string)'`.",
  CEL_NO_SUCH_FIELD:
    'A field is read of an object that an expression has built, its type is not known at that place (`dyn`), and it was not set there. Where the type is known, a field that is not set is null, as to the API server.\nRemedy: test it with `has()`, or set it.\nExample: `Object.spec has no "replicas" set`.',
  CEL_NO_SUCH_KEY:
    'A field or key is read that is not there. A field whose value is null is there.\nRemedy: test it with `has()`, or read it as an optional: `a.?b.orValue(...)`.\nExample: `no such key: "securityContext"`.',
  CEL_OVERFLOW:
    'A result is beyond the range of its type: int and uint have 64 bits, timestamps lie between the years 1 and 9999.\nRemedy: use `double()` where precision does not count, or `quantity()` for amounts.\nExample: `the result of + is out of range`.',
  CEL_SYNTAX:
    'The text of an expression is no CEL: a token that is none, a bracket that is not closed, a reserved word as a name, a number beyond its type.\nRemedy: the range and the caret show the first place that does not fit.\nExample: `the expression ends, expected a value`, for `1 +`.',
  CEL_TOO_DEEP:
    'An expression nests deeper than 250 levels, or chains more than 1,000 operations on one value.\nRemedy: split it into variables, or put values into a list and use a macro.\nExample: `the expression nests deeper than 250 levels`.',
  CEL_TOO_LARGE:
    "An expression has more than 100,000 characters, cel-go's own limit.\nRemedy: split it into variables of the policy.\nExample: `the expression has more than 100000 characters`.",
  CEL_TYPE_MISMATCH:
    "A part of an expression has another type than its place wants, such as elements of one list that differ.\nRemedy: make the types agree, or write `dyn()` around the first element.\nExample: `expected int, found string`, for `[1, 'a']`.",
  CEL_UNDECLARED_REFERENCE:
    'An expression names a variable, function or type that is not there, or not in the Kubernetes version asked for, or a variable that has no value.\nRemedy: correct the name, declare the variable, or ask for a version that has the function.\nExample: `there is no function "semver" here`, for Kubernetes 1.30.',
  CEL_UNDEFINED_FIELD:
    'A field is read of an object whose type is declared, and has no such field.\nRemedy: correct the name; a field that some objects have belongs to a type that declares it.\nExample: `Pod has no field "spek"`.',
  CEL_VALUE_TOO_LARGE:
    'An expression makes a string or a list longer than this engine makes one (20,000,000 and 1,000,000).\nRemedy: filter before joining or concatenating.\nExample: `the list would be longer than this engine makes one`.',
  CERTIFICATE_MALFORMED:
    'The certificate cannot be believed whoever issued it: not DER, read differently by two parsers, not exactly one subject name, not for code signing, an unknown critical\nextension, old and new Fulcio extensions that disagree, control characters in a name.\nRemedy: get a certificate from Fulcio, or correct the profile of the own certificate authority.\nExample: `its extensions .1 and .8 disagree: "https://issuer.one" and "https://issuer.two"`.',
  CERTIFICATE_UNTRUSTED:
    'No certificate authority of the trust root issued the certificate, or none that was trusted at the time of signing.\nRemedy: name the trust root of the Sigstore instance that was used (`trustRoot`), or refresh it (`assay trust refresh`).\nExample: `no trusted certificate authority of 2026-11-02 10:14:07 UTC issued the certificate`.',
  CREDENTIALS_UNAVAILABLE:
    "There are credentials for this registry and they cannot be had now: a credential helper is missing, fails or writes something else, or a pull secret cannot be read. Nobody is asked without them\ninstead.\nRemedy: run `docker-credential-NAME get` by hand with the registry's host on its standard input.\nExample: `docker-credential-ecr-login is not on PATH (asked for 123456789012.dkr.ecr.eu-west-1.amazonaws.com)`.",
  DEADLINE_EXCEEDED:
    "The review's time was over before the answer came. Work that others share goes on for a while, so a retry often succeeds.\nRemedy: raise `timeoutSeconds` of the webhook configuration, use a mirror that is near, or find out which registry is slow.\nExample: `ghcr.io did not answer in time`.",
  DIGEST_MISMATCH:
    'The registry sends other bytes than those that the digest names. Nothing is read of them.\nRemedy: this is a broken registry, a broken mirror or an attack; push the image again and compare digests.\nExample: `registry.example.com sends other bytes than those of sha256:3f2a91c0ab12`.',
  DOCUMENT_KIND_UNKNOWN:
    "The `kind` is none that is read here.\nRemedy: policies are `ClusterWorkloadPolicy` and `Revocation` of `assay.dev/v1alpha1`, Kubernetes' own policies with their bindings, and Kyverno's `ValidatingPolicy`; the configuration is `Configuration`. Keep manifests out of the folder of policies, and cases of `assay test` in files called `*.cases.yaml`.\nExample: `policy.yaml:2:7: kind: kind \"Pod\" is no policy of this version; ClusterWorkloadPolicy, WorkloadPolicy, WorkloadException, Revocation, ValidatingAdmissionPolicy, MutatingAdmissionPolicy and their bindings, and Kyverno's ValidatingPolicy are (DOCUMENT_KIND_UNKNOWN)`.",
  DOCUMENT_TOO_LARGE:
    'The text is larger than documents may be, nests deeper, or multiplies itself with aliases.\nRemedy: split the file; write aliases out.\nExample: `policy.yaml:2:405: more than 100 aliases (DOCUMENT_TOO_LARGE)`.',
  DOCUMENT_UNREADABLE:
    'The text is not YAML 1.2 (core schema) or JSON: a syntax error, a duplicate key, a custom tag, a template that was not rendered. Of a document only the first syntax error is told: the others follow from it.\nRemedy: correct the line that the problem names. The other documents of the file are read all the same.\nExample: `policy.yaml:2:1: the key "a" is written twice (DOCUMENT_UNREADABLE)`.',
  ENTITY_MALFORMED:
    'Something that claims to be a signature or an attestation cannot be read: not JSON, a key written twice, a field that is missing, unknown or not base64, more than one\nsignature in a bundle, a root certificate in a bundle, more elements than any signer writes.\nRemedy: sign again with a current cosign; if the file passed through a tool that rewrites JSON, take it from the source.\nExample: `the bundle.messageSignature.signature is not base64 of at least one byte`.',
  EXCEPTION_NOT_APPROVED:
    'A WorkloadException is written into the cluster by somebody else than the approver it names, or its approver is also the one who asked for it. Whoever writes it vouches for it.\nRemedy: have the approver apply it, and name in `requestedBy` who asked.\nExample: `found "mallory" writes it, and "alice" is to approve it, expected an approver who writes the exception themselves, for somebody else`.',
  EXPRESSION_FAILED:
    'An expression of the policy ended in an error: a field that is not there, a cost beyond its limit, an operation that the values do not allow. That is no denial of the object: `failurePolicy` says what it is worth.\nRemedy: correct the policy: `has(object.spec.x)` asks whether a field is there, `object.?spec.?x.orValue(0)` stands in for it. The CEL code in the sentence is explained below.\nExample: `found no such key: "replicas" (CEL_NO_SUCH_KEY, at character 1), expected true of: object.spec.replicas > 1`.',
  EXPRESSION_WRONG:
    "An expression of a policy does not compile, or comes to a type that has no use at its place. The CEL code in the sentence is explained below.\nRemedy: the characters named are counted from 1; `assay eval` shows the place with a caret.\nExample: `policy.yaml:8:41: spec.validations[0].expression: found no matching overload for '_<_' applied to '(int, string)' (CEL_NO_MATCHING_OVERLOAD, at characters 1 to 18) (EXPRESSION_WRONG)`.",
  FAULT_NOT_READY:
    'A review arrived before policies and trust roots were loaded, or none of them loads. The webhook answers by `failureMode` and `/readyz` says what is missing.\nRemedy: see `/readyz` and the log; route reviews only to replicas that are ready.\nExample: `assay has no policies or no trust roots in force yet; the failure mode is Fail`.',
  FAULT_THROWN:
    'Assay itself is at fault: an error of its own stopped it from judging the object. The log has the error with this code. Nothing was judged; the webhook\nanswers by `failureMode` (Fail denies, Ignore admits with a warning).\nRemedy: try again; if it comes back, report it with the lines of the log.\nExample: `an error of its own stopped assay from judging this object; the failure mode is Fail`.',
  FAULT_TIMEOUT:
    "The judge did not come back when the deadline of the review, and a tenth of the API server's timeout on top, had passed. A registry that is slow is told as\nan undecided rule before that; this is a processor that had no time, or a fault. The webhook answers by `failureMode`.\nRemedy: give the webhook more CPU or more replicas; if it comes back on an idle machine, report it.\nExample: `assay did not come to a decision within the deadline of the API server; the failure mode is Fail`.",
  FIELD_MISSING:
    'A required field is not there, or none of several of which one must be.\nRemedy: write it; docs/policy.md and docs/configuration.md say what it means.\nExample: `policy.yaml:8:15: spec.signatures.from: "from" is missing (FIELD_MISSING)`.',
  FIELD_NOT_BUILT:
    'The field or value belongs to the policy language, but this version does not enforce it. It is refused, for a rule that is read and not enforced is worse than none.\nRemedy: leave it out, or use a version that has it.\nExample: `policy.yaml:5:22: spec.evaluation.mode: policies over JSON that is no Kubernetes object are not evaluated here (FIELD_NOT_BUILT)`.',
  FIELD_UNKNOWN:
    'There is no such field. Unknown fields are refused, because a rule with a typing error would enforce nothing.\nRemedy: compare with docs/policy.md and docs/configuration.md; editors that know the JSON Schemas in `schemas/` complete the names.\nExample: `policy.yaml:8:14: spec.signature: there is no field "signature" here (FIELD_UNKNOWN)`.',
  FIELD_WRONG:
    'The field\'s value is not of the type, the form or the list that is wanted. The problem says what is.\nRemedy: write a value of the kind that the problem names.\nExample: `policy.yaml:8:44: spec.signatures.threshold: "many" must be integer (FIELD_WRONG)`.',
  FORMAT_UNSUPPORTED:
    'The signature is of a kind that is not verified here: a bundle of an unknown version, or a Notary Project signature.\nRemedy: sign with cosign as well, or ask for the bundle version that is documented.\nExample: `a bundle of media type "application/vnd.dev.sigstore.bundle+json;version=99.9"`.',
  IMAGE_NOT_GOVERNED:
    'No policy speaks of this image. `unmatchedImages` of the configuration says whether that denies, warns or is allowed.\nRemedy: write a policy whose `images` match the repository, or set `unmatchedImages: Allow`.\nExample: `found no policy speaks of this image, expected a policy whose images match it`.',
  KEY_MISMATCH:
    'The entity is signed with a certificate where only keys are trusted, or with a bare key where only certificate authorities are.\nRemedy: use an authority of the other kind (`keyless`, `key`).\nExample: `signed with a certificate, and only keys are trusted`.',
  LIMIT_ATTESTATIONS:
    'More than 64 attestations are attached to one digest that are of the wanted type, or do not say of which they are.\nRemedy: delete those that are not needed; push attestations with a tool that writes the predicate type beside them.\nExample: `80 attestations that may be of this type are attached to this digest; at most 64 are looked at`.',
  LIMIT_BYTES:
    'A manifest, blob, list or token is longer than anything that is read, or the bundles attached to one digest are together.\nRemedy: publish less in one piece, or remove what floods the repository; the bounds stand in `evidence/limits.ts`.\nExample: `registry.example.com sends more than 4194304 bytes`.',
  LIMIT_DEPTH:
    "An index lies in an index in an index, or an object under review nests deeper than 512 levels.\nRemedy: name the platforms' manifests in one index; no workload of Kubernetes nests that deep.\nExample: `an index lies 2 deep in others; at most 2 levels are read`.",
  LIMIT_ENTITY:
    'A bundle, envelope, certificate list or statement is larger than anything that is read (`evidence/limits.ts` has each bound with its reason).\nRemedy: publish large predicates in parts, or remove what floods the repository.\nExample: `a statement of 2000 subjects, more than 1024`.',
  LIMIT_IMAGES:
    'The object names more images than one review looks at.\nRemedy: split the object. No workload that a kubelet could run comes near the limit.\nExample: `found at least 1001 images, expected at most 1000`.',
  LIMIT_PLATFORMS:
    'An index has more entries than any image: 4096 in all, 64 that could run.\nRemedy: split the index.\nExample: `the index has more than 64 manifests that could run`.',
  LIMIT_REFERRERS:
    'More than 1000 things are attached to one digest, or they are listed in more than 20 pages. Whoever can push can cause this, so it denies.\nRemedy: delete old referrers of the digest.\nExample: `ghcr.io lists more than 1000 referrers, or more than 20 pages of them`.',
  LIMIT_SIGNATURES:
    'More than 64 signatures are attached to one digest.\nRemedy: delete those that are not needed.\nExample: `80 signatures are attached to this digest; at most 64 are looked at`.',
  LOG_ENTRY_MISSING:
    "Too few trusted transparency logs have the signature.\nRemedy: sign with upload to the log (cosign's default); or state `log: None` for an own instance without one.\nExample: `seen by no log of 1 required`.",
  LOG_ENTRY_WRONG:
    "A log entry came along that is not in a trusted log, or that is about another signature, artifact or signer.\nRemedy: sign again; if the log is an own one, put its key into the trust root. An entry of somebody else's is an attack (CVE-2022-36056).\nExample: `the log entry is about something else: it records another certificate or key`.",
  LOOKUP_UNAVAILABLE:
    'A rule needs to know something of the cluster (a namespace, a parameter object, whether a user may do something), and nobody could tell. `failurePolicy` says what that is worth.\nRemedy: in the command line, give the objects as files (`--namespace-object`, `--params`); in the cluster, see whether Assay may read them.\nExample: `found nothing here can look up namespace "shop", expected true of: namespaceObject.metadata.labels.team == \'shop\'`.',
  MANIFEST_MALFORMED:
    'The manifest is no manifest, or could be read as two kinds: a key is written twice, fields of an index and of an image stand together, the registry and the manifest name different types.\nAlso where the registry answers that what was pushed there cannot be asked for (400 and its like): whoever pushed it chose the question, so it is no outage.\nRemedy: push the image again with a current tool; remove what is attached to it and cannot be read.\nExample: `the manifest has "manifests", which only another kind has`.',
  MANIFEST_UNSUPPORTED:
    'The manifest is of a kind that is refused: Docker schema 1, an unknown type, or layers that are kept outside of the registry (`urls`).\nRemedy: build again with a current tool; push foreign layers into the registry (`--allow-nondistributable-artifacts`, or `oras copy`).\nExample: `layers[0] has urls: it is kept outside of the registry`.',
  MODULE_MALFORMED:
    'A layer that is WebAssembly by its media type is none, or holds more modules, names or memories than are read.\nRemedy: push what the compiler wrote (`spin registry push`, `wkg oci push`); `wasm-tools validate FILE` says more. The bounds stand in `evidence/limits.ts`.\nExample: `the layer sha256:2c26b46b68ff is no WebAssembly: at byte 8 it has the unknown section 64`.',
  MUTATION_FAILED:
    'A mutation of the policy came to a change that the object does not allow: a path that is not there, a list that is replaced whole or not at all. Mutation never denies; validation tells it, and `failurePolicy` says what it is worth.\nRemedy: correct the mutation; `assay check` shows what it makes of a file.\nExample: `found remove: there is nothing at "/metadata/labels/none", expected a change that can be made to the object`.',
  NAME_TAKEN:
    'A name stands twice where it must be unique: two policies, two authorities of one policy, two trust roots, two hosts.\nRemedy: rename one, or put the two together.\nExample: `policy.yaml:13:18: metadata.name: a document of this kind named "acme-releases" is loaded already (NAME_TAKEN)`.',
  NEEDS_EXHAUSTED:
    'A rule kept asking for more evidence after the last round of a review.\nRemedy: let the rule name what it needs directly instead of step by step.\nExample: `three rounds of questions were not enough`.',
  NOT_OBSERVABLE:
    "A rule reads the admission request, and there is none: the object was looked at where it lies. It is never counted as a pass.\nRemedy: none; the rule is evaluated when the object is admitted.\nExample: `found there is no admission request outside of admission, expected true of: request.operation == 'CREATE'`.",
  NOT_PINNED:
    'The policy pins images to digests, and this one arrived with a tag alone. A tag can move between the answer and the pull, so that what was judged is not what runs.\nRemedy: let the mutating webhook pin the image (it runs before validation, and pins every tag that it can resolve), or write `repository:tag@sha256:...` into the manifest.\nExample: `found "ghcr.io/acme/shop:1.4.2", a tag that can move between this answer and the pull, expected ghcr.io/acme/shop:1.4.2@sha256:...`.',
  NOT_REWRITTEN:
    'The configuration (`registries.rewrites`) has nodes pull images of this place from another, and a Pod arrived that still names the first: what was judged would not be what is pulled.\nRemedy: let the mutating webhook rewrite it, or write the place that the finding names.\nExample: `found "docker.io/library/nginx:1.29", which the configuration has pulled from elsewhere, expected an image below mirror.example/hub/library/nginx`.',
  NO_ATTESTATION:
    'The registry proved that nothing of the wanted predicate type is attached to this digest that its authorities\' trust proves.\nRemedy: attest the image in its release workflow, by digest (`cosign attest --type TYPE --predicate FILE IMAGE@sha256:...`), with the type that the policy names, letter by letter. An image that was built or pushed\nagain has a new digest and needs new attestations. An attestation of an index is none of the images in it.\nExample: `found no attestation of this type, expected 1 of type "https://cosign.sigstore.dev/attestation/vuln/v1" by https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/*`.',
  NO_SIGNATURE:
    'The registry proved that nothing is attached to this digest that claims to be a signature.\nRemedy: sign the image in its release workflow, by digest (`cosign sign IMAGE@sha256:...`). An image that was signed and then built or pushed again has a new digest and needs a new signature; a copy to another\nrepository must take its signatures along (`cosign copy`).\nExample: `found no signature, expected 1 by https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/*`.',
  OBJECT_UNREADABLE:
    'The object says that it is a workload, but what should be its pod is none.\nRemedy: compare the object with the API reference of its kind; `kubectl apply --dry-run=server` tells the field.\nExample: `found a string, expected a list`.',
  OFFLINE:
    'Something would have to be asked of a registry or a key service, and `--offline` says that no network may be used. What the image is remains unknown; `onUnavailable` decides, and what needs no\nimage is judged as ever.\nRemedy: run without `--offline` where there is a network, or judge by policies that look at the object alone.\nExample: `ghcr.io was not asked: no network may be used`.',
  PARAMETERS_NOT_FOUND:
    'The policy is written for parameter objects, `paramRef` names none that exists, and `parameterNotFoundAction` is Deny.\nRemedy: create the object, or write `parameterNotFoundAction: Allow` where the policy may stay silent without it.\nExample: `found no such object, expected ConfigMap "replica-limit"`.',
  PARAMETERS_WRONG:
    'A parameter object does not fit the schema that the policy gives for it.\nRemedy: correct the object; the sentence names the field.\nExample: `found data.max: "many" is no integer, expected ConfigMap "replica-limit"`.',
  PATTERN_WRONG:
    'The pattern cannot be read, or could never match what it is compared with.\nRemedy: the problem says what would be right. `*` stays within a path segment, `**` crosses segments, `{name}` captures one whole segment.\nExample: `policy.yaml:5:12: spec.images[0]: "nginx" names no registry host; write the canonical repository, such as "docker.io/library/nginx" (PATTERN_WRONG)`.',
  PAYLOAD_TYPE_UNKNOWN:
    'The signed envelope does not hold an in-toto statement. The payload type is signed with the payload, so one kind cannot pass as another.\nRemedy: attest with `application/vnd.in-toto+json`.\nExample: `an envelope of type "application/vnd.acme+json"; expected "application/vnd.in-toto+json"`.',
  REDIRECT_REFUSED:
    'The registry sends a request where it must not go: more than three hops, without TLS, to a URL with a user in it, to a token service that the configuration does not name, or to a next page on another\nhost.\nRemedy: if a token service is meant, list it in `tokenHosts`.\nExample: `registry.example.com names "https://tokens.example.net" as its token service, which the configuration does not`.',
  REFERENCE_AMBIGUOUS:
    'The reference can be read in more than one way: it leaves the registry out where `requireFullyQualified` of the configuration is set, or is written so that container runtimes do not agree on it.\nRemedy: write the reference in full: `docker.io/library/nginx:1.29`.\nExample: `found "nginx" leaves the registry out; write "docker.io/library/nginx" if that is meant, expected a reference such as ghcr.io/acme/shop:1.4.2`.',
  REFERENCE_FILLED_IN:
    'A controller puts a value into this text before anything is pulled: `{{inputs.parameters.image}}` of an Argo Workflow, `$(params.image)` of Tekton. What comes of it is judged where it arrives, as a Pod. It goes to the audit log only.\nRemedy: none is needed where the webhook judges Pods; in CI, check the object that comes of it, or write the image out.\nExample: `found a text that its controller fills in ("$("); what comes of it is judged where it arrives, expected an image reference`.',
  REFERENCE_HOST_REFUSED:
    'The reference names a host that can pass for another: characters outside of ASCII, an internationalised name that the configuration does not list, an address in disguise.\nRemedy: write the registry\'s plain host name, or list it in `registries.internationalHosts` if it is meant.\nExample: `found "xn--ghcr-abc.io" is an internationalised name, which can look like another; list it in the configuration if it is meant, expected a reference such as ghcr.io/acme/shop:1.4.2`.',
  REFERENCE_MALFORMED:
    'The text is no image reference. Because it could name any image, the strictest loaded policy judges it.\nRemedy: write `registry/repository:tag` or `registry/repository@sha256:...`, the repository in lower case.\nExample: `found "Acme/shop" is no repository; lower-case letters and digits are, joined by ".", "_", "__" or "-", in parts between "/", expected a reference such as ghcr.io/acme/shop:1.4.2`.',
  REFERENCE_NOT_OCI:
    'The field names what a controller pulls or runs, and it is no image in a registry: a Wasm module by `https://`, a model by `s3://`, a chart from Git. Nothing here can prove it, so it is told and not judged; it warns, or is audited\nunder `unmatchedImages: Allow`, and never denies by itself.\nRemedy: push it to a registry and name it by `oci://`; or write a policy over the object that says which locations are welcome.\nExample: `found a location by https://, of which nothing can be proven, expected an image reference, or oci:// and one`.',
  REFERENCE_UNRESOLVED:
    'The document refers to something by a name that nothing has: an authority, a trust root, a capture, a file. Or to something that was not fetched yet or could not be: a trust root by TUF, a key of a key service.\nRemedy: correct the name, or declare what it refers to; run `assay trust refresh` for a trust root by TUF.\nExample: `policy.yaml:8:23: spec.signatures.from[0]: no authority is named "relase" (REFERENCE_UNRESOLVED)`.',
  REGISTRY_ERROR:
    'The registry answers with an error of its own (5xx), or its answer breaks off before the end. A weaker format is never taken instead.\nRemedy: look at the registry; the next review asks again.\nExample: `ghcr.io answers 502`.',
  REGISTRY_LIMITED:
    'The registry answers 429: it wants fewer requests. It is not asked again, for the same credentials, before the time that it names (at most five minutes).\nRemedy: give credentials with a higher allowance, put a mirror in front, or lower `bounds.connectionsPerHost`.\nExample: `registry-1.docker.io answers 429, next try allowed in 12 s`.',
  REGISTRY_MISCONFIGURED:
    "The registry cannot be talked to as it is configured: a CA or client certificate that is no PEM, a mirror that is no host, an answer that no registry gives, encoded content that nobody asked for, a\ntoken service that gives something else than a token.\nRemedy: check the host's entry under `registries.hosts`, and what stands between Assay and the registry.\nExample: `registry.example.com answers 418`.",
  REGISTRY_UNREACHABLE:
    'No connection to the registry, its mirror or its token service could be made or kept: the name does not resolve, nobody listens, TLS is not trusted, the proxy says no, or it\nhas failed so often in a row that it is left alone for ten seconds. What the image is remains unknown; `onUnavailable` decides.\nRemedy: check name resolution, egress rules, proxy and CA of the configuration (`registries.hosts`, `registries.proxy`) from where Assay runs.\nExample: `registry.example.com does not answer: ECONNREFUSED`.',
  REVOKED:
    "A `Revocation` names this image's digest, or that of a manifest which a node could choose from it. No policy, cache or exception outlives it.\nRemedy: deploy a build that is not revoked; read the reason, which the finding repeats.\nExample: `found the image is revoked: it leaks credentials, expected an image that is not revoked`.",
  SCT_MISSING:
    'The trust root has certificate transparency logs, and the certificate carries no promise of one.\nRemedy: use a Fulcio that logs what it issues; or state `scts: 0` in the authority for one that does not.\nExample: `seen by no CT log of 1 required`.',
  SCT_WRONG:
    'The certificate carries a promise of a transparency log that no trusted log made. That has no innocent reason but a trust root that is too old.\nRemedy: refresh the trust root; otherwise treat the certificate authority as compromised.\nExample: `no trusted CT log of that time vouches for the certificate`.',
  SIGNATURE_WRONG:
    'The signature is not by the key that it claims, or the signed bytes were changed afterwards.\nRemedy: check the key in the policy; sign again.\nExample: `the signature is not by a trusted key, or not over this`.',
  SIGNER_NOT_ACCEPTED:
    'Signatures were proven, but no authority of the policy names their signer. The finding shows the signer that came nearest, and where it differs.\nRemedy: sign in the workflow that the policy expects, or add the signer\'s identity to an authority if it is welcome. `assay verify` shows every signer of the image.\nExample: `found 1 signature, by https://github.com/mallory/shop/.github/workflows/release.yml@refs/heads/main; subject differs after "https://github.com/", expected 1 by https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/*`.',
  SIGNER_REVOKED:
    'The signature is genuine and the policy names its signer, but a `Revocation` takes away the worth of that key, identity or time of signing.\nRemedy: have the image built and signed again by a signer that is not revoked; read the reason, which the finding repeats.\nExample: `found 1 signature, by https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main; revoked by "incident-7": the runner was taken over, expected 1 by https://github.com/acme/**`.',
  STATEMENT_MALFORMED:
    'The signature holds, but what was signed is no in-toto statement v0.1 or v1, or no simple-signing payload of cosign.\nRemedy: correct the tool that writes the statement.\nExample: `a statement of type ""; expected in-toto v0.1 or v1`.',
  SUBJECT_MISMATCH:
    "The signature is genuine and about something else: another image's signature was copied here, the tag moved, or the platform's digest was signed and the index's is asked for.\nRemedy: sign the digest that is deployed (`cosign sign REPOSITORY@sha256:...`).\nExample: `a statement about \"sha256:77ab20c1f3d9\", not sha256:b22c7289dd3b`.",
  TAG_NOT_FOUND:
    'The registry proved that the repository has no such tag.\nRemedy: check the tag for a typing error; push the image before its workload.\nExample: `found the registry has no such tag, expected an image that the registry has`.',
  THRESHOLD_NOT_MET:
    'Some of the authorities have signed, but fewer than `signatures.threshold` asks for. Each authority counts once, and one signer serves one authority only: two signatures of one workflow are one signer.\nRemedy: have the missing authorities sign the same digest.\nExample: `found 1 of 2 signers, release, expected 2 by distinct signers of https://github.com/acme/**, https://github.com/security/**`.',
  TIMESTAMP_MISSING:
    'A certificate is good for minutes, and nobody who is trusted says when the signature was made.\nRemedy: sign with the log or with a timestamp authority of the trust root; an own certificate authority without either needs `time: wallClock`.\nExample: `no trusted time of signing (log or timestamp) for the certificate`.',
  TIMESTAMP_OUTSIDE_CERTIFICATE:
    "The signature was made before the certificate began or after it ended.\nRemedy: sign within the certificate's ten minutes; check the clocks of the build machines.\nExample: `signed 2026-11-02 10:31:07 UTC, certificate ended 10:24:07`.",
  TIMESTAMP_WRONG:
    "An RFC 3161 timestamp came along that no trusted authority made over this signature at a time when it was trusted.\nRemedy: put the authority's chain into the trust root, leaf first; check its validity.\nExample: `a timestamp of 2026-11-02 10:14:07 UTC by no authority that is trusted for that time, or over something else`.",
  TRUST_UNAVAILABLE:
    'A trust root or key that a policy names could not be loaded, so nothing can be proven under it.\nRemedy: check the trust root\'s file or address in the configuration; for one that comes by TUF run `assay trust refresh`, which says what the repository brought and why it was refused (an older version, an expired or unsigned one).\nExample: `the trust root "acme" is not loaded yet`.',
  UNSAFE_COMBINATION:
    'Two settings that are right alone together promise more than they keep, or let someone else decide: a threshold that cannot be reached, `onUnavailable: Warn` for registries that anybody may name, half of a key pair.\nRemedy: change one of the two; the problem names them.\nExample: `policy.yaml:8:44: spec.signatures.threshold: 2 of 1 authorities can never be reached (UNSAFE_COMBINATION)`.',
  VALIDATION_FAILED:
    "An expression of the policy's `validations` is false of the object, of one of its PodSpecs or of one of its images. What was found is the policy's own message.\nRemedy: change what the message names; `assay eval` evaluates the expression over a file.\nExample: `found images of acme carry a version, expected true of: image.tag.matches('^[0-9]')`.",
  WORKLOAD_UNKNOWN:
    'An object of a kind that neither docs/workloads.md nor the configuration describes holds containers with images, or its CustomResourceDefinition has fields for some. They were not judged. It warns, or is audited under `unmatchedImages: Allow`.\nRemedy: add the line that the finding shows to `workloads` of the configuration; what the kind holds is then judged as Pods are.\nExample: `found a PodSpec in example.com/Widget, of which nothing says where it keeps them, expected a kind that the configuration or docs/workloads.md describes`.',
};
