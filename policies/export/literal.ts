/** A parameter's value in CEL: texts, whole numbers, booleans, and lists of one of them. Undefined for anything else. */
export function literalOf(value: unknown): string | undefined {
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  // JSON's escapes are CEL's; it has no others.
  if (typeof value === 'string') return JSON.stringify(value);
  if (!Array.isArray(value) || new Set(value.map((item: unknown) => typeof item)).size > 1) return undefined;
  const items = value.map(literalOf);
  return items.includes(undefined) || value.some(Array.isArray) ? undefined : `[${items.join(', ')}]`;
}
