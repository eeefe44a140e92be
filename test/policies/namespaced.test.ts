import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { KubernetesObject } from '../../policies/index.ts';
import { judgeObject, type ObjectOptions } from './kubernetes/judge-object.ts';

type Spec = Record<string, unknown>;

const policy = (spec: Spec, namespace = 'team-a'): string =>
  stringify({ apiVersion: 'assay.dev/v1alpha1', kind: 'WorkloadPolicy', metadata: { name: 'p', namespace }, spec });
const rule = (expression: string, more: Spec = {}): Spec => ({ validations: [{ name: 'rule', expression }], ...more });
const pod = (namespace: string): KubernetesObject & Spec => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace },
  spec: { containers: [{ name: 'a', image: 'x.example/a:1' }] },
});
const codes = async (policies: string, object: KubernetesObject, options?: ObjectOptions): Promise<string[]> =>
  (await judgeObject(policies, object, options)).findings.map(({ policy: by, code }) => `${by} ${code}`);

describe('a WorkloadPolicy', () => {
  it('governs its own namespace and no other', async () => {
    expect(await codes(policy(rule('false')), pod('team-a'))).toEqual(['team-a/p VALIDATION_FAILED']);
    expect(await codes(policy(rule('false')), pod('team-b'))).toEqual([]);
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'r' } };
    expect(await codes(policy(rule('false')), role)).toEqual([]);
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } };
    expect(await codes(policy(rule('false')), namespace)).toEqual([]);
  });

  it('stands beside another of its name in another namespace', async () => {
    const both = `${policy(rule('false'))}---\n${policy(rule('false'), 'team-b')}`;
    expect(await codes(both, pod('team-b'))).toEqual(['team-b/p VALIDATION_FAILED']);
  });

  it('does not make an image welcome that only the cluster may', async () => {
    const cluster = stringify({
      apiVersion: 'assay.dev/v1alpha1',
      kind: 'ClusterWorkloadPolicy',
      metadata: { name: 'c' },
      spec: { images: ['other.example/*'], pin: 'None' },
    });
    const tenant = policy({ images: ['x.example/*'], pin: 'None' });
    const { findings } = await judgeObject(`${cluster}---\n${tenant}`, pod('team-a'), { unmatchedImages: 'Deny' });
    expect(findings.map(({ code }) => code)).toEqual(['IMAGE_NOT_GOVERNED']);
  });

  it('asks nothing of the cluster that its author may not ask', async () => {
    await expect(codes(policy(rule('authorizer.path("/x").check("get").allowed()')), pod('team-a'))).rejects.toThrow(
      'EXPRESSION_WRONG',
    );
    await expect(codes(policy(rule('cluster.runtimeClasses().size() > 0')), pod('team-a'))).rejects.toThrow(
      'EXPRESSION_WRONG',
    );
    const elsewhere = {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      paramRef: { name: 'c', namespace: 'team-b' },
    };
    await expect(codes(policy(rule('true', elsewhere)), pod('team-a'))).rejects.toThrow('UNSAFE_COMBINATION');
    const global = { paramKind: { apiVersion: 'v1', kind: 'Node' }, paramRef: { name: 'n' } };
    await expect(codes(policy(rule('true', global)), pod('team-a'))).rejects.toThrow('UNSAFE_COMBINATION');
  });

  it('writes nothing into objects', async () => {
    const mutations = [{ patchType: 'JSONPatch', jsonPatch: { expression: '[]' } }];
    await expect(codes(policy({ mutations }), pod('team-a'))).rejects.toThrow('UNSAFE_COMBINATION');
  });

  it('shares a budget with the others of its namespace, and holds up nobody else', async () => {
    const object = { ...pod('team-a'), spec: { items: Array.from({ length: 120 }, (_, at) => at) } };
    const costly = 'object.spec.items.all(a, object.spec.items.all(b, a + b >= 0))';
    const many = {
      validations: Array.from({ length: 40 }, (_, at) => ({ name: `r${at}`, expression: `${costly} && ${at} >= 0` })),
    };
    const others = policy(rule('object.metadata.name == "q"'), 'team-a').replace('name: p', 'name: q');
    const tenants = await codes(`${policy(many)}---\n${others}`, object);
    expect(tenants).toContain('team-a/q EXPRESSION_FAILED');
    const cluster = policy(rule('object.metadata.name == "q"'))
      .replace('WorkloadPolicy', 'ClusterWorkloadPolicy')
      .replace(/ +namespace: .*\n/, '');
    expect(await codes(`${policy(many)}---\n${cluster}`, object)).toContain('p VALIDATION_FAILED');
  });
});

