import manifest from '../../package.json' with { type: 'json' };
import { parseArguments } from '../arguments.ts';
import { exit } from '../exit.ts';
import { refuse } from '../refuse.ts';
import type { Command } from './index.ts';

export const version: Command = {
  name: 'version',
  summary: 'print the version',
  usage: ['version'],
  flags: {},
  notes: [],
  async run(words, { terminal }) {
    const parsed = parseArguments(words, {});
    if ('kind' in parsed) return refuse(terminal, parsed, version);
    terminal.out(`assay ${manifest.version} (node ${process.versions.node})`);
    return exit.allowed;
  },
};
