import { parseArguments, usage } from '../arguments.ts';
import { exit } from '../exit.ts';
import { count } from '../../policies/index.ts';
import { refuse } from '../refuse.ts';
import { openSession } from '../session.ts';
import type { Command } from './index.ts';

/** `assay config check`: does this configuration load, with everything that it names? */
export const config: Command = {
  name: 'config',
  summary: 'check a configuration, with every file that it names',
  usage: ['config check FILE'],
  flags: {},
  verbs: ['check'],
  notes: [
    'The same document serves the command line and the webhook. Problems are printed one a line, with their place.',
  ],
  async run(words, door) {
    const { terminal } = door;
    const parsed = parseArguments(words, config.flags);
    if ('kind' in parsed) return refuse(terminal, parsed, config);
    const [verb, file, surplus] = parsed.positionals;
    if (verb !== 'check' || file === undefined || surplus !== undefined)
      return refuse(terminal, usage('check is the one thing to do, with one file'), config);
    const given = {
      positionals: [],
      text: (flag: string) => (flag === 'config' ? file : undefined),
      texts: () => [],
      has: () => false,
    };
    // Policies come from the document alone here, whatever the environment says.
    const session = await openSession(given, {
      ...door,
      environment: { ...door.environment, ASSAY_POLICIES: undefined },
    });
    if (session.kind === 'problems') {
      terminal.error(session.lines.join('\n'));
      return exit.usage;
    }
    const { trustRoots, evidence } = session.assembled;
    await evidence.close();
    const roots = [...trustRoots.keys()].join(', ');
    terminal.out(
      `${file}: loads, with ${count(trustRoots.size, 'trust root')} (${roots}) and ${count(session.policies.policies.length, 'policy', 'policies')}`,
    );
    return exit.allowed;
  },
};
