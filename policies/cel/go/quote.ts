/** A string as Go's %q writes it: in double quotes, what cannot be printed escaped; a lone surrogate stands for U+FFFD. */
export const quoteGo = (text: string): string =>
  `"${text.toWellFormed().replaceAll(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, escapeGo)}"`;

/** `strings.quote`: in double quotes, with the escapes of CEL for quotes, backslashes and the seven named controls; a lone surrogate becomes U+FFFD. */
export const quoteCel = (text: string): string =>
  `"${text.toWellFormed().replaceAll(/["\\\p{Cc}]/gu, (point) => named.get(point) ?? point)}"`;

const named: ReadonlyMap<string, string> = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['"', '\\"'],
  ['\\', '\\\\'],
]);

const escapeGo = (text: string): string => {
  const known = named.get(text);
  if (known !== undefined) return known;
  const point = text.codePointAt(0) ?? 0;
  const digits = point.toString(16);
  if (point < 0x20 || point === 0x7f) return `\\x${digits.padStart(2, '0')}`;
  return point < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
};