describe('parameters with a schema', () => {
  const base = (more: Spec = {}): Spec => ({
    ...rule('params.data.max >= 3 && params.data.names == ["a"]'),
    paramKind: { apiVersion: 'example.com/v1', kind: 'Limit' },
    paramRef: { name: 'limit' },
    paramSchema: {
      type: 'object',
      properties: {
        data: {
          type: 'object',
          default: {},
          additionalProperties: false,
          properties: {
            max: { type: 'integer', default: 3, minimum: 1, maximum: 9 },
            names: {
              type: 'array',
              items: { type: 'string', minLength: 1, maxLength: 3 },
              minItems: 1,
              maxItems: 2,
              default: ['a'],
            },
            mode: { type: 'string', enum: ['a', 'b'] },
            owner: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
            share: { type: 'number', maximum: 1 },
            strict: { type: 'boolean' },
            limits: { type: 'object', additionalProperties: { type: 'integer', maximum: 5 } },
          },
        },
      },
    },
    ...more,
  });
  const limit = (data: unknown): KubernetesObject & Spec => ({
    apiVersion: 'example.com/v1',
    kind: 'Limit',
    metadata: { name: 'limit', namespace: 'team-a' },
    data,
  });
  const judged = (data: unknown, more: Spec = {}): Promise<string[]> =>
    codes(policy(base(more)), pod('team-a'), { objects: [limit(data)] });

  it('have their defaults filled in', async () => {
    expect(await judged({ max: 4 })).toEqual([]);
    expect(await judged({ max: 2 })).toEqual(['team-a/p VALIDATION_FAILED']);
    expect(await judged(undefined)).toEqual([]);
    expect(
      await codes(policy(base()), pod('team-a'), { objects: [{ ...limit({}), metadata: { name: 'other' } }] }),
    ).toEqual([]);
  });

  it('are taken from no other namespace, and their defaults only where none are needed', async () => {
    const elsewhere = { ...limit({ max: 4 }), metadata: { name: 'limit', namespace: 'team-b' } };
    const lacking = (action: string, more: Spec = {}): Promise<string[]> =>
      codes(policy(base({ paramRef: { name: 'limit', parameterNotFoundAction: action }, ...more })), pod('team-a'), {
        objects: [elsewhere],
      });
    expect(await lacking('Allow')).toEqual([]);
    expect(await lacking('Deny')).toEqual(['team-a/p PARAMETERS_NOT_FOUND']);
    expect(await lacking('Allow', rule('params.data.max >= 4'))).toEqual(['team-a/p VALIDATION_FAILED']);
  });

  const wrong: readonly (readonly [string, unknown, string])[] = [
    ['a type', { max: 'many' }, 'data.max: "many" is no integer'],
    ['a missing field', { owner: {} }, 'data.owner.name: is missing'],
    ['an unknown field', { max: 3, more: 1 }, 'data.more: there is no such field'],
    ['a number that is too small', { max: 0 }, 'data.max: 0, and at least 1 is wanted'],
    ['a number that is too large', { max: 10 }, 'data.max: 10, and at most 9 is wanted'],
    ['a text that is too short', { max: 3, names: [''] }, 'data.names[0]: 0 characters, and at least 1 is wanted'],
    ['a text that is too long', { max: 3, names: ['abcd'] }, 'data.names[0]: 4 characters, and at most 3 is wanted'],
    ['a list that is too short', { max: 3, names: [] }, 'data.names: 0 items, and at least 1 is wanted'],
    ['a list that is too long', { max: 3, names: ['a', 'b', 'c'] }, 'data.names: 3 items, and at most 2 is wanted'],
    ['a value that is none of them', { max: 3, mode: 'c' }, 'data.mode: "c" is none of "a", "b"'],
    ['a text that is none', { max: 3, mode: 'a', owner: { name: 7 } }, 'data.owner.name: 7 is no string'],
    ['a number that is none', { max: 3, share: '1' }, 'data.share: "1" is no number'],
    ['a bool that is none', { max: 3, strict: 'false' }, 'data.strict: "false" is no boolean'],
    ['an object that is none', { max: 3, owner: 'ada' }, 'data.owner: "ada" is no object'],
    ['an integer with a fraction', { max: 3.5 }, 'data.max: 3.5 is no integer'],
    ['a member behind one that is right', { max: 3, share: 0.5, strict: 1 }, 'data.strict: 1 is no boolean'],
    [
      'an item behind one that is right',
      { max: 3, names: ['a', 'abcd'] },
      'data.names[1]: 4 characters, and at most 3 is wanted',
    ],
    [
      'a value of a name that the schema leaves open',
      { max: 3, limits: { cpu: 5, gpu: 6 } },
      'data.limits.gpu: 6, and at most 5 is wanted',
    ],
    ['a list that is none', { max: 3, names: 'a' }, 'data.names: "a" is no array'],
  ];
  for (const [name, data, found] of wrong) {
    it(`are refused for ${name}`, async () => {
      const { findings } = await judgeObject(policy(base()), pod('team-a'), { objects: [limit(data)] });
      expect(findings).toMatchObject([{ code: 'PARAMETERS_WRONG', kind: 'error', effect: 'deny', found }]);
    });
  }

  it('are refused as a schema with keywords that would not be kept', async () => {
    const keyword = { paramSchema: { type: 'object', pattern: '(a+)+$' } };
    await expect(judged({}, keyword)).rejects.toThrow('FIELD_UNKNOWN');
    await expect(judged({}, { paramSchema: { type: 'thing' } })).rejects.toThrow('FIELD_WRONG');
    await expect(judged({}, { paramSchema: { type: 'object', items: 3 } })).rejects.toThrow('FIELD_WRONG');
    for (const more of [
      { minimum: '1' },
      { maxLength: -1 },
      { required: 'name' },
      { enum: 'a' },
      { properties: [] },
      { additionalProperties: 'no' },
      { type: ['object'] },
    ])
      await expect(judged({}, { paramSchema: { type: 'object', ...more } })).rejects.toThrow('FIELD_WRONG');
    const constant = { paramKind: undefined, paramRef: undefined, paramSchema: { type: 'object', required: ['a'] } };
    await expect(judged({}, constant)).rejects.toThrow('FIELD_MISSING');
  });

  it('of one without the other are no parameters', async () => {
    await expect(judged({}, { paramRef: undefined })).rejects.toThrow('FIELD_MISSING');
    await expect(judged({}, { paramRef: { name: 'a', selector: {} } })).rejects.toThrow('FIELD_MISSING');
    const cluster = { paramKind: { apiVersion: 'v1', kind: 'Node' }, paramRef: { name: 'a', namespace: 'team-a' } };
    await expect(judged({}, cluster)).rejects.toThrow('FIELD_WRONG');
  });
});
