import { maxMessageBytes } from '../cel/index.ts';
import type { Expression } from '../expression.ts';
import { evaluateIn } from '../frame.ts';
import { questionsOf } from '../image-value.ts';
import type { Known } from '../known.ts';
import { type ObjectSubject, passed, type Rule, type RuleOutcome } from '../rule.ts';
import { failed } from './failed.ts';
import { obstacle } from './obstacle.ts';

/** `auditAnnotations`: what is written to the audit log about an object. */
export function annotationRule({ key, expression }: { readonly key: string; readonly expression: Expression }): Rule {
  const name = `auditAnnotations/${key}`;
  const evaluate = (subject: ObjectSubject, known: Known): RuleOutcome => annotate(key, expression, subject, known);
  switch (expression.scope) {
    case 'object':
      return { scope: 'object', name, evaluate };
    case 'pod':
      return { scope: 'pod', name, evaluate };
    case 'image':
      return { scope: 'image', name, evaluate };
  }
}

const expected = 'a string, or null where nothing is to be written';

function annotate(key: string, expression: Expression, { frame }: ObjectSubject, known: Known): RuleOutcome {
  const evaluated = evaluateIn(frame, expression);
  switch (evaluated.kind) {
    case 'needs':
      return obstacle(questionsOf(evaluated.needs), known, expected);
    case 'error':
      return failed(evaluated.error, expected);
    case 'value': {
      const { value } = evaluated;
      if (value === null || value === '') return passed();
      if (typeof value !== 'string')
        return { kind: 'error', code: 'EXPRESSION_FAILED', found: 'it comes to no string', expected };
      return { ...passed(), annotation: { key, value: shortened(value) } };
    }
  }
}

/** As the API server does: a value that is too long is cut, not refused. */
const shortened = (value: string): string =>
  Buffer.byteLength(value) <= maxMessageBytes
    ? value
    : Buffer.from(value)
        .subarray(0, maxMessageBytes)
        .toString()
        .replace(/\uFFFD+$/, '');
