import type { KubernetesObject } from '../../policies/index.ts';
import type { ApiRequest } from './api-server.ts';

/** A request of the administrator that changes nothing. */
export interface Asked {
  readonly name: string;
  readonly request: ApiRequest;
  /** What `assay check` would be given for it: the manifest, and the object before an UPDATE. */
  readonly manifest?: {
    readonly object: KubernetesObject;
    readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
    readonly old?: KubernetesObject;
  };
}

/** A null takes a label away, in a merge patch. */
type Labels = Readonly<Record<string, string | null>>;

interface Named extends KubernetesObject {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  readonly spec?: object;
}

const object = (apiVersion: string, kind: string, name: string, more: object = {}, metadata: object = {}): Named => ({
  apiVersion,
  kind,
  metadata: { name, ...metadata },
  ...more,
});
const namespace = (name: string, labels: Labels) => object('v1', 'Namespace', name, {}, { labels });
const spec = { containers: [{ name: 'a', image: 'x.example/a:1' }] };
const pod = (name: string, labels: Labels = {}, where = 'shop') =>
  object('v1', 'Pod', name, { spec }, { namespace: where, labels });
const template = { metadata: { labels: { app: 'd' } }, spec };
const deployment = (name: string, labels: Labels = {}, where = 'shop') =>
  object(
    'apps/v1',
    'Deployment',
    name,
    { spec: { replicas: 1, selector: { matchLabels: { app: 'd' } }, template } },
    { namespace: where, labels },
  );
const configMap = (name: string, labels: Labels = {}, where = 'shop') =>
  object('v1', 'ConfigMap', name, {}, { namespace: where, labels });
const scaler = (version: string) =>
  object(
    `autoscaling/${version}`,
    'HorizontalPodAutoscaler',
    'h',
    { spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } } },
    { namespace: 'shop' },
  );
const ox = (version: string, name: string, labels: Labels = {}) =>
  object(`acme.example/${version}`, 'Ox', name, {}, { namespace: 'shop', labels });
const role = (name: string, labels: Labels = {}) =>
  object('rbac.authorization.k8s.io/v1', 'ClusterRole', name, { rules: [] }, { labels });
const involved = { apiVersion: 'v1', kind: 'Pod', name: 'p', namespace: 'shop' };
const definition = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'oxen.acme.example', {
  spec: {
    group: 'acme.example',
    scope: 'Namespaced',
    names: { kind: 'Ox', plural: 'oxen', singular: 'ox', listKind: 'OxList' },
    versions: ['v1', 'v1alpha1'].map((name, index) => ({
      name,
      served: true,
      storage: index === 0,
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    })),
  },
});

/** What is there before anything is asked; the definition first, for it takes a while to be served. */
export const objects: readonly Named[] = [
  definition,
  namespace('shop', { team: 'web', env: 'prod' }),
  namespace('lab', { team: 'web' }),
  namespace('bare', {}),
  pod('p', { app: 'web' }),
  pod('q', {}, 'lab'),
  deployment('d', { app: 'web' }),
  configMap('c', { app: 'web' }),
  ox('v1', 'o', { app: 'web' }),
  role('r', { app: 'web' }),
  object('v1', 'ServiceAccount', 's', {}, { namespace: 'shop' }),
];

const paths: Readonly<Record<string, string>> = {
  Pod: 'pods',
  Deployment: 'deployments',
  ConfigMap: 'configmaps',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers',
  Ox: 'oxen',
  ClusterRole: 'clusterroles',
  Namespace: 'namespaces',
  Event: 'events',
  CronJob: 'cronjobs',
  PriorityClass: 'priorityclasses',
  Node: 'nodes',
  TokenReview: 'tokenreviews',
  SelfSubjectAccessReview: 'selfsubjectaccessreviews',
  ValidatingAdmissionPolicyBinding: 'validatingadmissionpolicybindings',
  ValidatingWebhookConfiguration: 'validatingwebhookconfigurations',
  CustomResourceDefinition: 'customresourcedefinitions',
  ServiceAccount: 'serviceaccounts',
};

/** The path of the collection that the object belongs to. */
export function collectionOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  const { namespace: where } = metadata as { readonly namespace?: string };
  const root = String(apiVersion).includes('/') ? `/apis/${String(apiVersion)}` : '/api/v1';
  return `${root}${where === undefined ? '' : `/namespaces/${where}`}/${paths[String(kind)] ?? ''}`;
}

const create = (name: string, manifest: KubernetesObject): Asked => ({
  name,
  request: { method: 'POST', path: `${collectionOf(manifest)}?dryRun=All`, body: manifest },
  manifest: { object: manifest, operation: 'CREATE' },
});
const pathOf = (manifest: Named): string => `${collectionOf(manifest)}/${manifest.metadata.name}`;
const patch = (name: string, old: Named, manifest: KubernetesObject): Asked => ({
  name,
  request: { method: 'PATCH', path: `${pathOf(old)}?dryRun=All`, body: manifest },
  manifest: { object: manifest, operation: 'UPDATE', old },
});
const remove = (name: string, manifest: Named): Asked => ({
  name,
  request: { method: 'DELETE', path: `${pathOf(manifest)}?dryRun=All` },
  manifest: { object: manifest, operation: 'DELETE' },
});
const sub = (name: string, method: ApiRequest['method'], path: string, body?: object): Asked => ({
  name,
  request: { method, path, ...(body === undefined ? {} : { body }) },
});

const shop = '/api/v1/namespaces/shop';

