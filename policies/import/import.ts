import type { Document } from '../document.ts';
import { type Problem } from '../problem.ts';
import { problemAt, valueAt } from '../validate.ts';
import { importClusterImagePolicy } from './cluster-image-policy.ts';
import type { Imported, ImportedDocument } from './imported.ts';
import { importImageValidatingPolicy } from './kyverno-image.ts';
import { importValidatingPolicy } from './kyverno-validating.ts';
import { Reading } from './reading.ts';

/** Every kind that can be imported, with the versions of its group; a new one is a line here and a file beside. */
const importers: readonly {
  readonly group: string;
  readonly versions: readonly string[];
  readonly kinds: readonly string[];
  readonly translate: (reading: Reading) => readonly ImportedDocument[];
}[] = [
  {
    group: 'policies.kyverno.io',
    versions: ['v1alpha1', 'v1beta1', 'v1'],
    kinds: ['ValidatingPolicy', 'NamespacedValidatingPolicy'],
    translate: importValidatingPolicy,
  },
  {
    group: 'policies.kyverno.io',
    versions: ['v1alpha1', 'v1beta1', 'v1'],
    kinds: ['ImageValidatingPolicy', 'NamespacedImageValidatingPolicy'],
    translate: importImageValidatingPolicy,
  },
  {
    group: 'policy.sigstore.dev',
    versions: ['v1alpha1', 'v1beta1'],
    kinds: ['ClusterImagePolicy'],
    translate: importClusterImagePolicy,
  },
];

/** The policies of a document: itself, or the items of a list as `kubectl get -o yaml` writes it. */
export function importable(document: Document): readonly Document[] {
  const [kind, items] = [valueAt(document.value, ['kind']), valueAt(document.value, ['items'])];
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return [document];
  return items.map((value: unknown, index) => ({
    ...document,
    value,
    locate: (path) => document.locate(['items', index, ...path]),
  }));
}

/**
 * Translates a policy of another tool: what is made admits nothing that the source denies, and whatever has no equivalent is
 * reported. A problem where the document is of no kind that is known.
 */
export function importPolicy(document: Document): Imported | Problem {
  const [apiVersion, kind, name] = [['apiVersion'], ['kind'], ['metadata', 'name']].map((path) =>
    valueAt(document.value, path),
  );
  const importer = importers.find(
    ({ group, versions, kinds }) =>
      kinds.some((one) => one === kind) && versions.some((version) => `${group}/${version}` === apiVersion),
  );
  if (importer === undefined) {
    const known = importers.flatMap(({ group, kinds }) => kinds.map((one) => `${one} (${group})`));
    const detail = `kind ${JSON.stringify(kind) ?? 'nothing'} of ${JSON.stringify(apiVersion) ?? 'no version'} is not imported; ${known.join(', ')} are`;
    return problemAt(document, 'DOCUMENT_KIND_UNKNOWN', ['kind'], detail);
  }
  const reading = new Reading(document);
  const documents = importer.translate(reading);
  return { source: `${String(kind)} ${String(name)}`, file: document.file, documents, entries: reading.entries };
}
