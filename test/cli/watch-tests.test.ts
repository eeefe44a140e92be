import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { test } from '../../cli/command/test.ts';
import { assayHere, folderOf, main } from './assay.ts';

vi.setConfig({ testTimeout: 120_000 });

const policy = (most: number): string => `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: ports}
spec: {validations: [{name: low, expression: "object.spec.port <= ${most}"}]}
`;
const cases = (want: string): string =>
  `apiVersion: assay.dev/v1alpha1\nkind: PolicyCases\npolicies: [../elsewhere/ports.yaml]\ncases: [{name: x, object: {apiVersion: x/v1, kind: X, spec: {port: 80}}, want: {low: ${want}}}]\n`;

const folder = folderOf({ 'elsewhere/ports.yaml': policy(1024), 'cases/ports.cases.yaml': cases('pass') });
afterAll(() => folder[Symbol.dispose]());

describe('assay test --watch', () => {
  it('is refused where nobody watches', async () => {
    const run = await assayHere(test, [folder.path, '--watch']);
    expect(run).toMatchObject({ code: 64, stdout: '' });
    expect(run.stderr).toContain('--watch: standard output is no terminal');
  });

  it('runs again when a case or a policy elsewhere changes, also after one that does not load, and ends by Ctrl-C with 130', async () => {
    if (!existsSync('/usr/bin/script') && process.env['CI'] === undefined) {
      console.warn('/usr/bin/script is absent: nothing was watched');
      return;
    }
    // A pseudo-terminal, as a person has one: what is typed there is a signal to whoever runs in it.
    const command = [process.execPath, main, 'test', 'cases', '--watch'].map((word) => `'${word}'`).join(' ');
    const child = spawn('/usr/bin/script', ['-qefc', command, '/dev/null'], { cwd: folder.path, stdio: 'pipe' });
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
    const ended = new Promise<number | null>((settle) => child.on('close', settle));
    const shows = async (text: string): Promise<void> => {
      await vi.waitUntil(() => shown.includes(text), { timeout: 60_000, interval: 50 });
      await vi.waitUntil(() => shown.slice(shown.indexOf(text)).includes('watching cases'), { timeout: 60_000 });
      shown = '';
    };
    await shows('1 passed, 0 failed');
    writeFileSync(join(folder.path, 'cases/ports.cases.yaml'), cases('deny'));
    await shows('0 passed, 1 failed');
    writeFileSync(join(folder.path, 'elsewhere/ports.yaml'), policy(79));
    await shows('1 passed, 0 failed');
    writeFileSync(join(folder.path, 'cases/ports.cases.yaml'), `${cases('deny')}x: y\n`);
    await shows('there is no field "x" here');
    writeFileSync(join(folder.path, 'cases/ports.cases.yaml'), cases('pass'));
    await shows('0 passed, 1 failed');
    child.stdin.write('\u0003');
    expect(await ended).toBe(130);
  });
});
