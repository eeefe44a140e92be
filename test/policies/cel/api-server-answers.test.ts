import { describe, expect, it } from 'vitest';
import recorded from './api-server-answers.json' with { type: 'json' };
import { type Answer, difference, environmentOf, known, ourAnswer } from './go-oracle.ts';

/** `node test/policies/cel/go-oracle.ts 1000 SEED 36 record` writes them, where Go is. */
describe(`what the API server's own packages answer (${recorded.of})`, () => {
  const environment = environmentOf(36);
  const rows: readonly { readonly expression: string; readonly answer: Answer }[] = recorded.rows;

  it(`is answered here to ${rows.length} generated expressions, but for differences that are listed`, () => {
    const differing = rows.flatMap(({ expression, answer }) => {
      const kind = difference(ourAnswer(environment, { expression, minor: 36 }), answer);
      const listed = kind !== undefined && known.some(({ holds }) => holds(expression, kind, answer));
      return kind === undefined || listed ? [] : [`${kind}: ${expression}`];
    });
    expect(differing).toEqual([]);
    expect(rows.filter(({ answer }) => answer.value !== undefined).length).toBeGreaterThan(rows.length / 8);
  });
});
