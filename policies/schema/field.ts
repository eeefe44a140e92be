import { Type } from 'typebox';

/** No other fields. */
export const closed = { additionalProperties: false } as const;
/** A text that is not empty. */
export const text = (description: string) => Type.String({ minLength: 1, description });
/** A name that stands in messages. */
export const name = (description: string) =>
  Type.String({ pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 63, description });
