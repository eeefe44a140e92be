import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { assay, folderOf, type Run } from './assay.ts';

// Each run is a process; a loaded machine starts few of them a second.
vi.setConfig({ testTimeout: 120_000 });

const policy = `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: ports}
spec:
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods, services]}
  paramSchema: {type: object, properties: {most: {type: integer, default: 1024}}}
  validations:
  - name: low
    expression: object.spec.?ports.orValue([]).all(p, p.port <= params.most)
  - name: owner
    expression: request.userInfo.username == "ada" || !has(object.metadata.labels)
  - name: labelled
    expression: "'team' in cluster.namespaceLabels(request.namespace)"
`;
const service = (port: number) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { ports: [{ port }] },
});
const namespace = (labels: object) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default', labels } });
const cases = (list: readonly object[], more: object = {}): string =>
  stringify({ apiVersion: 'assay.dev/v1alpha1', kind: 'PolicyCases', ...more, cases: list });

const good = cases(
  [
    { name: 'a low port', object: service(80), want: { low: 'pass', labelled: 'pass' } },
    {
      name: 'a high port, as a parameter has it',
      object: service(80),
      params: { most: 79 },
      want: { 'ports/low': 'deny' },
      at: 'spec.ports[0].port',
    },
    {
      name: 'another user',
      object: { ...service(80), metadata: { name: 'web', labels: { a: 'b' } } },
      user: { username: 'bob' },
      want: { owner: 'deny' },
    },
    {
      name: 'nobody',
      object: { ...service(80), metadata: { name: 'web', labels: { a: 'b' } } },
      want: { owner: 'error' },
    },
    {
      name: 'an update that changes nothing',
      object: service(4000),
      oldObject: service(4000),
      want: { low: 'warn' },
    },
    { name: 'a deletion', oldObject: service(4000), operation: 'DELETE', want: { low: 'skip' } },
    {
      name: 'a ConfigMap',
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } },
      want: { low: 'skip' },
    },
    { name: 'files', resource: '../objects.yaml', want: { low: 'pass' } },
  ],
  { cluster: [namespace({ team: 'a' })] },
);

const taken = (ip: string) => ({ ...service(80), status: { loadBalancer: { ingress: [{ ip }] } } });
const status = `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: status}
spec:
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [UPDATE], resources: [services/status]}
  validations:
  - name: kept
    expression: request.subResource == 'status' && object.status == oldObject.status
`;
const subresources = cases(
  [
    {
      name: 'the status changes',
      subresource: 'status',
      oldObject: taken('192.0.2.1'),
      object: taken('192.0.2.2'),
      want: { kept: 'deny', low: 'skip' },
    },
    {
      name: 'the status is written as it is',
      subresource: 'status',
      oldObject: taken('192.0.2.1'),
      object: taken('192.0.2.1'),
      want: { kept: 'pass' },
    },
    {
      name: 'the Service changes',
      oldObject: taken('192.0.2.1'),
      object: taken('192.0.2.2'),
      want: { kept: 'skip', low: 'pass' },
    },
    { name: 'another subresource', subresource: 'proxy', object: service(80), want: { kept: 'skip', low: 'skip' } },
  ],
  { policies: ['../policies/ports.yaml', 'status.yaml'] },
);

const image = 'ghcr.io/acme/shop:1';
const signed = `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: signed}
spec:
  authorities:
  - name: release
    keyless: {trustRoot: public-good, identities: [{issuer: "https://i.example", subject: a@acme.example}]}
  signatures: {from: [release]}
`;
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'shop' },
  spec: { containers: [{ name: 'shop', image }] },
};

const labelled = (labels: object) => ({ ...pod, metadata: { ...pod.metadata, labels } });
const changes = `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: changes}
spec:
  validations: [{name: team, expression: has(object.metadata.labels.team)}]
  mutations:
  - name: team
    patchType: JSONPatch
    jsonPatch:
      expression: >-
        has(object.metadata.labels) ? (has(object.metadata.labels.team) ? [] : [JSONPatch{op: 'add', path: '/metadata/labels/team', value: 'a'}])
          : [JSONPatch{op: 'add', path: '/metadata/labels', value: {'team': 'a'}}]
  - name: count
    patchType: JSONPatch
    jsonPatch:
      expression: >-
        has(object.metadata.labels.count) ? [JSONPatch{op: 'add', path: '/metadata/labels/count', value: object.metadata.labels.count + 'x'}] : []
`;

let files: ReturnType<typeof folderOf>;

