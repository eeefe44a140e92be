import { mkdir, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anonymous } from '../../evidence/index.ts';
import {
  type Configuration,
  type Decision,
  decisionRecord,
  differencesOf,
  judge,
  type JudgementRecord,
  parseRecord,
  replayedEvidence,
  replayedLookup,
  type Review,
} from '../../policies/index.ts';
import { limits } from '../../webhook/limits.ts';
import { buildLog } from '../../webhook/log.ts';
import { openRecords } from '../../webhook/records.ts';
import { run, type Running } from '../../webhook/run.ts';
import { settle } from '../../webhook/settings.ts';
import { loadAssembly, loadConfiguration } from '../../webhook/source/assembly.ts';
import { BundleSource } from '../../webhook/source/bundles.ts';
import { loadPolicies } from '../../webhook/source/folder.ts';
import { ask, createScene, podOf, type Scene } from './scene.ts';

let scene: Scene;
let lines: Record<string, unknown>[] = [];
const runs: Running[] = [];
beforeEach(async () => {
  scene = await createScene();
  lines = [];
});
afterEach(async () => {
  await Promise.all(runs.splice(0).map((running) => running.drain(0)));
  await scene[Symbol.asyncDispose]();
});

const log = buildLog('debug', { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
const loadedFile = async (): Promise<Configuration> => {
  const loaded = await loadConfiguration(scene.configuration);
  if (loaded.kind === 'problems') throw new Error(loaded.problems.join('\n'));
  return loaded.value;
};

async function start(records: Configuration['records']): Promise<Running> {
  const configuration = { ...(await loadedFile()), ...(records === undefined ? {} : { records }) };
  const settings = settle({ paths: [] }, configuration, scene.configuration);
  if ('length' in settings) throw new Error(settings.join('\n'));
  const running = await run(
    { settings, configuration: { configuration, file: scene.configuration }, environment: {} },
    log,
  );
  runs.push(running);
  return running;
}

const end = async (running: Running): Promise<void> => {
  runs.splice(runs.indexOf(running), 1);
  await running.drain(0);
};
const metrics = ({ metricsPort }: Running): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: metricsPort, path: '/metrics', agent: false }, (message) =>
      resolve(text(message)),
    ).on('error', reject);
  });
