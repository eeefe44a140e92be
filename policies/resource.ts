import { customResource } from './custom-resource.ts';
import { builtinResources, resourceFor } from './kubernetes/openapi.ts';
import type { GroupVersionResource } from './request.ts';
import { valueAt } from './validate.ts';
import type { KubernetesObject } from './version.ts';

/** How a kind is addressed. */
export interface KnownResource {
  /** Lower case, such as `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** A built-in kind is known, and some others; the plural of the rest is guessed as kubectl guesses it, and they are taken to lie in a namespace. */
export function resourceOf(apiVersion: string, kind: string): KnownResource {
  return (
    resourceFor(apiVersion, kind) ??
    formerly(apiVersion, kind) ??
    customResource(apiVersion, kind) ?? { plural: guessPlural(kind), namespaced: true }
  );
}

/** The resources that CustomResourceDefinitions among these objects declare, in every version that they serve. */
export function declaredResources(
  objects: readonly KubernetesObject[],
): (apiVersion: string, kind: string) => KnownResource | undefined {
  const declared = new Map<string, KnownResource>();
  for (const object of objects) {
    if (object.kind !== 'CustomResourceDefinition') continue;
    const group = valueAt(object, ['spec', 'group']);
    const kind = valueAt(object, ['spec', 'names', 'kind']);
    const plural = valueAt(object, ['spec', 'names', 'plural']);
    const versions = valueAt(object, ['spec', 'versions']);
    if (typeof group !== 'string' || typeof kind !== 'string' || typeof plural !== 'string') continue;
    const known = { plural, namespaced: valueAt(object, ['spec', 'scope']) !== 'Cluster' };
    for (const entry of Array.isArray(versions) ? versions : []) {
      const version = valueAt(entry, ['name']);
      if (typeof version === 'string' && valueAt(entry, ['served']) !== false)
        declared.set(`${group}/${version} ${kind}`, known);
    }
  }
  return (apiVersion, kind) => declared.get(`${apiVersion} ${kind}`);
}

/**
 * The other versions and groups under which the API server serves the same objects, as its EquivalentResourceMapper has them; undefined
 * for a group that is not built in.
 */
export function equivalentResources(
  { group, version, resource }: GroupVersionResource,
  subResource = '',
): readonly GroupVersionResource[] | undefined {
  if (!builtinGroups.has(group)) return undefined;
  const groups = groupsOf(resource, group);
  const others = byPlural
    .get(resource)
    ?.filter((one) => groups.includes(one.group) && (one.group !== group || one.version !== version));
  if (others === undefined || others.length === 0) return [];
  return others
    .filter(({ subresources }) => subResource === '' || subresources.includes(subResource))
    .map((one) => ({ group: one.group, version: one.version, resource }));
}

/** Looked up by every policy in every request. */
const byPlural = Map.groupBy(builtinResources(), ({ plural }) => plural);
const builtinGroups: ReadonlySet<string> = new Set(['extensions', ...builtinResources().map(({ group }) => group)]);

/** A version that is not served any more addressed the same resource, whichever group has it by now. */
function formerly(apiVersion: string, kind: string): KnownResource | undefined {
  const group = apiVersion.slice(0, Math.max(apiVersion.indexOf('/'), 0));
  return builtinResources().find(
    (resource) => resource.kind === kind && groupsOf(resource.plural, resource.group).includes(group),
  );
}

/** The groups that share the resource: default_storage_factory_builder.go, AddCohabitatingResources. */
function groupsOf(resource: string, group: string): readonly string[] {
  const groups = Object.hasOwn(shared, resource) ? shared[resource] : undefined;
  return groups?.includes(group) === true ? groups : [group];
}

const shared: Readonly<Record<string, readonly string[]>> = {
  deployments: ['apps', 'extensions'],
  daemonsets: ['apps', 'extensions'],
  replicasets: ['apps', 'extensions'],
  ingresses: ['networking.k8s.io', 'extensions'],
  networkpolicies: ['networking.k8s.io', 'extensions'],
  events: ['', 'events.k8s.io'],
};

/** apimachinery, meta.UnsafeGuessKindToResource. */
function guessPlural(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular === '' || singular.endsWith('endpoints')) return singular;
  if (singular.endsWith('s')) return `${singular}es`;
  return singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}