/** Requests of every kind that matching treats apart. */
export const asked: readonly Asked[] = [
  create('a Pod', pod('new', { app: 'web' })),
  create('a Pod without labels elsewhere', pod('p', {}, 'bare')),
  create('a Pod whose name is to be made', { ...pod('p'), metadata: { generateName: 'p-', namespace: 'shop' } }),
  create('a Deployment', deployment('new', { tier: 'front' })),
  create('a ConfigMap', configMap('p', { app: 'api' }, 'lab')),
  create('a HorizontalPodAutoscaler of v1', scaler('v1')),
  create('a HorizontalPodAutoscaler of v2', scaler('v2')),
  create(
    'an Event',
    object('v1', 'Event', 'e', { involvedObject: involved, reason: 'r', type: 'Normal' }, { namespace: 'shop' }),
  ),
  create(
    'an Event of its own group',
    object(
      'events.k8s.io/v1',
      'Event',
      'e',
      {
        regarding: involved,
        reason: 'r',
        type: 'Normal',
        action: 'a',
        reportingController: 'assay.dev/test',
        reportingInstance: 'i',
        eventTime: '2026-11-02T10:00:00.000000Z',
      },
      { namespace: 'shop' },
    ),
  ),
  create('a custom resource', ox('v1', 'new', { app: 'web' })),
  create('a custom resource in its other version', ox('v1alpha1', 'p')),
  create('a ClusterRole', role('p', { app: 'web' })),
  create('a PriorityClass', object('scheduling.k8s.io/v1', 'PriorityClass', 'high', { value: 7 })),
  create('a Node', object('v1', 'Node', 'n', {}, { labels: { app: 'web' } })),
  create('a Namespace with labels', namespace('new', { team: 'web', app: 'web' })),
  create('a Namespace without', namespace('p', {})),
  create('a Namespace whose name is to be made', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { generateName: 'n-', labels: { env: 'prod' } },
  }),
  create(
    'a binding of a policy',
    object('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', 'b', {
      spec: { policyName: 'x', validationActions: ['Deny'] },
    }),
  ),
  create('a webhook', object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'w')),
  create('a CustomResourceDefinition again', {
    ...definition,
    metadata: { name: 'oxes.acme.example' },
    spec: { ...definition.spec, names: { kind: 'Oxx', plural: 'oxes', singular: 'oxx', listKind: 'OxxList' } },
  } as Named),
  patch('a Pod that loses its label', pod('p', { app: 'web' }), pod('p', { app: null })),
  patch('a Pod that gets a label', pod('q', {}, 'lab'), pod('q', { app: 'web' }, 'lab')),
  patch('a Deployment that changes its label', deployment('d', { app: 'web' }), deployment('d', { app: 'api' })),
  patch(
    'a custom resource that changes its labels',
    ox('v1alpha1', 'o', { app: 'web' }),
    ox('v1alpha1', 'o', { app: null, a: 'b' }),
  ),
  patch(
    'a Namespace that changes its labels',
    namespace('shop', { team: 'web', env: 'prod' }),
    namespace('shop', { team: 'api', env: null }),
  ),
  patch('a ClusterRole that changes its labels', role('r', { app: 'web' }), role('r', { app: null, tier: 'front' })),
  remove('the deletion of a Pod', pod('p', { app: 'web' })),
  remove('the deletion of a Deployment', deployment('d', { app: 'web' })),
  remove('the deletion of a Namespace', namespace('lab', { team: 'web' })),
  remove('the deletion of a ClusterRole', role('r', { app: 'web' })),
  remove('the deletion of a custom resource', ox('v1', 'o', { app: 'web' })),
  sub('ephemeral containers', 'PATCH', `${shop}/pods/p/ephemeralcontainers?dryRun=All`, {
    spec: { ephemeralContainers: [{ name: 'e', image: 'x.example/e:1', terminationMessagePolicy: 'File' }] },
  }),
  sub('the status of a Pod', 'PATCH', `${shop}/pods/p/status?dryRun=All`, { status: { message: 'm' } }),
  sub('the size of a Pod', 'PATCH', `${shop}/pods/p/resize?dryRun=All`, { metadata: { labels: { app: 'web' } } }),
  sub('an eviction', 'POST', `${shop}/pods/p/eviction?dryRun=All`, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: 'p', namespace: 'shop' },
    deleteOptions: { dryRun: ['All'] },
  }),
  sub('the binding of a Pod', 'POST', `${shop}/pods/p/binding?dryRun=All`, {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: 'p', namespace: 'shop' },
    target: { apiVersion: 'v1', kind: 'Node', name: 'nowhere' },
  }),
  sub('the scale of a Deployment', 'PATCH', '/apis/apps/v1/namespaces/shop/deployments/d/scale?dryRun=All', {
    spec: { replicas: 3 },
  }),
  sub('the status of a Namespace', 'PATCH', '/api/v1/namespaces/shop/status?dryRun=All', {
    metadata: { labels: { team: 'other' } },
  }),
  sub('a token of a ServiceAccount', 'POST', `${shop}/serviceaccounts/s/token?dryRun=All`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { audiences: [] },
  }),
  sub('a shell in a Pod', 'POST', `${shop}/pods/p/exec?command=sh&container=a`),
  sub('a port of a Pod', 'POST', `${shop}/pods/p/portforward?ports=80`),
  sub('a proxy to a Pod', 'GET', `${shop}/pods/p/proxy/`),
  sub('the deletion of all Pods', 'DELETE', `${shop}/pods?dryRun=All`),
  create('what may I', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    metadata: {},
    ...{ spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } },
  }),
];
