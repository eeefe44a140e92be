import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { verify } from '../../cli/command/verify.ts';
import { verifyFormats } from '../../cli/verify-flags.ts';
import { assayHere, folderOf, type Run } from './assay.ts';
import { openShop, type Shop } from './shop.ts';

vi.setConfig({ testTimeout: 60_000 });

let shop: Shop;
let files: ReturnType<typeof folderOf>;
beforeAll(async () => {
  shop = await openShop();
  files = folderOf({ 'root.json': shop.trustedRoot, 'policy.yaml': shop.policy, 'assay.yaml': shop.configuration });
});
afterAll(async () => {
  files[Symbol.dispose]();
  await shop[Symbol.asyncDispose]();
});

const run = (image: string, ...words: readonly string[]): Promise<Run> =>
  assayHere(verify, ['-c', join(files.path, 'assay.yaml'), ...words, image]);

describe('assay verify -o', () => {
  it('writes every format that needs no file to point into, at once', async () => {
    const named = verifyFormats.flatMap((format) => ['-o', `${format}=${join(files.path, `a.${format}`)}`]);
    const { code, stdout, stderr } = await run(shop.unsigned.name, ...named);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain('0 of 1 required signatures');
    for (const format of verifyFormats)
      expect(readFileSync(join(files.path, `a.${format}`), 'utf8'), format).toContain('NO_SIGNATURE');
  });

  it('annotates without a file', async () => {
    const { stdout } = await run(shop.unsigned.name, '-o', 'github');
    expect(stdout).toMatch(
      /^::error title=Image 127\.0\.0\.1%3A\d+\/acme\/bare%3A1\.4\.2 denied%3A acme-releases\/signatures::/,
    );
    expect(stdout).toMatch(/^1 object: 0 clean, 1 denied$/m);
  });

  it('takes the word of gh for the same, once', async () => {
    expect(JSON.parse((await run(shop.signed.name, '--format', 'json')).stdout)).toMatchObject({ admitted: true });
    expect((await run(shop.signed.name, '--format', 'json', '-o', 'text')).code).toBe(64);
  });

  it('refuses formats that point into files', async () => {
    const refused = await run(shop.signed.name, '-o', 'sarif');
    expect(refused.code).toBe(64);
    expect(refused.stderr).toContain('-o "sarif": there is text, json, junit, github');
  });

  it('is undecided where an admitted image cannot be written about', async () => {
    expect((await run(shop.signed.name, '-o', 'json=/dev/full')).code).toBe(2);
    expect((await run(shop.unsigned.name, '-o', 'json=/dev/full')).code).toBe(1);
  });
});
