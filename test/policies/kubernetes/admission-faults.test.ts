import { describe, expect, it } from 'vitest';
import { compilePolicies, parseDocuments } from '../../../policies/index.ts';

type Fields = Readonly<Record<string, unknown>>;

const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
const change = { patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{}' } };
const specs: Readonly<Record<string, Fields>> = {
  ValidatingAdmissionPolicy: { matchConstraints: { resourceRules: [rule] }, validations: [{ expression: 'true' }] },
  MutatingAdmissionPolicy: {
    matchConstraints: { resourceRules: [rule] },
    mutations: [change],
    reinvocationPolicy: 'Never',
  },
  ValidatingAdmissionPolicyBinding: { policyName: 'p', validationActions: ['Deny'] },
  MutatingAdmissionPolicyBinding: { policyName: 'p' },
};

/** Field and sentence of every problem but that a binding's policy is not here. */
function problems(kind: string, spec: Fields, name = 'p'): readonly string[] {
  const document = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name },
    spec: { ...specs[kind], ...spec },
  };
  const { documents } = parseDocuments(JSON.stringify(document), 'f.json');
  return compilePolicies(documents, { trustRoots: new Map() })
    .problems.filter(({ code }) => code !== 'REFERENCE_UNRESOLVED')
    .map(({ path, detail }) => `${path}: ${detail}`);
}

const vap = 'ValidatingAdmissionPolicy';
const map = 'MutatingAdmissionPolicy';
const vapb = 'ValidatingAdmissionPolicyBinding';
const mapb = 'MutatingAdmissionPolicyBinding';
const validation = (fields: Fields): Fields => ({ validations: [{ expression: 'true', ...fields }] });
const annotation = (fields: Fields): Fields => ({
  auditAnnotations: [{ key: 'a', valueExpression: "'x'", ...fields }],
});

/** A real API server is asked about these and 900 others (test/end-to-end/documents.test.ts). */
describe('a document that the API server would refuse is a problem at its place', () => {
  it.each<[string, Fields, string]>([
    [vap, { matchConstraints: {} }, 'spec.matchConstraints.resourceRules: at least one rule'],
    [map, { matchConstraints: { resourceRules: [] } }, 'spec.matchConstraints.resourceRules: at least one rule'],
    [
      map,
      { matchConstraints: { resourceRules: [{ ...rule, operations: ['CREATE', 'DELETE'] }] } },
      'spec.matchConstraints.resourceRules[0].operations[1]: a mutation is made',
    ],
    [
      mapb,
      { matchResources: { resourceRules: [{ ...rule, operations: ['DELETE'] }] } },
      'spec.matchResources.resourceRules[0].operations[0]: a mutation is made',
    ],
    [vap, { paramKind: { apiVersion: 'a/b/v1', kind: 'A' } }, 'spec.paramKind.apiVersion: a/b/v1: an API version is'],
    [vap, { paramKind: { apiVersion: 'A/v1', kind: 'A' } }, 'spec.paramKind.apiVersion: A/v1: a lowercase RFC 1123'],
    [vap, { paramKind: { apiVersion: 'v1', kind: 'A b' } }, 'spec.paramKind.kind: "A b": a DNS-1035 label'],
    [
      vap,
      { matchConditions: [{ name: 'a'.repeat(64), expression: 'true' }] },
      `spec.matchConditions[0].name: ${'a'.repeat(64)}: name part must be no more than 63 bytes`,
    ],
    [
      vap,
      { variables: [{ name: 'for', expression: '1' }] },
      'spec.variables[0].name: "for" is a word of CEL, and no name',
    ],
    [vap, { validations: [] }, 'spec.validations: a policy has validations or auditAnnotations'],
    [vap, validation({ message: ' ' }), 'spec.validations[0].message: a message is not blank'],
    [vap, validation({ message: 'a\nb' }), 'spec.validations[0].message: a message is one line'],
    [vap, validation({ reason: 'Unauthorized' }), 'spec.validations[0].reason: Unauthorized is none of Forbidden,'],
    [
      vap,
      validation({ messageExpression: "authorizer.path('/').check('get').reason()" }),
      'spec.validations[0].messageExpression: "authorizer" is not declared',
    ],
    [vap, annotation({ key: 'a b' }), 'spec.auditAnnotations[0].key: "a b": name part must consist of'],
    [
      vap,
      annotation({ valueExpression: 'object.a' }),
      'spec.auditAnnotations[0].valueExpression: the expression comes to dyn',
    ],
    [
      vap,
      annotation({ valueExpression: `'${'a'.repeat(5119)}'` }),
      'spec.auditAnnotations[0].valueExpression: 5121 bytes; at most 5120',
    ],
    [
      vap,
      { auditAnnotations: Array.from({ length: 21 }, (_, at) => ({ key: `k${at}`, valueExpression: "'a'" })) },
      'spec.auditAnnotations: 21 annotations; a policy has at most 20',
    ],
    [vapb, { validationActions: ['Deny', 'Warn'] }, 'spec.validationActions: Deny and Warn exclude each other'],
    [vapb, { policyName: 'A' }, 'spec.policyName: A: a lowercase RFC 1123 subdomain'],
    [mapb, { paramRef: { name: 'a', selector: {} } }, 'spec.paramRef: exactly one of "name" and "selector"'],
    [vapb, { paramRef: { parameterNotFoundAction: 'Deny' } }, 'spec.paramRef: exactly one of "name" and "selector"'],
    [vapb, { paramRef: { name: '..' } }, 'spec.paramRef.name: no object is named ..'],
    [
      vapb,
      { paramRef: { selector: { matchLabels: { a: 'b c' } } } },
      'spec.paramRef.selector.matchLabels.a: "b c" is no value of a label',
    ],
    [
      vapb,
      { matchResources: { resourceRules: [{ ...rule, apiGroups: ['*', 'apps'] }] } },
      'spec.matchResources.resourceRules[0].apiGroups: "*" is all of them',
    ],
    [
      map,
      { mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: '[]' } }] },
      'spec.mutations[0].jsonPatch.expression: the expression comes to list(dyn); list(JSONPatch) is wanted',
    ],
  ])('%s %j', (kind, spec, problem) => {
    const told = problems(kind, spec);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(problem);
  });

  it.each(Object.keys(specs))('and so is a %s under no name of Kubernetes', (kind) => {
    expect(problems(kind, {}, 'A_b')).toEqual([expect.stringMatching(/^metadata\.name: A_b: a lowercase RFC 1123/)]);
  });
});

it.each<[string, Fields]>([
  [vap, { failurePolicy: null, paramKind: null, ...validation({ message: null, reason: null }) }],
  [vapb, { matchResources: null, paramRef: { name: '', selector: {}, parameterNotFoundAction: 'Deny' } }],
  [vap, { variables: Array.from({ length: 150 }, (_, at) => ({ name: `v${at}`, expression: '1' })) }],
  [vap, { validations: null, ...annotation({}) }],
])('what the API server takes is taken: %s %j', (kind, spec) => {
  expect(problems(kind, spec)).toEqual([]);
});
