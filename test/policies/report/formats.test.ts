import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formats } from '../../../policies/report/formats.ts';
import { sampleReport } from './sample.ts';

/** What each format makes of one report; `ASSAY_UPDATE_GOLDEN=1 npx vitest run test/policies/report/formats.test.ts` writes them anew. */
const folder = join(import.meta.dirname, 'golden');
const updating = process.env['ASSAY_UPDATE_GOLDEN'] === '1';
/** A page of its own, whose tests look at it in a browser. */
const elsewhere = new Set(['html']);
const written = Object.entries(formats).filter(([name]) => !elsewhere.has(name));
const style = { columns: 120, paint: (_: string, text: string) => text };

describe('every format', () => {
  for (const [name, load] of written) {
    it(`writes the report as ${name} as it was agreed`, async () => {
      const format = await load();
      const text = format(sampleReport(), style).replace(/\n?$/, '\n');
      if (updating) writeFileSync(join(folder, name), text);
      expect(text).toBe(readFileSync(join(folder, name), 'utf8'));
    });
  }

  it('has a golden file each, and no other is there', () => {
    expect(readdirSync(folder).sort()).toEqual(written.map(([name]) => name).sort());
  });
});
