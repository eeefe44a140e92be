import type { KeyFetcher } from '../../evidence/index.ts';
import { documentFiles, readText } from '../../host/files.ts';
import {
  compilePolicies,
  type CompileContext,
  type Document,
  loadKeys,
  parseDocuments,
  type PolicySet,
  renderProblem,
} from '../../policies/index.ts';
import { limits } from '../limits.ts';
import type { Loaded } from './last-good.ts';

/** Clients of key services; there is none yet, and each URI is refused in so many words. */
const keyFetchers: readonly KeyFetcher[] = [];

/** The policies of all files and folders together, or every problem of all of them. */
export async function loadPolicies(
  paths: readonly string[],
  context: Pick<CompileContext, 'trustRoots'>,
): Promise<Loaded<PolicySet>> {
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
  const keys = await loadKeys(documents, keyFetchers, AbortSignal.timeout(limits.keyMilliseconds));
  const compiled = compilePolicies(documents, { ...context, keys });
  problems.push(...compiled.problems.map(renderProblem));
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'loaded', value: compiled.policies };
}