beforeAll(() => {
  files = folderOf({
    'policies/ports.yaml': policy,
    'policies/ports.cases.yaml': good,
    'objects.yaml': `${stringify(service(1))}---\n${stringify(service(2))}`,
    'bad/ports.cases.yaml': cases(
      [
        { name: 'too high', object: service(4000), want: { low: 'pass' } },
        { name: 'elsewhere', object: service(4000), want: { low: 'deny' }, at: 'spec.type' },
        { name: 'unknown', object: service(80), want: { labelled: 'pass' } },
      ],
      { policies: ['../policies/ports.yaml'] },
    ),
    'broken/rule.cases.yaml': cases([{ name: 'x', object: service(1), want: { lower: 'pass' } }], {
      policies: ['../policies/ports.yaml'],
    }),
    'broken/object.cases.yaml': cases([{ name: 'x', want: { low: 'pass' } }], { policies: ['../policies/ports.yaml'] }),
    'broken/both.cases.yaml': cases([{ name: 'x', object: service(1), resource: 'a.yaml', want: { low: 'pass' } }], {
      policies: ['../policies/ports.yaml'],
    }),
    'broken/params.cases.yaml': cases(
      [{ name: 'x', object: service(1), params: { most: 'x' }, want: { low: 'pass' } }],
      {
        policies: ['../policies/ports.yaml'],
      },
    ),
    'broken/field.cases.yaml': cases([{ name: 'x', object: service(1), wants: {}, want: { low: 'perhaps' } }]),
    'broken/alone.cases.yaml': cases([{ name: 'x', object: service(1), want: { low: 'pass' } }]),
    'nothing/a.yaml': policy,
    'images/signed.yaml': signed,
    'images/signed.cases.yaml': cases(
      [
        { name: 'signed', object: pod, want: { signatures: 'pass' } },
        { name: 'not signed', images: [{ image }], object: pod, want: { signatures: 'deny' } },
        {
          name: 'unreachable',
          images: [{ image, unavailable: 'REGISTRY_UNREACHABLE' }],
          object: pod,
          want: { signatures: 'unobservable' },
        },
      ],
      {
        images: [
          { image, signatures: [{ authority: 'release', subject: 'a@acme.example', issuer: 'https://i.example' }] },
        ],
      },
    ),
    'forged/images.yaml': stringify({ apiVersion: 'assay.dev/v1alpha1', kind: 'PolicyCases', images: [{ image }] }),
    'sub/status.yaml': status,
    'sub/status.cases.yaml': subresources,
    'broken/subresource.cases.yaml': cases(
      [{ name: 'x', object: service(1), subresource: 'services/status', want: { low: 'pass' } }],
      { policies: ['../policies/ports.yaml'] },
    ),
    'pod.yaml': stringify(pod),
    'changes/changes.yaml': changes,
    'changes/changes.cases.yaml': cases([
      { name: 'a label', object: pod, becomes: { metadata: { labels: { team: 'a' } } }, want: { team: 'pass' } },
      { name: 'a label that is there', object: labelled({ team: 'b' }), becomes: {} },
      { name: 'nothing, it says', object: pod, becomes: {} },
      { name: 'another value', object: pod, becomes: { metadata: { labels: { team: 'b' } } } },
      {
        name: 'again and again',
        object: labelled({ count: 'x' }),
        becomes: { metadata: { labels: { team: 'a', count: 'xx' } } },
      },
    ]),
    'broken/neither.cases.yaml': cases([{ name: 'x', object: service(1) }], { policies: ['../policies/ports.yaml'] }),
  });
});
afterAll(() => files[Symbol.dispose]());

const test = (...words: string[]): Promise<Run> => assay(['test', ...words], { folder: files.path });

interface Output {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cases: readonly Record<string, unknown>[];
}

