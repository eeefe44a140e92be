import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const corpus = process.env['ASSAY_CORPUS'] ?? '../shared/corpus';

/** Whether that part of the corpus is here. In CI it must be. */
export function corpusHas(part: string): boolean {
  const here = existsSync(join(corpus, part));
  if (!here && process.env['CI'] === 'true') throw new Error(`${corpus}/${part} is absent, and CI needs it`);
  if (!here) console.log(`skipped: ${corpus}/${part} is absent`);
  return here;
}

export const folders = (part: string): readonly string[] =>
  readdirSync(join(corpus, part), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

export const bytesOf = (...path: readonly string[]): Buffer => readFileSync(join(corpus, ...path));

export function textOf(...path: readonly string[]): string | undefined {
  return existsSync(join(corpus, ...path)) ? bytesOf(...path).toString('utf8') : undefined;
}
