import { Type } from 'typebox';
import { closed } from './field.ts';

/** `metadata` of every document. */
export const metadata = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
      maxLength: 253,
      description: 'A DNS subdomain, unique among the loaded policies.',
    }),
    labels: Type.Optional(Type.Record(Type.String(), Type.String())),
    annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  { ...closed, description: 'As in every Kubernetes object.' },
);
