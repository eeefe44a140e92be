import { parseQuantity, Quantity } from '../cel/go/quantity.ts';

/** Whether a value is a quantity, as text or as a number. */
export const isQuantity = (value: unknown): boolean =>
  (typeof value === 'string' || typeof value === 'number') && parseQuantity(String(value)) instanceof Quantity;

/** A quantity as the API server writes it back: `1024Mi` is `1Gi`, the number 0.5 is `500m`. What is none stays as it is. */
export function canonicalQuantity(value: unknown): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  // No notation of numbers in JavaScript has a suffix; an exponent is Kubernetes' own.
  const quantity = parseQuantity(String(value));
  return quantity instanceof Quantity ? quantity.toString() : value;
}
