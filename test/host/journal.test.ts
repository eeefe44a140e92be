import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { journal } from '../../host/journal.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-journal-'));
  return () => rm(folder, { recursive: true, force: true });
});

const linesOf = async (path: string): Promise<readonly string[]> =>
  (await readFile(path, 'utf8')).trimEnd().split('\n');

describe('a journal', () => {
  it('grows at its end, in a folder that is made, for its owner alone', async () => {
    const path = join(folder, 'deep/er/a.jsonl');
    const { append } = journal(path, 1000);
    expect([await append('one'), await append('two')]).toEqual([undefined, undefined]);
    expect(await linesOf(path)).toEqual(['one', 'two']);
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it('goes on behind what another process wrote', async () => {
    const path = join(folder, 'a.jsonl');
    await writeFile(path, 'before\n');
    await journal(path, 1000).append('after');
    expect(await linesOf(path)).toEqual(['before', 'after']);
  });

  it('never has more than its bound, and keeps what came last', async () => {
    const path = join(folder, 'a.jsonl');
    const { append } = journal(path, 200);
    for (let at = 0; at < 100; at++) {
      expect(await append(`line ${String(at).padStart(14, '0')}`)).toBeUndefined();
      const sizes = await Promise.all(
        (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
      );
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(200);
    }
    expect((await readdir(folder)).toSorted()).toEqual(['a.jsonl', 'a.jsonl.1']);
    const kept = [...(await linesOf(`${path}.1`)), ...(await linesOf(path))];
    expect(kept.map((line) => Number(line.slice(5)))).toEqual(Array.from(kept, (_, at) => 100 - kept.length + at));
    expect(kept.length).toBeGreaterThanOrEqual(5);
  });

  it('refuses a line that is larger than one of its files, and takes the next', async () => {
    const path = join(folder, 'a.jsonl');
    const { append } = journal(path, 200);
    expect(await append('x'.repeat(99))).toBeUndefined();
    expect(await append('x'.repeat(100))).toBe(`${path}: a line of 101 bytes; at most 100 are kept in one file`);
    expect(await append('y')).toBeUndefined();
  });

  it('says why it cannot be written, and is written once it can', async () => {
    const path = join(folder, 'a.jsonl');
    await mkdir(path);
    const { append } = journal(path, 1000);
    expect(await append('one')).toBe(`${path}: is a folder, not a file`);
    await rm(path, { recursive: true });
    expect(await append('two')).toBeUndefined();
  });
});
