import { type Static, Type } from 'typebox';
import { closed, text } from './field.ts';

/** The parts of a policy that are expressions, spelled as in ValidatingAdmissionPolicy and MutatingAdmissionPolicy. */

const celName = Type.String({
  pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
  maxLength: 63,
  description: 'Read as `variables.NAME`; unique within the policy.',
});

export const variables = Type.Array(Type.Object({ name: celName, expression: text('CEL.') }, closed), {
  maxItems: 100,
  description: 'Named parts of other expressions, evaluated when first read; each may read those above it.',
});

export const matchConditions = Type.Array(
  Type.Object(
    {
      name: Type.String({
        pattern: '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$',
        maxLength: 317,
        description: 'Unique within the policy.',
      }),
      expression: text('CEL that comes to a bool; about the request and its objects, never about images.'),
    },
    closed,
  ),
  {
    maxItems: 64,
    description: 'All must be true for the policy to speak of an object. They are looked at before anything else.',
  },
);

export const validations = Type.Array(
  Type.Object(
    {
      name: Type.String({
        pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
        maxLength: 63,
        description: 'What messages and exceptions call the rule; unique within the policy.',
      }),
      expression: text(
        'CEL that must be true. One that mentions `image` is evaluated once for each governed image, one that mentions `pod` only for each PodSpec, any other once.',
      ),
      message: Type.Optional(text('What is said where it is false.')),
      messageExpression: Type.Optional(
        text('CEL that comes to the message; where it fails or is empty, `message` stands in.'),
      ),
      reason: Type.Optional(
        Type.Enum(['Unauthorized', 'Forbidden', 'Invalid', 'RequestEntityTooLarge'], {
          description: 'The machine-readable cause that a client is told.',
        }),
      ),
    },
    closed,
  ),
  { minItems: 1, maxItems: 100, description: 'What must be true of the object, its PodSpecs or its images.' },
);

export const auditAnnotations = Type.Array(
  Type.Object(
    {
      key: Type.String({
        pattern: '^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$',
        maxLength: 63,
        description: 'Written to the audit log as `POLICY/KEY`; unique within the policy.',
      }),
      valueExpression: text('CEL that comes to a string, or to null where nothing is to be written.'),
    },
    closed,
  ),
  { minItems: 1, maxItems: 20, description: 'What is written to the audit log about an object.' },
);

export const mutations = Type.Array(
  Type.Object(
    {
      name: Type.Optional(
        Type.String({
          pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
          maxLength: 63,
          description: 'What messages call it.',
        }),
      ),
      patchType: Type.Enum(['ApplyConfiguration', 'JSONPatch'], {
        description: 'Which of the two fields says the change.',
      }),
      applyConfiguration: Type.Optional(
        Type.Object(
          { expression: text('CEL that comes to `Object{...}`, merged as server-side apply merges.') },
          closed,
        ),
      ),
      jsonPatch: Type.Optional(
        Type.Object(
          { expression: text('CEL that comes to a list of `JSONPatch{op: ..., path: ..., value: ...}`.') },
          closed,
        ),
      ),
    },
    closed,
  ),
  {
    minItems: 1,
    maxItems: 100,
    description: 'What is written into the object before it is judged. A mutation may depend on evidence.',
  },
);

export const updates = Type.Enum(['Ratchet', 'Strict'], {
  default: 'Ratchet',
  description: 'Whether an UPDATE is denied only for what it makes worse, or for everything.',
});

export const enforceFrom = Type.String({
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$',
  description: 'A date (UTC) or moment; before it the policy warns of what it would deny.',
});

export type ValidationSpec = Static<typeof validations>[number];
export type MutationSpec = Static<typeof mutations>[number];
