import { describe, expect, it } from 'vitest';
import { compilePolicies, parseDocuments } from '../../../policies/index.ts';

/** What is wrong with a policy whose one expression this is. */
function problemsOf(expression: string): readonly string[] {
  const policy = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'shop' },
    spec: {
      matchConstraints: {
        resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
      },
      validations: [{ expression }],
    },
  };
  const { documents } = parseDocuments(JSON.stringify(policy), 'policy.yaml');
  return compilePolicies(documents, { trustRoots: new Map() }).problems.map(({ detail }) => detail);
}

describe('an expression of a ValidatingAdmissionPolicy', () => {
  it.each([
    "request.userInfo.groups.exists(g, g == 'a') && request.?subResource.orValue('') == ''",
    'request.options.anything == 1',
    "namespaceObject == null || namespaceObject.metadata.labels['a'] == 'b'",
    'object.anything == oldObject.anything',
  ])('may read %s', (expression) => {
    expect(problemsOf(expression)).toEqual([]);
  });

  it.each([
    ['request.object == object', 'undefined field "object" of kubernetes.AdmissionRequest'],
    ["request.userInfo.group == 'a'", 'undefined field "group" of kubernetes.UserInfo'],
    ["namespaceObject.metadata.uid == 'a'", 'undefined field "uid" of kubernetes.NamespaceMetadata'],
    ['request.operation == 1', 'no matching overload'],
  ])('cannot read %s, which no API server takes', (expression, detail) => {
    expect(problemsOf(expression).join()).toContain(detail);
  });
});
