import { describe, expect, it } from 'vitest';
import {
  compile,
  declareEnvironment,
  evaluate,
  type Evaluated,
  type Program,
  type Value,
} from '../../../policies/cel/index.ts';

const dyn = { kind: 'dyn' } as const;
const environment = declareEnvironment({ language: 'core', variables: { object: dyn, s: dyn, big: dyn } });

const big: Value = Array.from({ length: 10_000 }, (_, at) => ({ name: `container-${at}`, image: 'nginx' }));
const object = JSON.parse(
  '{"__proto__": {"admin": true}, "constructor": "c", "a": {"runAsNonRoot": null, "list": []}}',
) as Value;

/** Runs an attack within the time of the processor, in milliseconds, that it may take. */
function attack(text: string, s: Value = '', within = 1500): Evaluated | string {
  const started = process.threadCpuUsage();
  const program = compile(environment, text);
  const result = 'phase' in program ? program.error.code : evaluate(program, { object, s, big });
  const { user, system } = process.threadCpuUsage(started);
  expect((user + system) / 1000).toBeLessThan(within);
  return result;
}

const code = (result: Evaluated | string): unknown =>
  typeof result === 'string'
    ? result
    : result.kind === 'error'
      ? result.error.code
      : result.kind === 'value'
        ? result.value
        : 'unknown';

describe('A-CEL-1: cost bombs', () => {
  const doubling = (start: string, times: number): string =>
    Array.from({ length: times }, (_, at) => `cel.bind(v${at + 1}, v${at} + v${at}, `).reduce(
      (text, bind) => text + bind,
      `cel.bind(v0, ${start}, `,
    ) +
    `v${times}.size()` +
    ')'.repeat(times + 1);
  const nested = (start: string, times: number, end: (last: string) => string): string =>
    Array.from({ length: times }, (_, at) => `cel.bind(v${at + 1}, [v${at}, v${at}], `).reduce(
      (text, bind) => text + bind,
      `cel.bind(v0, ${start}, `,
    ) +
    end(`v${times}`) +
    ')'.repeat(times + 1);

  it.each([
    ['loops in loops', 'big.all(a, big.all(b, big.all(c, a.name != b.name || c.name != b.name || true)))'],
    ['a product of lists', 'big.map(a, big.map(b, [a, b])).size() > 0'],
    ['a doubling string', doubling("'aaaaaaaaaa'", 60)],
    ['a doubling string in a loop', `big.all(x, ${doubling('x.name', 30)} > 0)`],
    [
      'equal values that share parts',
      nested('[1]', 40, (last) => nested('[1]', 40, () => `dyn(${last}) == dyn(v40)`).replaceAll('v0,', 'v0,')),
    ],
    ['a pattern over a long text', "big.all(x, s.matches('(a|b|c|d|e)*f') || true)"],
    ['a range without end', 'lists.range(100000000).size()'],
    ['sorting again and again', 'big.map(x, big.map(y, y.name).sort()).size()'],
  ])('%s ends in an error of cost or size', (_, text) => {
    expect(['CEL_COST_EXCEEDED', 'CEL_VALUE_TOO_LARGE']).toContain(code(attack(text, 'a'.repeat(10_000))));
  });

  it('a doubling list, whose appending costs 1, ends all the same', () => {
    expect(['CEL_COST_EXCEEDED', 'CEL_VALUE_TOO_LARGE']).toContain(code(attack(doubling('[1, 2, 3]', 40))));
    expect(['CEL_COST_EXCEEDED', 'CEL_VALUE_TOO_LARGE']).toContain(
      code(attack(`big.all(x, ${doubling('big', 6)} > 0)`)),
    );
  });

  it('a chain of optMap, whose target is written twice each time, ends', () => {
    const chain = `object.?a${'.optMap(v, v)'.repeat(40)}.hasValue()`;
    expect(['CEL_COST_EXCEEDED', true]).toContain(code(attack(chain)));
  });

  it('the budget of the caller ends an evaluation early', () => {
    const program = compile(environment, 'big.all(x, x.name != s)') as Program;
    expect(evaluate(program, { big, s: '' }, 500)).toMatchObject({
      kind: 'error',
      error: { code: 'CEL_COST_EXCEEDED' },
    });
    expect(evaluate(program, { big, s: '' })).toMatchObject({ kind: 'value', value: true });
  });
});

