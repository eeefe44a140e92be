import type { FieldPath } from '../document.ts';
import type { Report } from '../problem.ts';
import type { ConstraintMatch } from '../schema/gatekeeper.ts';
import { compileSelector } from '../selector.ts';
import { valueAt } from '../validate.ts';
import { isObject, type KubernetesObject } from '../version.ts';

/** One side of a review, with its namespace where that is known. */
export interface Matchable {
  readonly object: KubernetesObject;
  readonly namespace?: KubernetesObject;
}

/** Whether a constraint speaks of an object; a text says why that cannot be told. */
export type Matcher = (target: Matchable) => boolean | string;

/**
 * `spec.match` of a constraint, as gatekeeper reads it (pkg/mutation/match): every criterion must hold, one that is left out or empty does, and a
 * Namespace is taken for one that lies in itself.
 */
export function compileMatch(match: ConstraintMatch, path: FieldPath, report: Report): Matcher {
  const { labelSelector, namespaceSelector } = match;
  const byLabel = labelSelector && compileSelector(labelSelector, [...path, 'labelSelector'], report);
  const byNamespace = namespaceSelector && compileSelector(namespaceSelector, [...path, 'namespaceSelector'], report);
  return (target) => {
    const { object, namespace } = target;
    // What an expansion would generate is not reviewed here; all that is reviewed is original.
    if (match.source === 'Generated') return false;
    if (!fitsKinds(match, object) || !fitsScope(match, target) || !fitsNamespaces(match, target)) return false;
    if (byLabel !== undefined && !byLabel(labelsOf(object))) return false;
    if (byNamespace === undefined) return fitsName(match, object);
    if (isNamespace(object)) return byNamespace(labelsOf(object)) && fitsName(match, object);
    if (namespace !== undefined) return byNamespace(labelsOf(namespace)) && fitsName(match, object);
    if (textAt(object, 'metadata', 'namespace') === '') return fitsName(match, object);
    return 'namespace selector for namespace-scoped object but missing Namespace';
  };
}

function fitsKinds({ kinds = [] }: ConstraintMatch, object: KubernetesObject): boolean {
  const [group, kind] = [groupOf(object), textAt(object, 'kind')];
  const has = (list: readonly string[] = [], word: string): boolean =>
    list.length === 0 || list.includes('*') || list.includes(word);
  return kinds.length === 0 || kinds.some((one) => has(one.kinds, kind) && has(one.apiGroups, group));
}

function fitsScope({ scope }: ConstraintMatch, { object, namespace }: Matchable): boolean {
  const lies = textAt(object, 'metadata', 'namespace') !== '' || namespace !== undefined;
  if (scope === 'Cluster') return isNamespace(object) || !lies;
  return scope !== 'Namespaced' || (!isNamespace(object) && lies);
}

/** What lies in no namespace is neither left out nor taken in by the names of any. */
function fitsNamespaces(
  { namespaces = [], excludedNamespaces = [] }: ConstraintMatch,
  { object, namespace }: Matchable,
): boolean {
  const name = isNamespace(object)
    ? textAt(object, 'metadata', 'name')
    : namespace === undefined
      ? textAt(object, 'metadata', 'namespace')
      : textAt(namespace, 'metadata', 'name');
  if (name === '' && !isNamespace(object)) return true;
  const named = (list: readonly string[]): boolean => list.some((wildcard) => fitsWildcard(wildcard, name));
  return (namespaces.length === 0 || named(namespaces)) && !named(excludedNamespaces);
}

function fitsName({ name = '' }: ConstraintMatch, object: KubernetesObject): boolean {
  if (name === '' || fitsWildcard(name, textAt(object, 'metadata', 'name'))) return true;
  // Nobody knows yet how a name ends that the API server is to make.
  return name.endsWith('*') && fitsWildcard(name, textAt(object, 'metadata', 'generateName'));
}

/** gatekeeper, pkg/wildcard: a star at either end, or at both; one within is a letter like others. */
function fitsWildcard(wildcard: string, text: string): boolean {
  const [leads, ends] = [wildcard.startsWith('*'), wildcard.endsWith('*')];
  if (leads && ends) return text.includes(wildcard.replace(/^\*/, '').replace(/\*$/, ''));
  if (leads) return text.endsWith(wildcard.slice(1));
  return ends ? text.startsWith(wildcard.slice(0, -1)) : text === wildcard;
}

const isNamespace = (object: KubernetesObject): boolean => object.kind === 'Namespace' && groupOf(object) === '';

function groupOf(object: KubernetesObject): string {
  const apiVersion = textAt(object, 'apiVersion');
  return apiVersion.slice(0, Math.max(apiVersion.indexOf('/'), 0));
}

/** Labels of which one is no text are none, as apimachinery reads them. */
function labelsOf(object: KubernetesObject): unknown {
  const labels = valueAt(object, ['metadata', 'labels']);
  return isObject(labels) && Object.values(labels).every((value) => typeof value === 'string') ? labels : {};
}

function textAt(object: unknown, ...path: readonly string[]): string {
  const value = valueAt(object, path);
  return typeof value === 'string' ? value : '';
}
