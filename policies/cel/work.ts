import { maxUncountedWork } from './limits.ts';

/** Ends an evaluation whose uncounted work, or cost, went over its bound; never leaves evaluate(). */
export class WorkExceeded extends Error {}

/**
 * Steps of work that the API server's cost model counts as one or not at all: deep equality, copying of lists.
 * Evaluation is synchronous, so one counter serves; evaluate() starts it, nested evaluations go on with it.
 */
const meter = { left: maxUncountedWork };

export function startWork(): void {
  meter.left = maxUncountedWork;
}

/** Throws WorkExceeded where the evaluation has worked enough. */
export function spendWork(steps: number): void {
  meter.left -= steps;
  if (meter.left < 0) throw new WorkExceeded(`more than ${maxUncountedWork} steps of uncounted work`);
}
