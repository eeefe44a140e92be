import type { Attestation } from './attestation.ts';
import type { Authority } from './authority.ts';
import type { Budget } from './budget.ts';
import {
  type Binding,
  type Bindings,
  type CelError,
  evaluate,
  type Evaluated,
  Lazy,
  Unknown,
  type Value,
} from './cel/index.ts';
import type { FieldPath } from './document.ts';
import type { Expression, Scope, Variable } from './expression.ts';
import type { Captures } from './glob.ts';
import { type ImageSource, imageValue } from './image-value.ts';
import type { Setting } from './setting.ts';
import type { KubernetesObject } from './version.ts';
import type { ImageUse } from './workload.ts';

/** What all expressions of one policy see in one review, with one parameter object. */
export interface FrameSource {
  readonly setting: Setting;
  readonly variables: readonly Variable[];
  readonly authorities: readonly Authority[];
  readonly attestations: readonly Attestation[];
  /** Null where the policy has none. */
  readonly parameters: KubernetesObject | null;
  /** The images that the policy governs. */
  readonly images: readonly GovernedImage[];
  readonly budget: Budget;
}

export interface GovernedImage {
  readonly use: ImageUse;
  readonly captures: Captures;
}

/** Bindings of one scope; variables are computed once in it, when first read, and their cost is the policy's. */
export interface Frame {
  readonly source: FrameSource;
  readonly bindings: Bindings;
  /** Those among them that only this policy has. */
  readonly own: Bindings;
}

/** The frame of the object as a whole. */
export const objectFrame = (source: FrameSource): Frame =>
  frameOf(source, 'object', source.setting.bindings, broughtBy(source));

/** The frame of one PodSpec of the object, or of an image that stands in none. */
export const podFrame = ({ source, own }: Frame, path: FieldPath | undefined): Frame =>
  frameOf(source, 'pod', source.setting.pod(path), own);

/** The frame of one image, and of the PodSpec that it stands in. */
export function imageFrame(frame: Frame, image: GovernedImage): Frame {
  const { source, own } = podFrame(frame, image.use.podSpec);
  const value = new Lazy(() => imageValue(imageSource(source, image)));
  return frameOf(source, 'image', source.setting.pod(image.use.podSpec), { ...own, image: value });
}

/** The frames of every place of a scope within the object. */
export function framesOfScope(frame: Frame, scope: Scope): readonly Frame[] {
  switch (scope) {
    case 'object':
      return [frame];
    case 'pod':
      return frame.source.setting.podSpecs.map((path) => podFrame(frame, path));
    case 'image':
      return frame.source.images.map((image) => imageFrame(frame, image));
  }
}

/** Evaluates within the policy's budget. */
export function evaluateIn({ source, bindings }: Frame, { program }: Expression): Evaluated {
  const { budget } = source;
  const evaluated = evaluate(program, bindings, budget.left);
  budget.spend(evaluated.cost);
  return evaluated;
}

/** Most policies bring nothing, and see what all see. */
function broughtBy(source: FrameSource): Bindings {
  const { setting, parameters, images, authorities, attestations } = source;
  const plain = images === setting.images && authorities.length === 0 && attestations.length === 0;
  if (plain && parameters === null) return nothing;
  return {
    params: parameters as Value,
    images: new Lazy(() => images.map((image) => imageValue(imageSource(source, image)))),
  };
}

const nothing: Bindings = {};

/** Variables of this scope are added; those of narrower ones are among the policy's own already. */
function frameOf(source: FrameSource, scope: Scope, shared: Bindings, inherited: Bindings): Frame {
  if (inherited === nothing && source.variables.length === 0) return { source, bindings: shared, own: nothing };
  const own: Record<string, Binding> = { ...inherited };
  for (const { binding, expression } of source.variables) {
    if (expression.scope === scope) own[binding] = new Lazy(() => variable(frame, expression));
  }
  const frame: Frame = { source, own, bindings: { ...shared, ...own } };
  return frame;
}

function variable(frame: Frame, expression: Expression): Value | CelError | Unknown {
  const evaluated = evaluateIn(frame, expression);
  switch (evaluated.kind) {
    case 'value':
      return evaluated.value;
    case 'error':
      return evaluated.error;
    case 'needs':
      return new Unknown(evaluated.needs);
  }
}

const imageSource = (
  { setting: { known, revocations }, authorities, attestations }: FrameSource,
  { use, captures }: GovernedImage,
): ImageSource => ({ use, captures, known, authorities, attestations, revocations });
