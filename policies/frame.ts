import type { ImageSource } from './image-value.ts';
import { imageValue, unknownUntil } from './image-value.ts';
import type { Attestation } from './attestation.ts';
import type { Authority } from './authority.ts';
import type { Budget } from './budget.ts';
import {
  type Authorize,
  AuthorizerCheck,
  authorizerType,
  type Binding,
  type Bindings,
  CelError,
  evaluate,
  type Evaluated,
  Lazy,
  Unknown,
  type Value,
} from './cel/index.ts';
import { Cluster } from './cluster.ts';
import type { FieldPath } from './document.ts';
import { renderPath } from './document.ts';
import type { Expression, Scope, Variable } from './expression.ts';
import type { Captures } from './glob.ts';
import type { Known } from './known.ts';
import type { NamespaceNeed } from './lookup.ts';
import type { Review } from './review.ts';
import type { Revocation } from './revocation.ts';
import { valueAt } from './validate.ts';
import type { KubernetesObject, Version } from './version.ts';
import { type ImageUse, podMetadataPath, type PodSpecUse } from './workload.ts';

/** What all expressions of one policy see in one review, with one parameter object. */
export interface FrameSource {
  readonly review: Review;
  readonly version: Version;
  readonly known: Known;
  readonly variables: readonly Variable[];
  readonly authorities: readonly Authority[];
  readonly attestations: readonly Attestation[];
  readonly revocations: readonly Revocation[];
  /** Null where the policy has none. */
  readonly parameters: KubernetesObject | null;
  /** The images that the policy governs. */
  readonly images: readonly GovernedImage[];
  readonly podSpecs: readonly PodSpecUse[];
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
}

/** The frame of the object as a whole. */
export function objectFrame(source: FrameSource): Frame {
  const { review, version, known, parameters, images } = source;
  const authorize: Authorize = (question) => {
    const need = { kind: 'authorization', question } as const;
    const read = known.authorization(need);
    return read?.kind === 'found' ? read.value : unknownUntil(need);
  };
  return frameOf(source, 'object', {
    object: asValue(review.operation === 'DELETE' ? null : version.object),
    oldObject: asValue(version.oldObject ?? (review.operation === 'DELETE' ? review.oldObject : undefined) ?? null),
    request: review.request === undefined ? unknownUntil({ kind: 'request' }) : asValue(review.request),
    params: asValue(parameters),
    namespaceObject: new Lazy(() => namespaceObject(source)),
    authorizer: new AuthorizerCheck(authorizerType, authorize),
    'authorizer.requestResource': new Lazy(() => requestResource(source, authorize)),
    cluster: new Cluster(known),
    images: new Lazy(() => images.map((image) => imageValue(imageSource(source, image)))),
  });
}

/** The frame of one PodSpec of the object, or of an image that stands in none. */
export function podFrame({ source, bindings }: Frame, path: FieldPath | undefined): Frame {
  const { object } = source.version;
  const pod = path === undefined ? null : (valueAt(object, path) ?? null);
  return frameOf(source, 'pod', {
    ...bindings,
    pod: asValue(pod),
    podPath: path === undefined ? null : renderPath(path),
    podMetadata: asValue(path === undefined ? null : (valueAt(object, podMetadataPath(path)) ?? null)),
  });
}

/** The frame of one image, and of the PodSpec that it stands in. */
export function imageFrame(frame: Frame, image: GovernedImage): Frame {
  const { podSpec } = image.use;
  const inPod = podFrame(frame, podSpec);
  return frameOf(frame.source, 'image', {
    ...inPod.bindings,
    image: new Lazy(() => imageValue(imageSource(frame.source, image))),
  });
}

/** The frames of every place of a scope within the object. */
export function framesOfScope(frame: Frame, scope: Scope): readonly Frame[] {
  switch (scope) {
    case 'object':
      return [frame];
    case 'pod':
      return podSpecsOf(frame).map((path) => podFrame(frame, path));
    case 'image':
      return frame.source.images.map((image) => imageFrame(frame, image));
  }
}

/** The PodSpecs that rules are about: one that is laid over another says too little of what will run. */
export const podSpecsOf = ({ source }: Frame): readonly FieldPath[] =>
  source.podSpecs.filter(({ partial }) => partial !== true).map(({ path }) => path);

/** Evaluates within the policy's budget. */
export function evaluateIn({ source, bindings }: Frame, { program }: Expression): Evaluated {
  const { budget } = source;
  const evaluated = evaluate(program, bindings, budget.left);
  budget.spend(evaluated.cost);
  return evaluated;
}

/** Variables of this scope are added; those of narrower ones are in the bindings already. */
function frameOf(source: FrameSource, scope: Scope, bindings: Record<string, Binding>): Frame {
  const frame: Frame = { source, bindings };
  for (const { name, expression } of source.variables) {
    if (expression.scope === scope) bindings[`variables.${name}`] = new Lazy(() => variable(frame, expression));
  }
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
  { known, authorities, attestations, revocations }: FrameSource,
  { use, captures }: GovernedImage,
): ImageSource => ({ use, captures, known, authorities, attestations, revocations });

/** Null for what has no namespace, and for a Namespace itself. */
function namespaceObject({ review, known }: FrameSource): Value | CelError | Unknown {
  const name = namespaceOf(review);
  if (name === undefined) return null;
  const need: NamespaceNeed = { kind: 'namespace', name };
  const read = known.namespace(need);
  if (read?.kind === 'absent') return new CelError('CEL_BAD_ARGUMENT', `there is no namespace "${name}"`);
  return read?.kind === 'found' ? asValue(read.value) : knownByName(name, unknownUntil(need));
}

/** A namespace that nobody has looked up yet: its name is known all the same, and a field that it may have is unknown. */
function knownByName(name: string, rest: Unknown): Value {
  const fields = (names: readonly string[]) => Object.fromEntries(names.map((field) => [field, rest]));
  const metadata = {
    name,
    ...fields(['generateName', 'labels', 'annotations', 'uid', 'creationTimestamp', 'deletionTimestamp']),
    ...fields(['deletionGracePeriodSeconds', 'generation', 'resourceVersion', 'finalizers']),
  };
  const namespace: unknown = { apiVersion: 'v1', kind: 'Namespace', metadata, ...fields(['spec', 'status']) };
  return asValue(namespace);
}

/** The namespace that the reviewed object lies in; undefined for what lies in none, and for a Namespace itself. */
export function namespaceOf({ request, object, oldObject }: Review): string | undefined {
  const reviewed = object ?? oldObject;
  if (reviewed?.kind === 'Namespace' && reviewed.apiVersion === 'v1') return undefined;
  const name = request === undefined ? valueAt(reviewed, ['metadata', 'namespace']) : request.namespace;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function requestResource({ review }: FrameSource, authorize: Authorize): Value | Unknown {
  const { request } = review;
  if (request === undefined) return unknownUntil({ kind: 'request' });
  const { resource, subResource, namespace, name } = request;
  return new AuthorizerCheck('kubernetes.authorization.ResourceCheck', authorize, {
    group: resource.group,
    resource: resource.resource,
    ...(subResource === undefined || subResource === '' ? {} : { subresource: subResource }),
    ...(namespace === undefined || namespace === '' ? {} : { namespace }),
    ...(name === undefined || name === '' ? {} : { name }),
  });
}

/** Plain JSON is a value of the language as it is. */
const asValue = (json: unknown): Value => json as Value;
