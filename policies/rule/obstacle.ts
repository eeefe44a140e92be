import type { Read } from '../../evidence/index.ts';
import type { Known, KnownAnswer } from '../known.ts';
import { describe, type LookupRead } from '../lookup.ts';
import type { Question } from '../question.ts';
import { type Unpassed, violated } from '../rule.ts';

/**
 * What an expression comes to that stayed unknown. What was not asked yet is asked; then a definite no outweighs what could
 * not be found out, for it will not go away.
 */
export function obstacle(questions: readonly Question[], known: Known, expected: string): Unpassed {
  const answers = questions.map((question) => known.answer(question));
  const [first, ...rest] = questions.filter((_, index) => answers[index] === undefined);
  if (first !== undefined) return { kind: 'needs', needs: [first, ...rest] };
  const outcomes = answers.flatMap((answer) => (answer === undefined ? [] : obstaclesOf(answer, expected)));
  for (const kind of ['violated', 'error', 'undecided'] as const) {
    const outcome = outcomes.find((one) => one.kind === kind);
    if (outcome !== undefined) return outcome;
  }
  const found = 'the expression still does not know what was answered';
  return { kind: 'error', code: 'EXPRESSION_FAILED', found, expected };
}

/** Why the answer did not settle what it was asked for; none where it did. */
function obstaclesOf(answer: KnownAnswer, expected: string): Unpassed[] {
  switch (answer.kind) {
    case 'image':
    case 'platforms':
    case 'config':
    case 'manifest':
    case 'modules':
      return ofEvidence(answer.read, expected);
    case 'signatures':
    case 'attestations': {
      const { read } = answer;
      const missing = read.kind === 'found' ? read.value.missing : undefined;
      return missing === undefined ? ofEvidence(read, expected) : [{ kind: 'undecided', gap: missing, expected }];
    }
    case 'namespace':
    case 'objects':
    case 'authorization':
    case 'request':
      return ofLookup(answer.read, describe(answer.need), expected);
  }
}

function ofEvidence(read: Read<unknown>, expected: string): Unpassed[] {
  switch (read.kind) {
    case 'found':
      return [];
    case 'absent':
      return [violated({ code: 'TAG_NOT_FOUND', found: 'the registry has no such image', expected })];
    case 'refusal':
      return [violated({ code: read.code, found: read.detail, expected })];
    case 'gap':
      return [{ kind: 'undecided', gap: read, expected }];
  }
}

function ofLookup(read: LookupRead<unknown>, what: string, expected: string): Unpassed[] {
  switch (read.kind) {
    case 'found':
      return [];
    case 'absent':
      return [{ kind: 'error', code: 'EXPRESSION_FAILED', found: `there is no ${what}`, expected }];
    case 'gap':
      return [{ kind: 'error', code: read.code, found: read.detail, expected }];
  }
}
