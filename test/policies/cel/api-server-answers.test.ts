import { describe, expect, it } from 'vitest';
import recorded from './api-server-answers.json' with { type: 'json' };
import { type Answer, difference, environmentOf, known, ourAnswer, reasonFor } from './go-oracle.ts';

/** `node test/policies/cel/go-oracle.ts 1000 SEED 36 record` writes them, where Go is. */
describe(`what the API server's own packages answer (${recorded.of})`, () => {
  const environment = environmentOf(36);
  const rows: readonly { readonly expression: string; readonly answer: Answer }[] = recorded.rows;

  it(`is answered here to ${rows.length} expressions, but for differences that are listed and are there`, () => {
    const used = new Set<string>();
    const differing = rows.flatMap(({ expression, answer }) => {
      const ours = ourAnswer(environment, { expression, minor: 36 });
      const kind = difference(ours, answer);
      const reason = kind === undefined ? undefined : reasonFor(expression, kind, ours, answer);
      if (reason !== undefined) used.add(reason);
      return kind === undefined || reason !== undefined ? [] : [`${kind}: ${expression}`];
    });
    expect(differing).toEqual([]);
    expect(known.filter(({ why, byChance = false }) => !byChance && !used.has(why)).map(({ why }) => why)).toEqual([]);
    expect(rows.filter(({ answer }) => answer.value !== undefined).length).toBeGreaterThan(rows.length / 8);
  });
});
