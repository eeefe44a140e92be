import { interruption } from '../host/interruption.ts';
import { waitForChange } from '../host/change.ts';
import { type ExitCode, exit } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** Runs, and runs again after every change of a file below the paths, or of one that the last run depended on, until somebody interrupts it. */
export async function watchTests(
  paths: readonly string[],
  terminal: Terminal,
  run: () => Promise<{ readonly files: readonly string[] }>,
): Promise<ExitCode> {
  using interrupted = interruption();
  while (!interrupted.signal.aborted) {
    // Taken before, so that what changes while the tests run makes them run again.
    const changed = waitForChange(paths, interrupted.signal);
    const { files } = await run();
    terminal.progress(`watching ${paths.join(', ')}; Ctrl-C ends it`);
    await changed(files);
    terminal.progress('');
  }
  return exit.interrupted;
}
