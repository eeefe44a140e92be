import type { UsageProblem } from './arguments.ts';
import type { Command } from './command/index.ts';
import { type ExitCode, exit } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** Says what is wrong with a command line, and what would be right. Nothing was judged. */
export function refuse(
  terminal: Terminal,
  { detail }: UsageProblem,
  { name, usage }: Pick<Command, 'name' | 'usage'>,
): ExitCode {
  const lines = usage.map((form, index) => `${index === 0 ? 'usage: ' : '       '}assay ${form}`);
  terminal.error([`assay ${name}: ${detail}`, ...lines, `see assay help ${name}`].join('\n'));
  return exit.usage;
}
