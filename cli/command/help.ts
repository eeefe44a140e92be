import { parseArguments, usage } from '../arguments.ts';
import { exit } from '../exit.ts';
import { nearest } from '../nearest.ts';
import { refuse } from '../refuse.ts';
import { type Command, commands } from './index.ts';

export const help: Command = {
  name: 'help',
  summary: 'print what a command does',
  usage: ['help [COMMAND]'],
  flags: {},
  notes: [],
  async run(words, { terminal }) {
    const parsed = parseArguments(words, {});
    if ('kind' in parsed) return refuse(terminal, parsed, help);
    const [name] = parsed.positionals;
    if (name === undefined) {
      terminal.out(await overview());
      return exit.allowed;
    }
    const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (load === undefined) {
      const meant = nearest(name, Object.keys(commands));
      return refuse(
        terminal,
        usage(`there is no command ${JSON.stringify(name)}${meant === undefined ? '' : `; nearest is ${meant}`}`),
        help,
      );
    }
    terminal.out(commandHelp(await load()));
    return exit.allowed;
  },
};

async function overview(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  const width = Math.max(...all.map(({ name }) => name.length)) + 2;
  return [
    'assay: who signed an image, and may the workload run?',
    '',
    ...all.map(({ name, summary }) => `  assay ${name.padEnd(width)}${summary}`),
    '',
    'exit codes: 0 all allowed; 1 something denied; 2 nothing denied, but something undecided or unreadable;',
    '            64 usage, or a configuration or policy that does not load',
  ].join('\n');
}

/** The page of one command: usage, flags, notes. */
export function commandHelp({ name, summary, usage, flags, notes }: Command): string {
  const rows = Object.entries(flags).map(([flag, { value, short, help: text, aliases = [], multiple }]) => {
    const left = `${short === undefined ? '    ' : `-${short}, `}--${flag}${value === undefined ? '' : ` ${value}`}${multiple === true ? ' ...' : ''}`;
    const also = aliases.length === 0 ? '' : ` (also ${aliases.map((alias) => `--${alias}`).join(', ')})`;
    return [left, `${text}${also}`] as const;
  });
  const width = Math.min(44, Math.max(0, ...rows.map(([left]) => left.length)) + 2);
  return [
    `assay ${name}: ${summary}`,
    '',
    ...usage.map((form, index) => `${index === 0 ? 'usage: ' : '       '}assay ${form}`),
    ...(rows.length === 0
      ? []
      : [
          '',
          ...rows.map(([left, text]) =>
            left.length >= width ? `  ${left}\n  ${' '.repeat(width)}${text}` : `  ${left.padEnd(width)}${text}`,
          ),
        ]),
    ...notes.flatMap((note) => ['', note]),
  ].join('\n');
}
