/**
 * One line of text that is safe in a log, a header and a terminal: control characters, line separators and the marks
 * that reorder text become spaces, halves of surrogate pairs become replacement characters, and it is cut to the length.
 */
export function plain(text: string, characters: number): string {
  // Nearly every text is this, and every review logs a dozen.
  if (text.length <= characters && /^[\x20-\x7e]*$/.test(text)) return text;
  const one = text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').toWellFormed();
  return one.length <= characters ? one : `${one.slice(0, characters - 3).toWellFormed()}...`;
}
