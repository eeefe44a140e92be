import { parseReference, type Reference, type ReferenceProblem, rewriteReference } from '../../evidence/index.ts';
import { limits } from '../limits.ts';
import type { ReferenceRules } from './use.ts';

type Read = Reference | ReferenceProblem;

/** Read lately: a cluster runs the same images again and again, and what a text means hangs on the rules alone. */
const lately = new WeakMap<ReferenceRules, Map<string, Read>>();

/** The reference as the rules have it read and rewritten, or what is wrong with the text. */
export function readReference(text: string, rules: ReferenceRules): Read {
  const read = lately.get(rules) ?? new Map<string, Read>();
  lately.set(rules, read);
  const before = read.get(text);
  if (before !== undefined) return before;
  const parsed = parseReference(text, rules);
  const reference = 'kind' in parsed ? parsed : rewriteReference(parsed, rules.rewrites ?? []);
  if (text.length > limits.rememberedReferenceCharacters) return reference;
  if (read.size >= limits.rememberedReferences) read.clear();
  read.set(text, reference);
  return reference;
}
