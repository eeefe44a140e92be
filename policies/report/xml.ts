import { printable } from './printable.ts';

/** An XML element as text. Attributes without a value are left out; names are ours, values are anybody's. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  children: readonly string[] = [],
): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${xmlText(String(value))}"`],
  );
  const head = `<${name}${written.join('')}`;
  return children.length === 0 ? `${head}/>` : `${head}>${children.join('')}</${name}>`;
}

/** Text of an element or attribute: no control character, nor anything else that XML 1.0 (section 2.2) forbids even when escaped. */
export const xmlText = (text: string): string =>
  text
    .split('\n')
    .map(printable)
    .join('\n')
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
    // Runners take a line that begins with two colons for a command, and ##vso[ and its like wherever they stand.
    .replaceAll(/^([ \t]*):(?=:)/gm, '$1&#58;')
    .replaceAll(/##(?=\w*\[)/g, '#&#35;');

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
