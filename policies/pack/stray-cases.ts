import type { Document } from '../document.ts';
import type { Problem } from '../problem.ts';
import { problemAt, valueAt } from '../validate.ts';

/**
 * Cases where policies are wanted: what they say of images is proven by nobody. In a folder they lie beside the policies that they are about,
 * in files of their own, and are passed over; a file that somebody names, or that is called a policy, is refused.
 */
export const strayCases = (documents: readonly Document[], named: (file: string) => boolean): readonly Problem[] =>
  documents
    .filter(({ value, file }) => valueAt(value, ['kind']) === 'PolicyCases' && (named(file) || !isCasesFile(file)))
    .map((document) => problemAt(document, 'DOCUMENT_KIND_UNKNOWN', ['kind'], detail));

const isCasesFile = (file: string): boolean => /\.cases\.(?:ya?ml|json)$/.test(file);

const detail =
  'PolicyCases are for "assay test", and what they say of images counts nowhere else; a policy is wanted here';
