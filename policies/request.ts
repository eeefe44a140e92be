import { type KnownResource, resourceOf } from './resource.ts';
import { valueAt } from './validate.ts';
import type { KubernetesObject } from './version.ts';

/**
 * What an expression reads as `request`: the AdmissionRequest (admission.k8s.io/v1) without its uid and its objects, as
 * ValidatingAdmissionPolicy has it. A text that would be empty is absent, as in what the API server sends.
 */
export interface AdmissionRequest {
  /** Of what was matched, to which the API server may have converted; `requestKind` and `requestResource` are what the client used. */
  readonly kind: GroupVersionKind;
  readonly resource: GroupVersionResource;
  readonly subResource?: string;
  readonly requestKind?: GroupVersionKind;
  readonly requestResource?: GroupVersionResource;
  readonly requestSubResource?: string;
  /** Absent where the API server is to make a name (generateName). */
  readonly name?: string;
  /** Absent for what lies in none; the name itself for a Namespace. */
  readonly namespace?: string;
  /** Empty where gatekeeper's tool reviews an object that nobody asks to change. */
  readonly operation: Operation | '';
  readonly userInfo: UserInfo;
  readonly dryRun?: boolean;
  readonly options?: unknown;
}

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface GroupVersionResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

export interface UserInfo {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What is asked for beside the object itself. */
export interface RequestOptions {
  /** CREATE where it is left out. */
  readonly operation?: Operation;
  /** Nobody where it is left out. */
  readonly userInfo?: UserInfo;
  /** For a namespaced object that names none; `default` where it is left out. */
  readonly namespace?: string;
  readonly subResource?: string;
  readonly dryRun?: boolean;
  /** Of kinds that are not built in, where somebody knows them. */
  readonly resourceOf?: (apiVersion: string, kind: string) => KnownResource | undefined;
}

/** The request by which a client would send this object to the API server. */
export function requestFor(
  object: KubernetesObject,
  options: RequestOptions = {},
): AdmissionRequest & { readonly operation: Operation } {
  const { operation = 'CREATE', userInfo = {}, subResource = '', dryRun = false } = options;
  const { apiVersion, kind } = { apiVersion: textAt(object, 'apiVersion'), kind: textAt(object, 'kind') };
  const slash = apiVersion.indexOf('/');
  const groupVersion = { group: apiVersion.slice(0, Math.max(slash, 0)), version: apiVersion.slice(slash + 1) };
  const known = options.resourceOf?.(apiVersion, kind) ?? resourceOf(apiVersion, kind);
  const name = textAt(object, 'metadata', 'name');
  const namespace = namespaceFor(object, known, options.namespace);
  const requestKind = { ...groupVersion, kind };
  const requestResource = { ...groupVersion, resource: known.plural };
  return {
    kind: requestKind,
    resource: requestResource,
    ...(subResource === '' ? {} : { subResource, requestSubResource: subResource }),
    requestKind,
    requestResource,
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
    operation,
    userInfo,
    dryRun,
    ...(operation === 'CONNECT' ? {} : { options: { apiVersion: 'meta.k8s.io/v1', kind: optionsKinds[operation] } }),
  };
}

const optionsKinds = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions' } as const;

/** As the API server: a Namespace's request names that namespace, though the object lies in none. */
function namespaceFor(object: KubernetesObject, { namespaced }: KnownResource, given: string | undefined): string {
  if (namespaced) return textAt(object, 'metadata', 'namespace') || (given ?? 'default');
  return object.apiVersion === 'v1' && object.kind === 'Namespace' ? textAt(object, 'metadata', 'name') : '';
}

const textAt = (object: unknown, ...path: readonly string[]): string => {
  const value = valueAt(object, path);
  return typeof value === 'string' ? value : '';
};
