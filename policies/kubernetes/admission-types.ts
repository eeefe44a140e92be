import { bool, type CelType, dyn, int, list, map, object, type ObjectType, string, timestamp } from '../cel/index.ts';

const strings = list(string);
const labels = map(string, string);

/** Types that the API server gives `request` and `namespaceObject` (k8s.io/apiserver, pkg/admission/plugin/cel/compile.go). */
export const admissionTypes: readonly ObjectType[] = [
  type('kubernetes.GroupVersionKind', { group: string, version: string, kind: string }),
  type('kubernetes.GroupVersionResource', { group: string, version: string, resource: string }),
  type('kubernetes.UserInfo', { username: string, uid: string, groups: strings, extra: map(string, strings) }),
  type('kubernetes.AdmissionRequest', {
    kind: object('kubernetes.GroupVersionKind'),
    resource: object('kubernetes.GroupVersionResource'),
    subResource: string,
    requestKind: object('kubernetes.GroupVersionKind'),
    requestResource: object('kubernetes.GroupVersionResource'),
    requestSubResource: string,
    name: string,
    namespace: string,
    operation: string,
    userInfo: object('kubernetes.UserInfo'),
    dryRun: bool,
    options: dyn,
  }),
  type('kubernetes.NamespaceSpec', { finalizers: strings }),
  type('kubernetes.NamespaceCondition', {
    status: string,
    type: string,
    lastTransitionTime: timestamp,
    message: string,
    reason: string,
  }),
  type('kubernetes.NamespaceStatus', { conditions: list(object('kubernetes.NamespaceCondition')), phase: string }),
  type('kubernetes.NamespaceMetadata', {
    name: string,
    generateName: string,
    namespace: string,
    labels,
    annotations: labels,
    UID: string,
    creationTimestamp: timestamp,
    deletionGracePeriodSeconds: int,
    deletionTimestamp: timestamp,
    generation: int,
    resourceVersion: string,
    finalizers: strings,
  }),
  type('kubernetes.Namespace', {
    metadata: object('kubernetes.NamespaceMetadata'),
    spec: object('kubernetes.NamespaceSpec'),
    status: object('kubernetes.NamespaceStatus'),
  }),
];

function type(name: string, fields: Readonly<Record<string, CelType>>): ObjectType {
  return { name, fields };
}
