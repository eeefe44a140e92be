import { listed } from '../../policies/index.ts';
import { parseArguments, usage } from '../arguments.ts';
import { completions } from '../completion.ts';
import { exit } from '../exit.ts';
import { refuse } from '../refuse.ts';
import { type Command, commands } from './index.ts';

const shells = Object.keys(completions);

/** `assay completion SHELL`: a script made from the flags that the commands define. */
export const completion: Command = {
  name: 'completion',
  summary: 'print a script by which a shell completes command lines',
  usage: ['completion bash|zsh|fish'],
  flags: {},
  verbs: shells,
  notes: [
    'bash: source <(assay completion bash) in ~/.bashrc. zsh: assay completion zsh > "${fpath[1]}/_assay", or source <(assay completion zsh) after compinit in ~/.zshrc. fish: assay completion fish > ~/.config/fish/completions/assay.fish.',
  ],
  async run(words, { terminal }) {
    const parsed = parseArguments(words, {});
    if ('kind' in parsed) return refuse(terminal, parsed, completion);
    const [shell = '', surplus] = parsed.positionals;
    if (!isShell(shell) || surplus !== undefined)
      return refuse(terminal, usage(`name one shell: ${listed(shells)}`), completion);
    const all = await Promise.all(Object.values(commands).map((load) => load()));
    terminal.out(completions[shell](all));
    return exit.allowed;
  },
};

const isShell = (text: string): text is keyof typeof completions => Object.hasOwn(completions, text);
