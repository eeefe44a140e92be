import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCompiled, ownFolder } from '../../host/compiled.ts';

let home: string;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'assay-compiled-')));
});
afterEach(() => rmSync(home, { recursive: true }));

describe('the folder of compiled code', () => {
  it('is made for its user alone, below the cache of the user', () => {
    const folder = join(home, '.cache/assay/compiled');
    expect(ownFolder({ HOME: home })).toBe(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(ownFolder({ HOME: home, XDG_CACHE_HOME: join(home, 'xdg') })).toBe(join(home, 'xdg/assay/compiled'));
    expect(ownFolder({ HOME: home, XDG_CACHE_HOME: 'relative' })).toBe(folder);
  });

  for (const place of ['.cache', '.cache/assay', '.cache/assay/compiled'])
    it(`is not used where others may write to ${place}`, () => {
      ownFolder({ HOME: home });
      for (const mode of [0o777, 0o770, 0o702]) {
        chmodSync(join(home, place), mode);
        expect(ownFolder({ HOME: home }), mode.toString(8)).toBeUndefined();
      }
    });

  it('is not used where it is a link to somewhere else', () => {
    mkdirSync(join(home, 'elsewhere'));
    mkdirSync(join(home, '.cache/assay'), { recursive: true, mode: 0o700 });
    symlinkSync(join(home, 'elsewhere'), join(home, '.cache/assay/compiled'));
    expect(ownFolder({ HOME: home })).toBeUndefined();
  });

  it('is not used where it cannot be made', () => {
    expect(ownFolder({ HOME: join(home, 'nobody') })).toBeUndefined();
    expect(ownFolder({ HOME: '/proc/none' })).toBeUndefined();
    writeFileSync(join(home, '.cache'), '');
    expect(ownFolder({ HOME: home })).toBeUndefined();
  });
});

describe('code that was compiled before', () => {
  const source = `(function (exports, require, module, __filename, __dirname) {
    exports.where = [__filename, __dirname, require('node:path').basename(__filename), module.exports === exports];
    exports.sum = (values) => values.reduce((sum, value) => sum + value, 0);
  })`;
  interface Exports {
    readonly where: readonly unknown[];
    readonly sum: (values: readonly number[]) => number;
  }
  const programFile = (name: string): string => {
    const file = join(home, name);
    writeFileSync(file, source);
    return file;
  };
  const folder = (): string => join(home, '.cache/assay/compiled');
  const kept = (): string[] => readdirSync(folder());
  const start = (file: string, work = 'check') => {
    const loaded = loadCompiled(file, work, { HOME: home });
    const { where, sum } = loaded.exports as Exports;
    expect(where).toEqual([file, home, file.slice(home.length + 1), true]);
    expect(sum([1, 2, 3])).toBe(6);
    loaded.keep();
  };

  it('is kept for whoever does the same again, and read by no other', () => {
    const file = programFile('program-a.cjs');
    start(file);
    const [name = ''] = kept();
    expect(kept()).toEqual([`check.program-a.cjs.${process.version}-${process.arch}`]);
    expect(statSync(join(folder(), name)).mode & 0o777).toBe(0o600);
    const before = statSync(join(folder(), name));
    start(file);
    expect(statSync(join(folder(), name)).ino).toBe(before.ino);
    start(file, 'verify');
    expect(kept()).toHaveLength(2);
  });

  it('is that of one build for each command', () => {
    start(programFile('program-a.cjs'));
    start(programFile('program-a.cjs'), 'verify');
    start(programFile('program-b.cjs'));
    expect(kept().map((name) => name.split('.cjs')[0])).toEqual(['check.program-b', 'verify.program-a']);
  });

  it('is made again where it is damaged, empty or of another engine', () => {
    const file = programFile('program-a.cjs');
    start(file);
    const cache = join(folder(), kept()[0] ?? '');
    const whole = readFileSync(cache);
    // An engine looks at what is kept only where it has not compiled the file itself.
    const startElsewhere = (): void => {
      const script = `import { loadCompiled } from ${JSON.stringify(join(import.meta.dirname, '../../host/compiled.ts'))};
        const loaded = loadCompiled(${JSON.stringify(file)}, 'check', { HOME: ${JSON.stringify(home)} });
        if (loaded.exports.sum([1, 2, 3]) !== 6) throw new Error('it computes something else');
        loaded.keep();`;
      execFileSync(process.execPath, ['--input-type=module', '-e', script]);
    };
    for (const damaged of [Buffer.alloc(0), Buffer.alloc(whole.length), whole.subarray(0, whole.length - 8)]) {
      writeFileSync(cache, damaged);
      startElsewhere();
      expect(readFileSync(cache).equals(damaged), `${damaged.length} bytes`).toBe(false);
      expect(readFileSync(cache).subarray(0, 4)).toEqual(whole.subarray(0, 4));
    }
    const made = readFileSync(cache);
    startElsewhere();
    expect(readFileSync(cache).equals(made)).toBe(true);
  });

  it('is neither read nor kept where Node is told to keep none', () => {
    const none = { HOME: home, NODE_DISABLE_COMPILE_CACHE: '1' };
    loadCompiled(programFile('program-a.cjs'), 'check', none).keep();
    expect(readdirSync(home)).toEqual(['program-a.cjs']);
  });

  it('is not kept where there is no folder for it, and the program runs', () => {
    const file = programFile('program-a.cjs');
    writeFileSync(join(home, '.cache'), '');
    start(file);
    rmSync(join(home, '.cache'));
    start(file);
    chmodSync(folder(), 0o500);
    if (process.getuid?.() !== 0) start(programFile('program-b.cjs'));
    chmodSync(folder(), 0o777);
    const before = kept();
    start(programFile('program-c.cjs'));
    expect(kept()).toEqual(before);
  });
});
