import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Review } from '../policies/index.ts';
import type { RecordCounts } from './records.ts';

/** How a review ended, for the metrics and the log. */
export type Verdict = 'allowed' | 'warned' | 'denied' | 'fault' | 'malformed';

/** What is true at the moment somebody asks for the metrics. */
export interface Observed {
  readonly policies: number;
  readonly problems: number;
  /** Undefined while no certificate is loaded. */
  readonly certificateNotAfter?: Date;
  /** Trust roots in force, by name; those whose age is known have it. */
  readonly trust: ReadonlyMap<string, { readonly asOf?: Date }>;
  /** Requests to registries since the client was built. */
  readonly requests: number;
  /** Counted by the evidence room since it was built. */
  readonly evidence: EvidenceCounts;
  /** Records of decisions since the start. */
  readonly records: RecordCounts;
}

export interface EvidenceCounts {
  readonly discoveries: number;
  readonly discoveriesFromCache: number;
  readonly proofs: number;
  readonly proofsFromCache: number;
}

/** Before there is any. */
export const noEvidence: EvidenceCounts = { discoveries: 0, discoveriesFromCache: 0, proofs: 0, proofsFromCache: 0 };

export interface Metrics {
  reviewed(phase: Review['phase'], verdict: Verdict, seconds: number): void;
  /** Prometheus' text format. */
  render(): Promise<string>;
  readonly contentType: string;
}

/** A registry of its own: two servers in one process do not count into each other. */
export function buildMetrics(observe: () => Observed): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const reviews = new Counter({
    name: 'assay_reviews_total',
    help: 'Reviews answered, by phase and verdict.',
    labelNames: ['phase', 'verdict'],
    registers,
  });
  const seconds = new Histogram({
    name: 'assay_review_duration_seconds',
    help: 'Time from the parsed request to the answer.',
    labelNames: ['phase'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  // Found by its labels once: that is dearer than counting.
  const counterOf = remembered((phase: Review['phase'], verdict: Verdict) => reviews.labels(phase, verdict));
  const timerOf = remembered((phase: Review['phase']) => seconds.labels(phase));
  const gauge = (name: string, help: string, value: (observed: Observed) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value(observe()));
      },
    });
  const count = (name: string, help: string, value: (observed: Observed) => number) => {
    let before = 0;
    return new Counter({
      name,
      help,
      registers,
      collect() {
        const total = value(observe());
        // Evidence that was built anew counts from zero.
        this.inc(total >= before ? total - before : total);
        before = total;
      },
    });
  };
  gauge('assay_policies_loaded', 'Policies in force.', ({ policies }) => policies);
  gauge(
    'assay_source_problems',
    'Problems of the policies, trust roots or certificates that were loaded last.',
    ({ problems }) => problems,
  );
  gauge(
    'assay_certificate_expiry_timestamp_seconds',
    'When the serving certificate ends; 0 while none is loaded.',
    ({ certificateNotAfter }) => (certificateNotAfter === undefined ? 0 : certificateNotAfter.getTime() / 1000),
  );
  const trust = new Gauge({
    name: 'assay_trust_root_as_of_timestamp_seconds',
    help: 'When the source of a trust root last vouched for it: it was fetched, or published with the program.',
    labelNames: ['name'],
    registers,
  });
  count('assay_registry_requests_total', 'Requests sent to registries.', ({ requests }) => requests);
  count(
    'assay_discoveries_total',
    'Digests whose signatures a registry was asked for.',
    ({ evidence }) => evidence.discoveries,
  );
  count(
    'assay_discovery_cache_hits_total',
    'Digests whose signatures were known.',
    ({ evidence }) => evidence.discoveriesFromCache,
  );
  count('assay_proofs_total', 'Signed entities that had to be proven.', ({ evidence }) => evidence.proofs);
  count(
    'assay_proof_cache_hits_total',
    'Signed entities whose proof was remembered.',
    ({ evidence }) => evidence.proofsFromCache,
  );
  count('assay_records_written_total', 'Decisions written down.', ({ records }) => records.written);
  count(
    'assay_records_lost_total',
    'Decisions not written down, because the file could not be written or too many were waiting.',
    ({ records }) => records.failed + records.dropped,
  );
  gauge('process_resident_memory_bytes', 'Resident memory of the process.', () => process.memoryUsage.rss());
  count('process_cpu_seconds_total', 'User and system CPU time of the process.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  return {
    reviewed(phase, verdict, elapsed) {
      counterOf(phase, verdict).inc();
      timerOf(phase).observe(elapsed);
    },
    render() {
      trust.reset();
      for (const [name, { asOf }] of observe().trust) {
        if (asOf !== undefined) trust.set({ name }, asOf.getTime() / 1000);
      }
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

/** The same for the same few words, made once. */
function remembered<A extends readonly string[], T>(make: (...words: A) => T): (...words: A) => T {
  const made = new Map<string, T>();
  return (...words) => {
    const key = words.join(' ');
    const found = made.get(key) ?? make(...words);
    made.set(key, found);
    return found;
  };
}