describe('A-CEL-2: patterns', () => {
  it.each(['(a+)+$', '(a|a)*$', '(.*)*x', '(a{0,50}){0,15}b', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    '%s answers at once',
    (pattern) => {
      const result = attack(`s.matches('${pattern}')`, `${'a'.repeat(2_000)}!`, 800);
      expect(['boolean', 'string']).toContain(typeof code(result));
    },
  );

  it.each(['(?=a)', '(a)\\\\1', '(?<!a)b', '('])('%s is no RE2', (pattern) => {
    expect(code(attack(`s.matches('${pattern}')`))).toBe('CEL_BAD_PATTERN');
    const kubernetes = declareEnvironment({ variables: { s: dyn } });
    expect(compile(kubernetes, `s.matches('${pattern}')`)).toMatchObject({
      phase: 'check',
      error: { code: 'CEL_BAD_LITERAL' },
    });
  });
});

describe('A-CEL-3, A-CEL-4, A-CEL-5: absence, null and short circuits', () => {
  it.each([
    ['object.b.c == 1', 'CEL_NO_SUCH_KEY'],
    ['has(object.b.c)', 'CEL_NO_SUCH_KEY'],
    ['has(object.b)', false],
    ['has(object.a.runAsNonRoot)', true],
    ['object.a.runAsNonRoot == null', true],
    ['object.a.runAsNonRoot == false', false],
    ['object.a.runAsNonRoot', null],
    ['!object.a.runAsNonRoot', 'CEL_NO_MATCHING_OVERLOAD'],
    ["dyn('false') ? 1 : 2", 'CEL_NO_MATCHING_OVERLOAD'],
    ['object.a.list.all(x, false)', true],
    ['object.a.list.exists(x, true)', false],
    ["dyn('2') > 1", 'CEL_NO_MATCHING_OVERLOAD'],
    ['object.b.c == 1 || true', true],
    ['true || object.b.c == 1', true],
    ['object.b.c == 1 && false', false],
    ['object.b.c == 1 || false', 'CEL_NO_SUCH_KEY'],
    ['[1, 2].exists(x, 1 / (x - 1) == 1)', true],
    ['[1, 2].all(x, 1 / (x - 1) == 1)', 'CEL_DIVIDE_BY_ZERO'],
  ])('%s', (text, wanted) => {
    expect(code(attack(text))).toEqual(wanted);
  });
});

describe('A-CEL-9: prototypes', () => {
  it.each([
    ['object.constructor', 'c'],
    ['object.a.constructor', 'CEL_NO_SUCH_KEY'],
    ["object.a['__proto__']", 'CEL_NO_SUCH_KEY'],
    ["object['__proto__'].admin", true],
    ['object.admin', 'CEL_NO_SUCH_KEY'],
    ['has(object.a.toString)', false],
    ['object.a.?hasOwnProperty.hasValue()', false],
    ["'valueOf' in object.a", false],
    ['object.a.list.length', 'CEL_NO_MATCHING_OVERLOAD'],
    ["dyn('abc').length", 'CEL_NO_MATCHING_OVERLOAD'],
    ["dyn(duration('1s')).nanoseconds", 'CEL_NO_MATCHING_OVERLOAD'],
    ["dyn(ip('::1')).bits", 'CEL_NO_MATCHING_OVERLOAD'],
    ["{'__proto__': {'x': 1}}.x", 'CEL_NO_SUCH_KEY'],
    ["{'__proto__': {'x': 1}}['__proto__'].x", 1],
    ["object.a['list']['0']", 'CEL_NO_MATCHING_OVERLOAD'],
  ])('%s', (text, wanted) => {
    expect(code(attack(text))).toEqual(wanted);
    const slow = compile(environment, text, { interpreterOnly: true });
    expect('phase' in slow ? slow.error.code : code(evaluate(slow, { object, s: '', big }))).toEqual(wanted);
  });

  it('leave every object as it was', () => {
    attack("{'__proto__': {'polluted': true}}.size()");
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('hostile text', () => {
  it.each([
    ['deep brackets', '('.repeat(10_000) + '1' + ')'.repeat(10_000), 'CEL_TOO_DEEP'],
    ['deep lists', '['.repeat(5_000) + ']'.repeat(5_000), 'CEL_TOO_DEEP'],
    ['a long chain', `1${' + 1'.repeat(20_000)}`, 'CEL_TOO_DEEP'],
    ['a long selection', `object${'.a'.repeat(20_000)}`, 'CEL_TOO_DEEP'],
    ['too much text', `'${'a'.repeat(200_000)}'`, 'CEL_TOO_LARGE'],
    ['many terms', Array.from({ length: 9_000 }, () => 'true').join(' && '), true],
    ['a lone surrogate', "'\ud800'.size()", 1],
    ['a token of nothing', '\u0000', 'CEL_SYNTAX'],
    ['an unclosed string', `'${'\\'.repeat(9_999)}`, 'CEL_SYNTAX'],
    ['unclosed macros', '[1].all(x,'.repeat(3_000), 'CEL_TOO_DEEP'],
  ])('%s', (_, text, wanted) => {
    expect(code(attack(text))).toEqual(wanted);
  });

  it('never reaches generated code', () => {
    const marker = 'ghp_marker';
    const program = compile(
      environment,
      `object.${marker} == '${marker}' && s.matches('${marker}') && {'${marker}': 1}['${marker}'] == 1 && [1].all(${marker}, ${marker} == 1)`,
    ) as Program;
    expect(program.fastPath?.source).not.toContain(marker);
    const quotes = compile(environment, "s == '\\'; throw 1; //' || s == \"${process.exit()}\"") as Program;
    expect(quotes.fastPath?.source).not.toContain('throw 1');
    expect(quotes.fastPath?.source).not.toContain('process');
  });
});
