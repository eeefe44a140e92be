import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Configuration, defaultConfiguration } from '../../policies/index.ts';
import { buildLog } from '../../webhook/log.ts';
import { run, type Running } from '../../webhook/run.ts';
import { settle } from '../../webhook/settings.ts';
import { startRenewal } from '../../webhook/source/trust.ts';
import { startTufRepository, type TufRepository } from '../evidence/trust/tuf-repository.ts';
import { createSigstore } from '../support/sigstore/index.ts';
import { createTlsAuthority } from '../support/tls/index.ts';

const one = createSigstore().trustedRoot;
const two = createSigstore().trustedRoot;
const policy = `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: p}
spec: {}
`;

let tuf: TufRepository;
let folder = '';
let lines: Record<string, unknown>[] = [];
const runs: Running[] = [];
beforeEach(async () => {
  tuf = await startTufRepository();
  folder = await mkdtemp(join(tmpdir(), 'assay-trust-'));
  lines = [];
  const { cert, key } = createTlsAuthority().server();
  await Promise.all([
    writeFile(join(folder, 'tls.crt'), cert),
    writeFile(join(folder, 'tls.key'), key),
    writeFile(join(folder, 'policy.yaml'), policy),
  ]);
});
afterEach(async () => {
  await Promise.all(runs.splice(0).map((running) => running.drain(0)));
  await tuf.close();
  await rm(folder, { recursive: true, force: true });
});

const log = buildLog('debug', { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });

async function start(change: Partial<Configuration> = {}): Promise<Running> {
  const configuration: Configuration = {
    ...defaultConfiguration,
    trustRoots: [{ name: 'private', tuf: { mirror: tuf.url, rootFile: tuf.rootFile } }],
    trustFolder: 'kept',
    ...change,
  };
  const file = join(folder, 'assay.yaml');
  const given = {
    ...{ address: '127.0.0.1', port: '0', 'metrics-port': '0', 'drain-seconds': '5' },
    ...{ 'tls-cert': join(folder, 'tls.crt'), 'tls-key': join(folder, 'tls.key') },
    paths: [join(folder, 'policy.yaml')],
  };
  const settings = settle(given, configuration, file);
  if ('length' in settings) throw new Error(settings.join('\n'));
  const running = await run({ settings, configuration: { configuration, file }, environment: {} }, log);
  runs.push(running);
  return running;
}

const plain = (port: number, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent: false }, (message) => resolve(text(message))).on('error', reject);
  });
const trustOf = async ({ metricsPort }: Running) =>
  (await plain(metricsPort, '/readyz')).split('\n').find((line) => line.includes('] trust: '));
const asOf = async ({ metricsPort }: Running) =>
  Number(
    /assay_trust_root_as_of_timestamp_seconds\{name="private"\} (\S+)/.exec(await plain(metricsPort, '/metrics'))?.[1],
  );
const idsRenewed = () => lines.filter(({ msg }) => msg === 'renewed').map(({ id }) => id);

