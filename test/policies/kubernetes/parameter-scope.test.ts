import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { judgeObject } from './judge-object.ts';

const documents = (kind: string): string =>
  [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'p' },
      spec: {
        paramKind: { apiVersion: 'v1', kind },
        matchConstraints: { resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }] },
        validations: [{ expression: 'false', messageExpression: 'string(params.metadata.name)' }],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'b' },
      spec: { policyName: 'p', paramRef: { name: 'x', parameterNotFoundAction: 'Deny' }, validationActions: ['Deny'] },
    },
  ]
    .map((document) => stringify(document))
    .join('---\n');

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'o', namespace: 'shop' } };
const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'r' } };

const found = async (kind: string, object: object, parameter: object): Promise<readonly string[]> => {
  const objects = [{ apiVersion: 'v1', kind, metadata: { name: 'x', ...parameter } }];
  return (await judgeObject(documents(kind), object, { objects })).findings.map(({ found }) => found);
};

it('a parameter of a kind that lies in no namespace is found for what lies in one', async () => {
  expect(await found('Node', pod, {})).toEqual(['x']);
  expect(await found('Node', role, {})).toEqual(['x']);
});

it('a parameter of a kind that lies in namespaces is looked for in that of the object', async () => {
  expect(await found('ConfigMap', pod, { namespace: 'shop' })).toEqual(['x']);
  expect(await found('ConfigMap', pod, { namespace: 'other' })).not.toEqual(['x']);
  expect(await found('ConfigMap', role, { namespace: 'shop' })).not.toEqual(['x']);
});
