import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assay, folderOf, type Run } from './assay.ts';
import { deployment, openShop, type Shop } from './shop.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let shop: Shop;
let files: ReturnType<typeof folderOf>;
const run = (...words: readonly string[]): Promise<Run> => assay(words, { folder: files.path });
const path = (name: string): string => join(files.path, name);

beforeAll(async () => {
  shop = await openShop();
  const rule = (expression: string) =>
    `---\napiVersion: assay.dev/v1alpha1\nkind: ClusterWorkloadPolicy\nmetadata: {name: team}\nspec:\n  validations: [{name: team, expression: '${expression}', message: whose is it}]\n`;
  files = folderOf({
    'root.json': shop.trustedRoot,
    'assay.yaml': shop.configuration,
    'policy.yaml': `${shop.policy}${rule('namespaceObject.metadata.labels.team == "a"')}`,
    'strict.yaml': `${shop.policy}${rule('namespaceObject.metadata.labels.team == "b"')}`,
    'ns.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n',
    'good.yaml': deployment('web', shop.signed.name),
    'bad.yaml': deployment('web', shop.unsigned.name),
  });
  const judged = await run(
    ...['check', '-c', 'assay.yaml', '-p', 'policy.yaml', '--namespace-object', 'ns.yaml'],
    ...['--record', 'records.jsonl', 'good.yaml', 'bad.yaml'],
  );
  expect(judged).toMatchObject({ code: 1, stderr: '' });
});
afterAll(async () => {
  files[Symbol.dispose]();
  await shop[Symbol.asyncDispose]();
});

describe('a record', () => {
  it('holds what was judged, by what, and what was learnt, and is for its owner alone', () => {
    const [good, bad] = readFileSync(path('records.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(good).toMatchObject({
      kind: 'DecisionRecord',
      inputs: { object: expect.stringMatching(/^sha256:/) as string, oldObject: null },
      policies: [{ kind: 'ClusterWorkloadPolicy' }, { kind: 'ClusterWorkloadPolicy', name: 'team' }],
      cluster: [{ kind: 'namespace' }],
      unknown: [],
      decision: { allowed: true },
    });
    expect(JSON.stringify(good?.['evidence'])).toMatch(/"proven":\["sha256:/);
    expect(bad).toMatchObject({ decision: { allowed: false } });
    expect(statSync(path('records.jsonl')).mode & 0o077).toBe(0);
  });
});

describe('assay replay', () => {
  it('says that the same is decided where nothing has changed', async () => {
    const replayed = await run('replay', '-c', 'assay.yaml', '-p', 'policy.yaml', 'records.jsonl');
    expect(replayed).toMatchObject({ code: 1, stderr: '' });
    expect(replayed.stdout).toContain('the same: allowed');
    expect(replayed.stdout).toContain('the same: denied');
  });

  it('shows what another version of a policy would say, with the cluster as it was', async () => {
    const replayed = await run('replay', '-c', 'assay.yaml', '-p', 'strict.yaml', '-o', 'json', 'records.jsonl');
    expect(replayed.code).toBe(1);
    const { records } = JSON.parse(replayed.stdout) as { records: readonly Record<string, unknown>[] };
    expect(records[0]).toMatchObject({
      allowed: { recorded: true, now: false },
      gone: [],
      added: [{ policy: 'team', found: 'whose is it' }],
      documents: ['ClusterWorkloadPolicy team was changed'],
    });
    const text = await run('replay', '-c', 'assay.yaml', '-p', 'strict.yaml', 'records.jsonl');
    expect(text.stdout).toContain('allowed then, denied now');
  });

  it('refuses what is no record, or whose object was changed since', async () => {
    const [line = ''] = readFileSync(path('records.jsonl'), 'utf8').split('\n');
    writeFileSync(
      path('forged.jsonl'),
      `${line.replace('"replicas":1', '"replicas":9').replaceAll('"kind":"Deployment"', '"kind":"Deploymenu"')}\nnot json\n{}\n`,
    );
    const replayed = await run('replay', '-c', 'assay.yaml', '-p', 'policy.yaml', 'forged.jsonl', 'none.jsonl');
    expect(replayed).toMatchObject({ code: 64, stdout: '' });
    expect(replayed.stderr).toContain('forged.jsonl:1: the object of the review is not the one that was judged');
    expect(replayed.stderr).toContain('forged.jsonl:2: it is no DecisionRecord');
    expect(replayed.stderr).toContain('forged.jsonl:3: it is no DecisionRecord');
    expect(replayed.stderr).toContain('none.jsonl');
    expect((await run('replay', '-c', 'assay.yaml', '-p', 'policy.yaml')).code).toBe(64);
  });
});
