import { journal } from '../host/journal.ts';
import type { Configuration, Decision, Review } from '../policies/index.ts';
import { limits } from './limits.ts';
import type { Log } from './log.ts';

/** What became of the records of decisions, counted since the start. */
export interface RecordCounts {
  readonly written: number;
  /** Could not be written. */
  readonly failed: number;
  /** Were not even tried: too many were waiting. */
  readonly dropped: number;
}

/** Decisions written down for `assay replay`, behind the answers that they led to. No trouble with them reaches a review. */
export interface Records {
  /** Takes what was decided; `line` is asked for after the answer has gone out, where the decision is one to be written. */
  add(review: Review, decision: Decision, line: () => string): void;
  counts(): RecordCounts;
  /** Settles when nothing waits any more. */
  close(): Promise<void>;
}

/** The section `records` of the configuration, its file made absolute. */
export type RecordSettings = NonNullable<Configuration['records']>;

const defaultBytes = 64 * 1024 * 1024;

/** Nothing is written where the configuration has no such section. */
export function openRecords(settings: RecordSettings | undefined, log: Log): Records {
  if (settings === undefined) return none;
  const { file, decisions = 'Denied', bytes = defaultBytes } = settings;
  const out = journal(file, bytes);
  const counts = { written: 0, failed: 0, dropped: 0 };
  let waiting = 0;
  let failing = false;
  let last: Promise<void> = Promise.resolve();
  /** The first of a row of failures is told, and that it is over: a full disk is no reason to fill the log. */
  const told = (trouble: string | undefined): void => {
    if (trouble === undefined) {
      counts.written += 1;
      if (failing) log.info({ source: 'records', file }, 'written again');
    } else {
      counts.failed += 1;
      if (!failing) log.error({ source: 'records', problem: trouble }, 'decisions are not recorded');
    }
    failing = trouble !== undefined;
  };
  const write = async (line: string): Promise<void> => {
    told(await out.append(line));
    waiting -= line.length;
  };
  const take = (line: () => string): void => {
    try {
      const text = line();
      if (waiting + text.length > limits.recordsWaiting) {
        counts.dropped += 1;
        return;
      }
      waiting += text.length;
      last = last.then(() => write(text));
    } catch (error) {
      told(error instanceof Error ? error.message : String(error));
    }
  };
  /** Lines that are still to be made, one after the other, each in a turn of its own. */
  let making: Promise<void> = Promise.resolve();
  return {
    add({ phase, request }, { allowed }, line) {
      // A dry run leaves nothing behind, and mutation decides nothing.
      if (phase !== 'validate' || request?.dryRun === true || (decisions === 'Denied' && allowed)) return;
      making = making.then(nextTurn).then(() => take(line));
    },
    counts: () => ({ ...counts }),
    async close() {
      await making;
      await last;
    },
  };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Before there is any. */
export const noRecords: RecordCounts = { written: 0, failed: 0, dropped: 0 };

const none: Records = {
  add: () => undefined,
  counts: () => noRecords,
  close: () => Promise.resolve(),
};
