import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formats } from '../policies/index.ts';
import { blocksOf, folderOfPage, timeless } from './docs-examples.ts';
import { assay } from './cli/assay.ts';

/** The examples of docs/output.md are what their commands print; `ASSAY_UPDATE_GOLDEN=1` writes them anew. */
const file = resolve(import.meta.dirname, '../docs/output.md');
const page = readFileSync(file, 'utf8');
const updating = process.env['ASSAY_UPDATE_GOLDEN'] === '1';

/** A part of a JSON document: `runs.0.results.0`. */
const partOf = (text: string, path: string): string => {
  let part: unknown = JSON.parse(text);
  for (const step of path.split('.')) part = (part as Record<string, unknown>)[step];
  return `${JSON.stringify(part, undefined, 2)}\n`;
};

describe('docs/output.md', () => {
  it('shows what each of its commands prints', { timeout: 300_000 }, async () => {
    const blocks = blocksOf(page);
    using folder = folderOfPage(blocks);
    let written = page;
    let runs = 0;
    for (const { said, text, start } of blocks.toReversed()) {
      const [, words = '', code, part] = /^run assay (.*?), ends with (\d+)(?:, shows (\S+))?$/.exec(said) ?? [];
      if (code === undefined) continue;
      runs += 1;
      const run = await assay(words.split(' '), { folder: folder.path });
      expect(run, said).toMatchObject({ code: Number(code), stderr: '' });
      const shown = timeless(part === undefined ? run.stdout : partOf(run.stdout, part));
      if (updating) written = written.slice(0, start) + shown + written.slice(start + text.length);
      else expect(text, said).toBe(shown);
    }
    expect(runs).toBeGreaterThan(7);
    if (updating) writeFileSync(file, written);
  });

  it('has a section for every format', () => {
    const named = [...page.matchAll(/^## `-o (\w+)`/gm)].map(([, name]) => name);
    expect(named).toEqual(Object.keys(formats));
  });
});
