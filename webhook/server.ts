import type { Server as HttpServer } from 'node:http';
import { fastify, type FastifyInstance } from 'fastify';
import { limits } from './limits.ts';
import type { Log } from './log.ts';
import type { Readiness } from './readiness.ts';
import { addHealthRoutes } from './route/health.ts';
import { addMetricsRoute } from './route/metrics.ts';
import { addReviewRoutes, type ReviewParts } from './route/review.ts';
import type { TlsMaterial } from './tls.ts';

/** Everything the servers are assembled from. */
export interface ServerParts extends ReviewParts {
  readonly readiness: Readiness;
}

/** How the review server is reached: in the clear for tests only, else over TLS, whose certificate may come later. */
export type Transport =
  | { readonly kind: 'plain' }
  | { readonly kind: 'tls'; readonly material: TlsMaterial | undefined; readonly clientCertificates: boolean };

/** Times in milliseconds after which a slow caller is let go. */
export interface Patience {
  readonly request: number;
  readonly headers: number;
  readonly handshake: number;
  readonly check: number;
}

const patience: Patience = {
  request: limits.requestMilliseconds,
  headers: limits.headersMilliseconds,
  handshake: limits.handshakeMilliseconds,
  check: limits.connectionCheckMilliseconds,
};

/** The server of the reviews and the health checks, built without listening. */
export function buildServer(parts: ServerParts, transport: Transport, times: Patience = patience): FastifyInstance {
  const server = build(transport, times);
  refuseErrors(server, parts.log);
  addHealthRoutes(server, parts.readiness);
  addReviewRoutes(server, parts);
  return server;
}

/** The server of the metrics and, for probes that speak no TLS, of the health checks; in the clear, on its own port. */
export function buildMetricsServer({ metrics, readiness, log }: ServerParts): FastifyInstance {
  const server = build({ kind: 'plain' }, patience);
  refuseErrors(server, log);
  addHealthRoutes(server, readiness);
  addMetricsRoute(server, metrics);
  return server;
}

function build(transport: Transport, times: Patience): FastifyInstance {
  const http = {
    headersTimeout: times.headers,
    requestTimeout: times.request,
    connectionsCheckingInterval: times.check,
  };
  const common = {
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: times.request,
    keepAliveTimeout: limits.keepAliveMilliseconds,
    // Reviews that came before the listener closed are answered, not refused with 503.
    return503OnClosing: false,
    exposeHeadRoutes: false,
  } as const;
  const server =
    transport.kind === 'plain'
      ? fastify({ ...common, http })
      : fastify({ ...common, https: { ...http, ...secure(transport, times) } });
  const node: HttpServer = server.server;
  node.maxConnections = limits.connections;
  return server as FastifyInstance;
}

function secure({ material, clientCertificates }: Extract<Transport, { kind: 'tls' }>, { handshake }: Patience) {
  return {
    ...material?.context,
    minVersion: 'TLSv1.2' as const,
    requestCert: clientCertificates,
    rejectUnauthorized: clientCertificates,
    handshakeTimeout: handshake,
  };
}

/** What is wrong with a request is said in one clause; what is wrong with us is not said at all. */
function refuseErrors(server: FastifyInstance, log: Log): void {
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'there is nothing at this address' }));
  server.setErrorHandler((error, _request, reply) => {
    const said = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
    const status = typeof said === 'number' && said >= 400 && said < 500 ? said : 500;
    if (status === 500) log.error({ code: 'FAULT_THROWN', error }, 'a request ended in an error of our own');
    return reply
      .code(status)
      .header('connection', 'close')
      .send({ error: clauses[status] ?? 'the request cannot be answered' });
  });
}

const clauses: Readonly<Record<number, string>> = {
  413: `expected at most ${limits.bodyBytes} bytes`,
  415: 'expected content-type application/json',
};
