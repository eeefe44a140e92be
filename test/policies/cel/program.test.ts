import { describe, expect, it } from 'vitest';
import { compile, declareEnvironment, evaluate, type Program, warmUp } from '../../../policies/cel/index.ts';

const dyn = { kind: 'dyn' } as const;
const environment = declareEnvironment({ variables: { object: dyn, 'variables.x': dyn }, extensions: ['own'] });

function compiled(text: string): Program {
  const program = compile(environment, text);
  if ('phase' in program) throw new Error(program.error.message);
  return program;
}

describe('the paths that an expression may read', () => {
  it.each([
    ['object.spec.replicas > 1', ['object.spec.replicas']],
    ['object.spec.containers.all(c, c.image != object.name)', ['object.spec.containers.*.image', 'object.name']],
    ["has(object.a.b) && object.a['c'] == 1", ['object.a.b', 'object.a.c']],
    ['cel.bind(s, object.spec, s.a + s.b > 1)', ['object.spec.a', 'object.spec.b']],
    ['object.list[object.at] == 1', ['object.at', 'object.list.*']],
    ['object.m.all(k, v, v.x == k)', ['object.m.*.x']],
    ['object.?a.b.hasValue()', ['object.a.b']],
    ['variables.x.y == 1', ['variables.x.y']],
    ['1 == 1', []],
  ])('%s', (text, paths) => {
    expect(compiled(text).reads.map((path) => path.join('.'))).toEqual(paths);
  });
});

describe('the cost estimate', () => {
  it.each([
    ['1 + 2', 1, 1],
    ['object.a.b', 3, 3],
    ['has(object.a.b)', 2, 2],
    ["'abc' == 'abd'", 1, 1],
    ['[1, 2, 3].all(x, x > 0)', 4, 16],
    ['object.a ? 1 : object.b + 1', 2, 5],
    ["'aaaaaaaaaaaaaaaaaaaa'.matches('abcd')", 3, 3],
  ])('%s costs from %d to %d', (text, min, max) => {
    expect(compiled(text).cost).toEqual({ min, max });
  });

  it('is without bound where the size of what comes from outside decides', () => {
    expect(compiled('object.a.all(x, x == 1)').cost.max).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the cost of an evaluation', () => {
  const object = { a: { b: 1 }, list: [1, 2, 3], name: 'abcdefghijklmnop' };
  it.each([
    ['1 + 2', 1],
    ['object.a.b', 3],
    ['has(object.a.b)', 2],
    ['object.list.all(x, x > 0)', 2 + 3 * 5 + 1],
    ['object.list.exists(x, x == 1)', 2 + 6 + 3 + 1],
    ['object.list.map(x, x)', 2 + 3 * 13 + 1],
    ["object.name in ['a', 'b']", 2],
    ["object.name.startsWith('abc')", 2 + 2],
    ["object.name == 'abcdefghijklmnop'", 2 + 2],
    ['object.list[0]', 3],
    ['true ? object : 1', 0],
    ['[object]', 11],
    ["{'a': object}", 31],
    ["duration('1h') == duration('60m')", 1],
  ])('%s costs %d, generated and interpreted', (text, cost) => {
    expect(evaluate(compiled(text), { object })).toMatchObject({ cost });
    const slow = compile(environment, text, { interpreterOnly: true }) as Program;
    expect(evaluate(slow, { object })).toMatchObject({ cost });
  });

  it('is bounded by the budget of the caller, with the number in the message', () => {
    expect(evaluate(compiled('object.list.all(x, x > 0)'), { object }, 10)).toMatchObject({
      kind: 'error',
      error: { code: 'CEL_COST_EXCEEDED', message: 'the expression costs more than 10 units' },
    });
  });

  it('does not change by warming up', () => {
    const program = compiled('object.a.b + 1');
    warmUp([program], { object });
    expect(evaluate(program, { object })).toEqual({ kind: 'value', value: 2, cost: 4 });
  });
});
