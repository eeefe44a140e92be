import { present } from '../present.ts';
import { valueAt } from '../validate.ts';
import { type Generated, generatedRules, importAutogen, replaced } from './autogen.ts';
import type { ImportedDocument } from './imported.ts';
import { importParts, importValidation } from './kyverno-policy.ts';
import { readMetadata } from './metadata.ts';
import type { Reading } from './reading.ts';
import { refusing } from './refuse.ts';
import { copy, shapes } from './shape.ts';

/**
 * Kyverno's ValidatingPolicy and NamespacedValidatingPolicy (policies.kyverno.io) as ValidatingAdmissionPolicies with their
 * bindings: one about what it matches, and those that Kyverno generates of a policy about Pods.
 */
export function importValidatingPolicy(reading: Reading): readonly ImportedDocument[] {
  const { name, namespace, labels, annotations } = readMetadata(reading);
  const { ofAdmission, validationActions, lost, ...parts } = importParts(reading);
  const generated = importAutogen(reading);
  const matchConstraints = copy(reading, ['spec', 'matchConstraints'], shapes.matchConstraints);
  // Which of the two engines judges it is decided here: it is a policy of Kubernetes.
  reading.take(['spec', 'autogen', 'validatingAdmissionPolicy', 'enabled']);
  const validations = reading.items(['spec', 'validations']).flatMap((path) => {
    const imported = importValidation(reading, path, lost);
    return imported === undefined ? [] : [{ expression: imported.expression, ...imported.said }];
  });
  reading.finish();
  if (!ofAdmission) return [];
  const refused = refusing(reading, 'object');
  const own = present({
    failurePolicy: parts.failurePolicy ?? 'Fail',
    matchConstraints,
    matchConditions: parts.matchConditions,
    variables: parts.variables,
    validations: [
      ...validations,
      ...(refused === undefined ? [] : [{ expression: refused.expression, message: refused.message }]),
    ],
    auditAnnotations: parts.auditAnnotations,
  });
  const full = namespace === undefined ? name : `${namespace}-${name}`;
  const bound = present({
    validationActions,
    matchResources: namespace && { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
  });
  const all = [
    { name: full, spec: own },
    ...generated.map((one) => ({ name: `${full}-autogen-${one.suffix}`, spec: generate(own, one) })),
  ];
  return all.flatMap((policy) => documentsOf(policy, { labels, annotations, bound }));
}

function generate(spec: Readonly<Record<string, unknown>>, one: Generated): Readonly<Record<string, unknown>> {
  const { matchConstraints, ...rest } = spec;
  const operations = valueAt(matchConstraints, ['resourceRules', 0, 'operations']) ?? ['*'];
  const namespaceSelector = valueAt(matchConstraints, ['namespaceSelector']);
  return {
    ...replaced(rest, one),
    matchConstraints: present({ resourceRules: generatedRules(one, operations), namespaceSelector }),
  };
}

interface Around {
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly annotations: Readonly<Record<string, string>> | undefined;
  readonly bound: object;
}

function documentsOf(
  { name, spec }: { readonly name: string; readonly spec: Readonly<Record<string, unknown>> },
  { labels, annotations, bound }: Around,
): readonly ImportedDocument[] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const metadata = present({ name, labels, annotations });
  return [
    { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata, spec },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: present({ name, labels }),
      spec: { policyName: name, ...bound },
    },
  ];
}
