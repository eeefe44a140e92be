import type { ExitCode } from '../exit.ts';
import type { Flags } from '../arguments.ts';
import type { Terminal } from '../terminal.ts';

/** One thing that the command line does. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What may follow `assay`: `verify IMAGE --key FILE`. One line for each form. */
  readonly usage: readonly string[];
  readonly flags: Flags;
  /** What the first word may be, where it says what to do: `show` of `assay trust show`. */
  readonly verbs?: readonly string[];
  /** What usage and flags do not say; paragraphs. */
  readonly notes: readonly string[];
  run(words: readonly string[], door: Door): Promise<ExitCode>;
}

/** What a command has of the world. */
export interface Door {
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Bytes of standard input. */
  readonly input: AsyncIterable<unknown>;
}

/** Every command, in the order of the help page; each is loaded only when it runs. A new command is a line here and a file beside. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  verify: async () => (await import('./verify.ts')).verify,
  check: async () => (await import('./check.ts')).check,
  test: async () => (await import('./test.ts')).test,
  replay: async () => (await import('./replay.ts')).replay,
  'verify-bundle': async () => (await import('./verify-bundle.ts')).verifyBundle,
  policy: async () => (await import('./policy.ts')).policy,
  trust: async () => (await import('./trust.ts')).trust,
  config: async () => (await import('./config.ts')).config,
  eval: async () => (await import('./eval.ts')).evaluate,
  explain: async () => (await import('./explain.ts')).explain,
  completion: async () => (await import('./completion.ts')).completion,
  version: async () => (await import('./version.ts')).version,
  help: async () => (await import('./help.ts')).help,
};
