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
    ['1 + 2', 1n, 1n],
    ['object.a.b', 1n, 1n],
    ['has(object.a.b)', 1n, 1n],
    ['{"a": 1}.a', 31n, 31n],
    ["'abc' == 'abd'", 1n, 1n],
    ['[1, 2, 3].all(x, x > 0)', 20n, 26n],
    ['object.a ? 1 : object.b + 1', 1n, 3n],
    ["'aaaaaaaaaaaaaaaaaaaa'.matches('abcd')", 3n, 3n],
    ["['a', 'bb'].join('--')", 11n, 10n + 1844674407370955264n],
    ["object.s.startsWith('abc')", 2n, 2n],
  ])('%s costs from %d to %d', (text, min, max) => {
    expect(compiled(text).cost).toEqual({ min, max });
  });

  it('is without bound where the size of what comes from outside decides', () => {
    expect(compiled('object.a.all(x, x == 1)').cost.max).toBe(2n ** 64n - 1n);
  });

  it.each([
    ['object.names.all(n, n.startsWith(object.prefix))', 3n, 73n],
    ["object.names.join(',')", 2n, 19n],
    ['object.names.isSorted()', 2n, 32n],
    ['object.names[0] == object.prefix', 6n, 6n],
    ["object.labels.all(k, object.labels[k] == 'a')", 3n, 3n + 4n * 8n],
  ])('%s costs from %d to %d where sizes are declared', (text, min, max) => {
    const sizes: Readonly<Record<string, { readonly min: number; readonly max: number }>> = {
      'object.names': { min: 0, max: 10 },
      'object.names.@items': { min: 1, max: 16 },
      'object.prefix': { min: 0, max: 5 },
      'object.labels': { min: 0, max: 4 },
    };
    const declared = declareEnvironment({
      variables: { object: { kind: 'object', name: 'Thing' } },
      objects: [
        {
          name: 'Thing',
          fields: {
            names: { kind: 'list', element: { kind: 'string' } },
            prefix: { kind: 'string' },
            labels: { kind: 'map', key: { kind: 'string' }, value: { kind: 'string' } },
          },
        },
      ],
      sizeOfPath: (path) => sizes[path.join('.')],
    });
    const program = compile(declared, text);
    expect('phase' in program ? program : program.cost).toEqual({ min, max });
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
