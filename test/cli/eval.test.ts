import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../cli/command/eval.ts';
import { exit } from '../../cli/exit.ts';

async function run(words: readonly string[], input: readonly (string | Uint8Array)[] = []) {
  const out: string[] = [];
  const error: string[] = [];
  const code = await evaluate.run(words, {
    terminal: {
      columns: 80,
      paint: (_, text) => text,
      paintIn: () => (_, text) => text,
      out: (text) => out.push(text),
      error: (text) => error.push(text),
      progress: () => {},
    },
    environment: {},
    input: (async function* () {
      yield* input.map((text) => Buffer.from(text));
    })(),
  });
  return { code, out: out.join('\n'), error: error.join('\n') };
}

describe('assay eval', () => {
  it('prints value, type and cost', async () => {
    expect(await run(['1 + 2'])).toEqual({ code: exit.allowed, out: '{"int":"3"}\nint, 1 units', error: '' });
  });

  it('puts a caret under the error', async () => {
    const { code, error } = await run(['[1, 2][5] > 0']);
    expect(code).toBe(exit.undecided);
    expect(error).toBe('CEL_INDEX_OUT_OF_BOUNDS: index 5 of a list of 2\n[1, 2][5] > 0\n^^^^^^^^^');
  });

  it('refuses an expression that does not compile with the code of usage', async () => {
    expect(await run(['1 +'])).toMatchObject({
      code: exit.usage,
      error: expect.stringContaining('CEL_SYNTAX') as unknown,
    });
  });

  it('reads an object with large numbers exactly, and variables', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-eval-'));
    writeFileSync(join(folder, 'object.json'), '{"a": 9007199254740993}');
    writeFileSync(join(folder, 'variables.json'), '{"x": 1}');
    const words = [
      'object.a + x',
      '--object',
      join(folder, 'object.json'),
      '--variables',
      join(folder, 'variables.json'),
      '-o',
      'json',
    ];
    expect(JSON.parse((await run(words)).out)).toEqual({ value: { int: '9007199254740994' }, type: 'dyn', cost: 4 });
  });

  it('answers a batch line by line, with the interpreter as without', async () => {
    const lines = [
      '{"expression": "u + uint(x)", "variables": {"x": 1}, "typed": {"u": {"uint": "5"}}}',
      '{"expression": "x", "declare": {"x": "int"}, "typed": {"x": {"unknown": "K"}}}',
      '{"expression": "1 +"}',
      'no json',
      '{"expression": "1", "surplus": 1}',
    ];
    const input = [`${lines.join('\n')}\n`];
    const { out } = await run(['--batch'], input);
    const answers = out.split('\n').map((line) => JSON.parse(line) as unknown);
    expect(answers).toMatchObject([
      { value: { uint: '6' }, type: 'uint', cost: 4 },
      { unknown: ['K'] },
      { error: { phase: 'parse', code: 'CEL_SYNTAX', range: [3, 3] } },
      { error: { code: 'CEL_BAD_ARGUMENT' } },
      { error: { code: 'CEL_BAD_ARGUMENT' } },
    ]);
    expect((await run(['--batch', '--interpreter'], input)).out).toBe(out);
  });

  it('ends a line of a batch with a newline alone, however the bytes come', async () => {
    const text = `{"expression": "'a\u2028b'.size()"}\r\n\n{"expression": "'é'"}`;
    const bytes = Buffer.from(text);
    const cut = bytes.indexOf(0xc3) + 1;
    const chunks = [bytes.subarray(0, 3), bytes.subarray(3, cut), bytes.subarray(cut)];
    const { out } = await run(['--batch'], chunks);
    expect(out.split('\n').map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { value: { int: '3' } },
      { value: { string: 'é' } },
    ]);
  });

  it('answers the lines of a batch before and after one that is too long', async () => {
    const long = [' '.repeat(40_000_000), ' '.repeat(40_000_000)];
    const { out } = await run(['--batch'], ['{"expression": "1"}\n', ...long, '\n{"expression": "2"}\n']);
    expect(out.split('\n').map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { value: { int: '1' } },
      { error: { message: 'a question has at most 67108864 characters' } },
      { value: { int: '2' } },
    ]);
  });
});
