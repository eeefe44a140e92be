import { type Need, needKey } from '../evidence/index.ts';
import { type LookupNeed, lookupKey } from './lookup.ts';

/** Whatever a rule may have to ask before it can be decided: evidence of images, or the cluster. */
export type Question = Need | LookupNeed;

export const isLookup = (question: Question): question is LookupNeed => {
  switch (question.kind) {
    case 'namespace':
    case 'objects':
    case 'authorization':
    case 'request':
      return true;
    case 'image':
    case 'signatures':
    case 'attestations':
    case 'platforms':
    case 'config':
    case 'manifest':
    case 'modules':
      return false;
  }
};

/** Two questions with one key have one answer. */
export const questionKey = (question: Question): string =>
  isLookup(question) ? lookupKey(question) : needKey(question);
