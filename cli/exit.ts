/** What every command ends with; each number means one thing, for all commands. */
export const exit = {
  /** All allowed. */
  allowed: 0,
  /** Something was denied, whatever else happened. */
  denied: 1,
  /** Nothing was denied, but something is undecided or unreadable; also where Assay itself is at fault. */
  undecided: 2,
  /** The command line is wrong, or a configuration or policy does not load: nothing was judged. */
  usage: 64,
  /** Ended by Ctrl-C, as a shell has it of whatever a signal ends. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exit)[keyof typeof exit];
