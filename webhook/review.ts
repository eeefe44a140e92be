import {
  type AdmissionRequest,
  isObject,
  type JsonPatchOperation,
  type KubernetesObject,
  type Review,
} from '../policies/index.ts';
import { limits } from './limits.ts';
import { plain } from './plain.ts';

/** What the API server asks (admission.k8s.io/v1, AdmissionReview), as far as a review reads it. */
export interface AskedReview {
  /** Echoed as it came. */
  readonly uid: string;
  readonly review: Review;
  /** For the log, stripped of control characters: what the object is, and whether anything will be stored. */
  readonly about: () => About;
}

export interface About {
  readonly operation: Review['operation'];
  /** `apps/v1 Deployment`. */
  readonly kind: string;
  readonly resource: string;
  readonly namespace: string;
  /** Empty on CREATE with generateName. */
  readonly name: string;
  readonly dryRun: boolean;
}

/** The request, or one clause that says what was expected; a malformed one is answered with status 400. */
export type ParsedReview =
  | { readonly kind: 'request'; readonly request: AskedReview }
  | { readonly kind: 'malformed'; readonly detail: string };

const operations: readonly Review['operation'][] = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'];

/** Reads own properties only: a key named `__proto__` is data like any other. */
export function parseReview(body: unknown, phase: Review['phase']): ParsedReview {
  const apiVersion = ownField(body, 'apiVersion');
  if (ownField(body, 'kind') !== 'AdmissionReview') return malformed('expected an object of kind AdmissionReview');
  if (apiVersion !== 'admission.k8s.io/v1') {
    return malformed(
      `expected apiVersion admission.k8s.io/v1, found ${plain(JSON.stringify(apiVersion) ?? 'none', 80)}`,
    );
  }
  const request = ownField(body, 'request');
  if (!isObject(request)) return malformed('expected an object in "request"');
  const uid = ownField(request, 'uid');
  if (typeof uid !== 'string' || uid === '' || uid.length > limits.uidCharacters) {
    return malformed(`expected a text of 1 to ${limits.uidCharacters} characters in request.uid`);
  }
  const operation = operations.find((known) => known === ownField(request, 'operation'));
  if (operation === undefined) return malformed(`expected one of ${operations.join(', ')} in request.operation`);
  const object = optionalObject(request, 'object');
  const oldObject = optionalObject(request, 'oldObject');
  const trouble = unfit(request, operation, object, oldObject);
  if (trouble !== undefined) return malformed(trouble);
  const review: Review = {
    phase,
    operation,
    ...(isObject(object) ? { object } : {}),
    ...(isObject(oldObject) ? { oldObject } : {}),
    request: asked(request, operation),
  };
  return { kind: 'request', request: { uid, review, about: () => about(request, operation) } };
}

const malformed = (detail: string): ParsedReview => ({ kind: 'malformed', detail });

/** Undefined where it is not there, and where the value is no object. */
function ownField(value: unknown, field: string): unknown {
  return isObject(value) && Object.hasOwn(value, field) ? Reflect.get(value, field) : undefined;
}

/** Go writes an absent object as null. */
const optionalObject = (request: KubernetesObject, field: string): unknown => ownField(request, field) ?? undefined;

/** An object that says it is something else than the request says could be judged by the wrong rules, or by none. */
function unfit(
  request: KubernetesObject,
  operation: Review['operation'],
  object: unknown,
  oldObject: unknown,
): string | undefined {
  const needed = operation === 'DELETE' ? undefined : operation;
  if (needed !== undefined && !isObject(object)) return `expected an object in request.object of a ${needed}`;
  if (operation === 'UPDATE' && !isObject(oldObject)) return 'expected an object in request.oldObject of an UPDATE';
  if (object !== undefined && !isObject(object)) return 'expected an object in request.object';
  if (oldObject !== undefined && !isObject(oldObject)) return 'expected an object in request.oldObject';
  if (!isObject(object)) return undefined;
  const kind = ownField(request, 'kind');
  const said = `${groupVersion(kind)} ${text(kind, 'kind')}`;
  const is = `${text(object, 'apiVersion')} ${text(object, 'kind')}`;
  return said === is
    ? undefined
    : `expected request.object to be the ${plain(said, 120)} that request.kind says, found ${plain(is, 120)}`;
}

