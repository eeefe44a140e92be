import { evaluateIn } from '../frame.ts';
import { questionsOf } from '../image-value.ts';
import type { Known } from '../known.ts';
import { PatchFault } from '../kubernetes/fault.ts';
import type { Mutation } from '../mutation.ts';
import { type ObjectSubject, passed, type Rule, type RuleOutcome } from '../rule.ts';
import { failed } from './failed.ts';
import { obstacle } from './obstacle.ts';

/**
 * A mutation as validation sees it. The mutating phase never denies, so that a mutation could not be made is told here; whether it has been
 * made is for a validation to say.
 */
export function mutationRule(mutation: Mutation): Rule {
  const { name, expression } = mutation;
  const evaluate = (subject: ObjectSubject, known: Known): RuleOutcome => evaluateMutation(mutation, subject, known);
  switch (expression.scope) {
    case 'object':
      return { scope: 'object', name, evaluate };
    case 'pod':
      return { scope: 'pod', name, evaluate };
    case 'image':
      return { scope: 'image', name, evaluate };
  }
}

const expected = 'a change that can be made to the object';

function evaluateMutation(mutation: Mutation, { frame, version }: ObjectSubject, known: Known): RuleOutcome {
  const evaluated = evaluateIn(frame, mutation.expression);
  switch (evaluated.kind) {
    case 'needs':
      return obstacle(questionsOf(evaluated.needs), known, expected);
    case 'error':
      return failed(evaluated.error, expected);
    case 'value': {
      const made = mutation.apply(version.object, evaluated.value);
      return made instanceof PatchFault
        ? { kind: 'error', code: 'MUTATION_FAILED', found: made.detail, expected }
        : passed();
    }
  }
}
