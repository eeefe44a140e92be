import { printable } from '../printable.ts';

/** Markup that is safe to put into the document: made by `html` alone, for nothing outside this file can make one. */
export type Html = Markup;

class Markup {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

/** What a template may hold; `undefined` and `false` are nothing, lists stand one behind the other. */
export type Part = string | number | Html | undefined | false | readonly Part[];

/**
 * A template of which every value is text, unless it is markup made by this very function: in an element or in an
 * attribute, always in double quotes, it cannot become anything else. Never used inside of style, script or a URL.
 */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Markup(strings.map((text, index) => `${text}${written(parts[index])}`).join(''));

/** Text of our own that is no markup but stands unescaped in it: the style and the script, whose hashes the document names. */
export const raw = (own: string): Html => new Markup(own);

function written(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Markup) return part.toString();
  if (typeof part === 'object') return part.map(written).join('');
  return escaped(String(part));
}

/**
 * Also what is not markup but misleads a reader: control characters, line ends, and what turns the direction of text. And what a CI server
 * that shows the page as it is would take for commands: `::` at the start of a line, `##vso[` anywhere.
 */
const escaped = (text: string): string =>
  printable(text)
    .replaceAll(/[&<>"'`]/g, (character) => entities[character] ?? '')
    .replaceAll(/:(?=:)/g, '&#58;')
    .replaceAll(/##(?=\w*\[)/g, '#&#35;');

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** The parts with a separator between them. */
export const between = (separator: string, parts: readonly Part[]): Part =>
  parts.map((part, index) => (index === 0 ? part : html`${separator}${part}`));
