import { formatRepository } from '../../evidence/index.ts';
import { type ImageRule, passed, violated } from '../rule.ts';
import { isPod } from '../workload.ts';
import { untouched } from './pin.ts';

/** `rewrites`: a Pod names the place that nodes are to pull from, so that what is judged is what is pulled. */
export const rewriteRule: ImageRule = {
  scope: 'image',
  name: 'rewrites',
  evaluate(subject) {
    const { reference, text } = subject.use;
    if ('kind' in reference || reference.rewrittenFrom === undefined) return passed();
    if (!isPod(subject.version.object) || untouched(subject)) return passed();
    return violated({
      code: 'NOT_REWRITTEN',
      found: `"${text}", which the configuration has pulled from elsewhere`,
      expected: `an image below ${formatRepository(reference.repository)}`,
      remedy: 'let the mutating webhook rewrite it, or write that place',
    });
  },
};