describe('trust that the webhook takes from TUF', () => {
  it('is fetched in the background from the start, and its age is told', async () => {
    tuf.publish(one);
    const before = Date.now() / 1000;
    const running = await start();
    await expect
      .poll(() => trustOf(running), { timeout: 10_000 })
      .toMatch(/^\[\+\] trust: 2 trust roots in force; private fetched .* UTC, 0 days ago$/);
    expect(await asOf(running)).toBeGreaterThanOrEqual(Math.floor(before));
    expect(await plain(running.metricsPort, '/metrics')).toMatch(/as_of_timestamp_seconds\{name="public-good"\} \d+/);
  });

  it('A-VER-20: that never came keeps the server unready, and says what is missing', async () => {
    await tuf.close();
    const running = await start();
    expect(await trustOf(running)).toMatch(
      /^\[-\] trust: .*trustRoots\[0\]\.tuf: the trust root "private" was not fetched/,
    );
    tuf = await startTufRepository();
  });

  it('A-VER-20: is not taken back to an older version: the last good one stays in force', async () => {
    tuf.publish(one, { version: 5 });
    const running = await start();
    await expect.poll(() => trustOf(running), { timeout: 10_000 }).toMatch(/^\[\+\]/);
    const [good] = idsRenewed();
    const age = await asOf(running);
    tuf.publish(two, { version: 2 });
    await running.renewTrust();
    expect(lines).toContainEqual(
      expect.objectContaining({
        problem: expect.stringContaining('version 2 is less than current version 5') as string,
      }),
    );
    expect(idsRenewed()).toEqual([good]);
    expect(await asOf(running)).toBe(age);
    expect(await trustOf(running)).toMatch(/^\[\+\] trust: 2 trust roots in force; private fetched/);
  });

  it('takes the place of the older one when it is renewed, and survives a restart without being asked for again', async () => {
    tuf.publish(one);
    const running = await start();
    await expect.poll(() => trustOf(running), { timeout: 10_000 }).toMatch(/^\[\+\]/);
    const loads = () => lines.filter(({ msg, source }) => msg === 'loaded' && source === 'trust').length;
    const before = loads();
    await running.renewTrust();
    expect(loads()).toBe(before);
    tuf.publish(two, { version: 2 });
    await running.renewTrust();
    expect(loads()).toBe(before + 1);
    expect(new Set(idsRenewed()).size).toBe(2);
    await runs.splice(0)[0]?.drain(0);
    const asked = tuf.asked.length;
    expect(await trustOf(await start())).toMatch(/^\[\+\] trust: 2 trust roots in force; private fetched/);
    expect(tuf.asked).toHaveLength(asked);
  });

  it('is told to be old where nothing newer came for 90 days', async () => {
    tuf.publish(one);
    await expect.poll(async () => trustOf(runs[0] ?? (await start())), { timeout: 10_000 }).toMatch(/^\[\+\]/);
    await runs.splice(0)[0]?.drain(0);
    await tuf.close();
    const [kept = ''] = await readdir(join(folder, 'kept'));
    const file = join(folder, 'kept', kept, 'last-good');
    const old = new Date(Date.now() - 91 * 86_400_000).toISOString();
    await writeFile(file, (await readFile(file, 'utf8')).replace(/^.*/, old));
    expect(await trustOf(await start())).toMatch(
      /^\[\+\] trust: .*trust in private root .* is 91 days old; refresh it/,
    );
    expect(lines.filter(({ msg }) => msg === 'trust is old')).toMatchObject([
      { problem: expect.any(String) as string },
    ]);
    tuf = await startTufRepository();
  });

  it('that cannot be kept is told, and nothing else stops', async () => {
    tuf.publish(one);
    await writeFile(join(folder, 'kept'), 'a file, not a folder');
    const running = await start();
    expect(await trustOf(running)).toMatch(/^\[-\] trust: .*last-good lies below a file/);
    expect(await plain(running.metricsPort, '/livez')).toBeTruthy();
  });

  it('is asked for again after its hours, or a quarter of one where nothing came, a tenth more or less', async () => {
    tuf.publish(one);
    const repository = { name: 'private', mirror: tuf.url, rootFile: tuf.rootFile, cache: tuf.cache };
    const waits = vi.spyOn(globalThis, 'setTimeout');
    const scheduled = () =>
      waits.mock.calls.map(([, wait]) => Math.round((wait ?? 0) / 60_000)).filter((minutes) => minutes > 1);
    for (const [random, whenFine, whenNot] of [
      [0, 108, 13.5],
      [1, 132, 16.5],
    ] as const) {
      tuf.publish(one, { version: 7 });
      const renewal = startRenewal(
        log,
        async () => undefined,
        () => random,
      );
      renewal.follow([{ repository, refreshHours: 2 }], new Map([['private', new Date()]]));
      waits.mockClear();
      await renewal.renew();
      expect(scheduled()).toEqual([whenFine]);
      tuf.publish(one, { version: 3 });
      waits.mockClear();
      await renewal.renew();
      expect(scheduled()).toEqual([Math.round(whenNot)]);
      renewal.close();
    }
    waits.mockRestore();
  });

  it('is not asked for any more once the server is closed', async () => {
    tuf.publish(one);
    const repository = { name: 'private', mirror: tuf.url, rootFile: tuf.rootFile, cache: tuf.cache };
    let renewed = 0;
    const renewal = startRenewal(
      log,
      async () => void (renewed += 1),
      () => 0,
    );
    renewal.follow([{ repository, refreshHours: 1 }], new Map([['private', new Date()]]));
    expect(tuf.asked).toEqual([]);
    await renewal.renew();
    expect(renewed).toBe(1);
    const asking = renewal.renew();
    renewal.close();
    await asking;
    expect(renewed).toBe(1);
  });
});
