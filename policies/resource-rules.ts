import type { FieldPath } from './document.ts';
import type { Report } from './problem.ts';
import type { AdmissionRequest, GroupVersionResource } from './request.ts';
import type { ResourceRuleSpec } from './schema/match.ts';

/** Whether one of the rules means the request, seen as one for this resource. An empty list means none. */
export function anyRuleMatches(
  rules: readonly ResourceRuleSpec[],
  request: AdmissionRequest,
  resource: GroupVersionResource,
): boolean {
  return rules.some((rule) => matches(rule, request, resource));
}

/** The same whatever version the rules name. */
export const anyRuleMatchesSomeVersion: typeof anyRuleMatches = (rules, request, resource) =>
  rules.some((rule) => matches({ ...rule, apiVersions: ['*'] }, request, resource));

/** As the API server's rules.Matcher, then the names. */
function matches(rule: ResourceRuleSpec, request: AdmissionRequest, resource: GroupVersionResource): boolean {
  const { resourceNames = [] } = rule;
  return (
    oneOf(rule.apiGroups, resource.group) &&
    oneOf(rule.apiVersions, resource.version) &&
    (rule.operations === undefined || oneOf(rule.operations, request.operation)) &&
    matchesScope(rule.scope, request, resource) &&
    rule.resources.some((pattern) => matchesResource(pattern, resource.resource, request.subResource ?? '')) &&
    // Where the API server is to make the name, nobody knows it yet.
    (resourceNames.length === 0 || resourceNames.includes(request.name ?? ''))
  );
}

/** A Namespace lies in none, though its requests name one. */
function matchesScope(
  scope: ResourceRuleSpec['scope'],
  { namespace = '' }: AdmissionRequest,
  { group, version, resource }: GroupVersionResource,
): boolean {
  if (scope === undefined || scope === '*') return true;
  const isNamespace = group === '' && version === 'v1' && resource === 'namespaces';
  return (scope === 'Cluster') === (isNamespace || namespace === '');
}

const oneOf = (items: readonly string[], item: string): boolean => items.includes('*') || items.includes(item);

/** `pods` is the resource alone, `pods/log` that subresource, `pods/*` the resource and all of them. */
function matchesResource(pattern: string, resource: string, subResource: string): boolean {
  const [wanted, sub] = splitResource(pattern);
  return (wanted === '*' || wanted === resource) && (sub === '*' || (sub ?? '') === subResource);
}

/** At the first slash; what is behind it is undefined where there is none. */
function splitResource(pattern: string): readonly [string, string | undefined] {
  const slash = pattern.indexOf('/');
  return slash === -1 ? [pattern, undefined] : [pattern.slice(0, slash), pattern.slice(slash + 1)];
}

/** The problems that the API server would have with the rules (admissionregistration/validation). */
export function checkRules(rules: readonly ResourceRuleSpec[], path: FieldPath, report: Report): void {
  for (const [index, rule] of rules.entries()) {
    const at = [...path, index];
    aloneOrNot(rule.apiGroups, [...at, 'apiGroups'], report);
    aloneOrNot(rule.apiVersions, [...at, 'apiVersions'], report);
    aloneOrNot(rule.operations ?? [], [...at, 'operations'], report);
    for (const field of ['apiVersions', 'resources'] as const)
      for (const [which, text] of rule[field].entries())
        if (text === '') report('FIELD_WRONG', [...at, field, which], 'the text is empty; a name or "*" is wanted');
    checkResources(rule.resources, [...at, 'resources'], report);
    checkNames(rule.resourceNames ?? [], [...at, 'resourceNames'], report);
  }
}

function aloneOrNot(items: readonly string[], path: FieldPath, report: Report): void {
  if (items.length > 1 && items.includes('*'))
    report('FIELD_WRONG', path, '"*" is all of them; nothing else stands beside it');
}

function checkResources(resources: readonly string[], path: FieldPath, report: Report): void {
  const told = (index: number, by: string): void =>
    report('FIELD_WRONG', [...path, index], `"${resources[index]}" is in "${by}" already; one of them is enough`);
  const [whole, everywhere] = [new Set<string>(), new Set<string>()];
  for (const [index, pattern] of resources.entries()) {
    const [resource, sub] = splitResource(pattern);
    if (sub === undefined) continue;
    if (whole.has(resource)) told(index, `${resource}/*`);
    if (everywhere.has(sub)) told(index, `*/${sub}`);
    if (sub === '*') whole.add(resource);
    if (resource === '*') everywhere.add(sub);
  }
  if (resources.length > 1 && resources.includes('*/*'))
    report('FIELD_WRONG', path, '"*/*" is every resource and subresource; nothing else stands beside it');
  // The API server looks at the last one without a subresource only, and its documents run unchanged.
  const last = resources.findLast((resource) => resource !== '' && !resource.includes('/'));
  if (resources.includes('*') && last !== '*')
    report('FIELD_WRONG', path, '"*" is every resource; beside it stand subresources only');
}

/** apimachinery, IsPathSegmentName. */
function checkNames(names: readonly string[], path: FieldPath, report: Report): void {
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (name === '.' || name === '..' || /[/%]/.test(name))
      report('FIELD_WRONG', [...path, index], `no object is named ${JSON.stringify(name)}: "/" and "%" are in no name`);
    if (seen.has(name)) report('FIELD_WRONG', [...path, index], `"${name}" is there already`);
    seen.add(name);
  }
}
