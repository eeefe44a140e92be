import { fstatSync } from 'node:fs';

/**
 * Settles when this process is to end: on SIGTERM or SIGINT, when its parent is gone, or when a pipe that it was given as
 * standard input closes. A terminal or /dev/null as standard input means nothing.
 */
export function untilEnded(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve()).once('SIGINT', () => resolve());
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) resolve();
    }, 500).unref();
    const input = fstatSync(0, { throwIfNoEntry: false });
    if (input && (input.isFIFO() || input.isSocket())) {
      process.stdin
        .resume()
        .once('end', () => resolve())
        .once('error', () => resolve());
    }
  });
}
