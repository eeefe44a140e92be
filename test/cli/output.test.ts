import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { formats } from '../../policies/index.ts';
import { assay, folderOf, type Run } from './assay.ts';

vi.setConfig({ testTimeout: 120_000 });

const policy = `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: no-host-network}
spec:
  validations:
  - name: host-network
    expression: "!has(pod.hostNetwork) || !pod.hostNetwork"
    message: the network of the node is not for workloads
`;
const pod = (name: string, hostNetwork: boolean): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  hostNetwork: ${hostNetwork}\n  containers: [{name: a, image: "nginx:1.29"}]\n`;

let files: ReturnType<typeof folderOf>;
beforeAll(() => {
  files = folderOf({ 'policy.yaml': policy, 'good.yaml': pod('good', false), 'bad.yaml': pod('bad', true) });
});
afterAll(() => files[Symbol.dispose]());

const check = (words: readonly string[], environment: Record<string, string> = {}): Promise<Run> =>
  assay(['check', '-p', 'policy.yaml', ...words], { folder: files.path, environment });
const written = (name: string): string => readFileSync(join(files.path, name), 'utf8');

describe('assay check -o', () => {
  it('writes several formats to files at once, and text to standard output beside them', async () => {
    const run = await check(['-o', 'json=a.json', '--output=text=a.txt', 'good.yaml', 'bad.yaml']);
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.stdout).toMatch(/^2 objects in 2 files: 1 clean, 1 denied/m);
    expect(written('a.txt')).toBe(run.stdout);
    expect(JSON.parse(written('a.json'))).toMatchObject({ totals: { verdicts: { clean: 1, denied: 1 } } });
  });

  it('writes one format to standard output where it names no file', async () => {
    const run = await check(['-o', 'text=b.txt', '-o', 'json', 'good.yaml']);
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ totals: { verdicts: { clean: 1 } } });
    expect(written('b.txt')).toMatch(/^1 object in 1 file: 1 clean, 0 denied/);
  });

  it('offers every format, and each renders', async () => {
    const names = Object.keys(formats);
    const run = await check([...names.flatMap((name) => ['-o', `${name}=all.${name}`]), 'bad.yaml']);
    expect(run).toMatchObject({ code: 1, stderr: '' });
    for (const name of names) expect(written(`all.${name}`).length, name).toBeGreaterThan(50);
  });

  it('judges nothing where a format or file is not what it should be', async () => {
    for (const [words, said] of [
      [['-o', 'jsn'], 'nearest is json'],
      [['-o', 'json', '-o', 'text'], 'one format goes to standard output'],
      [['-o', 'json='], 'a file is wanted after the equals sign'],
      [['-o', 'json=x', '-o', 'text=x'], '"x" is named twice'],
      [['-o', 'json=missing/x.json'], '-o missing/x.json: the folder missing does not exist'],
      [['-o', 'json=.'], 'is a folder, not a file'],
      [['-o', '__proto__'], 'there is text'],
      [['--color', 'red'], 'there is auto, always and never'],
    ] as const) {
      const run = await check([...words, 'good.yaml']);
      expect(run, words.join(' ')).toMatchObject({ code: 64, stdout: '' });
      expect(run.stderr).toContain(said);
    }
    expect(existsSync(join(files.path, 'x'))).toBe(false);
  });

  it('lets no name of a file begin a line of its own or give orders to a runner', async () => {
    using hostile = folderOf({
      'policy.yaml': policy,
      'in/::error::x.yaml': pod('bad', true),
      'in/a\u001B[2J\nb.yaml': 'a: 1\na: 2\n',
      'crds/##vso[x]\u001B.yaml': 'a: 1\na: 2\n',
    });
    const here = { folder: join(hostile.path, 'in') };
    const run = await assay(['check', '-p', '../policy.yaml', '::error::x.yaml', '.'], here);
    expect(run.code).toBe(1);
    expect(run.stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(run.stdout).not.toMatch(/^\s*::/m);
    const crds = await assay(['check', '-p', '../policy.yaml', '--crds', '../crds', '::error::x.yaml'], here);
    expect(crds.code).toBe(64);
    expect(crds.stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}|##\w*\[/u);
  });

  it('colours only what is asked for, and files never', async () => {
    const run = await check(['--color', 'always', '-o', 'text=c.txt', 'bad.yaml'], { NO_COLOR: '1' });
    expect(run.stdout).toContain('\u001B[31mdenied');
    expect(written('c.txt')).not.toContain('\u001B');
    expect((await check(['bad.yaml'], { FORCE_COLOR: '1' })).stdout).toContain('\u001B[31mdenied');
    expect((await check(['--color', 'never', 'bad.yaml'], { FORCE_COLOR: '1' })).stdout).not.toContain('\u001B');
  });

  it('is undecided where nothing is denied and a file cannot be written', async () => {
    const run = await check(['-o', 'json=/dev/full', 'good.yaml']);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('-o /dev/full: ');
    expect(run.stdout).toContain('1 clean');
    expect((await check(['-o', 'json=/dev/full', 'bad.yaml'])).code).toBe(1);
  });
});
