/** What the table, or the configuration, says of some kinds of one group; every path is one of path.ts from the object's root. */
export interface WorkloadLine {
  /** Empty for the core group. */
  readonly group: string;
  readonly kinds: readonly string[];
  readonly podSpecs?: readonly string[];
  /** PodSpecs with fields of the kind between: they are PodSpecs where they have containers, which may leave the image out. */
  readonly inlinePodSpecs?: readonly string[];
  /** PodSpecs that are laid over others: their containers may leave the image out. */
  readonly partialPodSpecs?: readonly string[];
  /** An object of these kinds without its PodSpec is not understood. */
  readonly required?: true;
  /** Containers that stand outside of a PodSpec. */
  readonly containers?: readonly string[];
  /** Volumes that stand outside of a PodSpec. */
  readonly volumes?: readonly string[];
  /** Image references; `oci://` or `docker://` may stand in front. */
  readonly images?: readonly string[];
  /** Kustomize's `old=new:tag`, of which the new one counts. */
  readonly renamedImages?: readonly string[];
  /** Locations of many schemes, of which `oci://` and `docker://` are image references. */
  readonly locations?: readonly string[];
  /** A location without a scheme is an image, too; without this it is none. */
  readonly bare?: 'image';
  /** References that are made of several fields. */
  readonly composed?: readonly ComposedImage[];
  /** Whole objects, which are looked at as objects of their own kinds. */
  readonly objects?: readonly string[];
  /** Texts (YAML or JSON) of such objects. */
  readonly objectTexts?: readonly string[];
  /** Texts of patches to a PodSpec. */
  readonly podSpecTexts?: readonly string[];
  /** What the controller puts values for: such a text is no reference yet. */
  readonly placeholder?: '{{' | '$(' | '${';
  /** Fields that look like images and are told instead of judged. */
  readonly notJudged?: readonly {
    readonly path: string;
    readonly why: string;
    /** There where they may be images, after all: what would make them judged. */
    readonly remedy?: string;
  }[];
}

/** A repository in one field, its tag and digest in others; those stand beside it, or below what stands beside it. */
export interface ComposedImage {
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
  /** The repository is this chart below the name. */
  readonly chart?: string;
  /** Where this stands, the controller chooses the tag. */
  readonly range?: string;
}
