import { parseDocuments } from '../document.ts';
import type { Search, Within } from './search.ts';
import type { Place } from './walk.ts';

/**
 * The objects that a text holds (YAML or JSON, many documents), each as if it stood in the text's place. A text that cannot be read is told: what
 * its controller makes of it is not known here.
 */
export function objectsOfText(search: Search, place: Place, { line: { placeholder } }: Within): readonly Place[] {
  const text = place.value;
  if (typeof text !== 'string') {
    search.unlike(place, 'a string');
    return [];
  }
  if (text.trim() === '' || !search.takeText(place, text)) return [];
  const { documents, problems } = parseDocuments(text, '');
  const [problem] = problems;
  if (problem !== undefined) {
    if (placeholder !== undefined && text.includes(placeholder)) {
      const why = `a text that is no object before its controller fills it in (${JSON.stringify(placeholder)}); what comes of it is judged where it arrives`;
      search.tell(place, 'REFERENCE_FILLED_IN', text, why);
    } else search.unlike(place, 'YAML or JSON', problem.detail);
    return [];
  }
  return documents.map(({ value }) => ({ ...place, value }));
}
