import type { FieldPath } from './document.ts';
import type { Constraint, ConstraintOutcome, GovernedSubject } from './govern.ts';
import type { Known } from './known.ts';
import type { NamespaceNeed } from './lookup.ts';
import type { Report } from './problem.ts';
import { type AdmissionRequest, type GroupVersionResource, requestFor } from './request.ts';
import type { RuleError } from './rule.ts';
import type { MatchResourcesSpec, ResourceRuleSpec } from './schema/match.ts';
import { compileSelector, keysOf, type Selector, selectsAll } from './selector.ts';
import { valueAt } from './validate.ts';

/**
 * `matchConstraints` of a policy or `matchResources` of a binding, as the API server matches them: selectors first, then rules that take out, then
 * rules that take in. That labels of a namespace could not be read counts only where all else matches, and is then an error.
 */
export function compileMatchConstraints(spec: MatchResourcesSpec, path: FieldPath, report: Report): Constraint {
  const { namespaceSelector, objectSelector, resourceRules = [], excludeResourceRules = [], matchPolicy } = spec;
  const byNamespace = selectsAll(namespaceSelector)
    ? undefined
    : compileSelector(namespaceSelector ?? {}, [...path, 'namespaceSelector'], report);
  const byObject = selectsAll(objectSelector)
    ? undefined
    : compileSelector(objectSelector ?? {}, [...path, 'objectSelector'], report);
  // The API server itself keeps this label, so that nothing needs to be looked up for it.
  const byName = keysOf(namespaceSelector).every((key) => key === 'kubernetes.io/metadata.name');
  const exact = matchPolicy === 'Exact';
  return {
    evaluate(subject, known) {
      const request = subject.review.request ?? requestFor(subject.version.object);
      const namespace =
        byNamespace === undefined
          ? 'matched'
          : matchNamespace({ selector: byNamespace, byName }, request, subject, known);
      if (namespace === 'unmatched') return namespace;
      if (byObject !== undefined && !matchesObject(byObject, subject)) return 'unmatched';
      if (matchesRules(excludeResourceRules, request, exact)) return 'unmatched';
      if (resourceRules.length > 0 && !matchesRules(resourceRules, request, exact)) return 'unmatched';
      return namespace;
    },
  };
}

/** What has no namespace is never taken out by one; a Namespace that is written is matched by what it will be. */
function matchNamespace(
  { selector, byName }: { readonly selector: Selector; readonly byName: boolean },
  { namespace, resource, subResource = '', operation, name }: AdmissionRequest,
  { version }: GovernedSubject,
  known: Known,
): ConstraintOutcome {
  const isNamespace = resource.resource === 'namespaces';
  if ((namespace ?? '') === '' && !isNamespace) return 'matched';
  if (isNamespace && subResource === '' && (operation === 'CREATE' || operation === 'UPDATE'))
    return verdict(selector(labelsOf(version.object)));
  const need: NamespaceNeed = { kind: 'namespace', name: (isNamespace ? name : namespace) ?? '' };
  if (byName) return verdict(selector({ 'kubernetes.io/metadata.name': need.name }));
  const read = known.namespace(need);
  const error = (code: RuleError['code'], found: string): RuleError => ({
    kind: 'error',
    code,
    found,
    expected: `the labels of namespace "${need.name}"`,
  });
  switch (read?.kind) {
    case undefined:
      return { kind: 'needs', needs: [need] };
    case 'found':
      return verdict(selector(labelsOf(read.value)));
    case 'absent':
      return error('LOOKUP_UNAVAILABLE', `there is no namespace "${need.name}"`);
    case 'gap':
      return error(read.code, read.detail);
  }
}

const verdict = (matched: boolean): 'matched' | 'unmatched' => (matched ? 'matched' : 'unmatched');

/** Either side of an UPDATE: who takes a label away does not get out of a rule by that. */
const matchesObject = (selector: Selector, { review }: GovernedSubject): boolean =>
  [review.operation === 'DELETE' ? undefined : review.object, review.oldObject].some(
    (object) => object !== undefined && selector(labelsOf(object)),
  );

const labelsOf = (object: unknown): unknown => valueAt(object, ['metadata', 'labels']);

function matchesRules(rules: readonly ResourceRuleSpec[], request: AdmissionRequest, exact: boolean): boolean {
  const { resource } = request;
  const resources = exact ? [resource] : [resource, ...equivalents(resource)];
  return rules.some((rule) => resources.some((one) => matchesRule(rule, request, one)));
}

