import type { TrustMaterial } from '../trust/material.ts';

/** What must stand behind a signature beside the signature itself. */
export interface Requirement {
  /** Logs that must have it, each counted once. */
  readonly log: number;
  /** Timestamp authorities that must have seen it, each counted once. */
  readonly timestamps: number;
  /** CT logs that must have the certificate, each counted once. */
  readonly scts: number;
  /** The only source of time that is believed for the certificate; absent, a log or a timestamp authority. */
  readonly time?: TimeSource;
}

export type TimeSource = 'log' | 'tsa' | 'wallClock';

/**
 * What follows from the trust material: keyless needs a log entry where there are logs, else a timestamp, and an SCT
 * where there are CT logs; a key needs nothing. An authority may ask for more, and for less only in so many words.
 */
export function requirementOf(material: TrustMaterial, asked: Partial<Requirement> = {}): Requirement {
  const { certificateAuthorities, logs, ctLogs } = material.offers;
  const keyless = certificateAuthorities > 0;
  const least: Requirement = {
    log: keyless && logs > 0 ? 1 : 0,
    timestamps: keyless && logs === 0 && asked.time !== 'wallClock' ? 1 : 0,
    scts: keyless && ctLogs > 0 ? 1 : 0,
  };
  return { ...least, ...asked };
}
