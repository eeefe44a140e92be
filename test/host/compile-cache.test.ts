import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownFolder } from '../../host/compile-cache.ts';

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
