import { describe, expect, it } from 'vitest';
import {
  compile,
  declareEnvironment,
  Double,
  evaluate,
  Lazy,
  parseType,
  Unknown,
  type Bindings,
} from '../../../policies/cel/index.ts';

const dyn = { kind: 'dyn' } as const;
const environment = declareEnvironment({ variables: { x: dyn, y: dyn, image: dyn }, extensions: ['own'] });
const need = (key: string): Unknown => new Unknown([{ key }]);

function outcome(text: string, bindings: Bindings = {}): unknown {
  const program = compile(environment, text);
  if ('phase' in program) return `${program.phase}: ${program.error.code}`;
  const result = evaluate(program, bindings);
  if (result.kind === 'needs') return result.needs.map(({ key }) => key);
  return result.kind === 'error' ? result.error.code : result.value;
}

describe('unknowns', () => {
  it.each([
    ['true || x', true],
    ['x || true', true],
    ['x && false', false],
    ['x && y', ['X', 'Y']],
    ['x || 1 / 0 > 0', ['X']],
    ['x ? 1 : 2', ['X']],
    ['true ? 1 : x', 1],
    ['[x, x].size() == 2', ['X']],
    ['x.a.b', ['X']],
    ['has(x.a)', ['X']],
    ['x == y', ['X', 'Y']],
    ['image.attestations.provenance.exists(p, p == 1)', ['P']],
    ['image.list.exists(e, e == 2)', true],
    ['image.list.all(e, e == 1)', false],
    ['image.list.all(e, e > 0)', ['E']],
    ['has(image.attestations.provenance)', ['P']],
    ['image.list.map(e, e + 1)', ['E']],
  ])('%s', (text, expected) => {
    const image = { attestations: { provenance: need('P') }, list: [1, need('E'), 2] } as never;
    expect(outcome(text, { x: need('X'), y: need('Y'), image })).toEqual(expected);
  });

  it('never reads a lazy variable that the verdict does not hang on', () => {
    const lazy = new Lazy(() => {
      throw new Error('read');
    });
    expect(outcome('true || x', { x: lazy })).toBe(true);
  });

  it('computes a lazy variable once', () => {
    let reads = 0;
    const lazy = new Lazy(() => ++reads);
    expect(outcome('x + x', { x: lazy })).toBe(2);
  });
});

describe('values', () => {
  it.each([
    ['9007199254740993 + 1', 9007199254740994n],
    ['9223372036854775807 + 1', 'CEL_OVERFLOW'],
    ['1 / 0', 'CEL_DIVIDE_BY_ZERO'],
    ['x.constructor', 'CEL_NO_SUCH_KEY'],
    ["x['__proto__']", 'CEL_NO_SUCH_KEY'],
    ['has(x.toString)', false],
    ["has(dyn('a').b)", false],
    ['has(dyn([1]).b)', 'CEL_NO_MATCHING_OVERLOAD'],
    ['[1][1]', 'CEL_INDEX_OUT_OF_BOUNDS'],
    ['{1: 2, 1u: 3}', 'check: CEL_TYPE_MISMATCH'],
    ["'a'.matches('(')", 'check: CEL_BAD_LITERAL'],
    ['1 +', 'parse: CEL_SYNTAX'],
    ["1 + 'a'", 'check: CEL_NO_MATCHING_OVERLOAD'],
  ])('%s', (text, expected) => {
    expect(outcome(text, { x: {} })).toEqual(expected);
  });

  it('reads a type from text', () => {
    expect(parseType('map(string, list(int))')).toEqual({
      kind: 'map',
      key: { kind: 'string' },
      value: { kind: 'list', element: { kind: 'int' } },
    });
    expect(parseType('map(string')).toContain('is no type');
  });
});

describe('optional alternatives', () => {
  it.each([
    ['optional.of(1).orValue(1 / 0)', 1],
    ['optional.none().orValue(2)', 2],
    ['optional.of(1).or(optional.of(1 / 0)).value()', 1],
    ['x.?a.orValue(7)', 7],
    ['cel.bind(v, 1 / 0, true)', true],
    ['cel.bind(v, 1 / 0, v == 1 || true)', true],
    ['cel.bind(a, 1, cel.bind(b, a + 1, [5].map(a, b)))', [2]],
    ['[1.5, 0.5, 2.0].sort()', [0.5, 1.5, new Double(2)]],
    ['optional.of(y).or(x).value()', ['Y']],
  ])('%s', (text, expected) => {
    expect(outcome(text, { x: {}, y: need('Y') })).toEqual(expected);
  });
});
