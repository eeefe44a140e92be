/** The machine's wall clock. */
export const now = (): Date => new Date();

/** A running stopwatch: each call tells the milliseconds since it was started, unmoved by changes of the wall clock. */
export function stopwatch(): () => number {
  const started = performance.now();
  return () => performance.now() - started;
}
