import { parseArgs } from 'node:util';
import { nearest } from './nearest.ts';

/** A flag of a command; its help line is part of its definition. */
export interface Flag {
  /** What stands for the value in usage lines: `FILE`. Left out: the flag takes no value. */
  readonly value?: string;
  readonly short?: string;
  readonly multiple?: true;
  /** The values that it may have, where there are few: a shell completes them. */
  readonly choices?: readonly string[];
  readonly help: string;
  /** Other tools' spellings of the same meaning. */
  readonly aliases?: readonly string[];
}

export type Flags = Readonly<Record<string, Flag>>;

/** What a command line says, each flag under its own name whatever alias was written. */
export interface Arguments {
  readonly positionals: readonly string[];
  /** The last value of a flag. */
  text(flag: string): string | undefined;
  /** All values of a flag, in their order. */
  texts(flag: string): readonly string[];
  /** Whether a flag without value is there. */
  has(flag: string): boolean;
}

/** Why a command line is not understood, in one sentence. */
export interface UsageProblem {
  readonly kind: 'usage';
  readonly detail: string;
}

export const usage = (detail: string): UsageProblem => ({ kind: 'usage', detail });

/** Reads the words after a command's name. A word that begins with `-` and is no flag is a problem, never ignored. */
export function parseArguments(words: readonly string[], flags: Flags): Arguments | UsageProblem {
  const names = spellings(flags);
  const { tokens } = parseArgs({
    args: [...words],
    options: optionsOf(flags),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const name = names.get(token.name);
    const flag = name === undefined ? undefined : flags[name];
    if (name === undefined || flag === undefined) return unknown(token.rawName, names);
    const problem = misuse(token.rawName, flag, token.value, values.has(name));
    if (problem !== undefined) return problem;
    values.set(name, [...(values.get(name) ?? []), token.value ?? '']);
  }
  return {
    positionals,
    text: (flag) => values.get(flag)?.at(-1),
    texts: (flag) => values.get(flag) ?? [],
    has: (flag) => values.has(flag),
  };
}

function spellings(flags: Flags): Map<string, string> {
  return new Map(
    Object.entries(flags).flatMap(([name, { aliases = [] }]) => [name, ...aliases].map((spelling) => [spelling, name])),
  );
}

function optionsOf(flags: Flags): NonNullable<Parameters<typeof parseArgs>[0]>['options'] {
  return Object.fromEntries(
    Object.entries(flags).flatMap(([name, { value, short, aliases = [] }]) =>
      [name, ...aliases].map((spelling) => {
        const type = value === undefined ? ('boolean' as const) : ('string' as const);
        return [
          spelling,
          short !== undefined && spelling === name ? { type, short, multiple: true } : { type, multiple: true },
        ];
      }),
    ),
  );
}

function misuse(written: string, flag: Flag, value: string | undefined, again: boolean): UsageProblem | undefined {
  if (flag.value === undefined) return value === undefined ? undefined : usage(`${written} takes no value`);
  // `--key --config c.yaml` would otherwise read a file named --config.
  if (value === undefined || value === '' || (value.startsWith('-') && value !== '-'))
    return usage(`${written} needs a value: ${written} ${flag.value}`);
  return again && flag.multiple !== true ? usage(`${written} stands twice; one is meant`) : undefined;
}

function unknown(written: string, names: ReadonlyMap<string, string>): UsageProblem {
  const meant = nearest(written.replace(/^-+/, ''), [...names.keys()]);
  return usage(`there is no flag ${written}${meant === undefined ? '' : `; nearest is --${meant}`}`);
}
