import {
  formatReference,
  type Reference,
  type ReferenceOptions,
  type ReferenceProblem,
  type Rewrite,
} from '../../evidence/index.ts';
import type { FieldPath } from '../document.ts';
import type { WorkloadLine } from './line.ts';
import type { Workloads } from './lines.ts';
import { readReference } from './read-reference.ts';

/** How the configuration has image references read, and where it says that they stand. */
export interface ReferenceRules extends ReferenceOptions {
  readonly rewrites?: readonly Rewrite[];
  /** Left out: the kinds that Assay knows by itself. */
  readonly workloads?: Workloads;
}

/** One place of an object that names an image. */
export interface ImageUse {
  /** Where it stands; goes on within a text that is an object itself (an Argo Workflow's podSpecPatch). */
  readonly path: FieldPath;
  /** `spec.containers[0].image`. */
  readonly field: string;
  readonly kind: 'container' | 'init' | 'ephemeral' | 'volume' | 'reference';
  /** The container's or volume's name, where it has one. */
  readonly container?: string;
  readonly text: string;
  readonly reference: Reference | ReferenceProblem;
  /** Where the PodSpec begins that holds it; absent where none does. */
  readonly podSpec?: FieldPath;
  /** What of the text stands around the reference: `oci://`, or `old=` of Kustomize. */
  readonly prefix?: string;
  /** It stands in a text or in several fields at once: nothing is written back. */
  readonly readOnly?: true;
}

/** A place that runs, pulls or copies something that is no image reference that could be judged here. It is told, and is no image. */
export interface NotJudged {
  readonly path: FieldPath;
  readonly field: string;
  readonly code: NotJudgedCode;
  readonly text: string;
  /** One clause. */
  readonly why: string;
  /** What would make it judged. */
  readonly remedy?: string;
}

export type NotJudgedCode = 'REFERENCE_NOT_OCI' | 'REFERENCE_FILLED_IN' | 'WORKLOAD_UNKNOWN';

/** What a text at a place of this form is: an image, or why none can be judged there. */
export type ReadText =
  | { readonly kind: 'image'; readonly reference: Reference | ReferenceProblem; readonly prefix?: string }
  | { readonly kind: 'notJudged'; readonly code: NotJudgedCode; readonly why: string };

export type TextForm = 'container' | 'image' | 'renamed' | 'location';

export function readText(
  text: string,
  form: TextForm,
  { placeholder, bare }: Pick<WorkloadLine, 'placeholder' | 'bare'>,
  rules: ReferenceRules,
): ReadText {
  if (placeholder !== undefined && text.includes(placeholder)) {
    const why = `a text that its controller fills in (${JSON.stringify(placeholder)}); what comes of it is judged where it arrives`;
    return { kind: 'notJudged', code: 'REFERENCE_FILLED_IN', why };
  }
  if (form === 'container') return { kind: 'image', reference: readReference(text, rules) };
  const renamed = form === 'renamed' ? text.slice(0, text.indexOf('=') + 1) : '';
  const [scheme = ''] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text.slice(renamed.length)) ?? [];
  const prefix = `${renamed}${scheme}`;
  const isImage = /^(?:oci|docker):\/\/$/i.test(scheme) || (scheme === '' && (form !== 'location' || bare === 'image'));
  if (form === 'location' && !isImage) {
    const why = `a location ${scheme === '' ? 'without a scheme' : `by ${scheme}`}, of which nothing can be proven`;
    return { kind: 'notJudged', code: 'REFERENCE_NOT_OCI', why };
  }
  const reference = readReference(isImage ? text.slice(prefix.length) : text, rules);
  return prefix === '' ? { kind: 'image', reference } : { kind: 'image', reference, prefix };
}

/** The text that puts this reference where the use's own stands; undefined where nothing can be written back. */
export function writtenAs({ readOnly, prefix = '' }: ImageUse, reference: Reference): string | undefined {
  if (readOnly) return undefined;
  // containers/image, which is what reads docker://, refuses a tag beside a digest.
  const { tag, ...untagged } = reference;
  const digestAlone = /docker:\/\/$/i.test(prefix) && reference.digest !== undefined && tag !== undefined;
  return `${prefix}${formatReference(digestAlone ? untagged : reference)}`;
}
