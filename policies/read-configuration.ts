import { type Configuration, parseConfiguration } from './configuration.ts';
import { parseDocuments } from './document.ts';
import { renderProblem } from './problem.ts';

/** A configuration, or all that is wrong with its text, one line each. */
export type ReadConfiguration =
  | { readonly kind: 'configuration'; readonly configuration: Configuration }
  | { readonly kind: 'problems'; readonly lines: readonly string[] };

/** The one Configuration document of a text; `file` is what problems call it. */
export function readConfiguration(text: string, file: string): ReadConfiguration {
  const { documents, problems } = parseDocuments(text, file);
  if (problems.length > 0) return { kind: 'problems', lines: problems.map(renderProblem) };
  const [document, second] = documents;
  if (document === undefined || second !== undefined)
    return { kind: 'problems', lines: [`${file}: has ${documents.length} documents; one Configuration is wanted`] };
  const parsed = parseConfiguration(document);
  return parsed.kind === 'problems' ? { kind: 'problems', lines: parsed.problems.map(renderProblem) } : parsed;
}
