import { describe, expect, it } from 'vitest';
import { equal } from '../../../policies/cel/equality.ts';
import { compile, declareEnvironment, evaluate, type Environment, type Value } from '../../../policies/cel/index.ts';
import { libraries, librariesOf } from '../../../policies/cel/library/index.ts';

const core = declareEnvironment({ language: 'core' });
const kubernetes = declareEnvironment({ language: 'kubernetes', extensions: ['own', 'patches'] });

function valueOf(environment: Environment, text: string): Value {
  const program = compile(environment, text);
  if ('phase' in program) return 'error';
  const result = evaluate(program, {});
  return result.kind === 'value' ? result.value : 'error';
}

describe('the examples of every function', () => {
  for (const each of libraries) {
    const examples = each.library.functions.flatMap(({ name, examples: list }) =>
      list.map(([text, value]) => [`${each.library.name}, ${name}: ${text} is ${value}`, text, value] as const),
    );
    it.each(examples)('%s', (_, text, value) => {
      const environment = each.core ? core : kubernetes;
      if (value === 'error') return expect(valueOf(environment, text)).toBe('error');
      const program = compile(environment, text);
      expect('phase' in program ? program.error.message : '').toBe('');
      return expect(equal(valueOf(environment, text), valueOf(environment, value))).toBe(true);
    });
  }

  it('are there for all that an expression can call without being given something', () => {
    const bare = libraries.flatMap(({ library }) =>
      library.name === 'authorizer' ? [] : library.functions.filter(({ examples }) => examples.length === 0),
    );
    expect(bare.map(({ name }) => name)).toEqual(['@not_strictly_false', 'cel.@mapInsert']);
  });
});

describe('the versions of Kubernetes', () => {
  const has = (minor: number, text: string): boolean =>
    !('phase' in compile(declareEnvironment({ kubernetesMinor: minor, extensions: ['patches'] }), text));
  it.each([
    [24, 25, "url('https://a')"],
    [24, 25, "'a'.find('a')"],
    [24, 25, '[1].isSorted()'],
    [27, 28, '1 < 1.5'],
    [27, 28, "quantity('1')"],
    [27, 28, 'optional.of(1)'],
    [28, 29, 'sets.contains([1], [1])'],
    [28, 29, "'%d'.format([1])"],
    [29, 30, "ip('::1')"],
    [29, 30, "cidr('::/0')"],
    [30, 31, "format.named('uri')"],
    [31, 32, '[1].all(i, v, i < v)'],
    [32, 33, "semver('1.0.0')"],
    [32, 33, "jsonpatch.escapeKey('a')"],
    [33, 34, '[1].distinct()'],
  ])('1.%d does not have what 1.%d has: %s', (before, since, text) => {
    expect([has(before, text), has(since, text)]).toEqual([false, true]);
  });

  it.each([
    ['own', 'cel.bind(a, 1, a)'],
    ['own', 'math.greatest(1, 2)'],
    ['own', "base64.encode(b'a')"],
    ['patches', "jsonpatch.escapeKey('a')"],
  ] as const)(
    'what the API server has not for every policy is there where it is asked for: %s, %s',
    (extension, text) => {
      expect(compile(declareEnvironment({}), text)).toMatchObject({ phase: 'check' });
      expect(compile(declareEnvironment({ extensions: [extension] }), text)).not.toHaveProperty('phase');
    },
  );

  it('are cumulative', () => {
    expect(librariesOf('kubernetes', 36).length).toBeGreaterThan(librariesOf('kubernetes', 24).length);
  });
});
