import { describe, expect, it } from 'vitest';
import { answerLine } from '../../../policies/cel/index.ts';

interface Answered {
  readonly value?: unknown;
  readonly type?: string;
  readonly unknown?: readonly string[];
  readonly error?: { readonly phase: string; readonly code: string; readonly message: string };
}

const answered = (question: object): Answered => JSON.parse(answerLine(JSON.stringify(question))) as Answered;
const typed = (value: unknown): Answered => answered({ expression: 'x', typed: { x: value } });

describe('a question of a batch', () => {
  it.each<[object, string]>([
    [{ expression: 5 }, 'expression is a string'],
    [{}, 'expression is a string'],
    [{ expression: '1', variables: 5 }, 'variables is an object'],
    [{ expression: '1', typed: ['x'] }, 'typed is an object'],
    [{ expression: '1', declare: 'int' }, 'declare is an object'],
    [{ expression: '1', check: 'yes' }, 'check is true or false'],
    [{ expression: '1', container: 'a b' }, 'container is a dotted name'],
    [{ expression: '1', container: '.a' }, 'container is a dotted name'],
    [{ expression: '1', environment: 'cel' }, 'environment is kubernetes, assay or core'],
    [{ expression: '1', kubernetesVersion: 1.33 }, 'kubernetesVersion is a version such as 1.33'],
    [{ expression: '1', declare: { x: 'foo' } }, 'declare.x: there is no type "foo"'],
    [{ expression: '1', declare: { x: 'list(T)' } }, 'declare.x: there is no type "T"'],
    [{ expression: '1', declare: { x: 'list(int' } }, 'declare.x: "list(int" is no type'],
    [{ expression: '1', surplus: 1 }, 'there is no field "surplus"'],
  ])('that is none is told what is wrong: %j', (question, message) => {
    expect(answered(question).error).toMatchObject({ phase: 'parse', code: 'CEL_BAD_ARGUMENT' });
    expect(answered(question).error?.message).toContain(message);
  });

  it('takes null as left out', () => {
    const rest = { variables: null, typed: null, declare: null, object: null, container: null, check: null };
    expect(answered({ expression: '1', ...rest, environment: null, kubernetesVersion: null })).toMatchObject({
      value: { int: '1' },
    });
  });

  it.each([
    ['net.IP', { ip: '::1' }],
    ['google.protobuf.Struct', { map: [] }],
    ['google.protobuf.Int64Value', { null: null }],
  ])('declares %s', (type, value) => {
    const answer = answered({ expression: 'x', declare: { x: type }, typed: { x: value } });
    expect(answer.value).toEqual(value);
  });

  it('evaluates without types where it says so', () => {
    const question = { expression: "1 + 'a'" };
    expect(answered(question).error?.phase).toBe('check');
    expect(answered({ ...question, check: false }).error?.phase).toBe('evaluate');
  });
});

describe('a typed value', () => {
  it.each([
    [{ int: '-9223372036854775808' }],
    [{ uint: '18446744073709551615' }],
    [{ double: '-Infinity' }],
    [{ double: 'NaN' }],
    [{ double: '-0' }],
    [{ bytes: '/w==' }],
    [{ duration: '-1.500s' }, { duration: '-1.5s' }],
    [{ timestamp: '2024-01-01T00:00:00+02:00' }, { timestamp: '2023-12-31T22:00:00Z' }],
    [{ optional: { optional: null } }],
    [{ list: [{ map: [[{ bool: true }, { null: null }]] }] }],
    [{ type: 'google.protobuf.Timestamp' }],
    [{ semver: '1.2.3-a+b' }],
  ])('comes back: %j', (value, back: unknown = value) => {
    expect(typed(value).value).toEqual(back);
  });

  it('is read exactly where it is a number in JSON', () => {
    const line = '{"expression": "x", "typed": {"x": {"int": 9223372036854775807}}}';
    expect(JSON.parse(answerLine(line))).toMatchObject({ value: { int: '9223372036854775807' } });
  });

  it.each([
    [{ null: 5 }, 'this is no null'],
    [{ int: '9223372036854775808' }, "conversion error from 'string' to 'int'"],
    [{ int: true }, 'this is no int'],
    [{ map: [[{ list: [] }, { int: '1' }]] }, 'the key of a map is a string, a bool, an int or a uint'],
    [{ map: [[{ double: '1' }, { int: '1' }]] }, 'the key of a map is a string'],
    [
      {
        map: [
          [{ int: '1' }, { int: '1' }],
          [{ uint: '1' }, { int: '2' }],
        ],
      },
      'each key of a map is there once',
    ],
    [{ map: [[{ int: '1' }]] }, 'a typed value is an object with one key'],
    [{ int: '1', uint: '1' }, 'a typed value is an object with one key'],
    [{ constructor: '1' }, '"constructor" is no type of a value'],
    [null, 'a typed value is an object with one key'],
  ])('that is none is told: %j', (value, message) => {
    expect(typed(value).error?.message).toContain(message);
  });
});
