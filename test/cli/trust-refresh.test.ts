import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTufRepository, type TufRepository } from '../evidence/trust/tuf-repository.ts';
import { createSigstore } from '../support/sigstore/index.ts';
import { assay, folderOf } from './assay.ts';

// Each run is a process; a loaded machine starts few of them a second.
vi.setConfig({ testTimeout: 120_000 });

const policy = `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: p}
spec:
  images: ["registry.example/**"]
  authorities:
  - name: release
    keyless: {trustRoot: private, identities: [{issuer: "https://i.example", subject: "https://s.example/x"}]}
  signatures: {from: [release]}
`;
const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n';
const one = createSigstore().trustedRoot;
const two = createSigstore().trustedRoot;

let tuf: TufRepository;
let files: ReturnType<typeof folderOf>;
beforeEach(async () => {
  tuf = await startTufRepository();
  const root = `{name: private, tuf: {mirror: "${tuf.url}/", rootFile: root.json}}`;
  files = folderOf({
    'assay.yaml': `apiVersion: assay.dev/v1alpha1\nkind: Configuration\ntrustFolder: kept\ntrustRoots:\n- ${root}\n`,
    'root.json': readFileSync(tuf.rootFile),
    'policy.yaml': policy,
    'manifest.yaml': manifest,
  });
});
afterEach(async () => {
  files[Symbol.dispose]();
  await tuf.close();
});

const run = (...words: readonly string[]) => assay([...words, '-c', 'assay.yaml'], { folder: files.path });
const refresh = () => run('trust', 'refresh', 'private');
const check = () => run('check', '-p', 'policy.yaml', 'manifest.yaml');
const lastGood = () => {
  const folder = readdirSync(join(files.path, 'kept')).find((name) => name.startsWith('private-')) ?? '';
  return join(files.path, 'kept', folder, 'last-good');
};
const show = async () => {
  const { trustRoots } = JSON.parse((await run('trust', 'show', '-o', 'json')).stdout) as {
    trustRoots: { name: string; id: string; source: string; stale: string | null }[];
  };
  return trustRoots.find(({ name }) => name === 'private');
};

describe('assay trust refresh', () => {
  it('fetches, keeps, and prints what changed with its age', async () => {
    tuf.publish(one);
    const first = await refresh();
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(
      /^private {2}new, as of \d{4}-\d\d-\d\d\n {2}sha256:\w+\n {2}holds {2}1 certificate auth/,
    );
    expect((await refresh()).stdout).toMatch(/^private {2}unchanged, as of .*; before .* \(0 days ago\)\n/);
    tuf.publish(two, { version: 2 });
    expect((await refresh()).stdout).toMatch(/^private {2}changed, as of .*\n {2}was {4}sha256:.*\n {2}is {5}sha256:/);
    expect((await run('trust', 'show')).stdout).toMatch(/^private {2}by TUF, fetched .* \(0 days ago\)$/m);
  });

  it('refuses a rollback and leaves the last good one in force', async () => {
    tuf.publish(one, { version: 5 });
    await refresh();
    const before = await show();
    tuf.publish(two, { version: 2 });
    const run = await refresh();
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toMatch(
      /version 2 is less than current version 5.*; the last good one of .* \(0 days ago\) stays/,
    );
    expect(await show()).toEqual(before);
  });

  it('alone fetches: a command that judges refuses a root that was never fetched, and asks nobody', async () => {
    tuf.publish(one);
    const judged = await check();
    expect(judged).toMatchObject({ code: 64, stdout: '' });
    expect(judged.stderr).toMatch(
      /trustRoots\[0\]\.tuf: the trust root "private" was not fetched yet from .*assay trust refresh/,
    );
    expect(tuf.asked).toEqual([]);
    await refresh();
    const asked = tuf.asked.length;
    expect(await check()).toMatchObject({ code: 0, stderr: '' });
    expect(tuf.asked).toHaveLength(asked);
  });

  it('is asked for where what was fetched is older than 90 days, by whoever names the root', async () => {
    tuf.publish(one);
    await refresh();
    const old = new Date(Date.now() - 91 * 86_400_000).toISOString();
    writeFileSync(lastGood(), readFileSync(lastGood(), 'utf8').replace(/^.*/, old));
    const judged = await check();
    expect(judged.code).toBe(0);
    expect(judged.stderr).toMatch(/^trust in private root .* is 91 days old; refresh it \(assay trust refresh\)/);
    expect((await show())?.stale).toMatch(/91 days old/);
    expect((await run('trust', 'show')).stdout).toMatch(/^ {2}old {4}trust in private root/m);
  });

  it('begins anew where the first root is another one', async () => {
    tuf.publish(one);
    await refresh();
    writeFileSync(join(files.path, 'root.json'), `${readFileSync(tuf.rootFile, 'utf8')}\n`);
    expect((await check()).stderr).toContain('was not fetched yet');
  });

  it('keeps what it fetched below $XDG_CACHE_HOME where the configuration names no folder', async () => {
    tuf.publish(one);
    const text = readFileSync(join(files.path, 'assay.yaml'), 'utf8').replace('trustFolder: kept\n', '');
    writeFileSync(join(files.path, 'assay.yaml'), text);
    const environment = { XDG_CACHE_HOME: join(files.path, 'caches') };
    await assay(['trust', 'refresh', 'private', '-c', 'assay.yaml'], { folder: files.path, environment });
    expect(readdirSync(join(files.path, 'caches/assay/tuf'))[0]).toMatch(/^private-/);
    await refresh();
    expect(existsSync(join(files.path, '.cache/assay/tuf'))).toBe(true);
  });

  it('refuses what is kept and cannot be read, and makes it good', async () => {
    tuf.publish(one);
    await refresh();
    for (const text of ['nonsense', `${new Date().toISOString()}\n{}`]) {
      writeFileSync(lastGood(), text);
      expect(await check()).toMatchObject({ code: 64, stderr: expect.stringContaining('refresh') as string });
    }
    expect((await refresh()).code).toBe(0);
    expect((await check()).code).toBe(0);
  });
});