/** Without the objects, which a review has itself, and the uid, which is new for the same request asked again. */
function asked(request: KubernetesObject, operation: Review['operation']): AdmissionRequest {
  const [kind, resource] = [ownField(request, 'kind'), ownField(request, 'resource')];
  const userInfo = ownField(request, 'userInfo');
  const given: Record<string, unknown> = {
    kind: { group: text(kind, 'group'), version: text(kind, 'version'), kind: text(kind, 'kind') },
    resource: {
      group: text(resource, 'group'),
      version: text(resource, 'version'),
      resource: text(resource, 'resource'),
    },
    operation,
    userInfo: isObject(userInfo) ? userInfo : {},
  };
  for (const field of copiedFields) {
    const value = ownField(request, field);
    if (value !== undefined && value !== null && value !== '') given[field] = value;
  }
  return given as unknown as AdmissionRequest;
}

const copiedFields = [
  'subResource',
  'requestKind',
  'requestResource',
  'requestSubResource',
  'name',
  'namespace',
  'dryRun',
  'options',
] as const;

function groupVersion(kind: unknown): string {
  const group = text(kind, 'group');
  return group === '' ? text(kind, 'version') : `${group}/${text(kind, 'version')}`;
}

function text(value: unknown, field: string): string {
  const found = ownField(value, field);
  return typeof found === 'string' ? found : '';
}

function about(request: KubernetesObject, operation: Review['operation']): About {
  const kind = ownField(request, 'kind');
  const resource = text(ownField(request, 'resource'), 'resource');
  const subresource = text(request, 'subResource');
  return {
    operation,
    kind: plain(`${groupVersion(kind)} ${text(kind, 'kind')}`, 253),
    resource: plain(subresource === '' ? resource : `${resource}/${subresource}`, 253),
    namespace: plain(text(request, 'namespace'), 253),
    name: plain(text(request, 'name'), 253),
    dryRun: ownField(request, 'dryRun') === true,
  };
}

/** One answer to the API server; `patch` only where something changes. */
export interface AdmissionAnswer {
  readonly uid: string;
  readonly allowed: boolean;
  /** For a denial: what the person reads, and how it is classed. */
  readonly status?: { readonly code: number; readonly reason: string; readonly message: string };
  readonly patch?: readonly JsonPatchOperation[];
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

/** The AdmissionReview (v1) that carries the answer, everything in it bounded. */
export function renderReview({ uid, allowed, status, patch, warnings, auditAnnotations }: AdmissionAnswer): object {
  const shown = boundWarnings(warnings ?? []);
  const annotations = boundAnnotations(auditAnnotations ?? {});
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed,
      ...(status === undefined
        ? {}
        : { status: { ...status, message: cut(status.message, limits.messageCharacters) } }),
      ...(patch === undefined || patch.length === 0
        ? {}
        : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }),
      ...(shown.length === 0 ? {} : { warnings: shown }),
      ...(Object.keys(annotations).length === 0 ? {} : { auditAnnotations: annotations }),
    },
  };
}

/** A warning travels in an HTTP header, which has no lines. */
function boundWarnings(warnings: readonly string[]): readonly string[] {
  const shown = warnings.slice(0, limits.warnings).map((warning) => plain(warning, limits.warningCharacters));
  const left = warnings.length - shown.length;
  return left > 0 ? [...shown, `and ${left} more warnings`] : shown;
}

/** The API server refuses a whole response over one key that is no qualified name. */
function boundAnnotations(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const bounded: Record<string, string> = {};
  let left: number = limits.auditAnnotations;
  for (const [key, value] of Object.entries(annotations)) {
    if (left === 0) break;
    if (!/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(key)) continue;
    bounded[key] = plain(value, limits.auditValueCharacters);
    left -= 1;
  }
  return bounded;
}

const cut = (value: string, characters: number): string =>
  value.length <= characters ? value : `${value.slice(0, characters - 3)}...`;
