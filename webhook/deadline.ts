import { stopwatch } from '../host/clock.ts';
import type { Decision, Review } from '../policies/index.ts';
import { limits } from './limits.ts';

/** How long a review may take, in milliseconds since it arrived. */
export interface Deadline {
  /** When the signal aborts and the judge decides with what it has. */
  readonly milliseconds: number;
  /** How long after that the judge is still waited for. */
  readonly grace: number;
}

/**
 * From the API server's `?timeout=`, a Go duration such as `10s` or `1m30s`, less a margin for the way back. Where there
 * is none, or it is no duration, `reviewSeconds` of the configuration stands in.
 */
export function deadlineFrom(timeout: unknown, reviewSeconds: number): Deadline {
  const asked = typeof timeout === 'string' ? parseDuration(timeout) : undefined;
  const milliseconds = Math.min(asked ?? reviewSeconds * 1000, limits.timeoutSeconds * 1000);
  return { milliseconds: milliseconds * limits.deadlineShare, grace: milliseconds * limits.graceShare };
}

const units: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 0.000_001,
};

/** Milliseconds of a positive Go duration; undefined for anything else. */
function parseDuration(text: string): number | undefined {
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:h|ms|m|s|us|µs|ns)){1,6}$/.test(text)) return undefined;
  const parts = text.matchAll(/([\d.]+)([a-zµ]+)/g);
  const milliseconds = [...parts].reduce(
    (sum, [, count = '', unit = '']) => sum + Number(count) * (units[unit] ?? 0),
    0,
  );
  return milliseconds > 0 ? milliseconds : undefined;
}

/** Judges one review under its signal; the corridor with the policies of the moment behind it. The decision is there at once where nothing is asked. */
export type Judge = (review: Review, signal: AbortSignal) => Decision | Promise<Decision>;

/** A decision, or our own fault: an error that was thrown, or a judge that did not come back. */
export type Judged =
  | { readonly kind: 'decision'; readonly decision: Decision }
  | { readonly kind: 'fault'; readonly code: FaultCode; readonly error?: unknown };

/** Why Assay itself could not answer (docs/errors.md). */
export type FaultCode = 'FAULT_THROWN' | 'FAULT_TIMEOUT' | 'FAULT_NOT_READY';

/** Of a review that was decided at once, so that nothing waits for its signal: the next one takes it. */
let spare: AbortController | undefined;

/** Never throws nor rejects; settles at the latest when the deadline, which is counted from now, and its grace are over. */
export function judgeWithin(judge: Judge, review: Review, deadline: () => Deadline): Judged | Promise<Judged> {
  const elapsed = stopwatch();
  const controller = spare ?? new AbortController();
  spare = undefined;
  try {
    const decision = judge(review, controller.signal);
    if (!(decision instanceof Promise)) {
      spare = controller;
      return { kind: 'decision', decision };
    }
    const { milliseconds, grace } = deadline();
    return waitFor(decision, controller, { milliseconds: Math.max(0, milliseconds - elapsed()), grace });
  } catch (error) {
    return faultOf(error);
  }
}

async function waitFor(
  decision: Promise<Decision>,
  controller: AbortController,
  { milliseconds, grace }: Deadline,
): Promise<Judged> {
  const late = Promise.withResolvers<Judged>();
  let timer = setTimeout(() => {
    controller.abort(new DOMException('the deadline of the review has passed', 'TimeoutError'));
    timer = setTimeout(() => late.resolve({ kind: 'fault', code: 'FAULT_TIMEOUT' }), grace);
  }, milliseconds);
  try {
    const judged = decision.then((made): Judged => ({ kind: 'decision', decision: made }));
    return await Promise.race([judged, late.promise]);
  } catch (error) {
    return faultOf(error);
  } finally {
    clearTimeout(timer);
  }
}

const faultOf = (error: unknown): Judged =>
  error instanceof NotReady
    ? { kind: 'fault', code: 'FAULT_NOT_READY' }
    : { kind: 'fault', code: 'FAULT_THROWN', error };

/** Thrown by a judge that has no policies or no trust yet. */
export class NotReady extends Error {}
