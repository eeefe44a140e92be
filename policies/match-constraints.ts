import type { FieldPath } from './document.ts';
import type { Constraint, ConstraintOutcome, GovernedSubject } from './govern.ts';
import type { Known } from './known.ts';
import type { NamespaceNeed } from './lookup.ts';
import type { Report } from './problem.ts';
import { type AdmissionRequest, requestFor } from './request.ts';
import { equivalentResources } from './resource.ts';
import { anyRuleMatches, anyRuleMatchesSomeVersion, checkRules } from './resource-rules.ts';
import type { RuleError } from './rule.ts';
import type { MatchResourcesSpec, ResourceRuleSpec } from './schema/match.ts';
import { compileSelector, keysOf, type Selector, selectsAll } from './selector.ts';
import { isObject } from './version.ts';
import { valueAt } from './validate.ts';

/**
 * `matchConstraints` of a policy or `matchResources` of a binding, as the API server matches them (plugin/policy/matching): both selectors,
 * then rules that take out, then rules that take in. Labels of a namespace that could not be read count only where all else matches, and are an
 * error then.
 */
export function compileMatchConstraints(spec: MatchResourcesSpec, path: FieldPath, report: Report): Constraint {
  const { namespaceSelector, objectSelector, resourceRules = [], excludeResourceRules = [] } = spec;
  const byNamespace = selectsAll(namespaceSelector)
    ? undefined
    : compileSelector(namespaceSelector ?? {}, [...path, 'namespaceSelector'], report);
  const byObject = selectsAll(objectSelector)
    ? undefined
    : compileSelector(objectSelector ?? {}, [...path, 'objectSelector'], report);
  checkRules(resourceRules, [...path, 'resourceRules'], report);
  checkRules(excludeResourceRules, [...path, 'excludeResourceRules'], report);
  // The API server itself keeps this label, so that nothing needs to be looked up for it.
  const byName = keysOf(namespaceSelector).every((key) => key === nameLabel);
  const exact = spec.matchPolicy === 'Exact';
  return {
    evaluate(subject, known) {
      const { operation } = subject.review;
      const request = subject.review.request ?? requestFor(subject.version.object, { operation });
      if (neverMatched(request)) return 'unmatched';
      const namespace =
        byNamespace === undefined
          ? 'matched'
          : matchNamespace({ selector: byNamespace, byName }, request, subject, known);
      if (namespace === 'unmatched') return namespace;
      if (byObject !== undefined && !matchesObject(byObject, subject)) return 'unmatched';
      if (matchesRules(excludeResourceRules, request, { exact, unsure: false })) return 'unmatched';
      const meant = resourceRules.length === 0 || matchesRules(resourceRules, request, { exact, unsure: true });
      return meant ? namespace : 'unmatched';
    },
  };
}

const nameLabel = 'kubernetes.io/metadata.name';

/**
 * What the API server shows no policy: policies, lest one lock out its own repair, and the reviews by which components
 * ask who somebody is and what he may (policy/generic/plugin.go, kubeapiserver/admission/exclusion).
 */
function neverMatched({ resource: { group, resource } }: AdmissionRequest): boolean {
  switch (group) {
    case 'admissionregistration.k8s.io':
      return /^(?:validating|mutating)admissionpolic(?:ies|ybindings)$/.test(resource);
    case 'authentication.k8s.io':
      return ['selfsubjectreviews', 'tokenreviews'].includes(resource);
    case 'authorization.k8s.io':
      return /^(?:local|self)?subject(?:access|rules)reviews$/.test(resource);
    default:
      return false;
  }
}

interface NamespaceSelector {
  readonly selector: Selector;
  /** Whether it asks for the name alone. */
  readonly byName: boolean;
}

/** What lies in no namespace is never taken out by one; a Namespace that is written is matched by what it will be. */
function matchNamespace(
  { selector, byName }: NamespaceSelector,
  { namespace = '', resource: { resource }, subResource = '', operation }: AdmissionRequest,
  { version }: GovernedSubject,
  known: Known,
): ConstraintOutcome {
  const isNamespace = resource === 'namespaces';
  if (namespace === '' && !isNamespace) return 'matched';
  const fits = (labels: unknown): ConstraintOutcome =>
    selector(withName(labels, namespace)) ? 'matched' : 'unmatched';
  if (isNamespace && subResource === '' && (operation === 'CREATE' || operation === 'UPDATE'))
    return fits(labelsOf(version.object));
  if (byName) return fits({});
  const need: NamespaceNeed = { kind: 'namespace', name: namespace };
  const read = known.namespace(need);
  switch (read?.kind) {
    case undefined:
      return { kind: 'needs', needs: [need] };
    case 'found':
      return fits(labelsOf(read.value));
    case 'absent':
      return unread(need, 'LOOKUP_UNAVAILABLE', `there is no namespace "${namespace}"`);
    case 'gap':
      return unread(need, read.code, read.detail);
  }
}

const unread = ({ name }: NamespaceNeed, code: RuleError['code'], found: string): RuleError => ({
  kind: 'error',
  code,
  found,
  expected: `the labels of namespace "${name}"`,
});

/** As the API server fills it in, whatever a manifest says; a name that it is yet to make has none. */
const withName = (labels: unknown, name: string): unknown =>
  name === '' ? labels : { ...(isObject(labels) ? labels : {}), [nameLabel]: name };

/** Either side of an UPDATE: who takes a label away does not get out of a rule by that. Options of a CONNECT have no labels. */
const matchesObject = (selector: Selector, { review, version }: GovernedSubject): boolean =>
  review.operation !== 'CONNECT' &&
  [version.object, version.oldObject].some((object) => object !== undefined && selector(labelsOf(object)));

const labelsOf = (object: unknown): unknown => valueAt(object, ['metadata', 'labels']);

interface Precision {
  readonly exact: boolean;
  /** Whether a version of a custom resource counts as served that nobody here knows of. */
  readonly unsure: boolean;
}

/** What the client asked for, then (but for Exact) the same under the names that the API server has for it. */
function matchesRules(
  rules: readonly ResourceRuleSpec[],
  request: AdmissionRequest,
  { exact, unsure }: Precision,
): boolean {
  const { resource, requestResource = resource, subResource } = request;
  if (anyRuleMatches(rules, request, requestResource)) return true;
  if (exact || rules.length === 0) return false;
  const equivalents = equivalentResources(requestResource, subResource);
  if (equivalents === undefined && unsure && anyRuleMatchesSomeVersion(rules, request, requestResource)) return true;
  return (
    (resource !== requestResource && anyRuleMatches(rules, request, resource)) ||
    (equivalents?.some((one) => anyRuleMatches(rules, request, one)) ?? false)
  );
}
