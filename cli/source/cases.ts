import { basename, dirname, join, normalize } from 'node:path';
import { documentFiles } from '../../host/files.ts';
import {
  casesSchema,
  type Document,
  isObject,
  type KubernetesObject,
  parseDocuments,
  type PolicyCase,
  type PolicyCases,
  renderProblem,
  validateDocument,
} from '../../policies/index.ts';
import type { Door } from '../command/index.ts';
import { readManifests } from './manifests.ts';
import { readPolicies } from './policies.ts';
import { readSource } from './text.ts';

/** The cases of one file, with the policies that they are about. */
export interface CasesFile {
  readonly file: string;
  readonly document: Document;
  readonly cases: PolicyCases;
  readonly policies: readonly Document[];
}

/** One object of a case. */
export interface CaseObject {
  readonly object: KubernetesObject;
  /** `Pod web`. */
  readonly resource: string;
}

/** Finds cases below paths and reads the policies that each is about; every problem is a line. `others` are paths that have tests of another kind. */
export async function readCases(
  paths: readonly string[],
  { input }: Pick<Door, 'input'>,
  others: ReadonlySet<string> = new Set(),
): Promise<{ readonly files: readonly CasesFile[]; readonly lines: readonly string[] }> {
  const files: CasesFile[] = [];
  const lines: string[] = [];
  const seen = new Set<string>();
  for (const path of new Set(paths)) {
    const listed = await documentFiles(path);
    if (listed.kind === 'unreadable') {
      lines.push(`${listed.path}: ${listed.detail}; a file of cases, or a folder with some, is wanted`);
      continue;
    }
    // Whoever names a file means it, whatever it is called.
    const found = listed.files.filter((file) => (file === path && !others.has(path)) || isCasesFile(file));
    if (found.length === 0 && !others.has(path))
      lines.push(`${path}: has no *.cases.yaml, no kyverno-test.yaml and no Suite of gator`);
    for (const file of found) {
      if (seen.has(normalize(file))) continue;
      seen.add(normalize(file));
      const read = await readSource(file, input);
      if (read.kind === 'unreadable') {
        lines.push(`${file}: ${read.detail}`);
        continue;
      }
      const { documents, problems } = parseDocuments(read.text, file);
      lines.push(...problems.map(renderProblem));
      for (const document of documents) {
        const one = await readOne(file, document, input);
        if (Array.isArray(one)) lines.push(...one);
        else files.push(one);
      }
    }
  }
  return { files, lines };
}

const isCasesFile = (file: string): boolean => /\.cases\.(?:ya?ml|json)$/.test(basename(file));

async function readOne(file: string, document: Document, input: Door['input']): Promise<CasesFile | string[]> {
  const validated = validateDocument(document, casesSchema);
  if (validated.kind === 'problems') return validated.problems.map(renderProblem);
  const cases = validated.value;
  const neighbour = basename(file).replace(/\.cases(\.\w+)$/, '$1');
  if (cases.policies === undefined && neighbour === basename(file))
    return [`${file}: "policies" is missing; a file called X.cases.yaml means X.yaml by its name, this one does not`];
  const policies = await readPolicies(
    (cases.policies ?? [neighbour]).map((name) => join(dirname(file), name)),
    input,
  );
  return policies.lines.length > 0 ? [...policies.lines] : { file, document, cases, policies: policies.documents };
}

/** The objects that a case sends; a text says what is wrong. */
export async function objectsOf(
  { file }: CasesFile,
  { object, resource, oldObject }: PolicyCase,
  { input }: Pick<Door, 'input'>,
): Promise<readonly CaseObject[] | string> {
  if (object !== undefined && resource !== undefined) return '"object" and "resource" exclude each other';
  if (resource === undefined) {
    const sent = object ?? oldObject;
    return sent === undefined ? 'an "object" or a "resource" is wanted' : [named(sent)];
  }
  const { manifests, unreadable } = await readManifests([join(dirname(file), resource)], input);
  const [trouble] = unreadable;
  if (trouble !== undefined) return `${trouble.file}:${trouble.line ?? 1}: ${trouble.message}`;
  return manifests.length === 0 ? `${resource} has no object` : manifests.map((one) => named(one.object));
}

function named(object: KubernetesObject): CaseObject {
  const { kind, metadata } = object;
  const name = isObject(metadata) && 'name' in metadata && typeof metadata.name === 'string' ? metadata.name : '';
  return { object, resource: `${typeof kind === 'string' ? kind : 'object'}${name === '' ? '' : ` ${name}`}` };
}
