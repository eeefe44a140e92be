import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Authentication, doorkeeper } from './authentication.ts';
import { deliver, spoil } from './deliver.ts';
import type { Question } from './exchange.ts';
import { Faults } from './faults.ts';
import type { Publisher } from './publisher.ts';
import { type RouteOptions, routes } from './routes.ts';
import { Store } from './store.ts';

/** What a registry is like from its first request on. */
export interface RegistryOptions extends Partial<RouteOptions> {
  /** The port on 127.0.0.1; any free one by default. */
  readonly port?: number;
  /** TLS with this certificate and key (PEM); with `clientCa`, only for clients that show a certificate of that CA. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string };
  readonly authentication?: Authentication;
  /** Milliseconds since 1970, by which tokens expire and the log is written. */
  readonly now?: () => number;
}

/** One request that reached the registry, tokens included, in order of arrival. */
export interface RequestLogEntry {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Zero while there is no answer yet. */
  readonly status: number;
  /** Arrival, in milliseconds since 1970. */
  readonly time: number;
  /** The scheme of the `Authorization` header in lower case; absent where there was none. */
  readonly authorization?: string;
}

/** An OCI registry in memory on loopback. Publishing through {@link Publisher} is not logged and meets no fault. */
export interface Registry extends Publisher, AsyncDisposable {
  /** `127.0.0.1:PORT`, as image references spell it. */
  readonly host: string;
  readonly url: string;
  readonly requests: readonly RequestLogEntry[];
  clearRequests(): void;
  readonly faults: Faults;
  readonly store: Store;
  /** Lets a tag name another manifest that the repository holds. */
  moveTag(repository: string, tag: string, digest: string): void;
  /** Asks who is there from now on, or no longer. */
  authenticate(authentication: Authentication | undefined): void;
  close(): Promise<void>;
}

const defaults: RouteOptions = {
  referrers: true,
  artifactTypeFrom: 'manifest',
  referrersPageSize: 1000,
  tagsPageSize: 1000,
};

/** Starts a registry. */
export async function startRegistry(options: RegistryOptions = {}): Promise<Registry> {
  const now = options.now ?? Date.now;
  const store = new Store();
  const faults = new Faults();
  const requests: (RequestLogEntry & { status: number })[] = [];
  const route = routes(store, { ...defaults, ...options });
  let guard: ReturnType<typeof doorkeeper> | undefined;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/' } = request;
    const scheme = request.headers.authorization?.split(' ')[0]?.toLowerCase();
    const entry = {
      method,
      path: url,
      status: 0,
      time: now(),
      ...(scheme === undefined ? {} : { authorization: scheme }),
    };
    requests.push(entry);
    const met = faults.meet(method, url);
    const asked = met.reduce((path, { fault, nth }) => {
      if (fault.kind !== 'answers-in-turn') return path;
      return path.replace(/[^/]+$/, fault.references[nth % fault.references.length] ?? '');
    }, url);
    const question = await read(request, asked);
    const honest = guard?.(question) ?? route(question);
    const answer = met.reduce((sofar, { fault }) => spoil(sofar, fault), honest);
    const kinds = met.map(({ fault }) => fault);
    if (!kinds.some(({ kind }) => kind === 'hang' || kind === 'drop')) entry.status = answer.status;
    await deliver(response, method, answer, kinds);
  };

  const server = listener((request, response) => {
    serve(request, response).catch(() => response.destroy());
  }, options);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `${options.tls ? 'https' : 'http'}://${host}`;
  const authenticate = (authentication: Authentication | undefined): void => {
    guard = authentication && doorkeeper(authentication, url, now);
  };
  authenticate(options.authentication);

  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return {
    host,
    url,
    requests,
    clearRequests: () => {
      requests.length = 0;
    },
    faults,
    store,
    moveTag: (repository, tag, digest) => store.open(repository).tags.set(tag, digest),
    authenticate,
    putBlob: async (repository, bytes) => store.putBlob(repository, bytes),
    putManifest: async (repository, reference, mediaType, bytes) =>
      store.putManifest(repository, reference, { mediaType, bytes }),
    getManifest: async (repository, reference) => store.manifest(repository, reference),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function listener(handler: RequestListener, options: RegistryOptions): Server {
  const { tls } = options;
  if (!tls) return createServer(handler);
  const client = tls.clientCa === undefined ? {} : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true };
  return createTlsServer({ cert: tls.cert, key: tls.key, ...client }, handler);
}

async function read(request: IncomingMessage, target: string): Promise<Question> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(target, 'http://registry.test');
  return {
    method: request.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    authorization: request.headers.authorization,
    contentType: request.headers['content-type'],
    contentRange: request.headers['content-range'],
    ifNoneMatch: request.headers['if-none-match'],
    body: Buffer.concat(chunks),
  };
}
