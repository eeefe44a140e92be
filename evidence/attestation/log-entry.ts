import type { TransparencyLogEntry } from '@sigstore/bundle';
import { verifyTLogInclusion } from '@sigstore/verify/dist/tlog/index.js';
import type { TLogAuthority } from '@sigstore/verify/dist/trust/index.js';
import { type Rejection, rejection } from '../outcome.ts';
import { endOfTime, type Log } from '../trust/material.ts';
import { differsFromBody, type Logged } from './log-body.ts';
import { utc } from './time.ts';

/** An entry that a trusted log has, about this very signature. */
export interface VerifiedLogEntry {
  /** The log's own name, as the trust material has it. */
  readonly log: string;
  /** Position in the whole log where the log promised it, else in the shard that the proof is of. */
  readonly index: string;
  /** When the log says it took the entry; only where the log signed the time too (Rekor v1). */
  readonly integratedTime?: Date;
}

/**
 * Proves each entry or rejects them all: an entry that lies says that somebody is at work. What is written twice counts
 * once. `times` are those at which others saw the signature. Inclusion (promise, checkpoint, Merkle path) is @sigstore/verify's; the rest is what it leaves out.
 */
export function verifyLogEntries(
  entries: readonly TransparencyLogEntry[],
  logged: Logged,
  logs: readonly Log[],
  times: readonly Date[],
): readonly VerifiedLogEntry[] | Rejection {
  const verified = new Map<string, VerifiedLogEntry>();
  for (const entry of entries) {
    const outcome = verifyEntry(entry, logged, logs, times);
    if ('kind' in outcome) return outcome;
    verified.set(`${entry.logId.keyId.toString('hex')} ${entry.canonicalizedBody.toString('base64')}`, outcome);
  }
  return [...verified.values()];
}

function verifyEntry(
  entry: TransparencyLogEntry,
  logged: Logged,
  logs: readonly Log[],
  times: readonly Date[],
): VerifiedLogEntry | Rejection {
  const named = logs.filter(({ ids }) => ids.some((id) => id.equals(entry.logId.keyId)));
  const [log] = named;
  if (log === undefined) return wrong('a log entry of a log that is not trusted here');
  const proof = entry.inclusionProof;
  const promised = entry.inclusionPromise !== undefined;
  const integratedTime = promised ? new Date(Number(entry.integratedTime) * 1000) : undefined;
  if (!named.some((each) => validThen(each, integratedTime === undefined ? times : [integratedTime]))) {
    return wrong(
      integratedTime === undefined
        ? "the log's key was not valid when the signature was timestamped"
        : `logged ${utc(integratedTime)}, when the log's key was not valid`,
    );
  }
  const contradiction = proof && contradicts(proof);
  if (contradiction !== undefined) return wrong(contradiction);
  try {
    verifyTLogInclusion(entry, named.flatMap(toAuthority));
  } catch {
    return wrong(`the log ${log.baseUrl} does not vouch for the entry`);
  }
  const difference = differsFromBody(entry, logged);
  if (difference !== undefined) return wrong(`the log entry is about something else: ${difference}`);
  const index = promised || proof === undefined ? entry.logIndex : proof.logIndex;
  return integratedTime === undefined ? { log: log.baseUrl, index } : { log: log.baseUrl, index, integratedTime };
}

/**
 * A checkpoint carries no time, so the key of a log that was given up could make one today. The signature must have been
 * seen while the key was good; where nobody saw it, only a log that never ended will do.
 */
const validThen = ({ start, end }: Log, times: readonly Date[]): boolean =>
  times.length === 0 ? +end === +endOfTime : times.some((time) => start <= time && time <= end);

/** The proof repeats what the checkpoint says; the repetition is not signed, so it may only agree. */
function contradicts(proof: NonNullable<TransparencyLogEntry['inclusionProof']>): string | undefined {
  const [, size, root] = proof.checkpoint?.envelope.split('\n') ?? [];
  return size === proof.treeSize && root === proof.rootHash.toString('base64')
    ? undefined
    : 'the inclusion proof is of another tree than its checkpoint';
}

const toAuthority = ({ ids, baseUrl, key, start, end }: Log): TLogAuthority[] =>
  ids.map((logID) => ({ logID, baseURL: baseUrl, publicKey: key.object, validFor: { start, end } }));

const wrong = (detail: string): Rejection => rejection('LOG_ENTRY_WRONG', detail);