function matchesRule(rule: ResourceRuleSpec, request: AdmissionRequest, resource: GroupVersionResource): boolean {
  const { resourceNames = [], operations = ['*'] } = rule;
  const names = resourceNames.length === 0 || resourceNames.includes(request.name ?? '');
  return (
    names &&
    matchesScope(rule.scope ?? '*', request, resource) &&
    (operations.includes('*') || operations.includes(request.operation)) &&
    oneOf(rule.apiGroups, resource.group) &&
    oneOf(rule.apiVersions, resource.version) &&
    rule.resources.some((pattern) => matchesResource(pattern, resource.resource, request.subResource ?? ''))
  );
}

/** A Namespace is in no namespace, though its requests name one. */
function matchesScope(
  scope: NonNullable<ResourceRuleSpec['scope']>,
  { namespace = '' }: AdmissionRequest,
  { group, version, resource }: GroupVersionResource,
): boolean {
  const cluster = namespace === '' || (group === '' && version === 'v1' && resource === 'namespaces');
  return scope === '*' || (scope === 'Cluster') === cluster;
}

const oneOf = (items: readonly string[], item: string): boolean => items.includes('*') || items.includes(item);

/** `pods`, `pods/*`, `pods/log`, `*`, `*` + `/scale`: without a subresource, the resource itself is meant. */
function matchesResource(pattern: string, resource: string, subResource: string): boolean {
  const slash = pattern.indexOf('/');
  const [wanted, sub] = slash === -1 ? [pattern, ''] : [pattern.slice(0, slash), pattern.slice(slash + 1)];
  return (wanted === '*' || wanted === resource) && (sub === '*' || sub === subResource);
}

/** The same objects under other groups and versions, as far as an API server of today may still be asked for them. */
function equivalents({ group, version, resource }: GroupVersionResource): readonly GroupVersionResource[] {
  const families = equivalentVersions.filter(
    ({ resources, versions }) => resources.includes(resource) && versions.includes(`${group}/${version}`),
  );
  return families.flatMap(({ versions }) =>
    versions
      .filter((one) => one !== `${group}/${version}`)
      .map((one) => ({ group: one.slice(0, one.indexOf('/')), version: one.slice(one.indexOf('/') + 1), resource })),
  );
}

const equivalentVersions: readonly { readonly resources: readonly string[]; readonly versions: readonly string[] }[] = [
  {
    resources: ['deployments', 'replicasets', 'daemonsets'],
    versions: ['apps/v1', 'apps/v1beta2', 'apps/v1beta1', 'extensions/v1beta1'],
  },
  { resources: ['statefulsets', 'controllerrevisions'], versions: ['apps/v1', 'apps/v1beta2', 'apps/v1beta1'] },
  { resources: ['cronjobs'], versions: ['batch/v1', 'batch/v1beta1', 'batch/v2alpha1'] },
  { resources: ['ingresses'], versions: ['networking.k8s.io/v1', 'networking.k8s.io/v1beta1', 'extensions/v1beta1'] },
  { resources: ['networkpolicies'], versions: ['networking.k8s.io/v1', 'extensions/v1beta1'] },
  { resources: ['poddisruptionbudgets'], versions: ['policy/v1', 'policy/v1beta1'] },
  {
    resources: ['horizontalpodautoscalers'],
    versions: ['autoscaling/v2', 'autoscaling/v1', 'autoscaling/v2beta2', 'autoscaling/v2beta1'],
  },
  {
    resources: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
    versions: ['rbac.authorization.k8s.io/v1', 'rbac.authorization.k8s.io/v1beta1'],
  },
  { resources: ['events'], versions: ['/v1', 'events.k8s.io/v1', 'events.k8s.io/v1beta1'] },
  { resources: ['endpointslices'], versions: ['discovery.k8s.io/v1', 'discovery.k8s.io/v1beta1'] },
  { resources: ['runtimeclasses'], versions: ['node.k8s.io/v1', 'node.k8s.io/v1beta1'] },
  {
    resources: ['storageclasses', 'volumeattachments', 'csidrivers', 'csinodes'],
    versions: ['storage.k8s.io/v1', 'storage.k8s.io/v1beta1'],
  },
  { resources: ['priorityclasses'], versions: ['scheduling.k8s.io/v1', 'scheduling.k8s.io/v1beta1'] },
  { resources: ['leases'], versions: ['coordination.k8s.io/v1', 'coordination.k8s.io/v1beta1'] },
  {
    resources: ['resourceclaims', 'resourceclaimtemplates', 'deviceclasses', 'resourceslices'],
    versions: ['resource.k8s.io/v1', 'resource.k8s.io/v1beta2', 'resource.k8s.io/v1beta1'],
  },
];
