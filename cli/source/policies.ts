import { documentFiles } from '../../host/files.ts';
import { type Document, parseDocuments, renderProblem } from '../../policies/index.ts';
import { readSource } from './text.ts';

/** Every policy document of files and folders; a single one that cannot be read spoils them all, for it could be the one that denies. */
export async function readPolicies(
  paths: readonly string[],
  input: AsyncIterable<unknown>,
): Promise<{ readonly documents: readonly Document[]; readonly lines: readonly string[] }> {
  const documents: Document[] = [];
  const lines: string[] = [];
  for (const path of new Set(paths)) {
    const listed = path === '-' ? ({ kind: 'files', files: ['-'] } as const) : await documentFiles(path);
    if (listed.kind === 'unreadable') {
      lines.push(`${listed.path}: ${listed.detail}; a policy file or a folder of them is wanted`);
      continue;
    }
    if (listed.files.length === 0) lines.push(`${path}: has no .yaml, .yml or .json file`);
    for (const file of listed.files) {
      const read = await readSource(file, input);
      if (read.kind === 'unreadable') {
        lines.push(`${file}: ${read.detail}`);
        continue;
      }
      const parsed = parseDocuments(read.text, file);
      documents.push(...parsed.documents);
      lines.push(...parsed.problems.map(renderProblem));
    }
  }
  return { documents, lines };
}
