import {
  type Authorize,
  AuthorizerCheck,
  authorizerType,
  type Bindings,
  CelError,
  Lazy,
  type Unknown,
  type Value,
} from './cel/index.ts';
import { Cluster } from './cluster.ts';
import { type FieldPath, renderPath } from './document.ts';
import type { GovernedImage } from './frame.ts';
import { imageValue, unknownUntil } from './image-value.ts';
import type { Known } from './known.ts';
import type { NamespaceNeed } from './lookup.ts';
import type { Review } from './review.ts';
import type { Revocation } from './revocation.ts';
import { valueAt } from './validate.ts';
import type { Version } from './version.ts';
import { type ImageUse, podMetadataPath, type PodSpecUse } from './workload.ts';

/** What is the same for every policy that looks at one version of an object. It is made once, however many policies there are. */
export interface Setting {
  readonly review: Review;
  readonly version: Version;
  readonly known: Known;
  readonly revocations: readonly Revocation[];
  /** That the object lies in. */
  readonly namespace: string | undefined;
  /** The images that can be read, as a policy governs them that says nothing of images. */
  readonly images: readonly GovernedImage[];
  readonly uses: readonly ImageUse[];
  /** That rules are about: one that is laid over another says too little of what will run. */
  readonly podSpecs: readonly FieldPath[];
  /** `object` and the like, as expressions of a policy see them that brings nothing of its own. */
  readonly bindings: Bindings;
  /** The same with `pod` and the like, of the PodSpec at a path. */
  readonly pod: (path: FieldPath | undefined) => Bindings;
}

export interface SettingSource extends Pick<Setting, 'review' | 'version' | 'known' | 'revocations' | 'uses'> {
  readonly podSpecs: readonly PodSpecUse[];
}

export function settingOf(source: SettingSource): Setting {
  const { review, version, known, uses, podSpecs } = source;
  const images: readonly GovernedImage[] = uses.flatMap((use) =>
    'kind' in use.reference ? [] : [{ use, captures: {} }],
  );
  const namespace = namespaceOf(review);
  const pods = new Map<FieldPath | undefined, Bindings>();
  const authorize: Authorize = (question) => {
    const need = { kind: 'authorization', question } as const;
    const read = known.authorization(need);
    return read?.kind === 'found' ? read.value : unknownUntil(need);
  };
  const bindings = {
    object: asValue(review.operation === 'DELETE' ? null : version.object),
    oldObject: asValue(version.oldObject ?? (review.operation === 'DELETE' ? review.oldObject : undefined) ?? null),
    request: review.request === undefined ? unknownUntil({ kind: 'request' }) : asValue(review.request),
    namespaceObject: new Lazy(() => namespaceObject(source)),
    authorizer: new AuthorizerCheck(authorizerType, authorize),
    'authorizer.requestResource': new Lazy(() => requestResource(source, authorize)),
    cluster: new Cluster(known),
    params: null,
    images: new Lazy(() =>
      images.map((image) => imageValue({ ...source, ...image, authorities: [], attestations: [] })),
    ),
  };
  return {
    review,
    version,
    known,
    revocations: source.revocations,
    namespace,
    uses,
    images,
    podSpecs: podSpecs.filter(({ partial }) => partial !== true).map(({ path }) => path),
    bindings,
    pod: (path) => {
      const before = pods.get(path);
      if (before !== undefined) return before;
      const made = { ...bindings, ...podBindings(version, path) };
      pods.set(path, made);
      return made;
    },
  };
}

function podBindings({ object }: Version, path: FieldPath | undefined): Bindings {
  if (path === undefined) return { pod: null, podPath: null, podMetadata: null };
  return {
    pod: asValue(valueAt(object, path) ?? null),
    podPath: renderPath(path),
    podMetadata: asValue(valueAt(object, podMetadataPath(path)) ?? null),
  };
}

/** Null for what has no namespace, and for a Namespace itself. */
function namespaceObject({ review, known }: SettingSource): Value | CelError | Unknown {
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

function requestResource({ review }: SettingSource, authorize: Authorize): Value | Unknown {
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
