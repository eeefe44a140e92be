import type { Flag, Flags } from './arguments.ts';
import type { Command } from './command/index.ts';

/** What a completion is made of. */
export type Completed = Pick<Command, 'name' | 'summary' | 'flags' | 'verbs'>;

/** A script for each shell that completes commands, verbs, flags and what is known of their values. */
export const completions = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
} as const satisfies Readonly<Record<string, (commands: readonly Completed[]) => string>>;

/** Names of functions and options are those of bash 3.2, which macOS still brings; `compopt` is newer and may be missing. */
function bashCompletion(commands: readonly Completed[]): string {
  const values = commands.flatMap(({ name, flags }) =>
    Object.entries(flags).flatMap(([flag, definition]) => {
      if (definition.value === undefined) return [];
      const patterns = spellings(flag, definition).map((spelling) => `'${name} ${spelling}'`);
      const action = definition.choices ?? (takesFile(definition) ? 'files' : 'nothing');
      return [`    ${patterns.join(' | ')}) ${typeof action === 'string' ? action : `words ${quoted(action)}`} ;;`];
    }),
  );
  return `# bash completion of assay; source <(assay completion bash)
_assay() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  # bash breaks --flag=value in three.
  if [[ $current == = ]]; then current=
  elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  words() { COMPREPLY=($(compgen -W "$1" -- "$current")); compopt +o default 2>/dev/null; return 0; }
  files() { COMPREPLY=(); return 0; }
  nothing() { COMPREPLY=(); compopt +o default 2>/dev/null; return 0; }
  _assay_words
  unset -f words files nothing
}

_assay_words() {
  if [[ $COMP_CWORD -eq 1 ]]; then words ${quoted(commands.map(({ name }) => name))}; return; fi
  case "$command $previous" in
${values.join('\n')}
    *) _assay_rest ;;
  esac
}

_assay_rest() {
  if [[ $current == -* ]]; then
    case $command in
${commands.map(({ name, flags }) => `      ${name}) words ${quoted(allSpellings(flags))} ;;`).join('\n')}
    esac
  elif [[ $COMP_CWORD -eq 2 ]]; then
    case $command in
${commands.flatMap(({ name, verbs }) => (verbs === undefined ? [] : [`      ${name}) words ${quoted(verbs)} ;;`])).join('\n')}
      *) files ;;
    esac
  else files; fi
}

complete -o default -F _assay assay`;
}

function zshCompletion(commands: readonly Completed[]): string {
  const rows = commands.map(({ name, summary }) => `    ${quoted([`${name}:${summary}`])}`);
  const cases = commands.map(({ name, flags, verbs }) => {
    const specs = Object.entries(flags).map(([flag, definition]) => zshFlag(flag, definition));
    const first = verbs === undefined ? [] : [quoted([`1:what to do:(${verbs.join(' ')})`])];
    return `    ${name}) _arguments ${[...specs, ...first, "'*:file:_files'"].join(' \\\n      ')} ;;`;
  });
  return `#compdef assay
# zsh completion of assay; source <(assay completion zsh), or a file _assay in $fpath
_assay() {
  local -a commands
  commands=(
${rows.join('\n')}
  )
  if (( CURRENT == 2 )); then _describe -t commands command commands; return; fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _assay ]]; then _assay "$@"; else compdef _assay assay; fi`;
}

function zshFlag(flag: string, definition: Flag): string {
  const { value, multiple, help } = definition;
  const names = spellings(flag, definition);
  const words = definition.choices;
  const action = words === undefined ? (takesFile(definition) ? '_files' : '( )') : `(${words.join(' ')})`;
  const text = help.replaceAll(/[[\]:\\]/g, String.raw`\$&`);
  const after = value === undefined ? '' : `:${value.replaceAll(/[[\]:\\]/g, String.raw`\$&`)}:${action}`;
  const before = multiple === true ? '*' : names.length > 1 ? `(${names.join(' ')})` : '';
  return names.map((name) => quoted([`${before}${name}[${text}]${after}`])).join(' ');
}

function fishCompletion(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, summary, flags, verbs }) => {
    const seen = `-n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c assay -f -n __fish_use_subcommand -a ${name} -d ${fishQuoted(summary)}`,
      ...(verbs === undefined ? [] : [`complete -c assay -f ${seen} -a '${verbs.join(' ')}'`]),
      ...Object.entries(flags).map(([flag, definition]) => {
        const { value, short, aliases = [], help } = definition;
        const words = definition.choices;
        const names = [flag, ...aliases].map((one) => `-l ${one}`).join(' ');
        const takes = value === undefined ? '' : takesFile(definition) && words === undefined ? ' -r -F' : ' -x';
        const known = words === undefined ? '' : ` -a '${words.join(' ')}'`;
        return `complete -c assay ${seen} ${names}${short === undefined ? '' : ` -s ${short}`}${takes}${known} -d ${fishQuoted(help)}`;
      }),
    ];
  });
  return ['# fish completion of assay; assay completion fish | source', ...lines].join('\n');
}

const spellings = (flag: string, { short, aliases = [] }: Flag): readonly string[] => [
  `--${flag}`,
  ...(short === undefined ? [] : [`-${short}`]),
  ...aliases.map((alias) => `--${alias}`),
];

const allSpellings = (flags: Flags): readonly string[] =>
  Object.entries(flags).flatMap(([flag, definition]) => spellings(flag, definition));

const takesFile = ({ value = '' }: Flag): boolean => /FILE|FOLDER|PATH|POLICIES|LAYOUT|KEY/.test(value);

const quoted = (words: readonly string[]): string => `'${words.join(' ').replaceAll("'", String.raw`'\''`)}'`;

const fishQuoted = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
