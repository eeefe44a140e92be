import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeChunks, documentFiles, readText, writeWhole } from '../../host/files.ts';
import { watch } from '../../host/watch.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-files-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const write = async (name: string, text: string | Uint8Array) => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

describe('reading a text', () => {
  it('gives the text of a file, without a byte order mark', async () => {
    expect(await readText(await write('a.yaml', '\ufeffa: ü'), 100)).toEqual({ kind: 'text', text: 'a: ü' });
  });

  it('refuses one byte more than the bound', async () => {
    const path = await write('a.yaml', 'abcd');
    expect(await readText(path, 4)).toMatchObject({ kind: 'text' });
    expect(await readText(path, 3)).toEqual({ kind: 'unreadable', detail: 'has more than 3 bytes' });
  });

  it('refuses bytes that are not UTF-8 instead of guessing', async () => {
    expect(await readText(await write('a', Uint8Array.of(0x61, 0xff)), 100)).toEqual({
      kind: 'unreadable',
      detail: 'is not UTF-8',
    });
  });

  it('says why there is none', async () => {
    expect(await readText(join(folder, 'none'), 100)).toEqual({ kind: 'unreadable', detail: 'does not exist' });
    expect(await readText(folder, 100)).toEqual({ kind: 'unreadable', detail: 'is a folder, not a file' });
  });

  it('stops reading an endless stream at the bound', async () => {
    let made = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          made += 1;
          yield Buffer.alloc(1024);
        }
      })(),
    );
    expect(await decodeChunks(endless, 4096)).toMatchObject({ kind: 'unreadable' });
    expect(made).toBeLessThan(100);
  });
});

describe('the documents of a path', () => {
  it('are the file itself, whatever its name', async () => {
    const path = await write('policy.txt', '');
    expect(await documentFiles(path)).toEqual({ kind: 'files', files: [path] });
  });

  it('are all YAML and JSON files below a folder, in order', async () => {
    await mkdir(join(folder, 'deep/er'), { recursive: true });
    for (const name of ['b.yml', 'a.yaml', 'deep/er/c.json', 'notes.md']) await write(name, '');
    expect(await documentFiles(folder)).toEqual({
      kind: 'files',
      files: ['a.yaml', 'b.yml', 'deep/er/c.json'].map((name) => join(folder, name)),
    });
  });

  it('are read once from a Kubernetes mount, whose versions lie in dotted folders', async () => {
    await mount('one', 'a: 1');
    expect(await documentFiles(folder)).toEqual({ kind: 'files', files: [join(folder, 'policy.yaml')] });
  });

  it('are those with a dot in front only where they are asked for, and never a folder of that kind', async () => {
    await mount('one', 'a: 1');
    await mkdir(join(folder, '.deep.yaml'));
    for (const name of ['.a.yaml', '.notes', '.deep.yaml/b.yaml']) await write(name, '');
    const [dotted, plain] = ['.a.yaml', 'policy.yaml'].map((name) => join(folder, name));
    expect(await documentFiles(folder)).toEqual({ kind: 'files', files: [plain] });
    expect(await documentFiles(folder, 'with')).toEqual({ kind: 'files', files: [dotted, plain] });
  });

  it('are found in a folder with a dot in front that is named', async () => {
    await mkdir(join(folder, '.cases'));
    await mkdir(join(folder, '.others'));
    for (const name of ['a.yaml', '.cases/b.yaml', '.others/c.yaml']) await write(name, '');
    expect(await documentFiles(folder, 'without', ['.cases'])).toEqual({
      kind: 'files',
      files: [join(folder, '.cases/b.yaml'), join(folder, 'a.yaml')],
    });
  });

  it('need no link to be whole that is not asked for, such as the lock of an editor', async () => {
    await symlink(join(folder, 'none'), join(folder, '.#a.yaml'));
    expect(await documentFiles(folder)).toEqual({ kind: 'files', files: [] });
    expect(await documentFiles(folder, 'with')).toMatchObject({ kind: 'unreadable', detail: 'does not exist' });
  });

  it('end where a link leads back to a parent', async () => {
    await write('a.yaml', '');
    await symlink(folder, join(folder, 'again'));
    expect(await documentFiles(folder)).toEqual({ kind: 'files', files: [join(folder, 'a.yaml')] });
  });

  it('are none where the path does not exist', async () => {
    const path = join(folder, 'none');
    expect(await documentFiles(path)).toEqual({ kind: 'unreadable', path, detail: 'does not exist' });
  });
});

