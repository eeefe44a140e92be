import { readText } from '../../host/files.ts';
import { answer, answerLine, describe, type Question, readQuestion, renderCaret } from '../../policies/cel/index.ts';
import { parseArguments, usage } from '../arguments.ts';
import { type ExitCode, exit } from '../exit.ts';
import { refuse } from '../refuse.ts';
import { readLines } from '../source/lines.ts';
import type { Terminal } from '../terminal.ts';
import type { Command, Door } from './index.ts';

export const evaluate: Command = {
  name: 'eval',
  summary: 'evaluate a CEL expression',
  usage: ['eval EXPRESSION [--object FILE] [--variables FILE]', 'eval --batch < questions.jsonl'],
  flags: {
    object: { value: 'FILE', help: 'a JSON document that the expression reads as `object`' },
    variables: { value: 'FILE', help: 'a JSON document whose fields are variables' },
    'kubernetes-version': {
      value: 'VERSION',
      help: 'the functions of that version, such as 1.33; the newest otherwise',
    },
    environment: {
      value: 'NAME',
      choices: ['kubernetes', 'assay', 'core'],
      help: 'kubernetes (the default), assay: with what only our own policies may call, or core: every extension of the language itself',
    },
    output: { value: 'FORMAT', short: 'o', choices: ['text', 'json'], help: 'text (the default) or json' },
    batch: { help: 'read questions from standard input, a JSON document a line, and answer each with a line' },
    interpreter: { help: 'generate no code' },
  },
  notes: [
    'A question of a batch: {"expression": "x + 1", "variables": {"x": 1}, "typed": {"u": {"uint": "5"}}, "declare": {"x": "int"}, "object": {...}, "kubernetesVersion": "1.33", "environment": "kubernetes", "container": "a.b", "check": true}.',
    'Its answer: {"value": {"int": "2"}, "type": "int", "cost": 2}, {"error": {"phase", "code", "message", "range"}}, or {"unknown": [...]}.',
  ],
  async run(words, door) {
    const parsed = parseArguments(words, evaluate.flags);
    if ('kind' in parsed) return refuse(door.terminal, parsed, evaluate);
    const interpreterOnly = parsed.has('interpreter');
    if (parsed.has('batch')) return await batch(door, interpreterOnly);
    const [expression, surplus] = parsed.positionals;
    const output = parsed.text('output') ?? 'text';
    if (expression === undefined || surplus !== undefined) {
      return refuse(door.terminal, usage('one expression, in quotes'), evaluate);
    }
    if (output !== 'text' && output !== 'json')
      return refuse(door.terminal, usage('the output is text or json'), evaluate);
    const fields: Record<string, unknown> = {
      expression,
      environment: parsed.text('environment') ?? 'kubernetes',
    };
    const version = parsed.text('kubernetes-version');
    if (version !== undefined) fields['kubernetesVersion'] = version;
    for (const name of ['object', 'variables']) {
      const path = parsed.text(name);
      if (path === undefined) continue;
      const read = await readText(path, maximumBytes);
      if (read.kind !== 'text') return refuse(door.terminal, usage(`--${name} ${path}: ${read.detail}`), evaluate);
      fields[name] = read.text;
    }
    const question = readQuestion(fields, ['object', 'variables']);
    if (!('expression' in question)) return refuse(door.terminal, usage(question.message), evaluate);
    return show(door.terminal, question, interpreterOnly, output);
  },
};

/** An object of the API server has at most 3 MiB, and a question may bring several. */
const maximumBytes = 64 * 1024 * 1024;

async function batch({ terminal, input }: Door, interpreterOnly: boolean): Promise<ExitCode> {
  let code: ExitCode = exit.allowed;
  for await (const line of readLines(input, maximumBytes)) {
    if (line === undefined) {
      const message = `a question has at most ${maximumBytes} characters`;
      terminal.out(JSON.stringify({ error: { phase: 'parse', code: 'CEL_BAD_ARGUMENT', message, range: [0, 0] } }));
      continue;
    }
    if (line.trim() === '') continue;
    try {
      terminal.out(answerLine(line, interpreterOnly));
    } catch (fault) {
      // A fault of ours in one line leaves the others their answers.
      const message = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
      terminal.out(JSON.stringify({ error: { phase: 'evaluate', code: 'FAULT_THROWN', message, range: [0, 0] } }));
      code = exit.undecided;
    }
  }
  return code;
}

function show(terminal: Terminal, question: Question, interpreterOnly: boolean, output: 'text' | 'json'): ExitCode {
  const [program, evaluated] = answer(question, interpreterOnly);
  const error = 'phase' in program ? program.error : evaluated?.kind === 'error' ? evaluated.error : undefined;
  if (output === 'json') terminal.out(JSON.stringify(describe(program, evaluated)));
  else if (error) {
    terminal.error(
      `${error.code}: ${error.message}\n${renderCaret(question.expression, error.range ?? [0, question.expression.length])}`,
    );
  } else {
    const { value, type, cost, unknown } = describe(program, evaluated);
    terminal.out(
      unknown === undefined
        ? `${JSON.stringify(value)}\n${String(type)}, ${String(cost)} units`
        : `unknown: needs ${JSON.stringify(unknown)}`,
    );
  }
  if ('phase' in program) return exit.usage;
  return evaluated?.kind === 'value' ? exit.allowed : exit.undecided;
}
