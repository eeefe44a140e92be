import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A fenced block of a page, and the comment right above it. */
export interface Block {
  /** What the comment says, `<!-- file shop.yaml -->`; empty where there is none. */
  readonly said: string;
  /** `yaml`, `groovy`; empty where the fence names none. */
  readonly language: string;
  readonly text: string;
  /** Where the text stands in the page, for a block to be written anew. */
  readonly start: number;
}

/** Every fenced block of a page of Markdown. */
export const blocksOf = (page: string): readonly Block[] =>
  [...page.matchAll(/^(?:<!-- (.*?) -->\n)?```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [whole, said = '', language = '', text = ''] = match;
    return { said, language, text, start: match.index + whole.lastIndexOf(text + '```') };
  });

/** A folder with the files that a page's blocks name, gone when disposed of. */
export function folderOfPage(blocks: readonly Block[]): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'assay-page-'));
  for (const { said, text } of blocks) {
    const [, file] = /^file (\S+)$/.exec(said) ?? [];
    if (file === undefined) continue;
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Output with everything that differs from run to run as it was on the day of the example. */
export const timeless = (text: string): string =>
  text
    .replaceAll(/ {2,}\d+(?:\.\d)? m?s, /g, '  12 ms, ')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-11-02T10:14:07.000Z')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=")/g, '2026-11-02T10:14:07')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, '2026-11-02 10:14:07 UTC')
    .replaceAll(/(seconds: )\d+/g, '$11793614447')
    .replaceAll(/(nanos: )\d+/g, '$10')
    .replaceAll(/(time=")[\d.]+/g, '$10.012')
    .replaceAll(/("milliseconds": )\d+/g, '$112');
