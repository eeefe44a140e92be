import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDockerConfig, runHelper } from '../../host/keychain.ts';

let folder = '';
const path = process.env['PATH'];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-keychain-'));
  process.env['PATH'] = `${folder}:${path}`;
});
afterEach(async () => {
  process.env['PATH'] = path;
  await rm(folder, { recursive: true, force: true });
});

async function helper(name: string, script: string): Promise<void> {
  const file = join(folder, `docker-credential-${name}`);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

describe('a credential helper', () => {
  it('is asked on its standard input and answers on its standard output', async () => {
    await helper('test', 'read server; echo "$1 $server"');
    expect(await runHelper('test', 'ghcr.io; touch pwned')).toEqual({
      kind: 'output',
      output: 'get ghcr.io; touch pwned\n',
    });
  });

  it('is never a path or a command line', async () => {
    for (const name of ['../evil', 'a b', '', 'a;b', '-x', 'a/b', 'x'.repeat(65)]) {
      expect(await runHelper(name, 'ghcr.io'), name).toMatchObject({ kind: 'unavailable' });
    }
  });

  it('that fails is unavailable, and what it wrote to its error output is not repeated', async () => {
    await helper('fails', 'echo secret >&2; echo secret; exit 3');
    expect(await runHelper('fails', 'ghcr.io')).toEqual({
      kind: 'unavailable',
      detail: 'docker-credential-fails ended with status 3',
    });
  });

  it('that does not exist is unavailable', async () => {
    expect(await runHelper('absent', 'ghcr.io')).toEqual({
      kind: 'unavailable',
      detail: 'docker-credential-absent is not on PATH',
    });
  });

  it('that floods its output is stopped', async () => {
    await helper('flood', 'exec cat /dev/zero');
    expect(await runHelper('flood', 'ghcr.io')).toEqual({
      kind: 'unavailable',
      detail: 'docker-credential-flood wrote more than 65536 bytes',
    });
  });

  it('that hangs ends with the signal', async () => {
    await helper('hangs', 'exec sleep 60');
    expect(await runHelper('hangs', 'ghcr.io', AbortSignal.timeout(100))).toEqual({
      kind: 'unavailable',
      detail: 'docker-credential-hangs did not answer in time',
    });
  });
});

describe('the docker config', () => {
  it('is read from $DOCKER_CONFIG, else from the home folder', async () => {
    await writeFile(join(folder, 'config.json'), '{"auths":{}}');
    expect(await readDockerConfig({ DOCKER_CONFIG: folder })).toEqual({ kind: 'text', text: '{"auths":{}}' });
    expect(await readDockerConfig({ HOME: folder })).toBeUndefined();
  });

  it('that is there and cannot be read is not taken for absent', async () => {
    await writeFile(join(folder, 'config.json'), Uint8Array.of(0xff));
    expect(await readDockerConfig({ DOCKER_CONFIG: folder })).toEqual({ kind: 'unreadable', detail: 'is not UTF-8' });
  });
});
