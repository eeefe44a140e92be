import { normalize } from 'node:path';
import { documentFiles } from '../../host/files.ts';
import {
  type Document,
  type GatorSuite,
  gatorSuiteSchema,
  parseDocuments,
  renderProblem,
  validateDocument,
  valueAt,
} from '../../policies/index.ts';
import type { Door } from '../command/index.ts';
import { readSource } from './text.ts';

/** A Suite of gator (test.gatekeeper.sh). */
export interface GatorSuiteFile {
  readonly file: string;
  readonly document: Document;
  readonly suite: GatorSuite;
}

/** Finds gator's Suites below paths: documents in any file, as `gator verify` finds them. */
export async function readGatorSuites(
  paths: readonly string[],
  { input }: Pick<Door, 'input'>,
): Promise<{
  readonly suites: readonly GatorSuiteFile[];
  readonly lines: readonly string[];
  /** Those of the paths that have any. */
  readonly paths: ReadonlySet<string>;
}> {
  const suites: GatorSuiteFile[] = [];
  const lines: string[] = [];
  const found = new Set<string>();
  /** Whether each file has one. */
  const seen = new Map<string, boolean>();
  for (const path of new Set(paths)) {
    const listed = await documentFiles(path);
    if (listed.kind === 'unreadable') continue;
    for (const file of listed.files) {
      const known = seen.get(normalize(file));
      seen.set(normalize(file), known ?? false);
      if (known === true) found.add(path);
      if (known !== undefined) continue;
      const read = await readSource(file, input);
      // Nobody knows whether it is a test.
      if (read.kind === 'unreadable') lines.push(`${file}: ${read.detail}`);
      if (read.kind === 'unreadable' || !mentions.test(read.text)) continue;
      const { documents, problems } = parseDocuments(read.text, file);
      const mine = documents.filter(isSuite);
      if (mine.length === 0 && (problems.length === 0 || !written.test(read.text))) continue;
      found.add(path);
      seen.set(normalize(file), true);
      lines.push(...problems.map(renderProblem));
      for (const document of mine) {
        const validated = validateDocument(document, gatorSuiteSchema);
        if (validated.kind === 'problems') lines.push(...validated.problems.map(renderProblem));
        else suites.push({ file, document, suite: validated.value });
      }
    }
  }
  return { suites, lines, paths: found };
}

const mentions = /test\.gatekeeper\.sh/;

/** A text that is broken, and would be a Suite. */
const written = /["']?apiVersion["']?\s*:\s*["']?test\.gatekeeper\.sh\//;

/** By its group: another kind of it is told as one. */
function isSuite({ value }: Document): boolean {
  const apiVersion = valueAt(value, ['apiVersion']);
  return typeof apiVersion === 'string' && apiVersion.startsWith('test.gatekeeper.sh/');
}
