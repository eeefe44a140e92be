import { isObject } from '../version.ts';
import type { Reading } from './reading.ts';

/** What a policy is called and labelled. */
export interface Labelled {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Reads kind and metadata. What a cluster writes into its objects by itself, status included, says nothing of the policy. */
export function readMetadata(reading: Reading): Labelled {
  reading.take(['apiVersion']);
  reading.take(['kind']);
  reading.take(['status']);
  for (const field of kept) reading.take(['metadata', field]);
  const name = reading.text(['metadata', 'name']) ?? 'imported';
  const namespace = reading.text(['metadata', 'namespace']);
  const labels = texts(reading.take(['metadata', 'labels']));
  const annotations = texts(reading.take(['metadata', 'annotations']));
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}

const kept = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'ownerReferences',
  'finalizers',
  'selfLink',
  'generateName',
];

function texts(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && entry[0] !== 'kubectl.kubernetes.io/last-applied-configuration',
  );
  return Object.fromEntries(entries);
}

/** A text as `metadata.name` and names of authorities may be: lower case, digits and hyphens, at most 63. */
export function asName(text: string): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '');
  return plain === '' ? 'imported' : plain;
}
