import { describe, expect, it } from 'vitest';
import { type Arguments, type Flags, parseArguments } from '../../cli/arguments.ts';
import { nearest } from '../../cli/nearest.ts';

const flags = {
  key: { value: 'FILE', multiple: true, help: '' },
  output: { value: 'FORMAT', short: 'o', help: '' },
  identity: { value: 'TEXT', help: '', aliases: ['cert-identity'] },
  quiet: { short: 'q', help: '' },
} as const satisfies Flags;

const parsed = (...words: string[]): Arguments => {
  const result = parseArguments(words, flags);
  if ('kind' in result) throw new Error(result.detail);
  return result;
};

const refused = (...words: string[]): string => {
  const result = parseArguments(words, flags);
  return 'kind' in result ? result.detail : 'understood';
};

describe('a command line', () => {
  it('is read in any order, with both spellings of values', () => {
    const given = parsed('a', '--output=json', '--key', 'x', 'b', '--key=y', '-q');
    expect(given.positionals).toEqual(['a', 'b']);
    expect(given.text('output')).toBe('json');
    expect(given.texts('key')).toEqual(['x', 'y']);
    expect(given.has('quiet')).toBe(true);
  });

  it('takes aliases under the one name', () => {
    expect(parsed('--cert-identity', 'me').text('identity')).toBe('me');
  });

  it('takes - and everything behind -- as words', () => {
    expect(parsed('-', '--', '--key').positionals).toEqual(['-', '--key']);
  });

  it('refuses an unknown flag and names the nearest', () => {
    expect(refused('--ouput', 'json')).toBe('there is no flag --ouput; nearest is --output');
    expect(refused('-x')).toBe('there is no flag -x');
    expect(refused('--insecure-skip-everything')).toBe('there is no flag --insecure-skip-everything');
  });

  it('refuses a flag whose value is missing, empty or another flag', () => {
    for (const words of [['--key'], ['--key='], ['--key', '--output', 'json'], ['--output']]) {
      expect(refused(...words)).toMatch(/^--(key|output) needs a value: --(key FILE|output FORMAT)$/);
    }
  });

  it('refuses a value where there is none, and a second value where one is meant', () => {
    expect(refused('--quiet=yes')).toBe('--quiet takes no value');
    expect(refused('--output', 'text', '-o', 'json')).toBe('-o stands twice; one is meant');
  });

  it('has no flag of the prototype', () => {
    expect(refused('--constructor')).toMatch(/^there is no flag --constructor/);
    expect(refused('--__proto__', 'x')).toMatch(/^there is no flag --__proto__/);
  });
});

describe('the nearest word', () => {
  it('is one that a typing error makes, and nothing far away', () => {
    expect(nearest('verfy', ['check', 'verify'])).toBe('verify');
    expect(nearest('zzzzzz', ['check', 'verify'])).toBeUndefined();
    expect(nearest('x'.repeat(1_000_000), ['check'])).toBeUndefined();
  });
});
