import { quote } from './fault.ts';
import type { ListType } from './openapi.ts';
import { isContainer, memberOf } from './plain-json.ts';

/**
 * What tells an item of a list from the others (structured-merge-diff's PathElement): a scalar itself in a set; in a map the values of its keys, where
 * a key that is absent counts as its default and is left out if it has none.
 */
export function itemKey(
  { relation, keys, element }: ListType,
  item: unknown,
): { readonly kind: 'key'; readonly text: string } | { readonly kind: 'problem'; readonly detail: string } {
  if (relation !== 'map')
    return isContainer(item) || item === null
      ? { kind: 'problem', detail: 'is in a set, and no string, number or boolean' }
      : { kind: 'key', text: JSON.stringify(item) };
  if (!isContainer(item) || Array.isArray(item)) return { kind: 'problem', detail: 'is not an object' };
  const values = keys.flatMap((key) => {
    const field = element.kind === 'struct' ? element.fields.get(key) : undefined;
    const value = memberOf(item, key) ?? field?.default;
    return value === undefined ? [] : [[key, value]];
  });
  return values.length === 0
    ? { kind: 'problem', detail: `has none of ${keys.map(quote).join(', ')}, by which items are told apart` }
    : { kind: 'key', text: JSON.stringify(values) };
}
