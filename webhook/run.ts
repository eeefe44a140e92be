import type { Server as TlsServer } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { loadConnections } from '../evidence/index.ts';
import { now, stopwatch } from '../host/clock.ts';
import { count, type Decision, judge, judgementRecord, type NamedTrust, staleSentence } from '../policies/index.ts';
import { type Judge, NotReady } from './deadline.ts';
import { drainServer } from './drain.ts';
import { limits } from './limits.ts';
import type { Log } from './log.ts';
import { buildMetrics, noEvidence, type Observed } from './metrics.ts';
import type { Condition } from './readiness.ts';
import { openRecords, type Records } from './records.ts';
import { buildMetricsServer, buildServer, type ServerParts } from './server.ts';
import type { LastGood } from './source/last-good.ts';
import { openSources, type SourceFiles, type Sources } from './source/sources.ts';
import { replaceTls, utc } from './tls.ts';

/** A webhook that listens. */
export interface Running {
  readonly port: number;
  readonly metricsPort: number;
  /** Looks for changed files now instead of within two seconds. */
  look(): Promise<void>;
  /** Asks the TUF repositories of trust roots now instead of at their next turn. */
  renewTrust(): Promise<void>;
  /**
   * Says that it is not ready, answers for `graceMilliseconds` what still comes, then what is under way, and ends. False
   * where reviews outlived `drainSeconds` and were cut off.
   */
  drain(graceMilliseconds: number): Promise<boolean>;
}

/** Loads everything and listens. What does not load keeps the server unready, not down; a taken port rejects. */
export async function run(files: SourceFiles, log: Log): Promise<Running> {
  const { settings } = files;
  let draining = false;
  let secured: TlsServer | undefined;
  const sources = await openSources(files, log, (material) => {
    if (secured !== undefined) replaceTls(secured, material);
  });
  const records = openRecords(settings.records, log);
  // Nobody's review is to wait for it.
  await loadConnections();
  const parts: ServerParts = {
    judge: judgeBy(sources, records),
    metrics: buildMetrics(() => ({ ...observe(sources), records: records.counts() })),
    log,
    failureMode: settings.failureMode,
    reviewSeconds: settings.reviewSeconds,
    readiness: () => conditions(sources, draining),
    draining: () => draining,
  };
  const clientCertificates = settings.tls.clientCa !== undefined;
  const server = buildServer(parts, { kind: 'tls', material: sources.tls.current, clientCertificates });
  const metricsServer = buildMetricsServer(parts);
  secured = tlsServer(server);
  try {
    const port = await listen(server, settings.address, settings.port);
    const metricsPort = await listen(metricsServer, settings.address, settings.metricsPort);
    log.info({ address: settings.address, port, metricsPort, clientCertificates }, 'listening');
    return {
      port,
      metricsPort,
      look: () => sources.look(),
      renewTrust: () => sources.renewTrust(),
      async drain(graceMilliseconds) {
        draining = true;
        log.info({ drainSeconds: settings.drainSeconds }, 'draining');
        const drained = await drainServer(server, graceMilliseconds, settings.drainSeconds * 1000);
        await drainServer(metricsServer, 0, 0);
        await records.close();
        await sources.close();
        return drained;
      },
    };
  } catch (error) {
    await Promise.all([server.close(), metricsServer.close(), sources.close(), records.close()]);
    throw error;
  }
}

/** The corridor with what is in force when the review begins; a change meets the next review. */
function judgeBy({ assembly, policies }: Sources, records: Records): Judge {
  return (review, signal) => {
    const { current: world } = assembly;
    const { current: set } = policies;
    if (world === undefined || set === undefined) throw new NotReady();
    const elapsed = stopwatch();
    const surroundings = { ...world, policies: set, now: now(), signal };
    const record = (decision: Decision): Decision => {
      const took = elapsed();
      records.add(review, decision, () => JSON.stringify(judgementRecord(review, decision, surroundings, took)));
      return decision;
    };
    const decision = judge(review, surroundings);
    return decision instanceof Promise ? decision.then(record) : record(decision);
  };
}

function conditions({ assembly, policies, tls, trust }: Sources, draining: boolean): readonly Condition[] {
  const certificate = tls.current;
  const ended = certificate !== undefined && certificate.notAfter < now();
  return [
    condition('policies', policies, (set) => `${set.policies.length} in force`),
    condition('trust', assembly, () => describeTrust(trust())),
    ended
      ? { name: 'tls', ready: false, detail: `the certificate ended ${utc(certificate.notAfter)}` }
      : condition('tls', tls, ({ notAfter }) => `the certificate ends ${utc(notAfter)}`),
    { name: 'serving', ready: !draining, detail: draining ? 'draining' : 'yes' },
  ];
}

/** How many there are, and how old those are that were fetched. */
function describeTrust(trust: ReadonlyMap<string, NamedTrust>): string {
  const ages = [...trust].flatMap(([name, root]) => {
    if (root.from !== 'tuf' || root.asOf === undefined) return [];
    const days = Math.max(0, Math.floor((now().getTime() - root.asOf.getTime()) / 86_400_000));
    return [staleSentence(root, now()) ?? `${name} fetched ${utc(root.asOf)}, ${count(days, 'day')} ago`];
  });
  return [`${trust.size} trust roots in force`, ...ages].join('; ');
}

function condition<T>(
  name: Condition['name'],
  { current, problems }: LastGood<T>,
  detail: (value: T) => string,
): Condition {
  const told = problems.slice(0, limits.problemsShown).join('; ');
  if (current === undefined) return { name, ready: false, detail: told === '' ? 'not loaded yet' : told };
  const since = told === '' ? '' : `; the last good version stays in force, because ${told}`;
  return { name, ready: true, detail: `${detail(current)}${since}` };
}

function observe({ assembly, policies, tls, trust }: Sources): Omit<Observed, 'records'> {
  const notAfter = tls.current?.notAfter;
  return {
    policies: policies.current?.policies.length ?? 0,
    problems: [assembly, policies, tls].reduce((sum, { problems }) => sum + problems.length, 0),
    ...(notAfter === undefined ? {} : { certificateNotAfter: notAfter }),
    trust: trust(),
    requests: assembly.current?.requests() ?? 0,
    evidence: assembly.current?.evidence.stats() ?? noEvidence,
  };
}

async function listen(server: FastifyInstance, host: string, port: number): Promise<number> {
  await server.listen({ host, port });
  const address = server.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

const tlsServer = ({ server }: FastifyInstance): TlsServer | undefined =>
  'setSecureContext' in server ? (server as unknown as TlsServer) : undefined;