describe('assay test', () => {
  it('runs the cases beside policies, and is silent of those that are as wanted', async () => {
    expect(await test('policies')).toMatchObject({ code: 0, stdout: '10 passed, 0 failed\n', stderr: '' });
    expect(await test('policies/ports.cases.yaml', '--run', 'another user')).toMatchObject({
      code: 0,
      stdout: '1 passed, 0 failed\n',
    });
  });

  it('judges images by what the cases say of them, which a check does not hear of', async () => {
    expect(await test('images')).toMatchObject({ code: 0, stdout: '3 passed, 0 failed\n', stderr: '' });
    const check = await assay(['check', '--offline', '-p', 'images', 'pod.yaml', 'images/signed.cases.yaml'], {
      folder: files.path,
    });
    expect(check.code).toBe(2);
    expect(check.stdout).toContain('OFFLINE');
    const forged = await assay(['check', '--offline', '-p', 'forged', 'pod.yaml'], { folder: files.path });
    expect(forged.code).toBe(64);
    expect(forged.stderr).toContain('PolicyCases are for "assay test"');
  });

  it('judges what is asked for of a subresource as such', async () => {
    expect(await test('sub')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('7 passed, 0 failed') as string,
    });
  });

  it('holds what mutations make of an object against what it is said to become, twice', async () => {
    const { code, stdout } = await test('changes');
    expect(code).toBe(1);
    expect(stdout.split('\n').filter((line) => line.startsWith('  '))).toEqual([
      '  changes/mutation of Pod shop: wanted pass, got error',
      '  metadata.labels is {"team":"a"}, and nothing is wanted',
      '  changes/mutation of Pod shop: wanted pass, got error',
      '  metadata.labels.team is "a", and "b" is wanted',
      '  changes/mutation of Pod shop: wanted pass, got error',
      '  a second time makes "xxx" of metadata.labels.count',
    ]);
    expect(stdout).toContain('3 passed, 3 failed');
    const { stdout: lists } = await test('changes', '--coverage');
    expect(lists).not.toContain('changes/count:');
  });

  it('tells of each that is not what was wanted, what came instead, and why, with its line', async () => {
    const { code, stdout } = await test('bad');
    expect(code).toBe(1);
    expect(stdout.split('\n')).toEqual([
      'bad/ports.cases.yaml:6: failed  too high',
      '  ports/low of Service web: wanted pass, got deny',
      '  ports/low: spec.ports[0].port: found failed expression: object.spec.?ports.orValue([]).all(p, p.port <= params.most); expected true of: object.spec.?ports.orValue([]).all(p, p.port <= params.most) (VALIDATION_FAILED)',
      'bad/ports.cases.yaml:17: failed  elsewhere',
      '  ports/low of Service web: wanted deny, got deny',
      '  it points at spec.ports[0].port, not at spec.type',
      'bad/ports.cases.yaml:29: failed  unknown',
      '  ports/labelled of Service web: wanted pass, got unobservable',
      expect.stringContaining('LOOKUP_UNAVAILABLE') as string,
      '0 passed, 3 failed',
      '',
    ]);
  });

  it('writes JSON of exactly these fields', async () => {
    const { code, stdout } = await test('bad', '-o', 'json', '--run', 'too high');
    expect(code).toBe(1);
    expect(JSON.parse(stdout) as Output).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
      cases: [
        {
          file: 'bad/ports.cases.yaml',
          policy: 'ports',
          rule: 'low',
          resource: 'Service web',
          want: 'pass',
          got: 'deny',
          ok: false,
        },
      ],
    });
  });

  it('lists rules that no case shows to bite or to let pass', async () => {
    const run = await test('policies', '--coverage');
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toContain('policies/ports.cases.yaml: ports/owner: no case in which it passes');
    expect(run.stdout).toContain('policies/ports.cases.yaml: ports/labelled: no case in which it bites');
    expect(run.stdout).not.toContain('ports/low:');
    expect(await test('policies', '--require-coverage')).toMatchObject({ code: 1 });
  });

  it('runs nothing of a file that does not load, and says where', async () => {
    const told = async (name: string): Promise<string> => {
      const { code, stdout, stderr } = await test(`broken/${name}.cases.yaml`);
      expect([code, stdout]).toEqual([64, '']);
      return stderr;
    };
    expect(await told('rule')).toMatch(
      /^broken\/rule\.cases\.yaml:6: "x": no rule "lower"; there is low, owner, labelled/,
    );
    expect(await told('object')).toContain('an "object" or a "resource" is wanted');
    expect(await told('neither')).toContain('it says neither what it wants nor what the object becomes');
    expect(await told('both')).toContain('"object" and "resource" exclude each other');
    expect(await told('params')).toMatch(
      /^broken\/params\.cases\.yaml:16:13: cases\[0\]\.params\.most: .+ \(FIELD_WRONG\)$/m,
    );
    expect(await told('subresource')).toMatch(/^broken\/subresource\.cases\.yaml:15:18: cases\[0\]\.subresource: /);
    expect(await told('field')).toMatch(/FIELD_UNKNOWN[\s\S]*FIELD_WRONG|FIELD_WRONG[\s\S]*FIELD_UNKNOWN/);
    expect(await told('alone')).toContain('broken/alone.yaml');
    expect(await test('nothing')).toMatchObject({
      code: 64,
      stderr: 'nothing: has no *.cases.yaml, no kyverno-test.yaml and no Suite of gator\n',
    });
    expect(await test()).toMatchObject({ code: 64 });
    expect(await test('policies', '-o', 'xml')).toMatchObject({ code: 64 });
  });
});