const file = (name = 'decisions.jsonl'): string => join(scene.folder, name);
const recorded = async (name?: string): Promise<readonly JudgementRecord[]> =>
  (await readFile(file(name), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => {
      const record = parseRecord(JSON.parse(line));
      if (typeof record === 'string') throw new Error(record);
      return record;
    });

describe('decisions that the webhook writes down', () => {
  it('are judged again to the same, with all that led to them', async () => {
    const [good, bad] = [await scene.publish('shop'), await scene.publish('other', { signed: false })];
    const running = await start({ file: 'state/decisions.jsonl', decisions: 'All' });
    const answers = [
      await ask(scene, running.port, 'validate', podOf(good.reference)),
      await ask(scene, running.port, 'validate', podOf(bad.reference, `${scene.registry.host}/acme/none:1`)),
    ];
    await end(running);
    const records = await recorded('state/decisions.jsonl');
    expect(records.map(({ decision }) => decision.allowed)).toEqual(answers.map(({ allowed }) => allowed));
    expect(records.map(({ microseconds }) => Number.isInteger(microseconds) && microseconds > 100)).toEqual([
      true,
      true,
    ]);

    const configuration = await loadedFile();
    const assembly = await loadAssembly({ configuration, file: scene.configuration }, {});
    if (assembly.kind === 'problems') throw new Error(assembly.problems.join('\n'));
    const { value: world } = assembly;
    const bundles = new BundleSource([], { file: { configuration, file: undefined }, environment: {} }, () => world);
    const loaded = await loadPolicies([join(scene.folder, 'policy.yaml')], { ...world, keyFetchers: [] }, bundles);
    if (loaded.kind === 'problems') throw new Error(loaded.problems.join('\n'));
    for (const record of records) {
      const again = await judge(record.review, {
        ...world,
        policies: loaded.value,
        keychain: anonymous,
        evidence: replayedEvidence(record, world.evidence),
        lookup: replayedLookup(record),
        now: new Date(),
        signal: AbortSignal.timeout(10_000),
      });
      expect(differencesOf(record, decisionRecord(again), loaded.value.documents)).toEqual({
        gone: [],
        added: [],
        documents: [],
      });
    }
    await world.evidence.close();
  });

  it('are denials alone unless all are asked for, and never those of a dry run or of a mutation', async () => {
    const [good, bad] = [await scene.publish('shop'), await scene.publish('other', { signed: false })];
    const running = await start({ file: 'decisions.jsonl' });
    await ask(scene, running.port, 'validate', podOf(good.reference));
    await ask(scene, running.port, 'mutate', podOf(bad.reference));
    await ask(scene, running.port, 'validate', podOf(bad.reference), { dryRun: true });
    await ask(scene, running.port, 'validate', podOf(bad.reference));
    expect(await metrics(running)).toMatch(/assay_records_lost_total 0\n/);
    await end(running);
    expect((await recorded()).map(({ decision, review }) => [decision.allowed, review.phase])).toEqual([
      [false, 'validate'],
    ]);
  });

  it('that cannot be written change no answer, are told once and counted, and written again once they can be', async () => {
    const bad = await scene.publish('other', { signed: false });
    await mkdir(file());
    const running = await start({ file: 'decisions.jsonl' });
    const deny = () => ask(scene, running.port, 'validate', podOf(bad.reference));
    for (let at = 0; at < 3; at++) expect((await deny()).allowed).toBe(false);
    await expect.poll(() => metrics(running)).toMatch(/assay_records_lost_total 3\n/);
    await rm(file(), { recursive: true });
    expect((await deny()).allowed).toBe(false);
    await expect.poll(() => metrics(running)).toMatch(/assay_records_written_total 1\n/);
    await end(running);
    expect(await recorded()).toHaveLength(1);
    const told = lines
      .filter(({ source }) => source === 'records')
      .map(({ level, msg, problem }) => [level, msg, problem]);
    expect(told).toEqual([
      ['error', 'decisions are not recorded', `${file()}: is a folder, not a file`],
      ['info', 'written again', undefined],
    ]);
  });

  it('hold no value of a Secret', async () => {
    const running = await start({ file: 'decisions.jsonl', decisions: 'All' });
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 's',
        namespace: 'shop',
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"aHVudGVyMg=="}}',
          team: 'a',
        },
      },
      data: { password: 'aHVudGVyMg==' },
      stringData: { token: 'hunter2' },
    };
    const kind = { group: '', version: 'v1', kind: 'Secret' };
    const resource = { group: '', version: 'v1', resource: 'secrets' };
    await ask(scene, running.port, 'validate', secret, { kind, resource, operation: 'UPDATE', oldObject: secret });
    await end(running);
    const written = await readFile(file(), 'utf8');
    expect(written).not.toMatch(/aHVudGVyMg|hunter2/);
    const [record] = await recorded();
    expect(record).toMatchObject({
      withheld: true,
      review: { object: { data: { password: '' }, metadata: { annotations: { team: 'a' } } } },
    });
  });
});

describe('records that wait', () => {
  const denial = { allowed: false } as Decision;
  const review: Review = { phase: 'validate', operation: 'CREATE' };

  it('are no more than the bound: what comes on top is dropped and counted', async () => {
    const records = openRecords({ file: file(), decisions: 'All', bytes: 1 << 30 }, log);
    const half = 'x'.repeat(limits.recordsWaiting / 2);
    for (let at = 0; at < 4; at++) records.add(review, denial, () => half);
    await records.close();
    expect(records.counts()).toEqual({ written: 2, failed: 0, dropped: 2 });
  });

  it('are made only after whoever decided is done, and one that cannot be made is counted', async () => {
    const records = openRecords({ file: file() }, log);
    let made = 0;
    records.add(review, denial, () => `${(made += 1)}`);
    records.add(review, denial, () => {
      throw new Error('no JSON');
    });
    expect(made).toBe(0);
    await records.close();
    expect([made, records.counts()]).toEqual([1, { written: 1, failed: 1, dropped: 0 }]);
  });

  it('are none where the configuration has no such section', async () => {
    const records = openRecords(undefined, log);
    records.add(review, denial, () => 'x');
    await records.close();
    expect(records.counts()).toEqual({ written: 0, failed: 0, dropped: 0 });
  });
});
