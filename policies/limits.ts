/** Bounds on what a policy author or a manifest may bring, each with its reason. Sizes are bytes unless a name says otherwise. */
export const limits = {
  /** The API server stores no object above 1.5 MiB (etcd's default); a file of many documents is larger. */
  documentTextBytes: 64 * 1024 * 1024,
  /** Aliases expand: a few dozen serve every honest manifest, a billion laughs needs thousands. */
  yamlAliases: 100,
  /** Kubernetes objects nest about twenty deep; schemas of CRDs about sixty. The parser recurses. */
  documentDepth: 200,
  /** Problems shown for one document: more would bury the first. */
  problemsShown: 100,
  /** Tags that no reader of Kubernetes knows, told of one document: whoever mends some has seen what is wrong with all. */
  faultsShown: 5,
  /** A glob is matched by every image of every review; longer than a reference can be, it matches nothing. */
  globCharacters: 1024,
  /** Containers of one object. The API server allows more only by size; a review that lists more is an attack on us. */
  imagesPerObject: 1000,
  /** References whose reading is kept: a cluster runs some hundred images; a thousand take half a megabyte. */
  rememberedReferences: 1000,
  /** Longer than a reference can be, with its registry, tag and digest: what is longer is wrong, and read anew. */
  rememberedReferenceCharacters: 512,
  /** Rounds of asking: a tag, its signatures, the signatures of its platforms. */
  needsRounds: 3,
  /** Reviews after which the policies of a set are put together in functions: a command line that judges one object never pays for them. */
  usesBeforeTogether: 32,
  /** Cost units of all policies of one namespace in one review: about a fifth of a second, so that a tenant's policies hold up nobody else. */
  namespaceCost: 2_000_000,
  /** Cost units that finding the fields behind one denial may take: some two milliseconds; what is not found by then is not pointed at. */
  explanationCost: 20_000,
  /** Fields that one denial points at: a person mends the first few, and sees the rest again. */
  culprits: 64,
  /** Expressions of one policy, variables included: each takes memory and time to compile, and a policy is read by people. */
  expressionsPerPolicy: 500,
  /** Characters of a policy's expressions, times the kinds that they are held against: a million take a few seconds, and only make warnings. */
  typeCheckedCharacters: 1_000_000,
  /** Text that is to become a number: a double written out in full has at most 1,075 digits before or after its point. */
  numberText: 2_400,
  /** A string that an expression builds: its cost limit of 10,000,000 units allows ten characters a unit, and this well before memory is short. */
  stringLength: 32 * 1024 * 1024,
  /** Time zones whose clocks are kept: some tens are in use at once, there are six hundred, each takes about 50 KB. */
  timeZones: 64,
  /** A pattern: the longest of Kubernetes' own has 1,103 characters; RE2's parser recurses over nested groups. */
  patternLength: 4096,
  /** Compiled patterns that are kept: 100 policies with some patterns each; a hostile one takes up to a few MB. */
  patterns: 512,
  /** What format makes: a message is at most 5 KiB, a whole object 1.5 MiB; values share parts, so a small one can unfold without end. */
  formattedLength: 2 * 1024 * 1024,
  /** Digits after the point: no double has more than 1,074 that are not zero. */
  formatPrecision: 1074,
  /** The exponent of a quantity: its arithmetic is exact, so each one costs a digit; a cluster needs three dozen. */
  quantityExponent: 4096,
  /** A version: registries allow tags of 128 characters; comparing takes time in proportion. */
  versionLength: 1024,
  /** Operations of one JSON Patch, as the API server bounds those of a PATCH request. */
  jsonPatchSteps: 10_000,
  /** Characters of JSON that the values and copies of one JSON Patch come to: the API server copies 3 MiB; thirty copies of a thing into itself make 2^30 of it. */
  jsonPatchWritten: 3 * 1024 * 1024,
  /** PodSpecs of one object: each is judged by every rule about Pods, and their images are bounded likewise. */
  podSpecsPerObject: 1000,
  /** Values of one object that are looked at for images: 1.5 MiB, as much as the API server stores, hold fewer objects than this, and a second is too long. */
  workloadValues: 100_000,
  /** Characters of texts that are objects themselves (podSpecPatch), in one object: reading as many as YAML takes half a second at worst; patches have some hundred. */
  workloadTextCharacters: 128 * 1024,
  /** Objects within objects: an application holds a Deployment; nobody nests them deeper on purpose. */
  embeddedObjectDepth: 4,
} as const;
