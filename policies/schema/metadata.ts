import { Type } from 'typebox';
import { closed } from './field.ts';

const common = {
  name: Type.String({
    pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
    maxLength: 253,
    description: 'A DNS subdomain, unique among the loaded policies.',
  }),
  labels: Type.Optional(Type.Record(Type.String(), Type.String())),
  annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
} as const;

/** `metadata` of a document that lies in no namespace. */
export const metadata = Type.Object(common, { ...closed, description: 'As in every Kubernetes object.' });

/** `metadata` of a document that lies in one. */
export const namespacedMetadata = Type.Object(
  {
    ...common,
    namespace: Type.String({
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
      maxLength: 63,
      description: 'The namespace that it lies in, and speaks of.',
    }),
  },
  { ...closed, description: 'As in every Kubernetes object.' },
);
