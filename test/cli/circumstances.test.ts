import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { check } from '../../cli/command/check.ts';
import { assayHere, folderOf, type Run } from './assay.ts';

/** What a rule sees is told by denying unless it is so. */
const policy = (expression: string): string =>
  stringify({
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'ClusterWorkloadPolicy',
    metadata: { name: 'p' },
    spec: {
      matchConstraints: {
        resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
      },
      validations: [{ name: 'rule', expression }],
    },
  });

const pod = (name: string, more: object = {}): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...more },
    spec: { containers: [{ name: 'a', image: 'x.example/a:1' }] },
  });

let files: ReturnType<typeof folderOf>;

beforeAll(() => {
  files = folderOf({
    'assay.yaml': 'apiVersion: assay.dev/v1alpha1\nkind: Configuration\nunmatchedImages: Allow\n',
    'pod.yaml': pod('p'),
    'old.yaml': pod('p', { namespace: 'default', labels: { was: 'here' } }),
    'other.yaml': pod('q'),
    'namespaces.yaml': stringify({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: { a: 'b' } },
    }),
    'ox.yaml': stringify({ apiVersion: 'acme.example/v1', kind: 'Ox', metadata: { name: 'o' } }),
    'definition.yaml': stringify({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'oxen.acme.example' },
      spec: {
        group: 'acme.example',
        scope: 'Cluster',
        names: { kind: 'Ox', plural: 'oxen' },
        versions: [{ name: 'v1', served: true, storage: true }],
      },
    }),
    'broken.yaml': 'a: [',
  });
});
afterAll(() => files[Symbol.dispose]());

const judged = (expression: string, words: readonly string[] = []): Promise<Run> => {
  const policies = folderOf({ 'p.yaml': policy(expression) });
  const at = (word: string): string => (/^[a-z]+\.yaml$/.test(word) ? join(files.path, word) : word);
  return assayHere(
    check,
    ['-c', 'assay.yaml', '-p', join(policies.path, 'p.yaml'), 'pod.yaml', ...words].map((word) => at(word)),
  ).finally(() => policies[Symbol.dispose]());
};

/** 0 where the expression is true of the one Pod. */
const code = async (expression: string, words: readonly string[] = []): Promise<number | null> =>
  (await judged(expression, words)).code;

describe('what a rule of assay check sees of the request', () => {
  it('is a CREATE in the namespace "default" by nobody in particular', async () => {
    const all = [
      'request.operation == "CREATE" && oldObject == null',
      'request.namespace == "default" && object.metadata.namespace == "default"',
      'request.resource.resource == "pods" && request.kind.kind == "Pod" && request.name == "p"',
      '!has(request.userInfo.username) && !has(request.subResource) && !request.dryRun',
    ];
    expect(await code(all.join(' && '))).toBe(0);
  });

  it('is in the namespace that -n names', async () => {
    expect(await code('request.namespace == "shop" && object.metadata.namespace == "shop"', ['-n', 'shop'])).toBe(0);
  });

  it('is by the user that --as names, in the groups that the API server adds', async () => {
    const groups = (expected: readonly string[]): string => `request.userInfo.groups == ${JSON.stringify(expected)}`;
    const ada = ['--as', 'ada', '--as-uid', '7'];
    expect(await code('request.userInfo.username == "ada" && request.userInfo.uid == "7"', ada)).toBe(0);
    expect(await code(groups(['system:authenticated']), ada)).toBe(0);
    const dev = [...ada, '--as-group', 'dev', '--as-group', 'ops'];
    expect(await code(groups(['dev', 'ops', 'system:authenticated']), dev)).toBe(0);
    const account = ['--as', 'system:serviceaccount:shop:web'];
    const own = ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'];
    expect(await code(groups(own), account)).toBe(0);
    expect(await code(groups(['system:unauthenticated']), ['--as', 'system:anonymous'])).toBe(0);
  });

  it('is an UPDATE of what --old-object has, wherever that is written', async () => {
    const was = 'request.operation == "UPDATE" && oldObject.metadata.labels.was == "here"';
    expect(await code(was, ['--old-object', 'old.yaml'])).toBe(0);
    expect(await code('request.operation == "CREATE" && oldObject == null', ['--old-object', 'other.yaml'])).toBe(0);
    // The old one lies in "default": another Pod of the same name is not it.
    const elsewhere = ['--old-object', 'old.yaml', '-n', 'shop'];
    expect(await code('request.operation == "CREATE" && oldObject == null', elsewhere)).toBe(0);
  });

  it('is a DELETE of the manifest where --operation says so', async () => {
    const gone = 'request.operation == "DELETE" && object == null && oldObject.metadata.name == "p"';
    expect(await code(gone, ['--operation', 'DELETE'])).toBe(0);
    expect(await code('object != null', ['--operation', 'DELETE'])).toBe(1);
  });

  it('is for the resource that a CustomResourceDefinition among the manifests names', async () => {
    const oxen = 'object.kind != "Ox" || request.resource.resource == "oxen" && !has(request.namespace)';
    expect(await code(oxen, ['ox.yaml', 'definition.yaml'])).toBe(0);
    expect(await code(oxen, ['ox.yaml'])).toBe(1);
  });

  it('knows the namespaces of --namespace-object and among the manifests, and cannot decide about others', async () => {
    const labelled = 'namespaceObject.metadata.labels.a == "b"';
    expect(await code(labelled, ['-n', 'shop', '--namespace-object', 'namespaces.yaml'])).toBe(0);
    expect(
      await code('object.kind == "Namespace" || namespaceObject.metadata.name == "shop"', [
        '-n',
        'shop',
        'namespaces.yaml',
      ]),
    ).toBe(0);
    const unknown = await judged(labelled, ['-n', 'shop']);
    expect(unknown.code).toBe(2);
    expect(unknown.stdout).toContain('LOOKUP_UNAVAILABLE');
    expect(unknown.stdout).toContain('namespace "shop"');
  });
});

describe('a command line that cannot be meant', () => {
  it.each([
    [['--operation', 'PATCH'], 'there is CREATE, UPDATE, DELETE'],
    [['--as-group', 'dev'], '--as-group and --as-uid need --as USER'],
    [['--as-uid', '7'], '--as-group and --as-uid need --as USER'],
    [['--old-object', 'broken.yaml'], 'broken.yaml'],
    [['--namespace-object', 'absent.yaml'], 'absent.yaml'],
  ])('%s is refused before anything is judged', async (words, message) => {
    const run = await judged('true', words);
    expect(run).toMatchObject({ code: 64, stdout: '' });
    expect(run.stderr).toContain(message);
  });
});
