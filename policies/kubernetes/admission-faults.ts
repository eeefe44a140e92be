import { dns1035Label, dns1123Subdomain, qualifiedName } from '../cel/go/kubernetes-name.ts';
import type { FieldPath } from '../document.ts';
import { compileMatchConstraints } from '../match-constraints.ts';
import type { Report } from '../problem.ts';
import { clip, quoted } from '../report/printable.ts';
import type {
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '../schema/admission.ts';
import type { ResourceRuleSpec } from '../schema/match.ts';
import { compileSelector } from '../selector.ts';
import { reserved } from './cel-types.ts';

/**
 * What the API server would have against a policy and no schema says (kubernetes, apis/admissionregistration/validation); its expressions and
 * selectors are looked at where they are compiled. Where `operations`, `parameterNotFoundAction` or `validationActions` are left out, as
 * Kyverno's tests do, it is lenient.
 */
export function checkAdmissionPolicy(
  { kind, metadata: { name }, spec }: ValidatingAdmissionPolicy | MutatingAdmissionPolicy,
  report: Report,
): void {
  checkName(name, ['metadata', 'name'], report);
  if (spec.paramKind !== undefined) checkParamKind(spec.paramKind, report);
  const { resourceRules = [] } = spec.matchConstraints;
  const path = ['spec', 'matchConstraints'];
  if (resourceRules.length === 0)
    report('FIELD_MISSING', [...path, 'resourceRules'], 'at least one rule says which resources are meant');
  if (kind.startsWith('Mutating')) checkMutable(resourceRules, [...path, 'resourceRules'], report);
  for (const [index, condition] of (spec.matchConditions ?? []).entries())
    told(qualifiedName(condition.name), condition.name, ['spec', 'matchConditions', index, 'name'], report);
  for (const [index, variable] of (spec.variables ?? []).entries())
    if (reserved.has(variable.name))
      report('FIELD_WRONG', ['spec', 'variables', index, 'name'], `"${variable.name}" is a word of CEL, and no name`);
  if ('mutations' in spec) return;
  checkValidations(spec, report);
  checkAnnotations(name, spec.auditAnnotations ?? [], report);
}

/** The same of a binding, whether its policy is there or not. */
export function checkAdmissionBinding(
  { kind, metadata, spec }: ValidatingAdmissionPolicyBinding | MutatingAdmissionPolicyBinding,
  report: Report,
): void {
  checkName(metadata.name, ['metadata', 'name'], report);
  checkName(spec.policyName, ['spec', 'policyName'], report);
  const { matchResources, paramRef } = spec;
  if (paramRef !== undefined) checkParamRef(paramRef, report);
  if (matchResources !== undefined) {
    const path = ['spec', 'matchResources'];
    const { resourceRules = [] } = matchResources;
    if (kind.startsWith('Mutating')) checkMutable(resourceRules, [...path, 'resourceRules'], report);
    compileMatchConstraints(matchResources, path, report);
  }
  const actions = 'validationActions' in spec ? (spec.validationActions ?? []) : [];
  if (actions.includes('Deny') && actions.includes('Warn'))
    report(
      'UNSAFE_COMBINATION',
      ['spec', 'validationActions'],
      'Deny and Warn exclude each other: a denial is shown anyway',
    );
}

/** Kubernetes' own sentences about a name. */
function told(faults: readonly string[], text: string, path: FieldPath, report: Report): void {
  const [first] = faults;
  if (first !== undefined) report('FIELD_WRONG', path, `${quoted(clip(text, 200))}: ${first}`);
}

const checkName = (name: string, path: FieldPath, report: Report): void =>
  told(dns1123Subdomain(name), name, path, report);

function checkParamKind(
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  report: Report,
): void {
  const path = ['spec', 'paramKind'];
  const parts = apiVersion.split('/');
  const [group, version = ''] = parts.length === 1 ? ['', apiVersion] : parts;
  const faults =
    parts.length > 2 || version === ''
      ? ['an API version is "v1" or "example.com/v1"']
      : [...(group === '' ? [] : dns1123Subdomain(group ?? '')), ...dns1035Label(version)];
  told(faults, apiVersion, [...path, 'apiVersion'], report);
  told(dns1035Label(kind.toLowerCase()), kind, [...path, 'kind'], report);
}

/** What is deleted cannot be changed. */
function checkMutable(rules: readonly ResourceRuleSpec[], path: FieldPath, report: Report): void {
  for (const [index, { operations = [] }] of rules.entries())
    if (operations.includes('DELETE'))
      report(
        'FIELD_WRONG',
        [...path, index, 'operations', operations.indexOf('DELETE')],
        'a mutation is made at CREATE, UPDATE and CONNECT, not at DELETE',
      );
}

function checkValidations(
  { validations = [], auditAnnotations = [] }: ValidatingAdmissionPolicy['spec'],
  report: Report,
): void {
  if (validations.length + auditAnnotations.length === 0)
    report('FIELD_MISSING', ['spec', 'validations'], 'a policy has validations or auditAnnotations');
  for (const [index, { message = '', reason }] of validations.entries()) {
    const path = ['spec', 'validations', index];
    if (message !== '' && message.trim() === '')
      report('FIELD_WRONG', [...path, 'message'], 'a message is not blank; leave it out, or say something');
    if (/[\n\r]/.test(message.trim())) report('FIELD_WRONG', [...path, 'message'], 'a message is one line');
    if (reason !== undefined && !reasons.includes(reason))
      report('FIELD_WRONG', [...path, 'reason'], `${quoted(clip(reason, 80))} is none of ${reasons.join(', ')}`);
  }
}

const reasons: readonly string[] = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];

function checkAnnotations(
  policy: string,
  annotations: NonNullable<ValidatingAdmissionPolicy['spec']['auditAnnotations']>,
  report: Report,
): void {
  const path = ['spec', 'auditAnnotations'];
  if (annotations.length > mostAnnotations)
    report('FIELD_WRONG', path, `${annotations.length} annotations; a policy has at most ${mostAnnotations}`);
  for (const [index, { key, valueExpression }] of annotations.entries()) {
    told(qualifiedName(`${policy}/${key}`), key, [...path, index, 'key'], report);
    const bytes = new TextEncoder().encode(valueExpression.trim()).length;
    if (bytes > mostAnnotationBytes)
      report(
        'FIELD_WRONG',
        [...path, index, 'valueExpression'],
        `${bytes} bytes; at most ${mostAnnotationBytes} are read`,
      );
  }
}

/** The API server's own bounds. */
const mostAnnotations = 20;
const mostAnnotationBytes = 5 * 1024;

function checkParamRef(
  { name = '', selector }: NonNullable<ValidatingAdmissionPolicyBinding['spec']['paramRef']>,
  report: Report,
): void {
  const path = ['spec', 'paramRef'];
  if ((name === '') === (selector === undefined))
    report('FIELD_MISSING', path, 'exactly one of "name" and "selector" is written');
  if (name === '.' || name === '..' || /[/%]/.test(name))
    report(
      'FIELD_WRONG',
      [...path, 'name'],
      `no object is named ${quoted(clip(name, 200))}: "/" and "%" are in no name`,
    );
  if (selector !== undefined) compileSelector(selector, [...path, 'selector'], report);
}