describe('watching', () => {
  const counting = async (paths: readonly string[]) => {
    const seen = { count: 0 };
    const running = await watch(paths, 1_000_000, () => {
      seen.count += 1;
    });
    return { seen, running };
  };

  it('reports a changed, an added and a removed file, each once', async () => {
    const path = await write('a.yaml', 'a: 1');
    const { seen, running } = await counting([folder]);
    await running.look();
    expect(seen.count).toBe(0);
    await write('a.yaml', 'a: 22');
    await running.look();
    await running.look();
    expect(seen.count).toBe(1);
    await write('b.yaml', '');
    await running.look();
    await rm(path);
    await running.look();
    expect(seen.count).toBe(3);
    running.close();
  });

  it('sees the swap of a Kubernetes mount', async () => {
    await mount('one', 'a: 1');
    const { seen, running } = await counting([folder]);
    await mount('two', 'a: 2');
    await running.look();
    expect(seen.count).toBe(1);
    running.close();
  });

  it('reports nothing after it was closed', async () => {
    const { seen, running } = await counting([folder]);
    running.close();
    await write('a.yaml', '');
    await running.look();
    expect(seen.count).toBe(0);
  });

  it('looks by itself on a timer', async () => {
    const changed = Promise.withResolvers<void>();
    const running = await watch([folder], 10, () => changed.resolve());
    await write('a.yaml', '');
    await changed.promise;
    running.close();
  });
});

describe('writing a whole file', () => {
  it('leaves the text, its permissions, and nothing beside it', async () => {
    const path = await write('report.json', 'before');
    await chmod(path, 0o640);
    expect(await writeWhole(path, 'after')).toBeUndefined();
    expect(await readFile(path, 'utf8')).toBe('after');
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await readdir(folder)).toEqual(['report.json']);
  });

  it('never shows half of it: who opened the file before still reads what was there', async () => {
    const path = await write('report.json', 'before');
    const inode = (await stat(path)).ino;
    await writeWhole(path, 'after');
    expect((await stat(path)).ino).not.toBe(inode);
  });

  it('writes through a link to what it names', async () => {
    const path = await write('real.json', 'before');
    await symlink('real.json', join(folder, 'link.json'));
    expect(await writeWhole(join(folder, 'link.json'), 'after')).toBeUndefined();
    expect(await readFile(path, 'utf8')).toBe('after');
    expect((await readdir(folder)).sort()).toEqual(['link.json', 'real.json']);
  });

  it('leaves a device a device', async () => {
    expect(await writeWhole('/dev/null', 'nothing')).toBeUndefined();
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it('names the folder that is missing, and what is a folder or no folder', async () => {
    await write('file', '');
    expect(await writeWhole(join(folder, 'out', 'a.json'), '')).toMatch(/: the folder .*\/out does not exist$/);
    expect(await writeWhole(join(folder, 'file', 'a.json'), '')).toMatch(/\/file is no folder$/);
    expect(await writeWhole(folder, '')).toMatch(/: is a folder, not a file$/);
  });
});

/** A new version of a mounted ConfigMap, swapped in as the kubelet does: by renaming a link. */
async function mount(version: string, text: string): Promise<void> {
  await mkdir(join(folder, `..${version}`));
  await write(`..${version}/policy.yaml`, text);
  await symlink(`..${version}`, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  await symlink('..data/policy.yaml', join(folder, 'policy.yaml')).catch(() => undefined);
}
