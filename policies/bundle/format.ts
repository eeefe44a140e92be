/** How a bundle of policies is written as an OCI artifact. */
export const bundleFormat = {
  /** Of the manifest. */
  artifactType: 'application/vnd.assay.policies.v1',
  /** Of a layer: one file of documents, YAML or JSON. */
  fileType: 'application/vnd.assay.policies.file.v1+yaml',
  /** Annotation of a layer: the file's name, as messages show it. */
  title: 'org.opencontainers.image.title',
  /** Annotation of the manifest: a semantic version, by which bundles follow each other. */
  version: 'org.opencontainers.image.version',
  /** Annotation of the manifest: when it was made (RFC 3339), by which bundles without a version follow each other. */
  created: 'org.opencontainers.image.created',
} as const;
