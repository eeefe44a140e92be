import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../../../cli/command/check.ts';
import { type Manifests, readManifests } from '../../../cli/source/manifests.ts';
import { assayHere, folderOf } from '../assay.ts';

async function* nothing(): AsyncGenerator<never> {}
async function* text(input: string): AsyncGenerator<string> {
  yield input;
}
const read = (input: string): Promise<Manifests> => readManifests(['-'], text(input));
const pod = (name: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: a, image: x}]}\n`;

const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...[...'bcdefgh'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
].join('\n');

describe('hostile documents', () => {
  for (const [name, hostile, line, said] of [
    ['an alias bomb', bomb, 1, /alias/],
    ['an alias within what it names', 'a: &a\n  b: *a\n', 2, /an alias within what it names/],
    ['a merge key', 'x: &x {privileged: true}\ny:\n  <<: *x\n', 3, /a merge key "<<"/],
    ['a key written twice', 'metadata:\n  name: a\n  name: b\n', 3, /the key "name" is written twice/],
    ['a key written twice in JSON', '{"a": 1,\n"a": 2}\n', 2, /the key "a" is written twice/],
    ['a custom tag', 'a: 1\nb: !!js/function "x"\n', 2, /tag/i],
    ['a tag of its own', 'a: 1\nb: !evil {c: d}\n', 2, /tag/i],
    ['a key that is no text', 'a: 1\n? {b: c}\n: d\n', 2, /key/i],
    ['a nesting without end', `a: 1\nb: ${'['.repeat(3000)}${']'.repeat(3000)}\n`, 2, /nested deeper than/],
    ['a control character', 'a: 1\nb: "\u0001"\nc: [\n', 4, /./],
    ['a directive of another YAML', 'a: 1\n---\n%YAML 9.9\n---\nb: [\n', 3, /./],
    ['a tab for a space', 'a:\n\tb: 1\n', 2, /tab/i],
    ['a document that breaks off', 'a: {b: [c\n', 2, /./],
  ] as const) {
    it(`refuses ${name} with its line, and judges the documents around it`, async () => {
      const { manifests, unreadable } = await read(`${pod('before')}---\n${hostile}\n---\n${pod('after')}`);
      const first = pod('before').split('\n').length;
      expect(manifests.map((one) => one.name)).toEqual(['before', 'after']);
      expect(new Set(unreadable.map((one) => one.line)).size).toBe(unreadable.length);
      expect(unreadable[0]?.column).toBeGreaterThan(0);
      expect(unreadable[0]?.message).toMatch(said);
      const at = (unreadable[0]?.line ?? 0) - first;
      expect(at).toBeGreaterThanOrEqual(line - 1);
      expect(at).toBeLessThanOrEqual(line + 1);
    });
  }

  it('refuses a text that is too large without reading it as YAML', async () => {
    const { manifests, unreadable } = await read(`# ${'x'.repeat(64 * 1024 * 1024)}\n${pod('a')}`);
    expect(manifests).toEqual([]);
    expect(unreadable.map(({ message }) => message)).toEqual([expect.stringContaining('bytes')]);
  });

  it('takes the words of YAML 1.1 for words, as YAML 1.2 does', async () => {
    const { manifests } = await read(`apiVersion: v1\nkind: Pod\nmetadata: {name: no}\nspec: {hostNetwork: yes}\n`);
    expect(manifests[0]).toMatchObject({ name: 'no', object: { spec: { hostNetwork: 'yes' } } });
  });
});

describe('what templates make', () => {
  const helm = `---
# Source: shop/templates/serviceaccount.yaml
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
---
# Source: shop/templates/empty.yaml
---
# Source: shop/templates/two.yaml
# by hand
apiVersion: v1
kind: Pod
metadata:
  name: one
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod, metadata: {name: two}}
...
---
# a note of kustomize
`;

  it('is read past heads, comments and empty documents, and each object knows its template', async () => {
    const { manifests, unreadable } = await read(helm);
    expect(unreadable).toEqual([]);
    expect(manifests.map(({ name, template }) => [name, template])).toEqual([
      ['web', 'shop/templates/serviceaccount.yaml'],
      ['one', 'shop/templates/two.yaml'],
      ['two', undefined],
    ]);
    expect(manifests[1]?.place(['metadata', 'name'])).toEqual({ line: 15, column: 9 });
  });

  it('is the same with the ends of line of Windows and a mark in front', async () => {
    const { manifests, unreadable } = await read(`\uFEFF${helm.replaceAll('\n', '\r\n')}`);
    expect(unreadable).toEqual([]);
    expect(manifests.map(({ name }) => name)).toEqual(['web', 'one', 'two']);
    expect(manifests[0]?.template).toBe('shop/templates/serviceaccount.yaml');
  });

  it('is nothing where kubectl found nothing', async () => {
    expect(await read('{"apiVersion":"v1","kind":"PodList","items":null}')).toMatchObject({
      manifests: [],
      unreadable: [],
    });
    expect(await read('apiVersion: v1\nkind: List\nitems: []\n')).toMatchObject({ manifests: [], unreadable: [] });
    expect(await read('')).toMatchObject({ manifests: [], unreadable: [] });
  });

  it('has items that are named by their list', async () => {
    const list = {
      apiVersion: 'apps/v1',
      kind: 'DeploymentList',
      items: [{ metadata: { name: 'a', namespace: 'b' } }],
    };
    expect((await read(JSON.stringify(list))).manifests).toMatchObject([
      { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a', namespace: 'b' },
    ]);
  });
});

describe('a thousand files', () => {
  it('are judged where they are good and told where they are bad, and the exit code tells', {
    timeout: 120_000,
  }, async () => {
    using folder = folderOf({
      'policy.yaml':
        'apiVersion: assay.dev/v1alpha1\nkind: ClusterWorkloadPolicy\nmetadata: {name: p}\nspec:\n  validations: [{name: named, expression: "object.metadata.name != \'denied\'"}]\n',
    });
    const good = join(folder.path, 'good');
    mkdirSync(good);
    const bad = [
      'a:\n  b: 1\n  b: 2\n',
      'a:\n  {{- range .Values.all }}\n  - {{ . }}\n{{- end }}\n',
      '# a\n]]]]]]]]\n',
    ];
    for (let index = 0; index < 1000; index++) {
      const rendered = index % 100 === 7 ? bad[index % bad.length] : '';
      writeFileSync(join(good, `${index}.yaml`), `${rendered}---\n${pod(`pod-${index}`)}`);
    }
    const run = () => assayHere(check, ['-p', join(folder.path, 'policy.yaml'), '-o', 'json', good]);
    const first = await run();
    expect(first.code).toBe(2);
    const report = JSON.parse(first.stdout) as { decisions: unknown[]; unreadable: { line: number; file: string }[] };
    expect(report.decisions).toHaveLength(1000);
    expect(report.unreadable).toHaveLength(10);
    expect(
      report.unreadable.every(({ line, file }) => (line === 2 || line === 3) && /07\.yaml$|\/7\.yaml$/.test(file)),
    ).toBe(true);
    writeFileSync(join(good, '999.yaml'), pod('denied'));
    expect((await run()).code).toBe(1);
  });

  it('are told one by one where none can be read', async () => {
    const { unreadable, files } = await readManifests(['/missing/a.yaml', '/missing/b.yaml'], nothing());
    expect(unreadable.map(({ file }) => file)).toEqual(['/missing/a.yaml', '/missing/b.yaml']);
    expect(files).toBe(0);
  });
});
