import { type Evaluated, maxMessageBytes } from '../cel/index.ts';
import { culpritsOf } from '../culprit.ts';
import { type Expression, type Scope, wider } from '../expression.ts';
import { evaluateIn, type Frame } from '../frame.ts';
import { questionsOf } from '../image-value.ts';
import type { Known } from '../known.ts';
import { passed, type Rule, type RuleOutcome, violated } from '../rule.ts';
import { failed } from './failed.ts';
import { obstacle } from './obstacle.ts';

/** A validation of a policy, compiled: an expression that must be true, and what is said where it is not. */
export interface Validation {
  readonly name: string;
  readonly expression: Expression;
  readonly message?: string;
  /** Comes to the message; where it fails or says nothing, `message` stands in. */
  readonly messageExpression?: Expression;
  /** A machine-readable cause, as Kubernetes' StatusReason. */
  readonly reason?: string;
}

/** `validations`: the expression is true of the object, of each PodSpec or of each image, whichever it speaks of. */
export function validationRule(validation: Validation): Rule {
  const { name, expression, messageExpression } = validation;
  const scope: Scope = wider(expression.scope, messageExpression?.scope ?? 'object');
  const scoped = { ...validation, scope, expected: `true of: ${oneLine(expression.text)}` };
  const evaluate = ({ frame }: { readonly frame: Frame }, known: Known): RuleOutcome =>
    evaluateValidation(scoped, frame, known);
  switch (scope) {
    case 'object':
      return { scope, name, program: expression.program, evaluate };
    case 'pod':
      return { scope, name, program: expression.program, evaluate };
    case 'image':
      return { scope, name, evaluate, attestations: expression.attestations };
  }
}

interface ScopedValidation extends Validation {
  readonly scope: Scope;
  readonly expected: string;
}

function evaluateValidation(validation: ScopedValidation, frame: Frame, known: Known): RuleOutcome {
  const { expression, reason, scope, expected } = validation;
  const evaluated = evaluateIn(frame, expression);
  switch (evaluated.kind) {
    case 'needs':
      return obstacle(questionsOf(evaluated.needs), known, expected);
    case 'error':
      return failed(evaluated.error, expected);
    case 'value': {
      if (evaluated.value === true) return passed();
      const said = messageOf(validation, frame, known);
      if (typeof said !== 'string') return said;
      const fields = scope === 'image' ? [] : culpritsOf(frame, expression);
      return violated({
        code: 'VALIDATION_FAILED',
        found: said,
        expected,
        ...(fields.length === 0 ? {} : { fields }),
        ...(reason === undefined ? {} : { reason }),
      });
    }
  }
}

/** The message expression's text where it is a usable one; a message that only evidence would make is asked for. */
function messageOf({ message, messageExpression, expression }: Validation, frame: Frame, known: Known) {
  const fallback = message?.trim() ?? `failed expression: ${expression.text.trim()}`;
  if (messageExpression === undefined) return fallback;
  const evaluated: Evaluated = evaluateIn(frame, messageExpression);
  if (evaluated.kind === 'needs') {
    const outcome = obstacle(questionsOf(evaluated.needs), known, 'a message');
    return outcome.kind === 'needs' ? outcome : fallback;
  }
  const text = evaluated.kind === 'value' && typeof evaluated.value === 'string' ? evaluated.value.trim() : '';
  const usable = text !== '' && !/[\r\n]/.test(text) && Buffer.byteLength(text) <= maxMessageBytes;
  return usable ? text : fallback;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
