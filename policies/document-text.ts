import { type Document, LineCounter, parseAllDocuments, visit } from 'yaml';
import type { Position } from './document.ts';

/** A document of a text as the parser sees it, with the way from an offset in it to its place in the text. */
export interface ParsedDocument {
  readonly yaml: Document;
  readonly at: (offset: number | undefined) => Position | undefined;
}

/**
 * Splits a text into its documents. Where one is broken, the parser loses its way: it puts an error on the document before, or takes all that
 * follows for the rest of a quote. Then each is parsed by itself, as no document can reach over a marker (YAML 1.2.2, section 9.1.2).
 */
export function parseText(text: string): readonly ParsedDocument[] {
  const whole = parsePart(text, 0);
  return whole.some(({ yaml }) => yaml.errors.length > 0)
    ? partsOf(text).flatMap(({ part, line }) => parsePart(part, line))
    : whole;
}

/** What is wrong with the text of a document: the first error, for the others follow from it; where there is none, each doubt. */
export function faultsOf({ errors, warnings, contents }: Document): readonly Fault[] {
  const [first] = errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  const told = first === undefined ? warnings : [first];
  return told.map(({ message, code, pos: [offset] }) => {
    const quote = /^Missing closing .quote/.test(message) ? lastQuote(contents) : undefined;
    if (quote !== undefined) return { offset: quote, message: 'the quote that opens here does not end' };
    if (code === 'NON_STRING_KEY')
      return { offset, message: 'a key that is no text, as "{{" without quotes begins one' };
    return { offset, message };
  });
}

/** A sentence of the parser, or of ours where its own is about the parser. */
export interface Fault {
  readonly offset: number;
  readonly message: string;
}

function parsePart(text: string, linesBefore: number): readonly ParsedDocument[] {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    stringKeys: true,
  });
  const at = (offset: number | undefined): Position | undefined => {
    const found = offset === undefined ? undefined : lines.linePos(offset);
    return found === undefined ? undefined : { line: found.line + linesBefore, column: found.col };
  };
  return Array.isArray(parsed) ? parsed.map((yaml) => ({ yaml, at })) : [];
}

interface Part {
  readonly part: string;
  /** Lines before it. */
  readonly line: number;
}

/** The text cut before each `---` and after each `...`; comments and directives stay with the document that they stand above. */
function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  let lines: string[] = [];
  let before = 0;
  let begun = false;
  const cut = () => {
    parts.push({ part: lines.join(''), line: before });
    before += lines.length;
    lines = [];
    begun = false;
  };
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    if (begun && /^---(?:\s|$)/.test(line)) cut();
    lines.push(line);
    if (/^\.\.\.(?:\s|$)/.test(line)) cut();
    else begun ||= !/^(?:[#%].*|\s*(?:#.*)?)$/.test(line.trimEnd());
  }
  cut();
  return parts;
}

/** Where the last text in quotes begins: the one that goes on to the end. */
function lastQuote(contents: unknown): number | undefined {
  let last: number | undefined;
  visit(contents as Parameters<typeof visit>[0], {
    Scalar(_, { type, range }) {
      if ((type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') && range) last = Math.max(last ?? 0, range[0]);
    },
  });
  return last;
}
