import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { explain } from '../../cli/command/explain.ts';
import { assayHere, folderOf } from './assay.ts';

const policy = (name: string, spec: string): string =>
  `apiVersion: assay.dev/v1alpha1\nkind: ClusterWorkloadPolicy\nmetadata: {name: ${name}}\nspec:\n${spec}\n---\n`;
const validation = `  validations: [{name: labelled, expression: "has(object.metadata.labels)", message: a label is wanted}]`;
const files = folderOf({
  'p.yaml': [
    policy('labels', validation),
    policy(
      'nodes',
      `  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [nodes]}]}\n${validation}`,
    ),
  ].join(''),
  'o.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bare}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: good, labels: {a: b}}\n',
});
afterAll(() => files[Symbol.dispose]());
const at = (name: string): string => join(files.path, name);

describe('assay explain', () => {
  it('explains a shipped policy by its check and by its name', async () => {
    const run = await assayHere(explain, ['psb-05']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(
      /^pod-security\.host-ports {2}ClusterWorkloadPolicy, .*\nNo ports of the node\n\nContainers listen/,
    );
    for (const line of [
      /severity +medium/,
      /controls +PSS-B, CIS 5\.2\.13/,
      /remedy +remove hostPort/,
      /^rules\n {2}\S/m,
    ])
      expect(run.stdout).toMatch(line);
    expect((await assayHere(explain, ['pod-security.host-ports'])).stdout).toBe(run.stdout);
  });

  it('explains every policy of a file, and one of them by name', async () => {
    const whole = await assayHere(explain, [at('p.yaml')]);
    expect(whole.stdout).toContain('labels  ClusterWorkloadPolicy');
    expect(whole.stdout).toContain('  speaks of   nodes');
    expect(whole.stdout).toContain('  labelled: a label is wanted');
    const one = await assayHere(explain, ['-p', at('p.yaml'), 'nodes']);
    expect(one.stdout).toMatch(/^nodes {2}/);
    expect(one.stdout).not.toContain('labels  Cluster');
  });

  it('says of an object what each policy says of it, or why it says nothing', async () => {
    const run = await assayHere(explain, ['-p', at('p.yaml'), at('o.yaml')]);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^ConfigMap bare\n {2}labels\/labelled {2}deny: .*a label is wanted/);
    expect(run.stdout).toContain('ConfigMap good\n  labels/labelled  pass\n');
    expect(run.stdout).toContain('  nodes  says nothing: its matchConstraints leave the object out\n');
    const one = await assayHere(explain, ['-p', at('p.yaml'), at('o.yaml'), 'configmap/good']);
    expect(one.stdout).toMatch(/^ConfigMap good\n/);
    expect(one.stdout).not.toContain('bare');
  });

  it('says what it does not know', async () => {
    const none = await assayHere(explain, ['NO_SIGNATUR']);
    expect(none).toMatchObject({ code: 64, stdout: '' });
    expect(none.stderr).toContain('there is no code and no policy "NO_SIGNATUR"; nearest is NO_SIGNATURE');
    expect(await assayHere(explain, [at('o.yaml')])).toMatchObject({ code: 64, stdout: '' });
    expect(await assayHere(explain, ['-p', at('p.yaml'), at('o.yaml'), 'pod/x'])).toMatchObject({
      code: 64,
      stdout: '',
    });
  });
});
