import { documentFiles } from '../../host/files.ts';
import { shippedFolders } from '../../host/library.ts';
import {
  type Document,
  isPackReference,
  parseDocuments,
  renderProblem,
  strayCases,
  valueAt,
  withPacks,
} from '../../policies/index.ts';
import { nearest } from '../nearest.ts';
import { readSource } from './text.ts';

/** Policy documents, and what is wrong with them, one line each. */
export interface ReadPolicies {
  readonly documents: readonly Document[];
  readonly lines: readonly string[];
  /** Cases that were given as policies, one line each: whoever judges by policies refuses them, whoever only looks at files reads past them. */
  readonly stray: readonly string[];
}

/**
 * Every policy document of files, folders and packs; a single one that cannot be read spoils them all, for it could be the one
 * that denies. `parameters` are files that may hold PolicyParameters among other things; `kubernetesVersion` is that of packs
 * that name none.
 */
export async function readPolicies(
  sources: readonly string[],
  input: AsyncIterable<unknown>,
  parameters: readonly string[] = [],
  kubernetesVersion?: string,
): Promise<ReadPolicies> {
  const files = await readFiles(
    sources.filter((source) => !isPackReference(source)),
    input,
  );
  const given = await readFiles(
    parameters.filter((path) => path !== '-'),
    input,
  );
  const values = given.documents.filter(isPolicyParameters);
  const packs = await withPacks(
    sources.filter(isPackReference),
    [...files.documents, ...values],
    library(),
    nearest,
    kubernetesVersion,
  );
  // What is wrong with other objects in the files of parameters is told where they are read.
  const stray = strayCases(files.documents, (file) => sources.includes(file));
  return {
    documents: packs.documents,
    lines: [...files.lines, ...packs.lines],
    stray: stray.map(renderProblem),
  };
}

/** The shipped packs. */
export const library = () => shippedFolders('policies/library');

const isPolicyParameters = ({ value }: Document): boolean => valueAt(value, ['kind']) === 'PolicyParameters';

async function readFiles(
  paths: readonly string[],
  input: AsyncIterable<unknown>,
): Promise<Omit<ReadPolicies, 'stray'>> {
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
