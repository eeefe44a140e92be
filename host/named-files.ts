import { resolve } from 'node:path';
import { readText } from './files.ts';

/** Texts by the name that a document gives them, and a line for each that cannot be read. */
export interface NamedTexts {
  readonly texts: ReadonlyMap<string, string>;
  readonly lines: readonly string[];
}

/** Reads the files that a document in `folder` names, each of at most `maximumBytes`. */
export async function readNamed(names: readonly string[], folder: string, maximumBytes: number): Promise<NamedTexts> {
  const texts = new Map<string, string>();
  const lines: string[] = [];
  for (const name of names) {
    const path = resolve(folder, name);
    const read = await readText(path, maximumBytes);
    if (read.kind === 'text') texts.set(name, read.text);
    else lines.push(`${path}: ${read.detail}`);
  }
  return { texts, lines };
}
