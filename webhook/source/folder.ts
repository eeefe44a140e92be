import { documentFiles, readText } from '../../host/files.ts';
import {
  compilePolicies,
  type CompileContext,
  type Document,
  parseDocuments,
  type PolicySet,
  renderProblem,
} from '../../policies/index.ts';
import { limits } from '../limits.ts';
import type { Loaded } from './last-good.ts';

/** The policies of all files and folders together, or every problem of all of them. */
export async function loadPolicies(paths: readonly string[], context: CompileContext): Promise<Loaded<PolicySet>> {
  const lists = await Promise.all(paths.map(documentFiles));
  const problems: string[] = lists.flatMap((list) =>
    list.kind === 'unreadable' ? [`${list.path}: ${list.detail}`] : [],
  );
  // A file that two of the paths bring is one file.
  const files = new Set(lists.flatMap((list) => (list.kind === 'files' ? list.files : [])));
  const documents: Document[] = [];
  for (const file of files) {
    const read = await readText(file, limits.policyFileBytes);
    if (read.kind === 'unreadable') {
      problems.push(`${file}: ${read.detail}`);
      continue;
    }
    const parsed = parseDocuments(read.text, file);
    documents.push(...parsed.documents);
    problems.push(...parsed.problems.map(renderProblem));
  }
  const compiled = compilePolicies(documents, context);
  problems.push(...compiled.problems.map(renderProblem));
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'loaded', value: compiled.policies };
}
