import { parseArguments, usage } from '../arguments.ts';
import { exit } from '../exit.ts';
import { nearest } from '../nearest.ts';
import { refuse } from '../refuse.ts';
import type { Command } from './index.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'print cause and remedy of a code',
  usage: ['explain [CODE]'],
  flags: {},
  notes: ['Without a code: all codes, a line each.'],
  async run(words, { terminal }) {
    const parsed = parseArguments(words, explain.flags);
    if ('kind' in parsed) return refuse(terminal, parsed, explain);
    const { explanations } = await import('../errors.generated.ts');
    const [word, surplus] = parsed.positionals;
    if (surplus !== undefined) return refuse(terminal, usage('one code at a time'), explain);
    if (word === undefined) {
      const codes = Object.entries(explanations);
      const width = Math.max(...codes.map(([code]) => code.length)) + 2;
      terminal.out(
        codes.map(([code, text]) => `${code.padEnd(width)}${text.split(/(?<=\.)\s|\n/, 1)[0] ?? ''}`).join('\n'),
      );
      return exit.allowed;
    }
    const code = word.toUpperCase().replaceAll('-', '_');
    const text = Object.hasOwn(explanations, code) ? explanations[code] : undefined;
    if (text === undefined) {
      const meant = nearest(code, Object.keys(explanations));
      return refuse(
        terminal,
        usage(`there is no code ${JSON.stringify(word)}${meant === undefined ? '' : `; nearest is ${meant}`}`),
        explain,
      );
    }
    terminal.out(`${code}\n\n${text}`);
    return exit.allowed;
  },
};
