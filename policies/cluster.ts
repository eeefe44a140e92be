import { type FunctionDeclaration, type Library, Opaque, overload, type Outcome, type Value } from './cel/index.ts';
import { unknownUntil } from './image-value.ts';
import type { Known } from './known.ts';
import type { ObjectsNeed } from './lookup.ts';
import { valueAt } from './validate.ts';

/** The type of the variable `cluster`. */
export const clusterType = 'assay.Cluster';

/** `cluster`: what else is there. What nobody has looked up is unknown, never empty. */
export class Cluster extends Opaque {
  readonly #known: Known;

  constructor(known: Known) {
    super();
    this.#known = known;
  }

  get typeName(): string {
    return clusterType;
  }

  equals(other: Opaque): boolean {
    return other === this;
  }

  toString(): string {
    return 'cluster';
  }

  /** Every object of the kind, in one namespace or, for the empty text, in all. */
  objects(apiVersion: string, objectKind: string, namespace: string): Outcome {
    const need: ObjectsNeed = { kind: 'objects', apiVersion, objectKind, ...(namespace === '' ? {} : { namespace }) };
    const read = this.#known.objects(need);
    if (read?.kind === 'absent') return [];
    return read?.kind === 'found' ? (read.value as readonly unknown[] as readonly Value[]) : unknownUntil(need);
  }

  /** The labels of a namespace; none where it has none or is not there. */
  namespaceLabels(name: string): Outcome {
    const need = { kind: 'namespace', name } as const;
    const read = this.#known.namespace(need);
    if (read?.kind === 'absent') return {};
    if (read?.kind !== 'found') return unknownUntil(need);
    return (valueAt(read.value, ['metadata', 'labels']) ?? {}) as Value;
  }
}

const inNamespace = (name: string, summary: string, apiVersion: string, kind: string): FunctionDeclaration => ({
  name,
  summary,
  examples: [],
  overloads: [
    overload(`cluster_${name}`, `${clusterType}.(string) -> list(dyn)`, (cluster: Cluster, namespace: string) =>
      cluster.objects(apiVersion, kind, namespace),
    ),
  ],
});

/** Lookups of what is in the cluster besides the object. A new one is a line here. */
export const clusterLibrary: Library = {
  name: 'cluster',
  functions: [
    {
      name: 'objects',
      summary: 'Every object of a kind, by API version, kind and namespace; "" is all namespaces.',
      examples: [],
      overloads: [
        overload(
          'cluster_objects',
          `${clusterType}.(string, string, string) -> list(dyn)`,
          (cluster: Cluster, apiVersion: string, kind: string, namespace: string) =>
            cluster.objects(apiVersion, kind, namespace),
        ),
      ],
    },
    {
      name: 'runtimeClasses',
      summary: 'The runtime classes.',
      examples: [],
      overloads: [
        overload('cluster_runtimeClasses', `${clusterType}.() -> list(dyn)`, (cluster: Cluster) =>
          cluster.objects('node.k8s.io/v1', 'RuntimeClass', ''),
        ),
      ],
    },
    {
      name: 'namespaceLabels',
      summary: 'The labels of a namespace.',
      examples: [],
      overloads: [
        overload(
          'cluster_namespaceLabels',
          `${clusterType}.(string) -> map(string, string)`,
          (cluster: Cluster, name: string) => cluster.namespaceLabels(name),
        ),
      ],
    },
    inNamespace('networkPolicies', 'The network policies of a namespace.', 'networking.k8s.io/v1', 'NetworkPolicy'),
    inNamespace('podDisruptionBudgets', 'The disruption budgets of a namespace.', 'policy/v1', 'PodDisruptionBudget'),
    inNamespace('serviceAccounts', 'The service accounts of a namespace.', 'v1', 'ServiceAccount'),
    inNamespace(
      'peerAuthentications',
      "Istio's peer authentications of a namespace.",
      'security.istio.io/v1',
      'PeerAuthentication',
    ),
    inNamespace(
      'authorizationPolicies',
      "Istio's authorization policies of a namespace.",
      'security.istio.io/v1',
      'AuthorizationPolicy',
    ),
  ],
};
