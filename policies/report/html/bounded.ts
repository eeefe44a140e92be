import { clip } from '../printable.ts';
import { limits } from '../limits.ts';

/** A sentence, an identity or a path, no longer than a person reads. */
export const boundedText = (text: string): string => clip(text, limits.htmlTextCharacters);

/** A name in a heading, a table or a list. */
export const boundedName = (text: string): string => clip(text, limits.htmlNameCharacters);
