import { describe, expect, it } from 'vitest';
import { compile, declareEnvironment, dyn, evaluate } from '../../../policies/cel/index.ts';
import { mutationType } from '../../../policies/kubernetes/mutations.ts';
import { unmergeable } from '../../../policies/kubernetes/unmergeable.ts';

const environment = declareEnvironment({ variables: { object: dyn }, findObject: mutationType });

function troubleOf(expression: string): string | undefined {
  const program = compile(environment, expression);
  if ('phase' in program) throw new Error(program.error.message);
  const evaluated = evaluate(program, { object: { labels: { a: 'b' }, list: [1] } });
  if (evaluated.kind !== 'value') throw new Error(`${expression} has no value`);
  return unmergeable(evaluated.value);
}

describe('a value to be merged', () => {
  it.each([
    `Object{spec: Object.spec{a: 1, b: 1.5, c: 'x', d: true, e: null, f: object.labels, g: object.list, h: {'a': 1}}}`,
    'Object{spec: Object.spec{?a: object.?labels, ?b: optional.none()}}',
  ])('may hold what JSON has: %s', (expression) => {
    expect(troubleOf(expression)).toBeUndefined();
  });

  it.each([
    ['3u', 'an unsigned number'],
    ["timestamp('2026-01-01T00:00:00Z')", 'a time'],
    ["duration('1s')", 'a duration'],
    ["b'x'", 'a list of bytes'],
    ['optional.of(1)', 'an optional'],
    ['type(1)', 'a type'],
    ["quantity('1Gi')", 'an object of a library'],
  ])('holds no %s', (expression, name) => {
    const detail = `${name} is no value that merges with a field`;
    expect(troubleOf(`Object{spec: Object.spec{a: ${expression}}}`)).toBe(detail);
    expect(troubleOf(`Object{spec: Object.spec{a: [${expression}]}}`)).toBe(detail);
    expect(troubleOf(`Object{spec: Object.spec{a: {'x': ${expression}}}}`)).toBe(detail);
  });
});
