import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { assay, folderOf } from './assay.ts';

// Each run is a process; a loaded machine starts few of them a second.
vi.setConfig({ testTimeout: 120_000 });

const clean = `apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: {name: check}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [services]}]}
  validations: [{expression: "object.spec.type != 'NodePort'", message: no}]
`;
const lossy = `apiVersion: policy.sigstore.dev/v1beta1
kind: ClusterImagePolicy
metadata: {name: image}
spec:
  images: [{glob: "ghcr.io/acme/*"}]
  authorities:
  - static: {action: pass}
  policy: {type: cue, data: "x"}
`;

let files: ReturnType<typeof folderOf>;
beforeEach(() => {
  files = folderOf({ 'in/clean.yaml': clean, 'lossy.yaml': lossy, 'other.yaml': 'apiVersion: v1\nkind: Pod\n' });
  return () => files[Symbol.dispose]();
});
const run = (words: readonly string[], input?: string) =>
  assay(['policy', 'import', ...words], { folder: files.path, ...(input === undefined ? {} : { input }) });

describe('assay policy import', () => {
  it('writes what it made to standard output, and ends with 0 where nothing was lost', async () => {
    const done = await run(['in']);
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(
      /^# from ValidatingPolicy check in in\/clean\.yaml\n\napiVersion: admissionregistration\.k8s\.io\/v1\nkind: ValidatingAdmissionPolicy\n/,
    );
    expect(done.stdout.match(/^---$/gm)).toHaveLength(1);
    expect(done.stderr).toBe(
      '1 policy imported as 2 documents; 0 fields without equivalent, 0 fields translated otherwise\n',
    );
  });

  it('tells every field that has no equivalent with its place, and ends with 2', async () => {
    const done = await run(['-'], lossy);
    expect(done.code).toBe(2);
    expect(done.stderr).toMatch(
      /^-:8:11: spec\.policy has no equivalent: policies in "cue" are not evaluated; what is made denies everything until this is settled; write .*\n1 policy imported as 1 document; 1 field without equivalent/,
    );
    expect(done.stdout).toContain('not-translated');
  });

  it('takes lists apart, and keeps the way back into them', async () => {
    const items = [clean, lossy].map((text) => text.replaceAll(/^/gm, '  ').replace('  ', '- ').trimEnd());
    const done = await run(['-'], `apiVersion: v1\nkind: List\nitems:\n${items.join('\n')}\n`);
    expect(done.code).toBe(2);
    expect(done.stderr).toMatch(/^-:17:13: spec\.policy has no equivalent/);
    expect(done.stderr).toContain('2 policies imported as 3 documents');
  });

  it('writes a file for each document into a folder, and replaces none', async () => {
    expect((await run(['in', 'lossy.yaml', '-o', 'out'])).code).toBe(2);
    expect(readdirSync(join(files.path, 'out')).sort()).toEqual([
      'clusterworkloadpolicy-image.yaml',
      'validatingadmissionpolicy-check.yaml',
      'validatingadmissionpolicybinding-check.yaml',
    ]);
    expect(readFileSync(join(files.path, 'out/clusterworkloadpolicy-image.yaml'), 'utf8')).toContain(
      '# lost: spec.policy: ',
    );
    const again = await run(['in', '-o', 'out']);
    expect(again.code).toBe(64);
    expect(again.stderr).toContain('validatingadmissionpolicy-check.yaml: is there already');
  });

  it('ends with 64, and writes nothing, where something cannot be read or is no such policy', async () => {
    for (const words of [['other.yaml'], ['in', 'none.yaml'], ['in', 'other.yaml', '-o', 'out'], []]) {
      const done = await run(words);
      expect(done, words.join(' ')).toMatchObject({ code: 64, stdout: '' });
    }
    expect((await run(['other.yaml'])).stderr).toMatch(
      /^other\.yaml:2:7: kind: kind "Pod" of "v1" is not imported; ValidatingPolicy \(policies\.kyverno\.io\), .*\(DOCUMENT_KIND_UNKNOWN\)\n$/,
    );
    expect((await run(['-'], 'a: 1\na: 2\n')).stderr).toContain('DOCUMENT_UNREADABLE');
    expect((await run(['-'], '')).stderr).toContain('has no policy');
    expect(readdirSync(files.path)).not.toContain('out');
  });
});
