import { entriesOf, isList, isMap, type Value } from '../value.ts';

/** What the API server charges for going once over a value: a tenth of the bytes of its strings, 1 for anything that is no container. */
export function traversalOf(value: Value | undefined): number {
  if (typeof value === 'string') return Math.floor(utf8Length(value) / 10);
  if (value instanceof Uint8Array) return Math.floor(value.length / 10);
  if (isList(value)) return value.reduce<number>((sum, element) => sum + traversalOf(element), 0);
  if (isMap(value))
    return entriesOf(value).reduce((sum, [key, entry]) => sum + traversalOf(key) + traversalOf(entry), 0);
  return 1;
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) length += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return length;
}
