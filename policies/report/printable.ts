/**
 * Text from outside, safe for a terminal and a log line: control characters, bidirectional overrides, invisible
 * characters and line ends become U+FFFD, so that nothing can forge a line or hide a part of one.
 */
export const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu, '\uFFFD');

/**
 * Text of several lines that a CI server may show: none of them begins with `::`, and none holds `##vso[` or `##[`, which runners take
 * for commands. As wide as before.
 */
export const inert = (text: string): string =>
  text.replaceAll(/^([ \t]*):(?=:)/gm, '$1\uFFFD').replaceAll(/##(?=\w*\[)/g, '#\uFFFD');

/** A name from outside: bare where it is plain, in double quotes where a space or quote could mislead. */
export function quoted(text: string): string {
  const clean = printable(text);
  return /^[\w.:/@+~#%{}*?=&[\]-]+$/.test(clean) ? clean : JSON.stringify(clean);
}

/** Digests as people read them: the first 12 hex digits. */
export const shortDigests = (text: string): string =>
  text.replaceAll(/\b(sha256|sha512):([0-9a-f]{12})[0-9a-f]{52,}\b/g, '$1:$2...');

/** At most so many UTF-16 units, an ellipsis in place of what was cut; never half a character. */
export function clip(text: string, maximum: number): string {
  if (text.length <= maximum) return text;
  const dots = maximum >= 3 ? '...' : '';
  const kept = text.slice(0, Math.max(0, maximum - dots.length));
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}${dots}`;
}

/** `1 image`, `2 images`, `2 policies`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

/** `linux/amd64, linux/arm64 and windows/amd64`. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** `2026-11-02 10:14:07 UTC`. */
export const instant = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
