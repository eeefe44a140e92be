import { resourceFor } from '../../policies/kubernetes/openapi.ts';
import type { KubernetesObject } from '../../policies/version.ts';
import type { Answer, ControlPlane } from './control-plane.ts';

/** Plugins that fill in what only a cluster knows. */
export const clusterPlugins: readonly string[] = [
  'Priority',
  'DefaultTolerationSeconds',
  'DefaultStorageClass',
  'DefaultIngressClass',
  'RuntimeClass',
  'StorageObjectInUseProtection',
  'NodeRestriction',
  'TaintNodesByCondition',
  'PodTopologyLabels',
  'CertificateSigning',
];

/** Asks an API server what it would make of an object, in the namespace `default`. */
export async function dryRun(cluster: ControlPlane, object: KubernetesObject): Promise<Answer> {
  const { apiVersion, kind } = object;
  const resource = resourceFor(String(apiVersion), String(kind));
  if (resource === undefined) throw new Error(`${String(apiVersion)} ${String(kind)} is no built-in kind`);
  const root = resource.group === '' ? '/api/v1' : `/apis/${resource.group}/${resource.version}`;
  const place = resource.namespaced ? `${root}/namespaces/default` : root;
  return await cluster.request('POST', `${place}/${resource.plural}?dryRun=All&fieldManager=test`, object);
}

/** An object without what the API server writes into it only when it stores it: names, addresses, times, owners. */
export function withoutStored(object: KubernetesObject): object {
  const { metadata, status: _status, spec, ...rest } = object as Record<string, unknown>;
  const {
    uid: _uid,
    managedFields: _fields,
    creationTimestamp: _time,
    generation: _generation,
    ...named
  } = record(metadata);
  const { namespace: _namespace, resourceVersion: _version, labels, annotations, ...kept } = named;
  const { kind } = object;
  return {
    ...rest,
    metadata: { ...kept, ...withoutControllers('labels', labels), ...withoutControllers('annotations', annotations) },
    ...(spec === undefined ? {} : { spec: specWithoutStored(kind, record(spec)) }),
  };
}

const allocated: Readonly<Record<string, readonly string[]>> = {
  Service: ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'healthCheckNodePort'],
  Job: ['selector'],
  Namespace: ['finalizers'],
};

function specWithoutStored(kind: unknown, spec: Readonly<Record<string, unknown>>): object {
  const without = Object.entries(spec).filter(([name]) => !(allocated[String(kind)] ?? []).includes(name));
  const made = Object.fromEntries(without);
  const template = record(made['template']);
  if (kind === 'Service' && Array.isArray(made['ports']))
    made['ports'] = made['ports'].map((port: unknown) => {
      const { nodePort: _node, ...rest } = record(port);
      return rest;
    });
  if (kind === 'Job') {
    const { labels, ...metadata } = record(template['metadata']);
    made['template'] = { ...template, metadata: { ...metadata, ...withoutControllers('labels', labels) } };
  }
  return made;
}

/** Labels or annotations without those by which a controller tells its own. */
function withoutControllers(name: string, values: unknown): object {
  const kept = Object.entries(record(values)).filter(
    ([key]) => !/(controller-uid|job-name|template\.generation)$/.test(key),
  );
  return kept.length === 0 ? {} : { [name]: Object.fromEntries(kept) };
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
