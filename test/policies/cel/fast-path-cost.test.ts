import { describe, expect, test } from 'vitest';
import { compile, declareEnvironment, evaluate, interpret, type Value } from '../../../policies/cel/index.ts';

const environment = declareEnvironment({ variables: { object: { kind: 'dyn' } } });
const texts = ['', 'a', '0123456789', '0123456789a', 'a longer text than that one', '𝒳'.repeat(8), '𝒳'.repeat(25)];
const values: readonly Value[] = [...texts, true, false, 1, 1.5, null, [], [1, 2], {}, { a: 1 }];
const sides = [...texts.map((text) => JSON.stringify(text)), 'true', 'false', '1', 'null'];

describe('the fast path charges what the interpreter charges', () => {
  test.each(sides)('for a comparison with %s', (side) => {
    for (const value of values) for (const sign of ['==', '!=']) same(`object.x ${sign} ${side}`, { x: value });
  });

  test('for strings put together', () => {
    for (const x of texts) for (const y of texts) same('(object.x + "" + object.y) == "0123456789a"', { x, y });
  });
});

function same(text: string, object: Value): void {
  const program = compile(environment, text);
  if ('phase' in program) throw new Error(program.error.message);
  expect(evaluate(program, { object }), text).toEqual(interpret(program, { object }, 1_000_000));
  expect(program.fastPath?.run({ object }, 1_000_000), text).toBeDefined();
}
