import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policy } from '../../cli/command/policy.ts';
import { assayHere } from './assay.ts';

const folder = resolve(import.meta.dirname, '../../schemas');

describe('assay policy schema', () => {
  it('names the kinds, one for each published schema', async () => {
    const { code, stdout } = await assayHere(policy, ['schema']);
    expect(code).toBe(0);
    const files = stdout
      .trim()
      .split('\n')
      .map((kind) => `${kind.toLowerCase()}.json`);
    expect(files.toSorted()).toEqual(readdirSync(folder).toSorted());
  });

  it.each(readdirSync(folder))('prints %s', async (file) => {
    const run = await assayHere(policy, ['schema', file.replace('.json', '')]);
    expect(run).toEqual({ code: 0, stdout: readFileSync(join(folder, file), 'utf8'), stderr: '' });
  });

  it('says which kind is meant', async () => {
    const run = await assayHere(policy, ['schema', 'WorkloadPolcy']);
    expect(run).toMatchObject({ code: 64, stdout: '' });
    expect(run.stderr).toContain('there is no kind "WorkloadPolcy"; nearest is WorkloadPolicy');
    expect((await assayHere(policy, ['schema', 'Pod', 'Pod'])).code).toBe(64);
  });
});
