import type { KeyFetcher } from '../../evidence/index.ts';
import { documentFiles, readText } from '../../host/files.ts';
import { shippedFolders } from '../../host/library.ts';
import {
  compilePolicies,
  isServedByCluster,
  type CompileContext,
  type Document,
  isBundleReference,
  isPackReference,
  loadKeys,
  parseDocuments,
  type PolicySet,
  renderProblem,
  strayCases,
  withPacks,
} from '../../policies/index.ts';
import { limits } from '../limits.ts';
import type { BundleSource } from './bundles.ts';
import type { Loaded } from './last-good.ts';

/** What compiling needs beside the documents: trust roots, and clients of key services. */
export type PolicyContext = Pick<CompileContext, 'trustRoots' | 'exceptionNamespaces'> & {
  readonly keyFetchers: readonly KeyFetcher[];
};

/** The policies of all files, folders, packs and bundles together, or every problem of all of them. */
export async function loadPolicies(
  paths: readonly string[],
  context: PolicyContext,
  bundles: BundleSource,
): Promise<Loaded<PolicySet>> {
  const files = await readFiles(paths.filter((path) => !isBundleReference(path)));
  const { documents, problems, stays, before, used } = await bundles.load(files.documents);
  const loaded = await compileAll([...files.documents, ...documents], [...files.problems, ...problems], context);
  if (loaded.kind === 'loaded') {
    const unusable = await used();
    return unusable.length > 0 ? { kind: 'problems', problems: unusable } : { ...loaded, stays };
  }
  bundles.leftBehind();
  // A bundle that does not compile keeps no change of the files out, which may be a revocation.
  if (before === undefined || files.problems.length > 0) return loaded;
  const again = await compileAll([...files.documents, ...before], [], context);
  return again.kind === 'loaded' ? { ...again, stays: loaded.problems } : loaded;
}

async function compileAll(
  documents: readonly Document[],
  unreadable: readonly string[],
  { keyFetchers, ...context }: PolicyContext,
): Promise<Loaded<PolicySet>> {
  const keys = await loadKeys(documents, keyFetchers, AbortSignal.timeout(limits.keyMilliseconds));
  // The API server itself enforces its own kinds; twice would be two answers.
  const own = documents.filter((document) => !isServedByCluster(document));
  const compiled = compilePolicies(own, { ...context, keys });
  const problems = [...unreadable, ...compiled.problems.map(renderProblem)];
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'loaded', value: compiled.policies };
}

async function readFiles(
  sources: readonly string[],
): Promise<{ readonly documents: readonly Document[]; readonly problems: readonly string[] }> {
  const paths = sources.filter((source) => !isPackReference(source));
  const lists = await Promise.all(paths.map((path) => documentFiles(path)));
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
  problems.push(...strayCases(documents, (file) => sources.includes(file)).map(renderProblem));
  const packs = await withPacks(sources.filter(isPackReference), documents, shippedFolders('policies/library'));
  return { documents: packs.documents, problems: [...problems, ...packs.lines] };
}
