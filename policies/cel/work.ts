import { maxUncountedWork } from './limits.ts';

/** Ends an evaluation whose uncounted work, or cost, went over its bound; never leaves evaluate(). */
export class WorkExceeded extends Error {}

/**
 * Steps of work that the API server's cost model counts as one or not at all: deep equality, copying of lists.
 * Evaluation is synchronous, so one counter serves; an evaluation inside another (a variable that is computed when it is read) shares it.
 */
const meter = { left: maxUncountedWork, depth: 0 };

/** Begins an evaluation; the outermost one begins with all of its allowance. Every call needs one of leaveWork(). */
export function enterWork(): void {
  if (meter.depth++ === 0) meter.left = maxUncountedWork;
}

export function leaveWork(): void {
  meter.depth--;
}

/** Throws WorkExceeded where the evaluation has worked enough. */
export function spendWork(steps: number): void {
  meter.left -= steps;
  if (meter.left < 0) throw new WorkExceeded(`more than ${maxUncountedWork} steps of uncounted work`);
}
